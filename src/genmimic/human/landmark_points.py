"""Where BlazePose's landmarks lie on the SMPL skeleton, and how far each can be trusted.

BlazePose marks surface and joint points of its own body model, not SMPL's joints: its hips are wider than SMPL's, its
heel is the back of the heel. Each landmark is a point fixed to one joint's frame (x left, y up, z forward, metres, of
a body 1.70 m tall).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genmimic.human.blazepose import BLAZEPOSE_NAMES
from genmimic.motion.skeleton import INDEX

REFERENCE_HEIGHT = 1.70

# Measured by least squares on 911 rendered pictures (`genmimic.synthetic` bodies in motion-capture poses) and carried
# over to SMPL's joints at equal height over the floor: joint, x, y, z, standard deviation in the picture (metres at the
# person's depth). The hip's height lies between that measured and the one that keeps builds of real people average.
_MIDDLE = {"nose": ("head", 0.0, 0.010, 0.112, 0.015)}
_LEFT = {
    "eye": ("head", 0.027, 0.040, 0.082, 0.015),
    "ear": ("head", 0.053, 0.022, 0.020, 0.015),
    "shoulder": ("collar", 0.105, 0.083, -0.012, 0.018),
    "elbow": ("elbow", 0.0, 0.0, 0.015, 0.018),
    "wrist": ("wrist", 0.011, 0.0, 0.0, 0.016),
    "pinky": ("wrist", 0.085, -0.010, -0.020, 0.022),
    "index": ("wrist", 0.092, -0.014, 0.012, 0.022),
    "thumb": ("wrist", 0.066, -0.018, 0.025, 0.022),
    "hip": ("pelvis", 0.089, -0.078, 0.010, 0.025),
    "knee": ("knee", 0.0, 0.0, -0.009, 0.018),
    "ankle": ("ankle", 0.0, 0.030, 0.005, 0.016),
    "heel": ("ankle", 0.0, -0.020, -0.036, 0.020),
    "foot_index": ("foot", 0.0, 0.014, 0.044, 0.020),
}
_LEFT_MOUTH = ("head", 0.020, -0.020, 0.095, 0.015)


@dataclass(frozen=True)
class LandmarkPoints:
    """Landmarks in use and their place on the body.

    Attributes:
        landmark: Index among the 33 of BlazePose, (K,).
        joint: Joint each is fixed to, (K,).
        local: Position in the joint's frame, (K, 3), metres, of a body of `REFERENCE_HEIGHT`.
        sigma: Standard deviation in the image, (K,), metres at the person's depth.
    """

    landmark: np.ndarray
    joint: np.ndarray
    local: np.ndarray
    sigma: np.ndarray


def _side_joint(joint: str, side: str) -> int:
    return INDEX[joint] if joint in INDEX else INDEX[f"{side}_{joint}"]


def _table() -> LandmarkPoints:
    rows: list[tuple[int, int, tuple[float, float, float], float]] = []
    for name, (joint, x, y, z, sigma) in _MIDDLE.items():
        rows.append((BLAZEPOSE_NAMES.index(name), INDEX[joint], (x, y, z), sigma))
    for side, sign in (("left", 1.0), ("right", -1.0)):
        sided = {f"{side}_{name}": row for name, row in _LEFT.items()} | {f"mouth_{side}": _LEFT_MOUTH}
        for name, (joint, x, y, z, sigma) in sided.items():
            rows.append((BLAZEPOSE_NAMES.index(name), _side_joint(joint, side), (sign * x, y, z), sigma))
    rows.sort()
    return LandmarkPoints(
        landmark=np.array([row[0] for row in rows]),
        joint=np.array([row[1] for row in rows]),
        local=np.array([row[2] for row in rows]),
        sigma=np.array([row[3] for row in rows]),
    )


LANDMARK_POINTS = _table()
ROW_OF_LANDMARK = {int(landmark): row for row, landmark in enumerate(LANDMARK_POINTS.landmark)}
"""Row of `LANDMARK_POINTS` of each landmark index in use."""

FOOT_POINT_LANDMARK = tuple(
    BLAZEPOSE_NAMES.index(f"{s}_{p}") for s in ("left", "right") for p in ("heel", "foot_index")
)
FOOT_ROWS = [ROW_OF_LANDMARK[i] for i in FOOT_POINT_LANDMARK]
"""Rows of `LANDMARK_POINTS` of heel and toe of the left and the right foot."""

FOOT_POINT_JOINT = np.array([INDEX[j] for j in ("left_ankle", "left_foot", "right_ankle", "right_foot")])


def foot_points(ankle_height: float, ball_height: float) -> np.ndarray:
    """Sole points (4, 3) below heel and ball of each foot in the ankle's and the foot joint's frame, metres.

    Args:
        ankle_height: Height of the ankle joint above the sole in the rest pose, metres.
        ball_height: Height of SMPL's foot joint above the sole in the rest pose, metres.
    """
    heel, toe = (0.0, -ankle_height, -0.040), (0.0, -ball_height, 0.020)
    return np.array([heel, toe, heel, toe])
