"""A single robot's estimator: the numbers of training, and quick."""

from __future__ import annotations

import time

import numpy as np
import pytest
from tracking.odometry_scene import random_readings

from genmimic import rotation
from genmimic.robot.model import default_qpos
from genmimic.sim.estimator import BodyKinematics, StateEstimator
from genmimic.sim.world import Physics, StartState, World
from genmimic.tracking import odometry as legs
from genmimic.tracking.body_motion import body_motion
from genmimic.tracking.estimated import estimated_state
from genmimic.tracking.sensor_noise import SENSOR_DRAWS, START_DRAWS, Readings, SensorNoise, read_sensors, start_drift


def _one(reading: tuple[np.ndarray, ...]) -> Readings:
    imu, gyro, joint_pos, joint_vel = (value[0] for value in reading)
    return Readings(imu, gyro, joint_pos, joint_vel)


def test_mujoco_has_the_same_kinematics():
    rng = np.random.default_rng(0)
    joint_pos, joint_vel = 0.5 * rng.standard_normal(23), rng.standard_normal(23)
    expected, found = body_motion(joint_pos, joint_vel), BodyKinematics()(joint_pos, joint_vel)
    for name, value in vars(expected).items():
        np.testing.assert_allclose(getattr(found, name), value, atol=1e-12, err_msg=name)


def test_it_estimates_what_torch_does_in_training():
    torch = pytest.importorskip("torch")
    readings = random_readings(np.random.default_rng(1), 1, 30)
    estimator, action = StateEstimator(), np.arange(23.0)
    pos, quat = np.array([1.0, 2.0, 0.7]), rotation.from_axis_angle(np.array([0.0, 0.0, 1.0]))
    found = estimator.start(_one(readings[0]), pos, quat)
    for reading in readings[1:]:
        found = estimator.step(_one(reading), action)

    tensors = [[torch.as_tensor(value) for value in reading] for reading in readings]
    imu, gyro, joint_pos, joint_vel = tensors[0]
    start = torch.as_tensor(pos)[None], torch.as_tensor(quat)[None]
    body = body_motion(joint_pos, joint_vel)
    odometry = legs.start(imu, gyro, body, *start)
    for imu, gyro, joint_pos, joint_vel in tensors[1:]:
        body = body_motion(joint_pos, joint_vel)
        odometry = legs.step(odometry, imu, gyro, body)
    expected = estimated_state(odometry, body, torch.as_tensor(action)[None])
    for name, value in vars(expected).items():
        if value is not None:
            np.testing.assert_allclose(getattr(found, name), value[0].numpy(), atol=1e-9, err_msg=name)


def test_a_standing_robot_knows_its_place():
    qpos = default_qpos()
    begin = StartState(qpos[:3], qpos[3:7], np.zeros(3), np.zeros(3), qpos[7:], np.zeros(23))
    world, rng = World(Physics()), np.random.default_rng(2)
    state, estimator, noise = world.reset(begin), StateEstimator(), SensorNoise()
    drift, target = start_drift(noise, rng.standard_normal(START_DRAWS)), begin.joint_pos
    readings, drift = read_sensors(noise, state, drift, rng.standard_normal(SENSOR_DRAWS))
    known, errors = estimator.start(readings, state.root_pos_w, state.root_quat_w), []
    for _ in range(25):
        errors.append(np.linalg.norm(known.root_pos_w - state.root_pos_w))
        state = world.step(target)
        readings, drift = read_sensors(noise, state, drift, rng.standard_normal(SENSOR_DRAWS))
        known = estimator.step(readings)
    assert max(errors) < 0.06  # with the noise of table 8, 6 degrees of tilt among it
    assert not known.foot_force_w.any()


def test_it_must_be_started():
    with pytest.raises(RuntimeError, match="start"):
        StateEstimator().step(_one(random_readings(np.random.default_rng(0), 1, 1)[0]))


def test_a_step_takes_a_fraction_of_a_millisecond():
    readings = _one(random_readings(np.random.default_rng(0), 1, 1)[0])
    estimator = StateEstimator()
    estimator.start(readings, np.zeros(3), readings.imu_quat_w)
    seconds = []
    for _ in range(200):
        begin = time.process_time()
        estimator.step(readings)
        seconds.append(time.process_time() - begin)
    assert np.median(seconds) < 1e-3
