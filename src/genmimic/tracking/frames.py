"""Changes of frame used by observations: pelvis frame `_b` and heading frame `_h`.

The heading frame of a pelvis has its origin on the floor under the pelvis (heights stay absolute), its z axis up and
its x axis along the pelvis' yaw. What is given in it does not change when the whole scene is moved or turned about
the vertical.
"""

from __future__ import annotations

from genmimic import rotation
from genmimic.rotation import Array


def projected_gravity_b(root_quat_w: Array) -> Array:
    """Unit vector of gravity in the pelvis frame, (..., 3), of orientations (..., 4): (0, 0, -1) when upright."""
    xp = rotation.namespace(root_quat_w)
    w, x, y, z = (root_quat_w[..., i] for i in range(4))
    return xp.stack([2 * (w * y - x * z), -2 * (y * z + w * x), 2 * (x * x + y * y) - 1], -1)


def points_to_body(root_pos_w: Array, root_quat_w: Array, points_w: Array) -> Array:
    """Points (..., K, 3) in the frame of a body at (..., 3) with orientation (..., 4)."""
    return rotation.rotate_inverse(root_quat_w[..., None, :], points_w - root_pos_w[..., None, :])


def points_to_heading(root_pos_w: Array, root_quat_w: Array, points_w: Array) -> Array:
    """Points (..., K, 3) in the heading frame of a pelvis at (..., 3) with orientation (..., 4); heights absolute."""
    xp = rotation.namespace(root_pos_w)
    origin = xp.concatenate([root_pos_w[..., :2], xp.zeros_like(root_pos_w[..., :1])], -1)
    return vectors_to_heading(root_quat_w, points_w - origin[..., None, :])


def vectors_to_heading(root_quat_w: Array, vectors_w: Array) -> Array:
    """Vectors (..., K, 3) in the heading frame of a pelvis with orientation (..., 4)."""
    return rotation.rotate_inverse(rotation.heading(root_quat_w)[..., None, :], vectors_w)


def quats_to_heading(root_quat_w: Array, quats_w: Array) -> Array:
    """Orientations (..., K, 4) in the heading frame of a pelvis with orientation (..., 4).

    A quaternion and its negative are the same orientation, so the sign has to be settled. All K are given the sign
    that makes the pelvis' own w positive: unlike a sign chosen for each alone, this stays continuous when a limb
    turns by 180 degrees against the pelvis, as the upper arms do when they are raised.
    """
    xp = rotation.namespace(root_quat_w)
    inverse = rotation.conjugate(rotation.heading(root_quat_w))
    pelvis = rotation.multiply(inverse, root_quat_w)
    sign = xp.where(pelvis[..., :1] < 0, -xp.ones_like(pelvis[..., :1]), xp.ones_like(pelvis[..., :1]))
    return rotation.multiply((sign * inverse)[..., None, :], quats_w)
