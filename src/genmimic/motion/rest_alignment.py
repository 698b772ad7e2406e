"""From our rest skeleton to SMPL-X's: rotations that keep every bone's direction where the rest poses differ.

Our legs are straight in the rest pose, SMPL-X's are a little apart and bent. The same local rotations on both
skeletons would put a SMPL-X body's knees some centimetres too wide.
"""

from __future__ import annotations

import numpy as np

from genmimic import rotation
from genmimic.motion import skeleton

_CHILDREN = {joint: [c for c, parent in enumerate(skeleton.PARENTS) if parent == joint] for joint in range(22)}
ALIGNED: tuple[tuple[int, int], ...] = tuple(
    (joint, children[0]) for joint, children in _CHILDREN.items() if len(children) == 1
)
"""Joints with one child, and that child: no rotation can align the several bones of pelvis and chest."""


def rest_alignment(offsets: np.ndarray, other_offsets: np.ndarray) -> np.ndarray:
    """Smallest rotations (22, 4) that turn the bones of one rest skeleton into the directions of another's.

    Args:
        offsets: Rest offsets (22, 3) that the rotations lead to.
        other_offsets: Rest offsets (22, 3) that they start from.
    """
    alignment = np.tile([1.0, 0.0, 0.0, 0.0], (len(offsets), 1))
    for joint, child in ALIGNED:
        target, start = rotation.unit(offsets[child]), rotation.unit(other_offsets[child])
        half = np.append(1.0 + start @ target, rotation.cross(start, target))
        alignment[joint] = rotation.normalize(half)
    return alignment


def realign(local_quat: np.ndarray, alignment: np.ndarray) -> np.ndarray:
    """Local rotations (T, 22, 4) for a skeleton whose bones `alignment` (22, 4) turns into those of the given one.

    A joint's new frame is its old frame times its alignment: q_local' = a_parent^-1 q_local a_joint.
    """
    parents = np.array(skeleton.PARENTS)
    before = np.where(parents[:, None] < 0, [1.0, 0.0, 0.0, 0.0], alignment[parents])
    return rotation.multiply(
        rotation.multiply(np.broadcast_to(rotation.conjugate(before), local_quat.shape), local_quat),
        np.broadcast_to(alignment, local_quat.shape),
    )
