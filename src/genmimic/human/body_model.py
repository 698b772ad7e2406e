"""Rest joints of the SMPL-X body as a linear function of ten shape coefficients.

The numbers come from the calibration table of `mannequin-x` 0.3.0 (Apache-2.0), which reproduces the bone lengths of
SMPL-X without SMPL-X's own files. They are made mirror symmetric here, because a fit has no way to see which of two
legs is a few millimetres shorter.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from genmimic.motion import skeleton


@dataclass(frozen=True)
class ShapeTable:
    """Rest positions in SMPL's body frame (x left, y up, z forward), metres, and their change per beta.

    Attributes:
        rest: Joints of the neutral body, (22, 3).
        directions: Change per coefficient, (22, 3, 10).
        sole_rest: Height of the neutral sole, y.
        sole_directions: Its change per coefficient, (10,).
        crown_rest: Height of the neutral crown of the head, y.
        crown_directions: Its change per coefficient, (10,).
    """

    rest: np.ndarray
    directions: np.ndarray
    sole_rest: float
    sole_directions: np.ndarray
    crown_rest: float
    crown_directions: np.ndarray


@cache
def shape_table() -> ShapeTable:
    """Load the table that ships with the package."""
    resource = files("genmimic.human") / "assets" / "smplx_joints.npz"
    with resource.open("rb") as stream, np.load(stream, allow_pickle=False) as data:
        return ShapeTable(
            rest=data["rest"].astype(np.float64),
            directions=data["directions"].astype(np.float64),
            sole_rest=float(data["sole_rest"]),
            sole_directions=data["sole_directions"].astype(np.float64),
            crown_rest=float(data["crown_rest"]),
            crown_directions=data["crown_directions"].astype(np.float64),
        )


def rest_joints(betas: np.ndarray) -> np.ndarray:
    """Rest positions (22, 3) of the joints in metres, SMPL body frame, for shape coefficients (10,)."""
    table = shape_table()
    return table.rest + table.directions @ betas


def to_offsets(rest: np.ndarray) -> np.ndarray:
    """Offsets from the parent (22, 3, ...) of rest positions (22, 3, ...); the root's offset is zero."""
    parents = np.maximum(skeleton.PARENTS, 0)
    return rest - rest[parents]


def bone_offsets(betas: np.ndarray) -> np.ndarray:
    """Rest offsets from the parent (22, 3) in metres for shape coefficients (10,): `HumanMotion.offsets`."""
    return to_offsets(rest_joints(betas))


def body_height(betas: np.ndarray) -> float:
    """Height from sole to crown in metres for shape coefficients (10,)."""
    table = shape_table()
    return float(
        table.crown_rest - table.sole_rest + (table.crown_directions - table.sole_directions) @ np.asarray(betas)
    )


def height_gradient() -> np.ndarray:
    """Change of the body's height per shape coefficient, (10,), metres."""
    table = shape_table()
    return table.crown_directions - table.sole_directions


def betas_of_height(height: float) -> np.ndarray:
    """Most likely shape (10,) of a person `height` metres tall: the smallest betas that reach it."""
    gradient = height_gradient()
    return (height - body_height(np.zeros(10))) * gradient / (gradient @ gradient)


def sole_below_joint(betas: np.ndarray, joint: str) -> float:
    """How far the sole lies below `joint` in the rest pose, metres."""
    table = shape_table()
    sole = table.sole_rest + table.sole_directions @ np.asarray(betas)
    return float(rest_joints(betas)[skeleton.INDEX[joint], 1] - sole)
