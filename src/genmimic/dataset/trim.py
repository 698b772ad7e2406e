"""Which frames of a clip are worth having: without T-poses, jumps of calibration and dead time; long ones in parts."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from genmimic.motion.skeleton import INDEX

LONGEST = 60.0
"""Longer clips are cut into parts of equal length, seconds."""
SHORTEST = 0.5
"""Shorter clips are dropped, seconds."""
_REST = 0.5
"""Rest that is kept before the first movement and after the last, seconds."""
_STILL = 0.06
"""Largest speed of a joint that counts as rest, m/s."""
_LEVEL_ARMS = 0.25
"""Sine of the angle from the horizontal up to which arms are those of a T-pose."""
_STRETCHED = 0.97
"""Distance from shoulder to wrist as a share of the arm's length from which an arm is straight."""
_JUMP = 12.0
"""Speed of the pelvis that no person has, m/s."""


def active_frames(joint_pos_w: np.ndarray, fps: float) -> slice:
    """The frames from the first movement to the last, T-poses at both ends left out.

    Args:
        joint_pos_w: A person's joints (T, 22, 3), metres, in SMPL's order.
        fps: Frames per second.

    Returns:
        A slice of the frames; empty where there is nothing but T-pose.
    """
    frames = len(joint_pos_w)
    posed = t_pose(joint_pos_w)
    start, end = _run(posed), frames - _run(posed[::-1])
    start, end = _after_jumps(joint_pos_w, fps, start, end)
    if end - start < 3:
        return slice(start, max(start, end))
    speed = np.linalg.norm(np.diff(joint_pos_w[start:end], axis=0), axis=-1).max(axis=1) * fps
    moves = np.flatnonzero(speed > _STILL)
    if len(moves):
        keep = round(_REST * fps)
        start, end = max(start, start + int(moves[0]) - keep), min(end, start + int(moves[-1]) + 2 + keep)
    return slice(start, end)


def t_pose(joint_pos_w: np.ndarray) -> np.ndarray:
    """(T,) whether both arms are stretched out sideways, level, in one line."""
    fits = np.ones(len(joint_pos_w), dtype=bool)
    arms = []
    for side in ("left", "right"):
        shoulder, elbow, wrist = (joint_pos_w[:, INDEX[f"{side}_{joint}"]] for joint in ("shoulder", "elbow", "wrist"))
        arm = wrist - shoulder
        length = np.linalg.norm(elbow - shoulder, axis=-1) + np.linalg.norm(wrist - elbow, axis=-1)
        reach = np.maximum(np.linalg.norm(arm, axis=-1), 1e-9)
        fits &= (reach > _STRETCHED * length) & (np.abs(arm[:, 2]) < _LEVEL_ARMS * reach)
        arms.append(arm / reach[:, None])
    return fits & ((arms[0] * arms[1]).sum(-1) < -0.9)


def parts(frames: slice, fps: float) -> list[slice]:
    """Cut frames into the fewest equal parts of at most `LONGEST` seconds."""
    count = frames.stop - frames.start
    pieces = max(1, int(np.ceil(count / fps / LONGEST)))
    edges = np.rint(np.linspace(frames.start, frames.stop, pieces + 1)).astype(int)
    return [slice(int(a), int(b)) for a, b in pairwise(edges)]


def _run(mask: np.ndarray) -> int:
    """Length of the run of true values at the beginning."""
    return int(len(mask) if mask.all() else mask.argmin())


def _after_jumps(pos: np.ndarray, fps: float, start: int, end: int) -> tuple[int, int]:
    """Leave out what lies before a jump within the first second, or after one within the last."""
    jumps = np.flatnonzero(np.linalg.norm(np.diff(pos[:, 0], axis=0), axis=-1) * fps > _JUMP)
    early = jumps[jumps < start + fps] + 1
    late = jumps[jumps >= end - 1 - fps] + 1
    start = int(early.max(initial=start))
    return start, int(late.min(initial=end)) if len(late) and late.min() > start else end
