"""Simulated sensors: as noisy as they say, and an IMU whose yaw alone runs away."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tracking.observation_scene import random_scene

from genmimic import rotation
from genmimic.robot import mirror
from genmimic.tracking.frames import projected_gravity_b
from genmimic.tracking.mirroring import mirror_state
from genmimic.tracking.sensor_noise import (
    SENSOR_DRAWS,
    START_DRAWS,
    ImuDrift,
    SensorNoise,
    mirror_drift,
    read_sensors,
    start_drift,
)
from genmimic.tracking.state import RobotState

WORLDS = 4000


def scene(worlds: int = WORLDS) -> tuple[RobotState, np.random.Generator]:
    rng = np.random.default_rng(0)
    state = random_scene(0, (worlds,))[0]
    # upright enough for a heading to mean something
    quat = rotation.from_axis_angle(rng.uniform(-0.5, 0.5, (worlds, 3)))
    return replace(state, root_quat_w=quat), rng


def yaw_of(quat: np.ndarray) -> np.ndarray:
    half = rotation.heading(quat)
    return 2.0 * np.arctan2(half[..., 3], half[..., 0])


def test_noise_is_as_large_as_stated():
    state, rng = scene()
    noise = replace(SensorNoise(), tilt_bias=0.0)
    drift = start_drift(noise, rng.standard_normal((WORLDS, START_DRAWS)))
    readings, _ = read_sensors(noise, state, drift, rng.standard_normal((WORLDS, SENSOR_DRAWS)))
    assert (readings.joint_pos - state.joint_pos).std() == pytest.approx(0.01, rel=0.05)
    assert (readings.joint_vel - state.joint_vel).std() == pytest.approx(0.1, rel=0.05)
    true = rotation.rotate_inverse(state.root_quat_w, state.root_ang_vel_w)
    assert (readings.ang_vel_b - true).std() == pytest.approx(0.5, rel=0.05)
    tilt = np.arccos(
        (projected_gravity_b(readings.imu_quat_w) * projected_gravity_b(state.root_quat_w)).sum(-1).clip(-1, 1)
    )
    assert np.sqrt((tilt**2).mean()) == pytest.approx(0.1 * 2**0.5, rel=0.1)
    np.testing.assert_allclose(yaw_of(readings.imu_quat_w), yaw_of(state.root_quat_w), atol=1e-9)


def test_exact_sensors_read_the_truth_and_do_not_drift():
    state, rng = scene(5)
    noise = SensorNoise().scaled(0.0)
    drift = start_drift(noise, rng.standard_normal((5, START_DRAWS)))
    readings, drift = read_sensors(noise, state, drift, rng.standard_normal((5, SENSOR_DRAWS)))
    np.testing.assert_array_equal(readings.joint_pos, state.joint_pos)
    np.testing.assert_allclose(rotation.angle_between(readings.imu_quat_w, state.root_quat_w), 0.0, atol=1e-7)
    np.testing.assert_array_equal(drift.yaw, np.zeros(5))


def test_yaw_drifts_by_its_rate_and_by_a_share_of_turns():
    state, _ = scene(2)
    noise = replace(SensorNoise(), yaw_walk=0.0)
    state = replace(state, root_ang_vel_w=np.array([[0.0, 0.0, 0.0], [0.0, 0.0, 2.0]]))
    drift = ImuDrift(np.zeros(2), np.full(2, 0.01), np.full(2, 0.05), np.zeros((2, 2)))
    for _ in range(50):
        _, drift = read_sensors(noise, state, drift, np.zeros((2, SENSOR_DRAWS)))
    # by hand: a second of 0.01 rad/s; and 5 % of a turn of 2 rad more
    np.testing.assert_allclose(drift.yaw, [0.01, 0.01 + 0.05 * 2.0])


def test_a_settled_imu_keeps_its_constant_errors_only():
    settled = SensorNoise().settled()
    assert settled.tilt == 0.0 and settled.joint_pos == 0.0 and settled.ang_vel == 0.0
    assert settled.tilt_bias == SensorNoise().tilt_bias and settled.yaw_rate == SensorNoise().yaw_rate


def test_the_mirrored_robot_has_the_mirrored_imu():
    state, rng = scene(3)
    noise = SensorNoise()
    drift = replace(start_drift(noise, rng.standard_normal((3, START_DRAWS))), yaw=rng.normal(size=3))
    quiet = np.zeros((3, SENSOR_DRAWS))
    readings, after = read_sensors(noise, state, drift, quiet)
    mirrored, mirrored_after = read_sensors(noise, mirror_state(state), mirror_drift(drift), quiet)
    apart = rotation.angle_between(mirrored.imu_quat_w, mirror.mirror_quat(readings.imu_quat_w))
    np.testing.assert_allclose(apart, 0.0, atol=1e-7)
    np.testing.assert_allclose(mirrored.ang_vel_b, mirror.mirror_axial(readings.ang_vel_b), atol=1e-12)
    for name, value in vars(mirror_drift(after)).items():
        np.testing.assert_allclose(getattr(mirrored_after, name), value, atol=1e-12, err_msg=name)
