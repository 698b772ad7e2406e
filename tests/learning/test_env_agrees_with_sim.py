"""A policy sees the same in training and in the CPU simulation that validates it and runs `genmimic run`."""

import numpy as np
import pytest
import torch
from learning.env_scene import QUIET, environment
from learning.motions import corpus

from genmimic.learning.env_config import StartNoise
from genmimic.robot.constants import DEFAULT_JOINT_POS
from genmimic.sim.reference import prepare_reference
from genmimic.sim.world import Physics, World
from genmimic.tracking.actions import joint_targets
from genmimic.tracking.observations import TEACHER, observe


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
