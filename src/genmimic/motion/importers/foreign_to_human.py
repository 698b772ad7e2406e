"""From a skeleton of any kind to SMPL's."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from genmimic import rotation
from genmimic.motion import skeleton
from genmimic.motion.from_positions import human_from_joint_positions
from genmimic.motion.human_motion import HumanMotion
from genmimic.motion.importers.foreign import ForeignMotion
from genmimic.motion.importers.joint_naming import map_joints
from genmimic.motion.importers.leaf_orientations import leaf_orientations
from genmimic.motion.importers.placement import stand_on_floor
from genmimic.motion.importers.smpl_positions import smpl_positions, with_thorax


def to_human(motion: ForeignMotion) -> HumanMotion:
    """The same motion on SMPL's skeleton, the soles on z = 0.

    The joints lie where the foreign skeleton has them. Limbs are turned as the positions say; hands and head, about
    which positions say little, as the file's rotations do, where these can be understood.

    Args:
        motion: In metres, world z up.

    Raises:
        InputError: Unknown joint names, or values that make no motion.
    """
    joints = map_joints(motion.name, motion.joint_names)
    motion = with_thorax(motion, joints)
    pos, quat = motion.forward_kinematics()
    human = human_from_joint_positions(
        motion.name, motion.fps, smpl_positions(joints, pos, quat), source=motion.source, licence=motion.licence
    )
    return stand_on_floor(with_leaves(human, leaf_orientations(motion, joints, quat, human)))


def with_leaves(human: HumanMotion, leaves: dict[str, np.ndarray]) -> HumanMotion:
    """Turn joints without children to world orientations (T, 4)."""
    _, quat = human.forward_kinematics()
    local = human.local_quat.copy()
    for name, leaf in leaves.items():
        joint = skeleton.INDEX[name]
        local[:, joint] = rotation.multiply(rotation.conjugate(quat[:, skeleton.PARENTS[joint]]), leaf)
    origin = "from joint positions" + (f"; {', '.join(leaves)} from the file's rotations" if leaves else "")
    return replace(
        human,
        local_quat=rotation.normalize(rotation.make_continuous(local)),
        assumptions={**human.assumptions, "joint_rotations": origin},
    )
