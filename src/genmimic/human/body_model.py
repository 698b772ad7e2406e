"""The body that is fitted: SMPL-X's skeleton as a function of ten shape coefficients, its height and its soles.

Joints come from `motion.body_shape`, mirror symmetric, because no video shows which of two legs is a few millimetres
shorter. Sole and crown are from the same calibration table of mannequin-x 0.3.0 (Apache-2.0), relative to the pelvis.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from genmimic.motion.body_shape import offsets_from_betas
from genmimic.motion.skeleton import INDEX, PARENTS

_SOLE_REST = -0.9504
_SOLE_DIRECTIONS = np.array([-0.0580, 0.0130, 0.0105, -0.0098, 0.0010, -0.0087, 0.0029, 0.0006, 0.0040, -0.0003])
_CROWN_REST = 0.7707
_CROWN_DIRECTIONS = np.array([0.0398, -0.0044, 0.0138, -0.0060, 0.0001, -0.0043, 0.0014, -0.0003, 0.0022, 0.0018])


@cache
def offset_directions() -> np.ndarray:
    """Change of the rest offsets per shape coefficient, (22, 3, 10), metres."""
    columns = offsets_from_betas(np.eye(10), symmetric=True) - offsets_from_betas(np.zeros(10), symmetric=True)
    return np.moveaxis(columns, 0, -1)


def bone_offsets(betas: np.ndarray) -> np.ndarray:
    """Rest offsets from the parent (22, 3) in metres for shape coefficients (10,): `HumanMotion.offsets`."""
    return offsets_from_betas(betas, symmetric=True)


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
    offsets = bone_offsets(betas)
    at, y = INDEX[joint], 0.0
    while at > 0:
        y += offsets[at, 1]
        at = PARENTS[at]
    return float(y - (_SOLE_REST + _SOLE_DIRECTIONS @ betas))
