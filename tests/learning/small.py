"""Small learners for tests."""

from __future__ import annotations

import torch
from learning.tiny_env import TinyEnv

from genmimic.learning.checkpoint import Checkpoint, CorpusStamp
from genmimic.learning.config import TrainConfig
from genmimic.learning.learner import Learner

CONFIG = TrainConfig(
    envs=16, steps=8, epochs=2, minibatch=64, hidden=(16, 16), samples=10**9, seed=3, checkpoint_minutes=60
)


def learner(config: TrainConfig = CONFIG, **env) -> Learner:
    return Learner(TinyEnv(config.envs, seed=config.seed, **env), config)


def weights(made: Learner) -> torch.Tensor:
    algorithm = made.algorithm
    return torch.cat([p.detach().flatten() for m in (algorithm.actor, algorithm.critic) for p in m.parameters()])


def checkpoint_of(made: Learner) -> Checkpoint:
    return Checkpoint(made.config, "{}", CorpusStamp("tiny.npz", "0" * 64, ("own",)), "unknown", made.state_dict())
