"""From the 70 keypoints of SAM 3D Body (`mhr70`) to SMPL's joints."""

from __future__ import annotations

import numpy as np

from genmimic import rotation
from genmimic.motion.from_positions import human_from_joint_positions
from genmimic.motion.human_motion import HumanMotion
from genmimic.motion.importers.foreign_to_human import with_leaves
from genmimic.motion.skeleton import JOINT_NAMES

NOSE, LEFT_EAR, RIGHT_EAR, LEFT_HIP, RIGHT_HIP, NECK = 0, 3, 4, 9, 10, 69
_LIMBS = {
    "left": {"hip": 9, "knee": 11, "ankle": 13, "shoulder": 5, "elbow": 7, "wrist": 62},
    "right": {"hip": 10, "knee": 12, "ankle": 14, "shoulder": 6, "elbow": 8, "wrist": 41},
}
_TOES = {"left": (15, 16), "right": (18, 19)}
_HEEL = {"left": 17, "right": 20}
_KNUCKLES = {"left": (49, 53, 61), "right": (28, 32, 40)}
"""Of index, middle and little finger, where these begin."""
_TRUNK = {
    "pelvis": (0.175, 0.046, 0.0),
    "spine1": (0.373, 0.002, 0.0),
    "spine2": (0.610, -0.003, 0.0),
    "spine3": (0.703, 0.050, 0.0),
    "left_collar": (0.855, 0.035, 0.084),
    "right_collar": (0.855, 0.035, -0.084),
}
"""SMPL-X's mean trunk: how far up from the hips' middle (0) to the neck (1), ahead and left in the same measure."""
_TOE_BASE = 0.72
"""Where the toes begin between heel and tip."""
_TOE_BASE_HEIGHT = 0.0164
"""Height of SMPL's foot joint over the sole, on which heel and tips of the toes lie, metres."""


def human_from_mhr(name: str, keypoints_w: np.ndarray) -> HumanMotion:
    """A person at a nominal rate from keypoints (T, 70, 3), metres, world z up.

    Raises:
        InputError: Keypoints that are not finite, or coincide.
    """
    p = np.moveaxis(keypoints_w, 1, 0)
    hips = 0.5 * (p[LEFT_HIP] + p[RIGHT_HIP])
    up = p[NECK] - hips
    ahead = np.cross(rotation.unit(p[LEFT_HIP] - p[RIGHT_HIP]), up)
    left = np.cross(rotation.unit(up), ahead)
    joints = {joint: hips + rise * up + forth * ahead + out * left for joint, (rise, forth, out) in _TRUNK.items()}
    joints |= {"neck": p[NECK], "head": 0.5 * (p[LEFT_EAR] + p[RIGHT_EAR])}
    for side, limb in _LIMBS.items():
        joints |= {f"{side}_{joint}": p[index] for joint, index in limb.items()}
        joints[f"{side}_foot"] = _toe_base(p, side)
    positions = np.stack([joints[joint] for joint in JOINT_NAMES], axis=1)
    leaves = {f"{side}_wrist": _hand(p, side) for side in ("left", "right")} | {"head": _head(p)}
    return with_leaves(human_from_joint_positions(name, 30.0, positions), leaves)


def _toe_base(p: np.ndarray, side: str) -> np.ndarray:
    """Where the toes begin, as high over the sole as SMPL has it."""
    heel, tip = p[_HEEL[side]], 0.5 * (p[_TOES[side][0]] + p[_TOES[side][1]])
    along, shin = rotation.unit(tip - heel), p[_LIMBS[side]["ankle"]] - heel
    off_sole = rotation.unit(shin - (shin * along).sum(-1, keepdims=True) * along)
    return heel + _TOE_BASE * (tip - heel) + _TOE_BASE_HEIGHT * off_sole


def _hand(p: np.ndarray, side: str) -> np.ndarray:
    """SMPL's wrist frame: x along the hand (left) or against it (right), z from the little finger to the index."""
    index, middle, little = (p[k] for k in _KNUCKLES[side])
    x = (1.0 if side == "left" else -1.0) * rotation.unit(middle - p[_LIMBS[side]["wrist"]])
    return _frame(x, index - little)


def _head(p: np.ndarray) -> np.ndarray:
    """SMPL's head frame: x to the left ear, z to the nose."""
    x = rotation.unit(p[LEFT_EAR] - p[RIGHT_EAR])
    # from between the ears, the tip of the nose is seen some 15 degrees below level
    ahead = p[NOSE] - 0.5 * (p[LEFT_EAR] + p[RIGHT_EAR])
    level = _frame(x, ahead)
    raised = rotation.from_axis_angle(np.radians([-15.0, 0.0, 0.0]))
    return rotation.multiply(level, np.broadcast_to(raised, level.shape))


def _frame(x: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Orientations (T, 4) with unit axis x (T, 3) and z (T, 3) as near as that allows."""
    z = rotation.unit(z - (z * x).sum(-1, keepdims=True) * x)
    return rotation.from_matrix(np.stack([x, np.cross(z, x), z], axis=-1))
