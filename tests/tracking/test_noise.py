import numpy as np
import pytest

from genmimic.tracking.noise import GOAL_NOISE, GOAL_OFFSET, goal_offset, noisy_goal
from genmimic.tracking.randomization import PAPER
from genmimic.tracking.state import Goal

FRAMES = 4000


def goal(joint_pos: np.ndarray | None = None) -> Goal:
    return Goal(np.zeros((FRAMES, 27, 3)), np.zeros(3), np.array([1.0, 0.0, 0.0, 0.0]), joint_pos)


def test_keypoints_get_a_lasting_offset_and_fresh_noise():
    rng = np.random.default_rng(0)
    offset = goal_offset(rng)
    assert offset.shape == (27, 3) and 0.9 * GOAL_OFFSET < abs(offset).max() <= GOAL_OFFSET
    noisy = noisy_goal(goal(), offset, rng, severity=0.5)
    assert noisy.joint_pos is None
    np.testing.assert_allclose(noisy.keypoint_pos_w.mean(0), 0.5 * offset, atol=0.003)
    np.testing.assert_allclose(noisy.keypoint_pos_w.std(0), 0.5 * GOAL_NOISE, rtol=0.1)


def test_joints_get_the_same_noise_as_in_training():
    noisy = noisy_goal(goal(np.ones((FRAMES, 23))), np.zeros((27, 3)), np.random.default_rng(1))
    assert noisy.joint_pos is not None
    np.testing.assert_allclose(noisy.joint_pos.mean(0), 1.0, atol=0.005)
    # learning.env.goals takes this number for keypoints and joints alike
    np.testing.assert_allclose(noisy.joint_pos.std(0), PAPER.goal_noise, rtol=0.1)
    assert PAPER.goal_noise == pytest.approx(0.05) and PAPER.goal_offset == pytest.approx(0.02)
