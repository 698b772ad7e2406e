"""Robots whose feet stand exactly still, for tests of the odometry."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genmimic import rotation
from genmimic.robot.constants import DEFAULT_JOINT_POS, SOLE_HEIGHT
from genmimic.robot.kinematics import forward_kinematics
from genmimic.robot.names import FOOT_NAMES, KEYPOINT_NAMES
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


def planted_walk(steps: int = 10, speed: float = 0.4, turn_rate: float = 0.3, lift: float = 0.06) -> Track:
    """A walk on a circle, half a second a step, on flat feet of which one always stands exactly still."""
    frames = round(0.5 * 50)
    time = np.arange(steps * frames) * 0.02
    yaw = turn_rate * time
    pos = np.stack([np.sin(yaw), 1.0 - np.cos(yaw)], -1) * speed / turn_rate
    root_pos_w = np.concatenate([pos, np.full((len(time), 1), 0.7)], -1)
    root_quat_w = _about_z(yaw)
    feet_w = np.stack([_foot_path(side, steps, frames, speed, turn_rate, lift) for side in (1, -1)], 1)
    joint_pos = _legs(root_pos_w, root_quat_w, feet_w)
    ang_vel_b = np.tile([0.0, 0.0, turn_rate], (len(time), 1))
    return Track(root_pos_w, root_quat_w, ang_vel_b, joint_pos, np.gradient(joint_pos, 0.02, axis=0))


def _foot_path(side: int, steps: int, frames: int, speed: float, turn_rate: float, lift: float) -> np.ndarray:
    """Ankle position and yaw (T, 4) of the left (1) or right (-1) foot; the left one swings in even steps."""

    def place(time: np.ndarray) -> np.ndarray:
        yaw = turn_rate * time
        x = np.sin(yaw) * speed / turn_rate - 0.1 * side * np.sin(yaw)
        y = (1.0 - np.cos(yaw)) * speed / turn_rate + 0.1 * side * np.cos(yaw)
        return np.stack([x, y, 0 * yaw, yaw], -1)

    path = []
    for step_number in range(steps):
        swings = (step_number % 2 == 0) == (side == 1)
        # under the hip in the middle of its stance
        here = place(np.array(0.5 * (step_number - 0.5 if swings else step_number + 0.5)))
        there = place(np.array(0.5 * (step_number + 1.5)))
        share = (np.arange(frames) / frames)[:, None] if swings else np.zeros((frames, 1))
        moved = here + (there - here) * 0.5 * (1.0 - np.cos(np.pi * share))
        moved[:, 2] = SOLE_HEIGHT + lift * np.sin(np.pi * share[:, 0]) ** 2
        path.append(moved)
    return np.concatenate(path)


def _legs(root_pos_w: np.ndarray, root_quat_w: np.ndarray, feet_w: np.ndarray) -> np.ndarray:
    """Joint positions (T, 23) that put flat feet where (T, 2, 4) says, by Newton's method on all frames at once."""
    indices = [KEYPOINT_NAMES.index(name) for name in FOOT_NAMES]
    joint_pos = np.tile(DEFAULT_JOINT_POS, (len(root_pos_w), 1))
    joint_pos[:, [0, 6]], joint_pos[:, [3, 9]], joint_pos[:, [4, 10]] = -0.4, 0.8, -0.4

    def residual(joints: np.ndarray) -> np.ndarray:
        pos, quat = forward_kinematics(root_pos_w, root_quat_w, joints)
        turn = rotation.multiply(rotation.conjugate(_about_z(feet_w[..., 3])), quat[:, indices])
        apart = np.concatenate([pos[:, indices] - feet_w[..., :3], rotation.to_axis_angle(turn)], -1)
        return apart.reshape(-1, 12)

    for _ in range(12):
        now = residual(joint_pos)
        jacobian = np.stack([(residual(joint_pos + 1e-6 * np.eye(23)[j]) - now) / 1e-6 for j in range(12)], -1)
        joint_pos[:, :12] -= np.linalg.solve(jacobian, now[..., None])[..., 0]
    assert np.abs(residual(joint_pos)).max() < 1e-9
    return joint_pos


def _about_z(yaw: np.ndarray) -> np.ndarray:
    zeros = np.zeros_like(yaw)
    return np.stack([np.cos(yaw / 2), zeros, zeros, np.sin(yaw / 2)], -1)
