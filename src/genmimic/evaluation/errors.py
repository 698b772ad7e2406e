"""Tracking errors per step, of one rollout or of many worlds: where keypoints are and where they should be."""

from __future__ import annotations

import numpy as np

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


def first_time(condition: np.ndarray, fps: float) -> float | None:
    """Time in seconds of the first true step of (T,), None if there is none."""
    return float(condition.argmax()) / fps if condition.any() else None


def mean_until(error: np.ndarray, time: float | None, fps: float) -> float:
    """Mean of (T,) over the steps before a time, all of them if it is None; the first step always counts."""
    steps = len(error) if time is None else max(1, round(time * fps))
    return float(error[:steps].mean())
