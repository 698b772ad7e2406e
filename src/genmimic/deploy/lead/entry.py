"""The first frame of a motion, as far as a lead-in has to know it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genmimic import rotation
from genmimic.motion.robot_motion import RobotMotion
from genmimic.motion.velocities import RobotKinematics
from genmimic.robot.names import FOOT_NAMES, KEYPOINT_NAMES

LOOKED_AT = 5
"""Frames over which the motion's first velocity is taken: that of one frame is the video's noise."""
FASTEST, FASTEST_TURN, FASTEST_JOINT = 0.8, 2.5, 4.0
"""Velocities that a lead-in reaches at most, m/s and rad/s; a video may begin with any."""
_FEET = [KEYPOINT_NAMES.index(name) for name in FOOT_NAMES]


@dataclass(frozen=True)
class Entry:
    """The frame into which a robot at rest is to be led.

    Attributes:
        root_pos_w: Pelvis, (3,), metres.
        root_lin_vel_w: Its velocity over the first frames, (3,), m/s.
        yaw_rate: Likewise, rad/s.
        ankle_pos_w: Origins of the ankle roll links, (2, 3).
        ankle_quat_w: (2, 4).
        ankle_lin_vel_w: (2, 3), m/s.
        ankle_ang_vel_w: (2, 3), rad/s.
        planted: Whether each foot stands, (2,); at least one does.
        yaw: Heading of the pelvis, radians.
    """

    root_pos_w: np.ndarray
    root_lin_vel_w: np.ndarray
    yaw_rate: float
    ankle_pos_w: np.ndarray
    ankle_quat_w: np.ndarray
    ankle_lin_vel_w: np.ndarray
    ankle_ang_vel_w: np.ndarray
    planted: np.ndarray
    yaw: float


def entry_of(motion: RobotMotion, kinematics: RobotKinematics) -> Entry:
    """What a lead-in has to know of a motion's first frame; a foot that is lower than the other one stands.

    Args:
        motion: The motion.
        kinematics: Its own.
    """
    pos_w, quat_w = kinematics.keypoint_pos_w[0, _FEET], kinematics.keypoint_quat_w[0, _FEET]
    planted = motion.foot_contact[0] >= 0.5
    if not planted.any():
        planted = np.arange(2) == int(pos_w[:, 2].argmin())
    return Entry(
        root_pos_w=motion.root_pos_w[0],
        root_lin_vel_w=slowed(first_velocity(kinematics.root_lin_vel_w), FASTEST),
        yaw_rate=float(np.clip(first_velocity(kinematics.root_ang_vel_w)[2], -FASTEST_TURN, FASTEST_TURN)),
        ankle_pos_w=pos_w,
        ankle_quat_w=quat_w,
        ankle_lin_vel_w=slowed(first_velocity(kinematics.keypoint_lin_vel_w)[_FEET], FASTEST),
        ankle_ang_vel_w=slowed(first_velocity(kinematics.keypoint_ang_vel_w)[_FEET], FASTEST_TURN),
        planted=planted,
        yaw=float(rotation.yaw(motion.root_quat_w[0])),
    )


def first_velocity(velocity: np.ndarray) -> np.ndarray:
    """Mean (...) of the first frames' velocities (T, ...)."""
    return velocity[:LOOKED_AT].mean(0)


def slowed(velocity: np.ndarray, fastest: float) -> np.ndarray:
    """Velocities (..., 3) no faster than `fastest`."""
    speed = np.linalg.norm(velocity, axis=-1, keepdims=True)
    return velocity * np.minimum(1.0, fastest / np.maximum(speed, 1e-9))
