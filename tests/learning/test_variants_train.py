"""Every task of `learning.env.presets` can be learned in: three iterations of PPO with the symmetry loss."""

from dataclasses import replace

import pytest
import torch
from learning.env_scene import environment

from genmimic.learning.config import TrainConfig
from genmimic.learning.env.presets import ENVIRONMENTS
from genmimic.learning.learner import Learner

TINY = TrainConfig(envs=4, steps=4, epochs=2, minibatch=8, hidden=(32, 32), samples=48)


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_three_iterations(name):
    config = ENVIRONMENTS[name].with_worlds(4)
    small_bank = replace(config.video_noise, tracks=4, seconds=10.0)
    learner = Learner(environment(config, video_noise=small_bank, episode_seconds=0.1), TINY)
    before = torch.cat([p.detach().flatten().clone() for p in learner.algorithm.actor.parameters()])
    for _ in range(3):
        metrics = learner.iterate()
    after = torch.cat([p.detach().flatten() for p in learner.algorithm.actor.parameters()])
    assert learner.samples == 48
    assert torch.isfinite(after).all() and not torch.equal(before, after)
    assert all(torch.isfinite(torch.tensor(value)) for value in metrics.values())
    figures = learner.statistics()
    assert figures["episode_length"] <= 5
