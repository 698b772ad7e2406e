import numpy as np
import pytest

from genmimic import rotation
from genmimic.motion.velocities import angular_velocity, compute_kinematics, differentiate
from genmimic.robot.names import KEYPOINT_NAMES


def test_quadratic_motion_has_exact_derivatives_up_to_its_ends():
    t = np.arange(9) / 30.0
    values = np.stack([3.0 * t**2 - t + 1.0, 2.0 * t], axis=-1)
    assert differentiate(values, 30.0) == pytest.approx(np.stack([6.0 * t - 1.0, np.full(9, 2.0)], axis=-1), abs=1e-9)


def test_constant_turn_has_its_exact_angular_velocity():
    t = np.arange(12) / 50.0
    omega = np.array([1.0, -2.0, 3.0])
    start = rotation.normalize(np.array([0.3, -0.5, 0.2, 0.7]))
    quat = rotation.multiply(rotation.from_axis_angle(t[:, None] * omega), np.broadcast_to(start, (12, 4)))
    quat[5:] *= -1.0  # both signs are the same orientation
    assert angular_velocity(quat, 50.0) == pytest.approx(np.broadcast_to(omega, (12, 3)), abs=1e-9)


@pytest.mark.parametrize("frames", [1, 2])
def test_very_short_motions(frames):
    values = np.arange(frames)[:, None] * np.ones(3)
    expected = np.zeros((1, 3)) if frames == 1 else np.full((2, 3), 10.0)
    assert differentiate(values, 10.0) == pytest.approx(expected)
    quat = rotation.from_axis_angle(values * [0.1, 0.0, 0.0])
    assert angular_velocity(quat, 10.0)[:, 0] == pytest.approx(0.1 * expected[:, 0], abs=1e-9)


def test_keypoint_velocities_match_differences_of_their_positions(make_robot_motion):
    kinematics = compute_kinematics(make_robot_motion(frames=400, fps=500.0))
    differences = differentiate(kinematics.keypoint_pos_w, 500.0)
    assert np.abs(kinematics.keypoint_lin_vel_w - differences)[1:-1].max() < 2e-3
    turning = angular_velocity(kinematics.keypoint_quat_w, 500.0)
    assert np.abs(kinematics.keypoint_ang_vel_w - turning)[1:-1].max() < 5e-3
    assert np.abs(kinematics.keypoint_lin_vel_w).max() > 0.5
    assert kinematics.keypoint_pos_w.shape == (400, len(KEYPOINT_NAMES), 3)
