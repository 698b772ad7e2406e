"""When a robot has fallen or lost its reference (paper B.1 and our rule beside it).

Pure functions on numpy arrays or torch tensors with any leading dimensions; each gives booleans (...) unless it says
otherwise.
"""

from __future__ import annotations

import math

from genmimic import rotation
from genmimic.rotation import Array
from genmimic.tracking import frames

PAPER_GRAVITY_LIMIT = 0.7
"""Largest |x| or |y| of the projected gravity vector, about 44 degrees of pitch or roll (paper B.1)."""
RISKY_GRAVITY = 0.65
"""References beyond this come close to falling by the paper's rule: they are flagged, never dropped."""
TILT_LIMIT = math.radians(45.0)
"""Our rule: largest tilt away from the reference's, radians."""
PELVIS_HEIGHT_LIMIT = 0.3
"""Our rule: lowest pelvis, metres."""
DEVIATION_LIMIT = 0.5
"""Largest mean distance of the keypoints from their goals, metres (paper B.1)."""


def fallen_by_paper(root_quat_w: Array, limit: float = PAPER_GRAVITY_LIMIT) -> Array:
    """Whether the projected gravity's x or y component exceeds `limit`, of pelvis orientations (..., 4)."""
    gravity = frames.projected_gravity_b(root_quat_w)
    return (abs(gravity[..., 0]) > limit) | (abs(gravity[..., 1]) > limit)


def tilt_from_reference(root_quat_w: Array, reference_root_quat_w: Array) -> Array:
    """Angle (...) in radians between gravity as the robot's pelvis and as the reference's pelvis feels it.

    A difference of heading alone does not count.
    """
    a, b = frames.projected_gravity_b(root_quat_w), frames.projected_gravity_b(reference_root_quat_w)
    cross = rotation.cross(a, b)
    xp = rotation.namespace(a)
    return xp.arctan2((cross * cross).sum(-1) ** 0.5, (a * b).sum(-1))


def tilted(root_quat_w: Array, reference_root_quat_w: Array, limit: float = TILT_LIMIT) -> Array:
    """Whether the pelvis is tilted more than `limit` radians away from the reference's tilt."""
    return tilt_from_reference(root_quat_w, reference_root_quat_w) > limit


def sunk(root_pos_w: Array, limit: float = PELVIS_HEIGHT_LIMIT) -> Array:
    """Whether the pelvis (..., 3) is lower than `limit` metres."""
    return root_pos_w[..., 2] < limit


def keypoint_deviation(keypoint_pos_w: Array, goal_keypoint_pos_w: Array) -> Array:
    """Mean distance (...) in metres between keypoints (..., 27, 3) and their goals."""
    difference = keypoint_pos_w - goal_keypoint_pos_w
    return ((difference * difference).sum(-1) ** 0.5).mean(-1)


def deviated(keypoint_pos_w: Array, goal_keypoint_pos_w: Array, limit: float = DEVIATION_LIMIT) -> Array:
    """Whether the keypoints are on average farther than `limit` metres from their goals."""
    return keypoint_deviation(keypoint_pos_w, goal_keypoint_pos_w) > limit
