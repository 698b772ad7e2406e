"""The mirror of the G1 at the plane y = 0: permutations and signs of joints, keypoints and quantities.

The mirrored robot does with its right what the robot does with its left. Every function is its own inverse, works on
numpy arrays and torch tensors, and satisfies, for the forward kinematics of `robot.kinematics`,

    FK(mirror(configuration)) = mirror(FK(configuration)).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from genmimic import rotation
from genmimic.robot.names import FOOT_NAMES, JOINT_NAMES, KEYPOINT_NAMES, mirrored_name
from genmimic.rotation import Array

JOINT_PERMUTATION: tuple[int, ...] = tuple(JOINT_NAMES.index(mirrored_name(name)) for name in JOINT_NAMES)
"""Mirrored joint i takes its value from joint `JOINT_PERMUTATION[i]`."""
JOINT_SIGNS: tuple[float, ...] = tuple(
    1.0 if any(part in name for part in ("pitch", "knee", "elbow")) else -1.0 for name in JOINT_NAMES
)
"""... times this: rotations about y keep their sign, those about x and z change it."""
KEYPOINT_PERMUTATION: tuple[int, ...] = tuple(KEYPOINT_NAMES.index(mirrored_name(name)) for name in KEYPOINT_NAMES)
"""Mirrored keypoint i is the mirror image of keypoint `KEYPOINT_PERMUTATION[i]`."""
FOOT_PERMUTATION: tuple[int, ...] = tuple(FOOT_NAMES.index(mirrored_name(name)) for name in FOOT_NAMES)

POLAR_SIGNS = (1.0, -1.0, 1.0)
"""Positions, velocities, forces."""
AXIAL_SIGNS = (-1.0, 1.0, -1.0)
"""Angular velocities, rotation vectors, torques."""
QUAT_SIGNS = (1.0, -1.0, 1.0, -1.0)
"""Quaternions w, x, y, z."""


# looked up in plain dictionaries, which torch.compile can see through, unlike functools' caches; tensors have their
# own, since it cannot look past a key with a type of numpy's
_ARRAYS: dict[tuple[Any, Any], Array] = {}
_TENSORS: dict[tuple[Any, Any, Any], Array] = {}


def _signed(x: Array, signs: tuple[float, ...]) -> Array:
    xp = rotation.namespace(x)
    if xp is np:
        converted = _ARRAYS.get((signs, x.dtype))
        if converted is None:
            converted = _ARRAYS[signs, x.dtype] = np.array(signs, dtype=x.dtype)
        return x * converted
    converted = _TENSORS.get((signs, x.dtype, x.device))
    if converted is None:
        converted = _TENSORS[signs, x.dtype, x.device] = xp.as_tensor(signs, dtype=x.dtype, device=x.device)
    return x * converted


def mirror_joint_pos(joint_pos: Array) -> Array:
    """Mirror joint positions, velocities, targets, actions or torques, (..., 23)."""
    return _signed(joint_pos[..., list(JOINT_PERMUTATION)], JOINT_SIGNS)


def mirror_joint_scale(scale: Array) -> Array:
    """Mirror per-joint quantities without a sign, such as gains or strengths, (..., 23)."""
    return scale[..., list(JOINT_PERMUTATION)]


def mirror_vector(vec: Array) -> Array:
    """Mirror positions, linear velocities, forces or gravity, (..., 3)."""
    return _signed(vec, POLAR_SIGNS)


def mirror_axial(vec: Array) -> Array:
    """Mirror angular velocities, rotation vectors or torques, (..., 3)."""
    return _signed(vec, AXIAL_SIGNS)


def mirror_quat(quat: Array) -> Array:
    """Mirror orientations, (..., 4), w, x, y, z."""
    return _signed(quat, QUAT_SIGNS)


def mirror_keypoint_pos(pos: Array) -> Array:
    """Mirror keypoint positions or linear velocities, (..., 27, 3)."""
    return mirror_vector(pos[..., list(KEYPOINT_PERMUTATION), :])


def mirror_keypoint_ang_vel(ang_vel: Array) -> Array:
    """Mirror keypoint angular velocities, (..., 27, 3)."""
    return mirror_axial(ang_vel[..., list(KEYPOINT_PERMUTATION), :])


def mirror_keypoint_quat(quat: Array) -> Array:
    """Mirror keypoint orientations, (..., 27, 4)."""
    return mirror_quat(quat[..., list(KEYPOINT_PERMUTATION), :])


def mirror_feet(values: Array) -> Array:
    """Swap left and right in per-foot values, (..., 2)."""
    return values[..., list(FOOT_PERMUTATION)]
