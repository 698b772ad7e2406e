"""A robot's motion: the reference that stage 1b makes and stage 2 tracks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from genmimic.errors import InputError
from genmimic.motion import checks
from genmimic.robot.names import JOINT_NAMES


@dataclass(frozen=True)
class RobotMotion:
    """Motion of the 23-DoF G1 in a z-up world with the floor at z = 0.

    Attributes:
        name: Clip name, used in messages and file names.
        fps: Frames per second of all arrays.
        root_pos_w: Pelvis body origin, (T, 3), metres, world.
        root_quat_w: Pelvis orientation, (T, 4), w, x, y, z.
        joint_pos: Joint positions, (T, 23), radians, in the order of `joint_names`.
        foot_contact: Whether the left and right foot are meant to stand on the floor, (T, 2), in [0, 1].
        confidence: How far each frame can be trusted, (T,), in [0, 1].
        joint_names: The 23 names of `robot.names.JOINT_NAMES`, in that order.
        source: Where the motion comes from, free text.
        licence: Licence of the motion data, free text.
        metadata: Anything else worth keeping with the clip.

    Raises:
        InputError: No frames, or a field has a wrong shape, name or unit, is not finite or not a unit quaternion.
    """

    name: str
    fps: float
    root_pos_w: np.ndarray
    root_quat_w: np.ndarray
    joint_pos: np.ndarray
    foot_contact: np.ndarray
    confidence: np.ndarray
    joint_names: Sequence[str] = JOINT_NAMES
    source: str = ""
    licence: str = ""
    metadata: Mapping[str, str | float | bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        frames = len(self.root_pos_w)
        checks.require_fps(self.name, self.fps)
        checks.require_frames(self.name, frames)
        checks.require_names(self.name, "joint_names", self.joint_names, JOINT_NAMES)
        for attribute, shape in (
            ("root_pos_w", (frames, 3)),
            ("root_quat_w", (frames, 4)),
            ("joint_pos", (frames, len(JOINT_NAMES))),
            ("foot_contact", (frames, 2)),
            ("confidence", (frames,)),
        ):
            array = np.asarray(getattr(self, attribute), dtype=np.float64)
            object.__setattr__(self, attribute, array)
            checks.require_shape(self.name, attribute, array, shape)
            checks.require_finite(self.name, attribute, array)
        checks.require_unit_quaternions(self.name, "root_quat_w", self.root_quat_w)
        checks.require_metres(self.name, "root_pos_w", self.root_pos_w, limit=200.0)
        self._require_radians()

    def _require_radians(self) -> None:
        largest = np.abs(self.joint_pos).max(axis=1, initial=0.0)
        if len(largest) and largest.max() > 2.0 * np.pi:
            frame = int((largest > 2.0 * np.pi).argmax())
            joint = JOINT_NAMES[int(np.abs(self.joint_pos[frame]).argmax())]
            raise InputError(
                f"{self.name}: field 'joint_pos' reaches {largest[frame]:.1f} at {joint} in frame {frame}; "
                "joint positions are in radians: multiply by pi / 180 if these are degrees."
            )

    def __len__(self) -> int:
        """Number of frames T."""
        return len(self.root_pos_w)

    @property
    def duration(self) -> float:
        """Time from the first frame to the last, seconds."""
        return (len(self) - 1) / self.fps
