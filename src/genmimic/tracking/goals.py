"""Goals cut out of a reference: the frames ahead, clamped at the clip's end."""

from __future__ import annotations

from genmimic import rotation
from genmimic.rotation import Array
from genmimic.tracking.state import Goal


def future_frames(frame: Array, length: Array | int, steps: tuple[int, ...]) -> Array:
    """Frames `steps` (F) ahead of frames t (...), at most `length` - 1, as (..., F)."""
    xp = rotation.namespace(frame)
    frame = xp.asarray(frame)
    ahead = xp.asarray(steps, **({"device": frame.device} if xp.__name__ == "torch" else {}))
    last = length - 1 if isinstance(length, int) else (length - 1)[..., None]
    return xp.minimum(frame[..., None] + ahead, last + xp.zeros_like(ahead))


def goal_at(keypoint_pos_w: Array, root_pos_w: Array, root_quat_w: Array, frame: Array, steps: tuple[int, ...]) -> Goal:
    """Goal at frames (...) of one clip.

    Args:
        keypoint_pos_w: The clip's keypoints, (T, 27, 3), metres.
        root_pos_w: Pelvis, (T, 3), metres.
        root_quat_w: Pelvis orientation, (T, 4).
        frame: Present frame t, (...), integers.
        steps: How many control steps the goal's frames are ahead.
    """
    ahead = future_frames(frame, len(keypoint_pos_w), steps)
    return Goal(keypoint_pos_w[ahead], root_pos_w[frame], root_quat_w[frame], steps=steps)
