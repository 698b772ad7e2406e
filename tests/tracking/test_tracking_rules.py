"""Actions, goals, noise and terminations."""

import numpy as np
import pytest

from genmimic import rotation
from genmimic.tracking import actions, goals, noise, terminations
from genmimic.tracking.observations import STUDENT, layout_terms


def pitch(angle: float) -> np.ndarray:
    return rotation.from_axis_angle(np.array([0.0, angle, 0.0]))


def test_equation_4_clips_then_scales_around_the_default_pose():
    default = np.array([0.1, 0.2, 0.3])
    targets = actions.joint_targets(np.array([2.0, -50.0, 10.0]), default)
    np.testing.assert_allclose(targets, [0.1 + 0.5, 0.2 - 2.5, 0.3 + 2.5])
    np.testing.assert_allclose(actions.action_of_targets(targets, default), [2.0, -10.0, 10.0])


def test_equation_5_with_motor_strength_and_limits():
    torque = actions.pd_torque(
        np.array([1.0, 1.0, -1.0]),
        np.zeros(3),
        np.array([2.0, 0.0, 0.0]),
        kp=np.array([100.0, 100.0, 200.0]),
        kd=np.array([5.0, 5.0, 5.0]),
        effort_limit=np.array([88.0, 200.0, 50.0]),
        motor_strength=0.5,
    )
    np.testing.assert_allclose(torque, [45.0, 50.0, -50.0])


def test_actions_agree_between_numpy_and_torch():
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(0)
    action, default, limit = 20 * rng.standard_normal((3, 23)), rng.standard_normal(23), np.full(23, 2.0)
    arguments = (default, action[0] / 50, action[1], np.full(23, 80.0), np.full(23, 2.0), limit)
    targets = actions.joint_targets(torch.as_tensor(action), torch.as_tensor(default))
    np.testing.assert_allclose(targets.numpy(), actions.joint_targets(action, default))
    torque = actions.pd_torque(*(torch.as_tensor(a) for a in arguments))
    np.testing.assert_allclose(torque.numpy(), actions.pd_torque(*arguments))


def test_future_frames_clamp_at_the_end():
    np.testing.assert_array_equal(goals.future_frames(np.array(3), 6, (1, 2, 3, 4)), [4, 5, 5, 5])
    np.testing.assert_array_equal(
        goals.future_frames(np.array([0, 8]), np.array([3, 10]), (1, 2, 3)), [[1, 2, 2], [9, 9, 9]]
    )


def test_a_goal_shows_the_frames_ahead_and_the_pelvis_now():
    keypoints = np.arange(5)[:, None, None] * np.ones((5, 27, 3))
    root = np.arange(5)[:, None] * np.ones((5, 3))
    goal = goals.goal_at(keypoints, root, np.tile([1.0, 0, 0, 0], (5, 1)), 1, tuple(range(1, 11)))
    np.testing.assert_array_equal(goal.keypoint_pos_w[:, 0, 0], [2, 3, 4, 4, 4, 4, 4, 4, 4, 4])
    np.testing.assert_array_equal(goal.root_pos_w, [1, 1, 1])


def test_the_papers_fall_rule_is_44_degrees_of_pitch_or_roll():
    angles = np.radians([0, 44.0, 45.0, -45.0])
    fallen = terminations.fallen_by_paper(np.stack([pitch(a) for a in angles]))
    np.testing.assert_array_equal(fallen, [False, False, True, True])


def test_a_bend_that_the_reference_makes_is_no_fall_by_our_rule():
    bent, turned_bent = (
        pitch(np.radians(70)),
        rotation.multiply(rotation.from_axis_angle(np.array([0, 0, 2.0])), pitch(1.2)),
    )
    assert terminations.fallen_by_paper(bent)
    assert not terminations.tilted(bent, turned_bent)
    assert terminations.tilted(bent, pitch(np.radians(20)))
    np.testing.assert_allclose(terminations.tilt_from_reference(bent, pitch(0.0)), np.radians(70), atol=1e-9)


def test_height_and_deviation():
    np.testing.assert_array_equal(terminations.sunk(np.array([[0, 0, 0.29], [0, 0, 0.31]])), [True, False])
    goal = np.zeros((27, 3))
    off = goal.copy()
    off[:13] = [0.6, 0.8, 0.0]  # 13 keypoints by 1 m
    np.testing.assert_allclose(terminations.keypoint_deviation(off, goal), 13 / 27)
    assert not terminations.deviated(off, goal)
    off[13] = [0, 0, 1.0]
    assert terminations.deviated(off, goal)


def test_noise_has_the_spread_of_table_8():
    rng = np.random.default_rng(0)
    draws = [noise.observation_noise(STUDENT, rng, severity=2.0) for _ in range(400)]
    for term, values in zip(layout_terms(STUDENT), zip(*draws, strict=True), strict=True):
        assert np.std(values) == pytest.approx(2.0 * term.noise, rel=0.1), term.name
    offsets = noise.goal_offset(rng, 5000)
    assert 0.0199 < np.abs(offsets).max() <= 0.02
