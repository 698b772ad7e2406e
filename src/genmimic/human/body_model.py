"""The body that is fitted: SMPL-X's skeleton as a function of ten shape coefficients, with anatomical legs.

Joints come from `motion.body_shape`, mirror symmetric, because no video shows which of two legs is a few millimetres
shorter. SMPL-X's rest legs are knock-kneed by 12 degrees and its hip joints lie only 12 cm apart: there a straight leg
would measure as a bent one. Ours hang straight from hip joints as far apart as a skeleton's, with SMPL-X's bone
lengths. Sole and crown are from the same calibration table of mannequin-x 0.3.0 (Apache-2.0), relative to the pelvis.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from genmimic.motion.body_shape import offsets_from_betas
from genmimic.motion.skeleton import INDEX, PARENTS

_HIP_WIDENING = 1.40  # 17 cm between the hip joints of an average adult
_FOOT_SPLAY = 0.35  # share of SMPL-X's outward slant of the foot that is kept

_SOLE_REST = -0.9504
_SOLE_DIRECTIONS = np.array([-0.0580, 0.0130, 0.0105, -0.0098, 0.0010, -0.0087, 0.0029, 0.0006, 0.0040, -0.0003])
_CROWN_REST = 0.7707
_CROWN_DIRECTIONS = np.array([0.0398, -0.0044, 0.0138, -0.0060, 0.0001, -0.0043, 0.0014, -0.0003, 0.0022, 0.0018])


@cache
def offset_directions() -> np.ndarray:
    """Change of the rest offsets per shape coefficient near the average shape, (22, 3, 10), metres."""
    columns = [bone_offsets(step) - bone_offsets(-step) for step in 0.5 * np.eye(10)]
    return np.stack(columns, -1)


def bone_offsets(betas: np.ndarray) -> np.ndarray:
    """Rest offsets from the parent (22, 3) in metres for shape coefficients (10,): `HumanMotion.offsets`."""
    offsets = offsets_from_betas(betas, symmetric=True)
    for side in ("left", "right"):
        offsets[INDEX[f"{side}_hip"], 0] *= _HIP_WIDENING
        for joint in ("knee", "ankle"):
            bone = offsets[INDEX[f"{side}_{joint}"]]
            bone[:] = 0.0, -np.hypot(bone[0], bone[1]), bone[2]
        offsets[INDEX[f"{side}_foot"], 0] *= _FOOT_SPLAY
    return offsets


def height_gradient() -> np.ndarray:
    """Change of the body's height per shape coefficient, (10,), metres."""
    return _CROWN_DIRECTIONS - _SOLE_DIRECTIONS


def body_height(betas: np.ndarray) -> float:
    """Height from sole to crown in metres for shape coefficients (10,)."""
    return float(_CROWN_REST - _SOLE_REST + height_gradient() @ betas)


def betas_of_height(height: float) -> np.ndarray:
    """Most likely shape (10,) of a person `height` metres tall: the smallest betas that reach it."""
    gradient = height_gradient()
    return (height - body_height(np.zeros(10))) * gradient / (gradient @ gradient)


def sole_below_joint(betas: np.ndarray, joint: str) -> float:
    """How far the sole lies below `joint` in the rest pose, metres."""
    offsets = offsets_from_betas(betas, symmetric=True)
    at, y = INDEX[joint], 0.0
    while at > 0:
        y += offsets[at, 1]
        at = PARENTS[at]
    return float(y - (_SOLE_REST + _SOLE_DIRECTIONS @ betas))
