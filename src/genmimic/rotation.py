"""Unit quaternions (w, x, y, z) as pure functions on numpy arrays or torch tensors.

Every function is vectorised over leading dimensions and returns the array type it was given. A rotation
`quat_ab` takes vectors from frame b to frame a: `v_a = rotate(quat_ab, v_b)`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

Array = Any
"""A numpy array or a torch tensor; torch is optional, so it cannot be named here."""


def namespace(x: Array) -> Any:
    """Return the module (numpy or torch) whose functions work on `x`."""
    if type(x).__module__.startswith("torch"):
        import torch

        return torch
    return np


def normalize(quat: Array) -> Array:
    """Scale quaternions (..., 4) to unit length."""
    return quat / ((quat * quat).sum(-1) ** 0.5)[..., None]


def multiply(a: Array, b: Array) -> Array:
    """Hamilton product of quaternions (..., 4): first `b`, then `a`."""
    if _single(a, b):
        return b @ _left_factor(a)
    xp = namespace(a)
    aw, ax, ay, az = a[..., 0], a[..., 1], a[..., 2], a[..., 3]
    bw, bx, by, bz = b[..., 0], b[..., 1], b[..., 2], b[..., 3]
    return xp.stack(
        [
            aw * bw - ax * bx - ay * by - az * bz,
            aw * bx + ax * bw + ay * bz - az * by,
            aw * by - ax * bz + ay * bw + az * bx,
            aw * bz + ax * by - ay * bx + az * bw,
        ],
        -1,
    )


def conjugate(quat: Array) -> Array:
    """Inverse of unit quaternions (..., 4)."""
    xp = namespace(quat)
    return xp.concatenate([quat[..., :1], -quat[..., 1:]], -1)


def cross(a: Array, b: Array) -> Array:
    """Cross product of vectors (..., 3) with broadcasting."""
    if _single(a, b, 3):
        x, y, z = a.ravel().tolist()
        return b @ np.array([[0.0, z, -y], [-z, 0.0, x], [y, -x, 0.0]], a.dtype)
    xp = namespace(a)
    ax, ay, az = a[..., 0], a[..., 1], a[..., 2]
    bx, by, bz = b[..., 0], b[..., 1], b[..., 2]
    components = (ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx)
    if xp is not np:
        return xp.stack(components, -1)
    out = np.empty((*np.shape(components[0]), 3), dtype=np.result_type(a, b))
    for index, component in enumerate(components):  # the retargeter's innermost step: a sixth faster than stacking
        out[..., index] = component
    return out


def unit(vec: Array) -> Array:
    """Directions of vectors (..., 3); one of no length stays zero instead of becoming NaN."""
    length = ((vec * vec).sum(-1) ** 0.5)[..., None]
    return vec / namespace(vec).clip(length, 1e-9, None)


def rotate(quat: Array, vec: Array) -> Array:
    """Rotate vectors (..., 3) by unit quaternions (..., 4)."""
    if _single(quat, vec):
        return vec @ _transposed_matrix(quat)
    xyz = quat[..., 1:]
    t = 2.0 * cross(xyz, vec)
    return vec + quat[..., :1] * t + cross(xyz, t)


def rotate_inverse(quat: Array, vec: Array) -> Array:
    """Rotate vectors (..., 3) by the inverse of unit quaternions (..., 4)."""
    if _single(quat, vec):
        return vec @ _transposed_matrix(quat).T
    xyz = quat[..., 1:]
    t = 2.0 * cross(xyz, vec)
    return vec - quat[..., :1] * t + cross(xyz, t)


def _single(one: Array, other: Array, size: int = 4) -> bool:
    """Whether `one` is one quaternion (or vector) in numpy and broadcasts to `other` without adding dimensions.

    One robot's control step has a millisecond: then a product with a matrix made by Python's own numbers takes a
    quarter of the time of a dozen numpy operations on four numbers each.
    """
    return type(one) is np.ndarray and type(other) is np.ndarray and one.size == size and one.ndim <= other.ndim


def _transposed_matrix(quat: np.ndarray) -> np.ndarray:
    """Rotation matrix (3, 3) of one quaternion, to be multiplied from the right."""
    w, x, y, z = quat.ravel().tolist()
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y + w * z), 2 * (x * z - w * y)],
            [2 * (x * y - w * z), 1 - 2 * (x * x + z * z), 2 * (y * z + w * x)],
            [2 * (x * z + w * y), 2 * (y * z - w * x), 1 - 2 * (x * x + y * y)],
        ],
        quat.dtype,
    )


def _left_factor(quat: np.ndarray) -> np.ndarray:
    """Matrix (4, 4): quaternions times it, from the right, are their products with `quat` on the left."""
    w, x, y, z = quat.ravel().tolist()
    return np.array([[w, x, y, z], [-x, w, z, -y], [-y, -z, w, x], [-z, y, -x, w]], quat.dtype)


def from_axis_angle(rotvec: Array) -> Array:
    """Exponential map: rotation vectors (..., 3) in radians to unit quaternions (..., 4)."""
    xp = namespace(rotvec)
    angle = ((rotvec * rotvec).sum(-1) ** 0.5)[..., None]
    # sin(a/2)/a by its Taylor series near zero, where the quotient loses all digits
    safe = xp.where(angle < 1e-6, xp.ones_like(angle), angle)
    scale = xp.where(angle < 1e-6, 0.5 - angle * angle / 48.0, xp.sin(0.5 * safe) / safe)
    return xp.concatenate([xp.cos(0.5 * angle), scale * rotvec], -1)


def to_axis_angle(quat: Array) -> Array:
    """Logarithm: unit quaternions (..., 4) to rotation vectors (..., 3) of length at most pi."""
    xp = namespace(quat)
    quat = xp.where(quat[..., :1] < 0, -quat, quat)
    sin_half = ((quat[..., 1:] ** 2).sum(-1) ** 0.5)[..., None]
    angle = 2.0 * xp.arctan2(sin_half, quat[..., :1])
    safe = xp.where(sin_half < 1e-9, xp.ones_like(sin_half), sin_half)
    return quat[..., 1:] * xp.where(sin_half < 1e-9, 2.0 * xp.ones_like(angle), angle / safe)


def to_matrix(quat: Array) -> Array:
    """Rotation matrices (..., 3, 3) of unit quaternions (..., 4)."""
    xp = namespace(quat)
    w, x, y, z = quat[..., 0], quat[..., 1], quat[..., 2], quat[..., 3]
    rows = [
        xp.stack([1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)], -1),
        xp.stack([2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)], -1),
        xp.stack([2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)], -1),
    ]
    return xp.stack(rows, -2)


def from_matrix(matrix: Array) -> Array:
    """Unit quaternions (..., 4), w >= 0, of rotation matrices (..., 3, 3)."""
    xp = namespace(matrix)
    m = [[matrix[..., i, j] for j in range(3)] for i in range(3)]
    trace = m[0][0] + m[1][1] + m[2][2]
    # four candidates, each exact where its leading component is the largest (Shepperd's method)
    candidates = xp.stack(
        [
            xp.stack([1 + trace, m[2][1] - m[1][2], m[0][2] - m[2][0], m[1][0] - m[0][1]], -1),
            xp.stack([m[2][1] - m[1][2], 1 + 2 * m[0][0] - trace, m[0][1] + m[1][0], m[0][2] + m[2][0]], -1),
            xp.stack([m[0][2] - m[2][0], m[0][1] + m[1][0], 1 + 2 * m[1][1] - trace, m[1][2] + m[2][1]], -1),
            xp.stack([m[1][0] - m[0][1], m[0][2] + m[2][0], m[1][2] + m[2][1], 1 + 2 * m[2][2] - trace], -1),
        ],
        -2,
    )
    best = xp.stack([trace, m[0][0], m[1][1], m[2][2]], -1).argmax(-1)
    onehot = (best[..., None] == xp.arange(4, **_device(matrix))) * 1.0
    quat = (candidates * onehot[..., None]).sum(-2)
    quat = normalize(quat)
    return xp.where(quat[..., :1] < 0, -quat, quat)


def heading(quat: Array) -> Array:
    """Yaw-only part (..., 4) of orientations (..., 4): the heading frame `_h` of a body."""
    if _single(quat, quat):
        w, x, y, z = quat.ravel().tolist()
        half = 0.5 * math.atan2(2 * (w * z + x * y), 1 - 2 * (y * y + z * z))
        return np.array([math.cos(half), 0.0, 0.0, math.sin(half)], quat.dtype).reshape(quat.shape)
    return about_z(yaw(quat))


def yaw(quat: Array) -> Array:
    """Angles (...) of `heading`, radians, in -pi to pi."""
    w, x, y, z = quat[..., 0], quat[..., 1], quat[..., 2], quat[..., 3]
    return namespace(quat).arctan2(2 * (w * z + x * y), 1 - 2 * (y * y + z * z))


def about_z(angle: Array) -> Array:
    """Rotations (..., 4) about the z axis by angles (...), radians."""
    xp = namespace(angle)
    zero = xp.zeros_like(angle)
    return xp.stack([xp.cos(0.5 * angle), zero, zero, xp.sin(0.5 * angle)], -1)


def angle_between(a: Array, b: Array) -> Array:
    """Angle in radians (...), in [0, pi], between orientations (..., 4)."""
    rotvec = to_axis_angle(multiply(conjugate(a), b))
    return (rotvec * rotvec).sum(-1) ** 0.5


def slerp(a: Array, b: Array, t: Array) -> Array:
    """Interpolate along the shorter arc from `a` (t = 0) to `b` (t = 1); `t` broadcasts against (...)."""
    delta = to_axis_angle(multiply(conjugate(a), b))
    return multiply(a, from_axis_angle(delta * t[..., None]))


def make_continuous(quat: np.ndarray) -> np.ndarray:
    """Flip signs along the first axis so that consecutive quaternions (T, ..., 4) lie in one half space."""
    flips = np.where((quat[1:] * quat[:-1]).sum(-1) < 0, -1.0, 1.0)
    signs = np.concatenate([np.ones_like(quat[:1, ..., 0]), np.cumprod(flips, axis=0)])
    return quat * signs[..., None]


def _device(x: Array) -> dict[str, Any]:
    return {"device": x.device} if type(x).__module__.startswith("torch") else {}
