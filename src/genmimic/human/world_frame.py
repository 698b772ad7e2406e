"""From the fit's camera-levelled world to the motion's: floor at z = 0, start at the origin, facing +x."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genmimic import rotation
from genmimic.human.fit_camera import CameraTrack
from genmimic.human.fit_problem import FitState, camera_rot_of, offsets_of
from genmimic.human.kinematics import forward

_FORWARD = np.array([0.0, 0.0, 1.0])  # SMPL's z
_UP = np.array([0.0, 1.0, 0.0])


@dataclass(frozen=True)
class PlacedMotion:
    """The fitted motion in its final world.

    Attributes:
        root_pos_w: (T, 3) metres.
        local_quat: (T, 22, 4) as `HumanMotion.local_quat`.
        camera_pos_w: (3,) metres.
        camera_rot_cw: (T, 3, 3) world to camera axes.
    """

    root_pos_w: np.ndarray
    local_quat: np.ndarray
    camera_pos_w: np.ndarray
    camera_rot_cw: np.ndarray


def place(state: FitState, camera: CameraTrack) -> PlacedMotion:
    """Turn and shift a fit so that the person starts above the origin and faces +x, on the floor z = 0."""
    kin = forward(state.pose, offsets_of(state))
    local = rotation.make_continuous(rotation.normalize(rotation.from_matrix(kin.local_rot)))
    yaw = heading_angle(kin.joint_rot_w[0, 0])
    turn = np.array([np.cos(0.5 * yaw), 0.0, 0.0, -np.sin(0.5 * yaw)])
    origin = np.array([*kin.joint_pos_w[0, 0, :2], state.floor])
    local[:, 0] = rotation.multiply(np.broadcast_to(turn, local[:, 0].shape), local[:, 0])
    matrix = rotation.to_matrix(turn)
    return PlacedMotion(
        root_pos_w=(state.pose.values[:, :3] - origin) @ matrix.T,
        local_quat=local,
        camera_pos_w=matrix @ -origin,
        camera_rot_cw=camera.rot @ camera_rot_of(state) @ matrix.T,
    )


def heading_angle(root_rot: np.ndarray) -> float:
    """Direction in the floor plane, radians from +x, that a root (3, 3) in SMPL's axes faces."""
    forward_w = root_rot @ _FORWARD
    if np.hypot(*forward_w[:2]) < 0.3:
        # bent over or lying: the chest looks up or down, its up axis points where the head is
        forward_w = np.sign(-forward_w[2]) * (root_rot @ _UP)
    return float(np.arctan2(forward_w[1], forward_w[0]))
