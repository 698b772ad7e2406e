"""What the joint encoders alone tell: where the keypoints and soles are, and how they move, seen from the pelvis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from genmimic import rotation
from genmimic.robot.collision import SOLE_CORNERS
from genmimic.robot.kinematics import forward_kinematics, keypoint_velocities
from genmimic.rotation import Array
from genmimic.tracking.robot_constants import of_feet

_CORNERS = np.array(SOLE_CORNERS)
# plain dictionaries for torch.compile, as in `robot_constants`
_ARRAYS: dict[Any, Array] = {}
_TENSORS: dict[tuple[Any, Any], Array] = {}


@dataclass(frozen=True)
class BodyMotion:
    """Motion of the body relative to the pelvis, as if the pelvis stood still.

    Attributes:
        joint_pos: (..., 23), radians.
        joint_vel: (..., 23), rad/s.
        keypoint_pos_b: (..., 27, 3), metres.
        keypoint_quat_b: (..., 27, 4).
        keypoint_lin_vel_b: (..., 27, 3), m/s.
        keypoint_ang_vel_b: (..., 27, 3), rad/s.
        sole_pos_b: The four corners of the left and of the right sole, (..., 2, 4, 3), metres.
        sole_vel_b: (..., 2, 4, 3), m/s.
    """

    joint_pos: Array
    joint_vel: Array
    keypoint_pos_b: Array
    keypoint_quat_b: Array
    keypoint_lin_vel_b: Array
    keypoint_ang_vel_b: Array
    sole_pos_b: Array
    sole_vel_b: Array


def body_motion(joint_pos: Array, joint_vel: Array) -> BodyMotion:
    """Forward kinematics of joint positions (..., 23), radians, and velocities (..., 23), rad/s."""
    zeros = rotation.namespace(joint_pos).zeros_like(joint_pos[..., :3])
    identity = rotation.from_axis_angle(zeros)
    pos, quat = forward_kinematics(zeros, identity, joint_pos)
    lin_vel, ang_vel = keypoint_velocities(zeros, zeros, joint_vel, pos, quat)
    return with_soles(joint_pos, joint_vel, pos, quat, lin_vel, ang_vel)


def with_soles(
    joint_pos: Array,
    joint_vel: Array,
    keypoint_pos_b: Array,
    keypoint_quat_b: Array,
    keypoint_lin_vel_b: Array,
    keypoint_ang_vel_b: Array,
) -> BodyMotion:
    """Body motion of keypoints that are known already; shapes as in `BodyMotion`."""
    arm = rotation.rotate(of_feet(keypoint_quat_b)[..., None, :], sole_corners(joint_pos))
    return BodyMotion(
        joint_pos,
        joint_vel,
        keypoint_pos_b,
        keypoint_quat_b,
        keypoint_lin_vel_b,
        keypoint_ang_vel_b,
        sole_pos_b=of_feet(keypoint_pos_b)[..., None, :] + arm,
        sole_vel_b=of_feet(keypoint_lin_vel_b)[..., None, :]
        + rotation.cross(of_feet(keypoint_ang_vel_b)[..., None, :], arm),
    )


def sole_corners(like: Array) -> Array:
    """Corners (2, 4, 3) of both soles in the frames of their feet, metres, in the library and type of `like`.

    The same corner of the other foot is the mirror image.
    """
    xp = rotation.namespace(like)
    if xp is np:
        converted = _ARRAYS.get(like.dtype)
        if converted is None:
            converted = _ARRAYS[like.dtype] = _CORNERS.astype(like.dtype)
        return converted
    converted = _TENSORS.get((like.dtype, like.device))
    if converted is None:
        converted = _TENSORS[like.dtype, like.device] = xp.as_tensor(_CORNERS, dtype=like.dtype, device=like.device)
    return converted
