"""A person's motion: the output of stage 1a and the input of stage 1b."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from genmimic.motion import checks, skeleton


@dataclass(frozen=True)
class HumanMotion:
    """Motion of a 22-joint SMPL-topology skeleton in a z-up world with the floor at z = 0.

    Attributes:
        name: Clip name, used in messages and file names.
        fps: Frames per second of all arrays.
        root_pos_w: Pelvis joint position, (T, 3), metres, world.
        local_quat: (T, 22, 4) unit quaternions w, x, y, z; entry 0 is the root's orientation in the world, the
            others are relative to the parent, in SMPL's rest frames (`motion.skeleton`). Elbow and wrist rotations
            include the forearm's roll; the head joint's orientation is where the head points.
        offsets: Rest offset of each joint from its parent, (22, 3), metres, SMPL body frame; offsets[0] is zero.
        confidence: How far each joint can be trusted, (T, 22), in [0, 1]; 1 for motion capture.
        foot_contact: Probability that the left and right foot stand on the floor, (T, 2), in [0, 1].
        betas: SMPL-X shape coefficients (10,), zeros when unknown.
        source: Where the motion comes from, free text.
        licence: Licence of the motion data, free text.
        assumptions: What was assumed or estimated, for the report: focal length, pitch, camera motion and the like.

    Raises:
        InputError: No frames, or a field has a wrong shape, is not finite, not in metres or not a unit quaternion.
    """

    name: str
    fps: float
    root_pos_w: np.ndarray
    local_quat: np.ndarray
    offsets: np.ndarray
    confidence: np.ndarray
    foot_contact: np.ndarray
    betas: np.ndarray = field(default_factory=lambda: np.zeros(10))
    source: str = ""
    licence: str = ""
    assumptions: Mapping[str, str | float | bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        frames, joints = len(self.root_pos_w), len(skeleton.JOINT_NAMES)
        checks.require_fps(self.name, self.fps)
        checks.require_frames(self.name, frames)
        for attribute, shape in (
            ("root_pos_w", (frames, 3)),
            ("local_quat", (frames, joints, 4)),
            ("offsets", (joints, 3)),
            ("confidence", (frames, joints)),
            ("foot_contact", (frames, 2)),
            ("betas", (10,)),
        ):
            array = np.asarray(getattr(self, attribute), dtype=np.float64)
            object.__setattr__(self, attribute, array)
            checks.require_shape(self.name, attribute, array, shape)
            checks.require_finite(self.name, attribute, array)
        checks.require_unit_quaternions(self.name, "local_quat", self.local_quat)
        checks.require_metres(self.name, "offsets", self.offsets, limit=1.5)
        checks.require_metres(self.name, "root_pos_w", self.root_pos_w, limit=200.0)

    def __len__(self) -> int:
        """Number of frames T."""
        return len(self.root_pos_w)

    @property
    def duration(self) -> float:
        """Time from the first frame to the last, seconds."""
        return (len(self) - 1) / self.fps

    def forward_kinematics(self) -> tuple[np.ndarray, np.ndarray]:
        """Joint positions (T, 22, 3) in metres and orientations (T, 22, 4), in the world."""
        return skeleton.forward_kinematics(self.root_pos_w, self.local_quat, self.offsets)
