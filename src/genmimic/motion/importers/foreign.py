"""A person's motion on a skeleton of any kind, and its way to SMPL's joints."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genmimic import rotation
from genmimic.motion.from_positions import human_from_joint_positions
from genmimic.motion.human_motion import HumanMotion
from genmimic.motion.importers.joint_naming import JointMap, map_joints
from genmimic.motion.skeleton import JOINT_NAMES

_TOE = {"left": np.array([0.0, -0.06, 0.13]), "right": np.array([0.0, -0.06, 0.13])}
"""From ankle to toes in a body's rest pose (x left, y up, z forward), metres, where a skeleton ends at the ankle."""


@dataclass(frozen=True)
class ForeignMotion:
    """A motion as files of motion capture store it, in a z-up world.

    Attributes:
        name: Clip name.
        fps: Frames per second.
        joint_names: Names of the J joints, the root first, parents before their children.
        parents: Index of each joint's parent, (J,); -1 for the root.
        offsets: From the parent's origin to the joint's, in the parent's frame, metres: (J, 3), or (T, J, 3) where
            bones move.
        root_pos_w: (T, 3), metres, world.
        local_quat: (T, J, 4), w first; the root's in the world, the others' relative to the parent.
        source: Where the motion comes from.
        licence: Licence of the motion data.
    """

    name: str
    fps: float
    joint_names: tuple[str, ...]
    parents: tuple[int, ...]
    offsets: np.ndarray
    root_pos_w: np.ndarray
    local_quat: np.ndarray
    source: str = ""
    licence: str = ""

    def forward_kinematics(self) -> tuple[np.ndarray, np.ndarray]:
        """Positions (T, J, 3) in metres and orientations (T, J, 4) of all joints in the world."""
        pos, quat = [self.root_pos_w], [self.local_quat[:, 0]]
        for joint in range(1, len(self.parents)):
            parent = self.parents[joint]
            bone = np.broadcast_to(self.offsets[..., joint, :], self.root_pos_w.shape)
            pos.append(pos[parent] + rotation.rotate(quat[parent], bone))
            quat.append(rotation.multiply(quat[parent], self.local_quat[:, joint]))
        return np.stack(pos, axis=1), np.stack(quat, axis=1)


def to_human(motion: ForeignMotion) -> HumanMotion:
    """The same motion on SMPL's skeleton: the joints lie where the foreign skeleton has them.

    Raises:
        InputError: Unknown joint names, or values that make no motion.
    """
    joints = map_joints(motion.name, motion.joint_names)
    pos, quat = motion.forward_kinematics()
    return human_from_joint_positions(
        motion.name,
        motion.fps,
        _smpl_positions(joints, pos, quat),
        source=motion.source,
        licence=motion.licence,
    )


def _smpl_positions(joints: JointMap, pos: np.ndarray, quat: np.ndarray) -> np.ndarray:
    """Positions (T, 22, 3) of SMPL's joints."""
    found = pos[:, joints.columns]
    for side, toe in _TOE.items():
        if joints[f"{side}_foot"] < 0:
            ankle = joints[f"{side}_ankle"]
            bone = np.broadcast_to(toe, pos[:, ankle].shape)
            found[:, JOINT_NAMES.index(f"{side}_foot")] = pos[:, ankle] + rotation.rotate(quat[:, ankle], bone)
    return found
