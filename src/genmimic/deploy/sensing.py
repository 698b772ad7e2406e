"""From a message of the robot to the state that observations are computed from.

A robot measures its joints, its pelvis' orientation and angular velocity, and no more. Where it stands and how fast
it moves is an estimate or unknown, the forces on its feet are unknown: terms that need them are refused before
anything moves (`deploy.measurable`).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from genmimic import rotation
from genmimic.deploy.link import LowState
from genmimic.robot.collision import SOLE_CORNERS
from genmimic.robot.kinematics import forward_kinematics, keypoint_velocities
from genmimic.robot.names import FOOT_NAMES, JOINT_NAMES, KEYPOINT_NAMES
from genmimic.tracking.state import RobotState

_FEET = [KEYPOINT_NAMES.index(name) for name in FOOT_NAMES]
_CORNERS_FOOT = np.array(SOLE_CORNERS)


def measured_state(
    low: LowState, alignment_w: np.ndarray, root_pos_w: np.ndarray, root_lin_vel_w: np.ndarray | None = None
) -> RobotState:
    """State of the robot in the reference's world.

    Args:
        low: The robot's message.
        alignment_w: Yaw from the IMU's world to the reference's, (4,), from `yaw_alignment`.
        root_pos_w: Where the pelvis is taken to be, (3,), metres.
        root_lin_vel_w: How fast, (3,), m/s; zero by default.

    Returns:
        The state, with the same forward kinematics as in training; the forces on the feet are zero.
    """
    root_quat_w = rotation.multiply(alignment_w, rotation.normalize(np.asarray(low.imu_quat_w, dtype=np.float64)))
    joint_pos = np.asarray(low.joint_pos, dtype=np.float64)
    joint_vel = np.asarray(low.joint_vel, dtype=np.float64)
    root_ang_vel_w = rotation.rotate(root_quat_w, np.asarray(low.imu_ang_vel_b, dtype=np.float64))
    lin_vel_w = np.zeros(3) if root_lin_vel_w is None else root_lin_vel_w
    pos_w, quat_w = forward_kinematics(root_pos_w, root_quat_w, joint_pos)
    keypoint_lin_vel_w, keypoint_ang_vel_w = keypoint_velocities(lin_vel_w, root_ang_vel_w, joint_vel, pos_w, quat_w)
    return RobotState(
        root_pos_w=root_pos_w,
        root_quat_w=root_quat_w,
        root_lin_vel_w=lin_vel_w,
        root_ang_vel_w=root_ang_vel_w,
        joint_pos=joint_pos,
        joint_vel=joint_vel,
        keypoint_pos_w=pos_w,
        keypoint_quat_w=quat_w,
        keypoint_lin_vel_w=keypoint_lin_vel_w,
        keypoint_ang_vel_w=keypoint_ang_vel_w,
        foot_force_w=np.zeros((2, 3)),
        last_action=np.zeros(len(JOINT_NAMES)),
    )


def on_floor(state: RobotState) -> RobotState:
    """The state moved up or down until the lower sole is on the floor: all that is known of the pelvis' height."""
    height = height_above_feet(state.root_pos_w, state.keypoint_pos_w, state.keypoint_quat_w)
    shift = np.array([0.0, 0.0, float(height) - state.root_pos_w[2]])
    return replace(state, root_pos_w=state.root_pos_w + shift, keypoint_pos_w=state.keypoint_pos_w + shift)


def yaw_alignment(imu_quat_w: np.ndarray, reference_quat_w: np.ndarray) -> np.ndarray:
    """Rotation about the vertical, (4,), that turns the robot's heading into the reference's."""
    return rotation.multiply(rotation.heading(reference_quat_w), rotation.conjugate(rotation.heading(imu_quat_w)))


def height_above_feet(root_pos_w: np.ndarray, keypoint_pos_w: np.ndarray, keypoint_quat_w: np.ndarray) -> np.ndarray:
    """Height (...) of the pelvis above the lowest corner of both soles, metres, by kinematics alone.

    Args:
        root_pos_w: (..., 3), metres; any height will do if the keypoints are around it.
        keypoint_pos_w: (..., 27, 3), metres.
        keypoint_quat_w: (..., 27, 4).
    """
    return root_pos_w[..., 2] - sole_corners_w(keypoint_pos_w, keypoint_quat_w)[..., 2].min((-2, -1))


def sole_corners_w(keypoint_pos_w: np.ndarray, keypoint_quat_w: np.ndarray) -> np.ndarray:
    """Corners (..., 2, 4, 3) of the left and right sole, metres, of keypoints (..., 27, 3) and (..., 27, 4)."""
    feet_pos_w, feet_quat_w = keypoint_pos_w[..., _FEET, :], keypoint_quat_w[..., _FEET, :]
    return feet_pos_w[..., None, :] + rotation.rotate(feet_quat_w[..., None, :], _CORNERS_FOOT)
