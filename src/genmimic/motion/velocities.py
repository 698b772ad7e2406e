"""Velocities of a robot's motion: differences in time for root and joints, exact recursion for the keypoints."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genmimic import rotation
from genmimic.motion.robot_motion import RobotMotion
from genmimic.robot.kinematics import forward_kinematics, keypoint_velocities


@dataclass(frozen=True)
class RobotKinematics:
    """All that follows from a `RobotMotion` by kinematics; T frames, world frame.

    Attributes:
        joint_vel: (T, 23), rad/s.
        root_lin_vel_w: Velocity of the pelvis origin, (T, 3), m/s.
        root_ang_vel_w: Angular velocity of the pelvis, (T, 3), rad/s.
        keypoint_pos_w: (T, 27, 3), metres.
        keypoint_quat_w: (T, 27, 4), w, x, y, z.
        keypoint_lin_vel_w: (T, 27, 3), m/s, consistent with the joint velocities.
        keypoint_ang_vel_w: (T, 27, 3), rad/s.
    """

    joint_vel: np.ndarray
    root_lin_vel_w: np.ndarray
    root_ang_vel_w: np.ndarray
    keypoint_pos_w: np.ndarray
    keypoint_quat_w: np.ndarray
    keypoint_lin_vel_w: np.ndarray
    keypoint_ang_vel_w: np.ndarray


def compute_kinematics(motion: RobotMotion) -> RobotKinematics:
    """Velocities and keypoints of a motion."""
    root_lin_vel_w, root_ang_vel_w, joint_vel = pose_velocities(motion)
    pos_w, quat_w = forward_kinematics(motion.root_pos_w, motion.root_quat_w, motion.joint_pos)
    lin_vel_w, ang_vel_w = keypoint_velocities(root_lin_vel_w, root_ang_vel_w, joint_vel, pos_w, quat_w)
    return RobotKinematics(joint_vel, root_lin_vel_w, root_ang_vel_w, pos_w, quat_w, lin_vel_w, ang_vel_w)


def pose_velocities(motion: RobotMotion) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Velocities of a motion's poses: root_lin_vel_w (T, 3), root_ang_vel_w (T, 3), joint_vel (T, 23); m/s, rad/s."""
    return (
        differentiate(motion.root_pos_w, motion.fps),
        angular_velocity(motion.root_quat_w, motion.fps),
        differentiate(motion.joint_pos, motion.fps),
    )


def differentiate(values: np.ndarray, fps: float) -> np.ndarray:
    """Time derivative (T, ...) of values (T, ...), of second order: exact for quadratic functions of time."""
    if len(values) < 3:
        return _of_short(values[1:] - values[:-1], values.shape, fps)
    return np.gradient(values, 1.0 / fps, axis=0, edge_order=2)


def angular_velocity(quat: np.ndarray, fps: float) -> np.ndarray:
    """Angular velocity (T, ..., 3) in rad/s, in the frame to which orientations (T, ..., 4) lead.

    Central differences on the rotation group, exact for constant angular velocity; second order at both ends.
    """
    shape = (*quat.shape[:-1], 3)
    step = rotation.to_axis_angle(rotation.multiply(quat[1:], rotation.conjugate(quat[:-1])))
    if len(quat) < 3:
        return _of_short(step, shape, fps)
    double_step = rotation.to_axis_angle(rotation.multiply(quat[2:], rotation.conjugate(quat[:-2])))
    velocity = np.empty(shape)
    velocity[1:-1] = 0.5 * fps * double_step
    velocity[0] = 2.0 * fps * step[0] - velocity[1]
    velocity[-1] = 2.0 * fps * step[-1] - velocity[-2]
    return velocity


def _of_short(steps: np.ndarray, shape: tuple[int, ...], fps: float) -> np.ndarray:
    """Derivative of two frames (their step, twice) or of one (zero)."""
    return np.broadcast_to(steps * fps, shape).copy() if len(steps) else np.zeros(shape)
