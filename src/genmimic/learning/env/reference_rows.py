"""How a frame of a reference is laid out in one row of numbers, so that one gather fetches all of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import torch

from genmimic.motion.robot_motion import RobotMotion
from genmimic.motion.velocities import pose_velocities
from genmimic.robot.kinematics import forward_kinematics, keypoint_velocities

FIELDS: dict[str, tuple[int, ...]] = {
    "keypoint_pos_w": (27, 3),
    "joint_pos": (23,),
    "joint_vel": (23,),
    "keypoint_quat_w": (27, 4),
    "keypoint_lin_vel_w": (27, 3),
    "keypoint_ang_vel_w": (27, 3),
    "foot_contact": (2,),
}
"""Quantities of a row and their shapes, in order; the pelvis is keypoint 0, so its pose and velocities are in there."""


def _slices() -> dict[str, slice]:
    ends = np.cumsum([int(np.prod(shape)) for shape in FIELDS.values()])
    starts = [0, *ends[:-1]]
    return {name: slice(int(start), int(end)) for name, start, end in zip(FIELDS, starts, ends, strict=True)}


SLICES: dict[str, slice] = _slices()
"""Columns of each quantity."""
_STATE_WIDTHS = (3, 4, 23, 3, 3, 23, 2)
"""Columns of root position, rotation, joints, their velocities in the same order, contacts."""
_FRAMES_AT_ONCE = 8192
"""As many frames go through the kinematics together: few enough for their intermediate results to stay small."""
ROW_SIZE = max(columns.stop for columns in SLICES.values())


@dataclass(frozen=True)
class ReferenceFrame:
    """Frames of references in the world, with any leading dimensions (...).

    Attributes:
        keypoint_pos_w: (..., 27, 3), metres.
        joint_pos: (..., 23), radians.
        joint_vel: (..., 23), rad/s.
        keypoint_quat_w: (..., 27, 4), w, x, y, z.
        keypoint_lin_vel_w: (..., 27, 3), m/s.
        keypoint_ang_vel_w: (..., 27, 3), rad/s.
        foot_contact: Whether the left and right foot are meant to stand, (..., 2), in [0, 1].
    """

    keypoint_pos_w: torch.Tensor
    joint_pos: torch.Tensor
    joint_vel: torch.Tensor
    keypoint_quat_w: torch.Tensor
    keypoint_lin_vel_w: torch.Tensor
    keypoint_ang_vel_w: torch.Tensor
    foot_contact: torch.Tensor

    @property
    def root_pos_w(self) -> torch.Tensor:
        """Pelvis origin, (..., 3), metres."""
        return self.keypoint_pos_w[..., 0, :]

    @property
    def root_quat_w(self) -> torch.Tensor:
        """Pelvis orientation, (..., 4), w, x, y, z."""
        return self.keypoint_quat_w[..., 0, :]

    @property
    def root_lin_vel_w(self) -> torch.Tensor:
        """Velocity of the pelvis origin, (..., 3), m/s."""
        return self.keypoint_lin_vel_w[..., 0, :]

    @property
    def root_ang_vel_w(self) -> torch.Tensor:
        """Angular velocity of the pelvis, (..., 3), rad/s."""
        return self.keypoint_ang_vel_w[..., 0, :]

    def at(self, index: int | Sequence[int]) -> ReferenceFrame:
        """The frames `index` of the last leading dimension, which a `playback.window` gives."""
        names = [field.name for field in fields(self)]
        trailing = {name: (slice(None),) * len(FIELDS[name]) for name in names}
        return ReferenceFrame(**{name: getattr(self, name)[(..., index, *trailing[name])] for name in names})

    def pelvis(self) -> ReferenceFrame:
        """The same frames with the pelvis as their only keypoint, where the others are not needed."""
        narrow = {n: getattr(self, n)[..., :1, :] for n, shape in FIELDS.items() if len(shape) == 2}
        return replace(self, **narrow)


def unpack(rows: torch.Tensor) -> ReferenceFrame:
    """Frames of rows (..., ROW_SIZE), without copying."""
    return ReferenceFrame(
        **{name: rows[..., SLICES[name]].reshape(*rows.shape[:-1], *shape) for name, shape in FIELDS.items()}
    )


def pack(frame: ReferenceFrame) -> torch.Tensor:
    """Inverse of `unpack`."""
    parts = {name: getattr(frame, name) for name in FIELDS}
    return torch.cat([part.reshape(*part.shape[: part.ndim - len(FIELDS[n])], -1) for n, part in parts.items()], -1)


def rows_of(motions: Sequence[RobotMotion], device: str | torch.device = "cpu") -> torch.Tensor:
    """Rows (F, ROW_SIZE), float32, on `device`, of motions one after another; velocities by `motion.velocities`.

    Differences in time are taken motion by motion, kinematics of all frames together and on the device.
    """
    states = np.concatenate([_state(motion) for motion in motions])
    return torch.cat([_rows(part.to(device)) for part in torch.from_numpy(states).split(_FRAMES_AT_ONCE)])


def _state(motion: RobotMotion) -> np.ndarray:
    """What the rows (T, ...) of a motion follow from frame by frame: columns as in `_STATE_WIDTHS`."""
    poses = motion.root_pos_w, motion.root_quat_w, motion.joint_pos
    return np.concatenate([*poses, *pose_velocities(motion), motion.foot_contact], -1)


def _rows(state: torch.Tensor) -> torch.Tensor:
    """Rows (T, ROW_SIZE) of states (T, ...) of double precision."""
    root_pos_w, root_quat_w, joint_pos, root_lin_vel_w, root_ang_vel_w, joint_vel, foot_contact = state.split(
        _STATE_WIDTHS, -1
    )
    pos_w, quat_w = forward_kinematics(root_pos_w, root_quat_w, joint_pos)
    lin_vel_w, ang_vel_w = keypoint_velocities(root_lin_vel_w, root_ang_vel_w, joint_vel, pos_w, quat_w)
    return pack(ReferenceFrame(pos_w, joint_pos, joint_vel, quat_w, lin_vel_w, ang_vel_w, foot_contact)).float()
