"""Tracking errors per step, of one rollout or of many worlds: where keypoints are and where they should be."""

from __future__ import annotations

from genmimic import rotation
from genmimic.rotation import Array
from genmimic.tracking import frames, terminations


def global_keypoint_error(keypoint_pos_w: Array, reference_keypoint_pos_w: Array) -> Array:
    """Mean distance over the keypoints in the world, (...), metres, of (..., K, 3) each: MPKPE per step."""
    return terminations.keypoint_deviation(keypoint_pos_w, reference_keypoint_pos_w)


def local_keypoint_error(
    keypoint_pos_w: Array,
    root_pos_w: Array,
    root_quat_w: Array,
    reference_keypoint_pos_w: Array,
    reference_root_pos_w: Array,
    reference_root_quat_w: Array,
) -> Array:
    """Mean distance over the keypoints, each set in its own pelvis frame, (...), metres: LMPKPE per step."""
    ours = frames.points_to_body(root_pos_w, root_quat_w, keypoint_pos_w)
    theirs = frames.points_to_body(reference_root_pos_w, reference_root_quat_w, reference_keypoint_pos_w)
    return terminations.keypoint_deviation(ours, theirs)


def heading_error(root_quat_w: Array, reference_root_quat_w: Array) -> Array:
    """Angle (...) in radians, 0 to pi, between the yaws of two pelvis orientations (..., 4)."""
    xp = rotation.namespace(root_quat_w)
    turn = rotation.multiply(rotation.conjugate(rotation.heading(reference_root_quat_w)), rotation.heading(root_quat_w))
    return 2.0 * xp.arctan2(abs(turn[..., 3]), abs(turn[..., 0]))
