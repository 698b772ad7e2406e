"""Leg odometry: hand-computed stances, planted feet, mirror, torch."""

from __future__ import annotations

import numpy as np
import pytest
from tracking.odometry_scene import Track, follow, planted_walk, random_readings

from genmimic import rotation
from genmimic.robot import mirror
from genmimic.robot.constants import DEFAULT_JOINT_POS
from genmimic.robot.kinematics import forward_kinematics
from genmimic.robot.names import JOINT_NAMES
from genmimic.tracking.body_motion import body_motion
from genmimic.tracking.odometry import Odometry, mirror_odometry, start, step

STEP = 0.02


def _yaw(angle: float) -> np.ndarray:
    return np.array([np.cos(angle / 2), 0.0, 0.0, np.sin(angle / 2)])


def test_starts_at_the_given_place_on_its_soles():
    body = body_motion(DEFAULT_JOINT_POS, np.zeros(23))
    odometry = start(_yaw(2.0), np.zeros(3), body, np.array([1.0, 2.0, 9.0]), _yaw(-0.5))
    np.testing.assert_allclose(odometry.root_pos_w[:2], [1.0, 2.0])
    # by hand: the soles of both feet are level in the default pose, and on the floor
    assert odometry.root_pos_w[2] == pytest.approx(-body.sole_pos_b[..., 2].min(), abs=2e-3)
    np.testing.assert_allclose(odometry.root_quat_w, _yaw(-0.5), atol=1e-12)
    np.testing.assert_allclose(odometry.root_lin_vel_w, 0.0, atol=1e-12)


def test_pelvis_turning_over_a_planted_ankle_moves_on_a_circle():
    # one ankle roll of 0.2 rad/s with the sole still on the floor: the pelvis circles around the ankle's axis
    joint_vel = np.zeros(23)
    joint_vel[JOINT_NAMES.index("left_ankle_roll_joint")] = 0.2
    joint_vel[JOINT_NAMES.index("right_ankle_roll_joint")] = 0.2
    gyro = np.array([-0.2, 0.0, 0.0])
    straight = np.zeros(23)
    body = body_motion(straight, joint_vel)
    odometry = start(_yaw(0.0), gyro, body, np.zeros(3), _yaw(0.0))
    ankle = forward_kinematics(np.zeros(3), _yaw(0.0), straight)[0][6]
    # both ankles turn alike, so the velocity is that of a pelvis turning about the mean of the two axes
    np.testing.assert_allclose(odometry.root_lin_vel_w, np.cross(gyro, [-ankle[0], 0.0, -ankle[2]]), atol=1e-9)


def test_a_standing_robot_that_sways_stays():
    steps = 300
    sway = 0.1 * np.sin(np.arange(steps) * STEP * 3.0)
    rate = 0.3 * np.cos(np.arange(steps) * STEP * 3.0)
    joint_pos, joint_vel = np.tile(DEFAULT_JOINT_POS, (steps, 1)), np.zeros((steps, 23))
    for side in ("left", "right"):
        index = JOINT_NAMES.index(f"{side}_ankle_pitch_joint")
        joint_pos[:, index] += sway
        joint_vel[:, index] = rate
    quat = rotation.from_axis_angle(np.stack([0 * sway, -sway, 0 * sway], -1))
    track = Track(np.zeros((steps, 3)), quat, np.stack([0 * rate, -rate, 0 * rate], -1), joint_pos, joint_vel)
    estimates = follow(track)
    foot_then, foot_now = (
        forward_kinematics(estimates[frame].root_pos_w, quat[frame], joint_pos[frame])[0][6] for frame in (0, -1)
    )
    assert np.linalg.norm((foot_now - foot_then)[:2]) < 2e-3


def test_a_walk_on_planted_feet_drifts_less_than_a_hundredth_of_the_way():
    track = planted_walk()
    estimates = follow(track)
    distance = np.linalg.norm(np.diff(track.root_pos_w, axis=0), axis=-1).sum()
    errors = np.stack([estimate.root_pos_w for estimate in estimates]) - track.root_pos_w
    assert distance > 1.9
    assert np.linalg.norm(errors[-1]) < 0.01 * distance
    assert np.abs(errors[..., :2]).max() < 0.02 and np.abs(errors[..., 2]).max() < 0.005
    velocity = np.array([estimate.root_lin_vel_w for estimate in estimates])[25:]
    assert np.linalg.norm(velocity[:, :2], axis=-1).mean() == pytest.approx(0.4, rel=0.05)


def test_heading_wraps_without_a_jump():
    steps = 400
    yaw = np.linspace(0.0, 4 * np.pi, steps)
    rate = (yaw[1] - yaw[0]) / STEP
    quat = np.stack([_yaw(angle) for angle in yaw])
    joints = np.tile(DEFAULT_JOINT_POS, (steps, 1))
    track = Track(np.zeros((steps, 3)), quat, np.tile([0.0, 0.0, rate], (steps, 1)), joints, np.zeros((steps, 23)))
    # a robot that turns as a whole, feet and all: its heading is the IMU's throughout
    estimates = follow(track)
    errors = [rotation.angle_between(estimate.root_quat_w, q) for estimate, q in zip(estimates, quat, strict=True)]
    assert max(errors) < 1e-6
    assert all(np.isfinite(estimate.root_pos_w).all() for estimate in estimates)


def _run(readings, worlds: int) -> Odometry:
    imu, gyro, joint_pos, joint_vel = readings[0]
    zeros = 0 * gyro
    odometry = start(imu, gyro, body_motion(joint_pos, joint_vel), zeros, rotation.from_axis_angle(zeros))
    for imu, gyro, joint_pos, joint_vel in readings[1:]:
        odometry = step(odometry, imu, gyro, body_motion(joint_pos, joint_vel))
    return odometry


def test_mirrored_readings_give_the_mirrored_estimate():
    readings = random_readings(np.random.default_rng(1), 3, 40)
    mirrored = [
        (
            mirror.mirror_quat(imu),
            mirror.mirror_axial(gyro),
            mirror.mirror_joint_pos(joint_pos),
            mirror.mirror_joint_pos(joint_vel),
        )
        for imu, gyro, joint_pos, joint_vel in readings
    ]
    expected, found = mirror_odometry(_run(readings, 3)), _run(mirrored, 3)
    assert np.abs(expected.root_pos_w[:, 1]).max() > 0.01
    for name, value in vars(expected).items():
        np.testing.assert_allclose(getattr(found, name), value, atol=1e-9, err_msg=name)


def test_torch_gives_the_same_numbers():
    torch = pytest.importorskip("torch")
    readings = random_readings(np.random.default_rng(2), 3, 40)
    expected = _run(readings, 3)
    found = _run([tuple(torch.as_tensor(value) for value in reading) for reading in readings], 3)
    for name, value in vars(expected).items():
        np.testing.assert_allclose(getattr(found, name).numpy(), value, atol=1e-12, err_msg=name)
