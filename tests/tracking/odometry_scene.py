"""Robots whose feet stand exactly still, for tests of the odometry."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genmimic import rotation
from genmimic.robot.constants import DEFAULT_JOINT_POS
from genmimic.tracking.body_motion import BodyMotion, body_motion
from genmimic.tracking.odometry import Odometry, start, step


@dataclass(frozen=True)
class Track:
    """A motion of T control steps: pelvis (T, 3), (T, 4), its angular velocity (T, 3), joints (T, 23), velocities."""

    root_pos_w: np.ndarray
    root_quat_w: np.ndarray
    ang_vel_b: np.ndarray
    joint_pos: np.ndarray
    joint_vel: np.ndarray

    def body(self, frame: int) -> BodyMotion:
        return body_motion(self.joint_pos[frame], self.joint_vel[frame])


def random_readings(rng: np.random.Generator, worlds: int, steps: int) -> list[tuple[np.ndarray, ...]]:
    """Readings (imu, gyro, joints, joint velocities) of N robots that move at random but smoothly."""
    phase, rate = rng.uniform(0, 6, (worlds, 30)), rng.uniform(0.5, 2.0, (worlds, 30))
    readings = []
    for frame in range(steps):
        wave = 0.3 * np.sin(phase + rate * 0.02 * frame)
        joint_vel = 0.3 * rate * np.cos(phase + rate * 0.02 * frame)
        quat = rotation.from_axis_angle(wave[:, 23:26] * np.array([0.3, 0.3, 4.0]))
        readings.append((quat, wave[:, 26:29], DEFAULT_JOINT_POS + wave[:, :23], joint_vel[:, :23]))
    return readings


def follow(track: Track) -> list[Odometry]:
    """Odometry of each step of a track, started at its first pose."""
    odometry = start(track.root_quat_w[0], track.ang_vel_b[0], track.body(0), track.root_pos_w[0], track.root_quat_w[0])
    estimates = [odometry]
    for frame in range(1, len(track.root_pos_w)):
        odometry = step(odometry, track.root_quat_w[frame], track.ang_vel_b[frame], track.body(frame))
        estimates.append(odometry)
    return estimates
