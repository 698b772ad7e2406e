"""A policy sees the same in training and in the CPU simulation that validates it and runs `genmimic run`."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from learning.env_scene import QUIET, environment
from learning.motions import corpus
from sim.tiny_policy import write_policy

from genmimic.learning.env.config import StartNoise
from genmimic.learning.env.presets import ENVIRONMENTS
from genmimic.learning.experiment import metadata
from genmimic.robot.constants import DEFAULT_JOINT_POS
from genmimic.sim.policy import Policy
from genmimic.sim.reference import prepare_reference
from genmimic.sim.world import Physics, World
from genmimic.tracking.actions import joint_targets
from genmimic.tracking.observations import TEACHER, Layout, layout_terms, observe


@pytest.mark.parametrize("clip", [0, 1])
def test_observations_agree_at_the_start_and_after_a_step(clip):
    env = environment(QUIET.evaluating(), start=StartNoise(0, 0, 0, 0, 0, 0))
    env.assign(torch.full((4,), clip))
    reference = prepare_reference(corpus().clip(clip))
    world = World(Physics(friction=0.8))
    state, parameters = world.reset(reference.start_state(0)), world.parameters()
    forces = slice(751, 757)  # a fresh batched world has not measured any yet

    def seen(frame: int) -> np.ndarray:
        return observe(TEACHER, state, reference.goal(frame, (1,)), parameters)[0]

    first = env.get_observations()["actor"][0].double().numpy()
    np.testing.assert_allclose(first[: forces.start], seen(0)[: forces.start], atol=2e-4)

    action = np.linspace(-0.5, 0.5, 23)
    env.step(torch.as_tensor(action, dtype=torch.float32).expand(4, 23))
    state = world.step(joint_targets(action, np.array(DEFAULT_JOINT_POS)))
    second, expected = env.get_observations()["actor"][0].double().numpy(), seen(1)
    # the solvers differ in their iterations; velocities of the smallest links differ most
    assert np.abs(second - expected)[: 52 + 23].max() < 0.2
    positions = [*range(23), *range(52, 237), *range(507, 669)]  # joints, action, keypoints, goals
    np.testing.assert_allclose(second[positions], expected[positions], atol=5e-3)
    assert np.abs(second - first)[positions].max() > 0.02, "something must have moved"


def terms_of(layout: Layout, observation: np.ndarray) -> dict[str, np.ndarray]:
    sizes = [term.size * steps for term, (_, steps) in zip(layout_terms(layout), layout, strict=True)]
    return dict(zip(dict(layout), np.split(observation, np.cumsum(sizes)[:-1]), strict=True))


@pytest.mark.parametrize("task", ["self-supervised", "residual", "twist", "beyondmimic", "ours"])
def test_an_exported_policy_does_what_it_does_in_training(task, tmp_path):
    """Observations and targets of a file's policy and of the environment, at the start and after a step."""
    config = replace(ENVIRONMENTS["paper" if task == "residual" else task], residual_action=task == "residual")
    quiet = {"video_noise": QUIET.video_noise, "randomization": QUIET.randomization}
    env = environment(config.with_worlds(4).evaluating(), start=StartNoise(0, 0, 0, 0, 0, 0), **quiet)
    env.assign(torch.zeros(4, dtype=torch.long))
    about, outputs = metadata(env.config, task), np.linspace(-0.4, 0.6, env.num_actions)
    path = write_policy(tmp_path / "p.onnx", np.zeros((about.observation_size, len(outputs))), outputs, about)
    policy, reference, world = Policy(path), prepare_reference(corpus().clip(0)), World(Physics(friction=0.8))
    state = world.reset(reference.start_state())

    def seen() -> dict[str, np.ndarray]:
        return terms_of(about.observations, env.get_observations()["actor"][0].double().numpy())

    policy.reset(reference, world.parameters())
    expected = terms_of(about.observations, policy.observe(state, 0))
    for name, value in seen().items():
        if name not in ("foot_force", "foot_contact"):  # a fresh batched world has not measured any yet
            np.testing.assert_allclose(value, expected[name], atol=3e-4, err_msg=name)
    policy.reset(reference, world.parameters())
    targets = policy.act(state, 0)
    env.step(torch.as_tensor(outputs, dtype=torch.float32).expand(4, len(outputs)))
    np.testing.assert_allclose(env.world.ctrl[0].numpy(), targets, atol=1e-5)
    expected, compared = terms_of(about.observations, policy.observe(world.step(targets), 1)), 0
    for name, value in seen().items():
        if name in ("last_action", "last_weight_logits", "joint_pos", "twist_goals", "later_keypoint_diff"):
            np.testing.assert_allclose(value, expected[name], atol=5e-3, err_msg=name)
            compared += 1
    assert compared >= (1 if task == "beyondmimic" else 2)
