"""How far each joint of each frame can be trusted, from the landmarks around it."""

from __future__ import annotations

import numpy as np

from genmimic.human.blazepose import BLAZEPOSE_NAMES
from genmimic.motion.skeleton import JOINT_NAMES

_TORSO = ("left_shoulder", "right_shoulder", "left_hip", "right_hip")
_SUPPORT: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("pelvis", "spine1", "spine2", "spine3", "neck"), _TORSO),
    "head": ("nose", "left_ear", "right_ear"),
    **{
        f"{s}_{j}": (f"{s}_{j}",)
        for s in ("left", "right")
        for j in ("hip", "knee", "ankle", "shoulder", "elbow", "wrist")
    },
    **{f"{s}_collar": (f"{s}_shoulder",) for s in ("left", "right")},
    **{f"{s}_foot": (f"{s}_foot_index", f"{s}_heel") for s in ("left", "right")},
}
_FLOOR = 0.02
_HALF_AT = 0.06  # reprojection error, in person heights, that halves the trust


def joint_confidence(visibility: np.ndarray, error: np.ndarray, detected: np.ndarray) -> np.ndarray:
    """Confidence (T, 22) in [0, 1]: visibility of the landmarks that support a joint, less where the fit misses them.

    Args:
        visibility: (T, 33) in [0, 1], zero outside the picture.
        error: (T, 33) distance of the landmarks from the fitted body, in person heights.
        detected: (T,) whether the person was found.
    """
    trust = visibility / (1.0 + (error / _HALF_AT) ** 2) * detected[:, None]
    rows = [[BLAZEPOSE_NAMES.index(name) for name in _SUPPORT[joint]] for joint in JOINT_NAMES]
    confidence = np.stack([trust[:, row].mean(1) for row in rows], 1)
    return np.clip(confidence, _FLOOR, 1.0)
