"""Goals cut out of a reference: the frames ahead, clamped at the clip's end."""

from __future__ import annotations

from genmimic import rotation
from genmimic.rotation import Array
from genmimic.tracking.state import Goal


def future_frames(frame: Array, length: Array | int, count: int) -> Array:
    """Frames t + 1 ... t + count, (..., count), of frames t (...), at most `length` - 1."""
    xp = rotation.namespace(frame)
    frame = xp.asarray(frame)
    steps = xp.arange(1, count + 1, **({"device": frame.device} if xp.__name__ == "torch" else {}))
    last = length - 1 if isinstance(length, int) else (length - 1)[..., None]
    return xp.minimum(frame[..., None] + steps, last + xp.zeros_like(steps))


def goal_at(keypoint_pos_w: Array, root_pos_w: Array, root_quat_w: Array, frame: Array, count: int) -> Goal:
    """Goal at frames (...) of one clip.

    Args:
        keypoint_pos_w: The clip's keypoints, (T, 27, 3), metres.
        root_pos_w: Pelvis, (T, 3), metres.
        root_quat_w: Pelvis orientation, (T, 4).
        frame: Present frame t, (...), integers.
        count: Number of frames ahead.
    """
    ahead = future_frames(frame, len(keypoint_pos_w), count)
    return Goal(keypoint_pos_w[ahead], root_pos_w[frame], root_quat_w[frame])
