"""Footholds of corrupted motions."""

from __future__ import annotations

import numpy as np

from genmimic import rotation
from genmimic.motion.noise_feet import plant_feet
from genmimic.robot.constants import DEFAULT_JOINT_POS, JOINT_LOWER, JOINT_UPPER
from genmimic.robot.kinematics import forward_kinematics

FEET = [6, 12]
FPS = 50.0


def standing(frames: int = 150) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    root = np.tile([0.0, 0.0, 0.74], (frames, 1))
    return root, np.tile([1.0, 0.0, 0.0, 0.0], (frames, 1)), np.tile(DEFAULT_JOINT_POS, (frames, 1))


def shaken(frames: int = 150) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Standing with legs, pelvis and heading that waver slowly by a few degrees and centimetres."""
    root, quat, joints = standing(frames)
    time = np.arange(frames)[:, None] / FPS
    phase = np.arange(12.0)
    joints[:, :12] += 0.06 * np.sin(3.0 * time + phase)
    root += 0.02 * np.sin(2.0 * time + [0.0, 1.0, 2.0])
    turn = np.zeros((frames, 3))
    turn[:, 2] = 0.1 + 0.03 * np.sin(2.5 * time[:, 0])
    return root, rotation.multiply(rotation.from_axis_angle(turn), quat), joints


def test_standing_feet_stay_and_lie_flat_on_the_floor() -> None:
    true, noisy = standing(), shaken()
    before, _ = forward_kinematics(*noisy)
    planted = plant_feet(noisy, true, np.ones((150, 2), bool), FPS)
    after, quat = forward_kinematics(*planted)
    clean, _ = forward_kinematics(*true)
    assert np.ptp(before[:, FEET, :2], axis=0).max() > 0.03
    assert np.ptp(after[:, FEET, :2], axis=0).max() < 0.003
    np.testing.assert_allclose(after[:, FEET, 2], clean[:, FEET, 2], atol=0.003)
    upright = rotation.rotate(quat[:, FEET], np.array([0.0, 0.0, 1.0]))
    assert upright[..., 2].min() > np.cos(0.03)
    # footholds lie where the noise had the feet, not where they truly were
    np.testing.assert_allclose(after[:, FEET, :2].mean(0), before[:, FEET, :2].mean(0), atol=0.003)


def test_a_foot_in_the_air_keeps_its_noise() -> None:
    true, noisy = standing(), shaken()
    stance = np.tile([True, False], (150, 1))
    planted = plant_feet(noisy, true, stance, FPS)
    np.testing.assert_allclose(planted[2][:, 6:12], noisy[2][:, 6:12], atol=1e-6)


def test_nothing_stands_nothing_changes() -> None:
    noisy = shaken()
    for before, after in zip(noisy, plant_feet(noisy, standing(), np.zeros((150, 2), bool), FPS), strict=True):
        np.testing.assert_array_equal(before, after)


def test_joints_stay_within_limits_when_a_foothold_is_out_of_reach() -> None:
    true = standing()
    noisy = (true[0] + np.linspace(0.0, 2.0, 150)[:, None] * [1.0, 0.0, 0.0], true[1], true[2])
    _, _, joints = plant_feet(noisy, true, np.ones((150, 2), bool), FPS)
    assert np.isfinite(joints).all()
    assert (joints >= JOINT_LOWER).all() and (joints <= JOINT_UPPER).all()
    assert np.abs(np.diff(joints, axis=0)).max() < 0.3
