"""Where SMPL's joints are in a foreign skeleton, and what some skeletons leave out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from genmimic import rotation
from genmimic.motion import skeleton
from genmimic.motion.importers.foreign import ForeignMotion
from genmimic.motion.importers.joint_naming import JointMap

_TOE = np.array([0.0, -0.06, 0.13])
"""From ankle to toes in a body's rest pose (x left, y up, z forward), metres, where a skeleton ends at the ankle."""
_THORAX_LOST = {
    "CMU cgspeed": ("Spine1", "Neck", "LeftShoulder", "RightShoulder"),
    "CMU MotionBuilder": ("Chest2", "lowerneck", "LeftCollar", "RightCollar"),
}
"""Conversions of CMU's data that left out the bone from the first of these joints to the others."""


def smpl_positions(joints: JointMap, pos: np.ndarray, quat: np.ndarray) -> np.ndarray:
    """Positions (T, 22, 3) of SMPL's joints from positions (T, J, 3) and orientations (T, J, 4) of a skeleton's."""
    found = pos[:, joints.columns]
    for side in ("left", "right"):
        if joints[f"{side}_foot"] < 0:
            ankle = joints[f"{side}_ankle"]
            bone = np.broadcast_to(_TOE, pos[:, ankle].shape)
            found[:, skeleton.INDEX[f"{side}_foot"]] = pos[:, ankle] + rotation.rotate(quat[:, ankle], bone)
    return found


def with_thorax(motion: ForeignMotion, joints: JointMap) -> ForeignMotion:
    """Put a lost thorax back, as long as the bone below it: in CMU's files that kept both, these are equally long."""
    if joints.naming not in _THORAX_LOST:
        return motion
    names = joints.bare_names
    chest, *ends = (names.index(name) for name in _THORAX_LOST[joints.naming])
    if np.abs(motion.offsets[..., ends, :]).max() > 1e-6:
        return motion
    offsets = motion.offsets.copy()
    offsets[..., ends, :] = motion.offsets[..., [chest], :]
    return replace(motion, offsets=offsets)
