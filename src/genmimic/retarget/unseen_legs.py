"""Steps for legs that nobody saw: the robot stands below its hips and takes soft steps where they travel.

When the feet leave the picture a reconstruction knows where the hips are, roughly, and of the legs nothing. Its feet
may hang, slide or leap. Robots that stand and step are what a person does in such frames as far as anybody can tell.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import solveh_banded

from genmimic.retarget.stance import clean_runs, segments
from genmimic.robot.bodies import BODIES
from genmimic.robot.constants import SOLE_HEIGHT
from genmimic.robot.names import BODY_NAMES

_UNSEEN = 0.2
"""Confidence of both ankles below which the legs are taken to be out of sight."""
_SHORTEST = 0.3
"""Shorter times out of sight are left to the reconstruction, seconds."""
_PATH_SCALE, _ACC_SCALE = 0.3, 0.6
"""Deviation from the hips' path (m) that costs as much as this acceleration (m/s^2): smooth over about 0.7 s. The
distance of a body without legs from the camera is uncertain and may leap by a metre."""
_SWING_TIME, _REST_TIME = 0.4, 0.1
"""Duration of a step and of the rest on both feet after it, seconds; of an unhurried walk."""
_SWING_HEIGHT = 0.05
"""How far the sole rises in a step, metres."""
_STEP_AT, _TURN_AT = 0.10, 0.4
"""A foot steps when it would be this far from its place below the hips: metres, radians."""
_SETTLED = 0.02
"""A foot this near to where it is seen again needs no step, metres."""

_HIP_HALF_WIDTH = sum(BODIES[BODY_NAMES.index(f"left_hip_{axis}_link")].pos[1] for axis in ("pitch", "roll"))


@dataclass(frozen=True)
class Feet:
    """Paths of both feet; index 0 is the left one.

    Attributes:
        pos_w: Ankles, (T, 2, 3), metres.
        yaw: Heading, (T, 2), radians.
        stance: (T, 2) bool.
    """

    pos_w: np.ndarray
    yaw: np.ndarray
    stance: np.ndarray


def unseen_frames(ankle_confidence: np.ndarray, fps: float) -> np.ndarray:
    """Frames (T,) in which neither ankle is seen, for a while at least, from confidences (T, 2) in [0, 1]."""
    return clean_runs(ankle_confidence.max(axis=1) < _UNSEEN, max(2, round(_SHORTEST * fps)))


def soften_path(hips_pos_w: np.ndarray, unseen: np.ndarray, fps: float) -> np.ndarray:
    """Smooth the horizontal path of the hips (T, 3) in the `unseen` (T,) frames; the others stay as they are.

    Method: Whittaker's, least squares of deviations and accelerations, held to the seen frames by a large weight.
    """
    frames = len(hips_pos_w)
    if frames < 3 or not unseen.any():
        return hips_pos_w
    weight = np.where(unseen, 1.0, 1e4) / _PATH_SCALE**2
    smoothness = (fps**2 / _ACC_SCALE) ** 2
    band = np.zeros((3, frames))
    for first, factor in ((0, 1.0), (1, -2.0), (2, 1.0)):
        band[2, first : frames - 2 + first] += smoothness * factor**2
    band[2] += weight
    band[1, 1:-1] -= 2.0 * smoothness
    band[1, 2:] -= 2.0 * smoothness
    band[0, 2:] += smoothness
    softened = hips_pos_w.copy()
    softened[unseen, :2] = solveh_banded(band, weight[:, None] * hips_pos_w[:, :2])[unseen]
    return softened


def imagine_steps(feet: Feet, hips_pos_w: np.ndarray, heading: np.ndarray, unseen: np.ndarray, fps: float) -> Feet:
    """Replace the feet of unseen frames by feet that stand and step under the hips.

    A run of unseen frames begins with the feet where they were seen last and ends with them where they are seen next.

    Args:
        feet: Feet as reconstructed, at the robot's scale.
        hips_pos_w: Middle of the hips, (T, 3), metres.
        heading: Heading of the pelvis, (T,), radians, unwrapped.
        unseen: (T,) bool.
        fps: Frames per second.
    """
    out = Feet(feet.pos_w.copy(), feet.yaw.copy(), feet.stance.copy())
    for start, end in segments(unseen):
        _imagine_run(out, _places(hips_pos_w, heading, feet.yaw), start, end, fps)
    return out


def _places(hips_pos_w: np.ndarray, heading: np.ndarray, yaw: np.ndarray) -> np.ndarray:
    """Where the feet belong: x, y, heading below each hip, (T, 2, 3), headings within half a turn of the feet's."""
    left = _HIP_HALF_WIDTH * np.stack([-np.sin(heading), np.cos(heading)], axis=-1)
    place = np.stack([hips_pos_w[:, :2] + left, hips_pos_w[:, :2] - left], axis=1)
    turns = 2.0 * np.pi * np.round((yaw - heading[:, None]) / (2.0 * np.pi))
    return np.concatenate([place, (heading[:, None] + turns)[..., None]], axis=-1)


def _imagine_run(feet: Feet, places: np.ndarray, start: int, end: int, fps: float) -> None:
    """Overwrite frames `start` to `end` (exclusive) of `feet`."""
    frames = len(places)
    swing, rest = max(2, round(_SWING_TIME * fps)), round(_REST_TIME * fps)
    if start > 0:
        now = np.concatenate([feet.pos_w[start - 1, :, :2], feet.yaw[start - 1, :, None]], axis=-1)
        height, lifted = feet.pos_w[start - 1, :, 2].copy(), ~feet.stance[start - 1]
    else:
        now, height, lifted = places[0].copy(), np.full(2, SOLE_HEIGHT), np.zeros(2, dtype=bool)
    _stand(feet, now, np.array([0, 1]), start, end)
    seen_again = end < frames
    # steps into the picture are kept for the end of the run; a step may be cut off by the end of the motion
    last = end - 2 * (swing + rest) if seen_again else end
    frame = start
    while frame < last:
        # a foot is set down where it belongs in the middle of the stance to come
        goal = places[min(frame + round(1.5 * swing) + rest, end - 1)]
        late = np.maximum(np.linalg.norm((goal - now)[:, :2], axis=-1) / _STEP_AT, np.abs(goal - now)[:, 2] / _TURN_AT)
        late[lifted] += 1e3  # what is in the air comes down first
        foot = int(late.argmax())
        if late[foot] <= 1.0:
            frame += 1
            continue
        _step(feet, foot, now[foot], goal[foot], float(height[foot]), frame, frame + swing)
        now[foot], height[foot], lifted[foot] = goal[foot], SOLE_HEIGHT, False
        _stand(feet, now[foot], np.array([foot]), frame + swing, end)
        frame += swing + rest
    if seen_again:
        goal = np.concatenate([feet.pos_w[end, :, :2], feet.yaw[end, :, None]], axis=-1)
        missing = np.linalg.norm((goal - now)[:, :2], axis=-1)
        frame = min(max(frame, start), end - 2)
        half = frame + (end - frame) // 2
        for foot, (first, after) in zip(missing.argsort()[::-1], ((frame, half), (half, end)), strict=True):
            if missing[foot] > _SETTLED:
                _step(feet, int(foot), now[foot], goal[foot], float(height[foot]), first, after)
                _stand(feet, goal[foot], np.array([foot]), after, end)


def _stand(feet: Feet, pose: np.ndarray, which: np.ndarray, start: int, end: int) -> None:
    """Let the feet `which` stand at poses x, y, heading (N, 3) or (3,) from frame `start` to `end` (exclusive)."""
    feet.pos_w[start:end, which, :2], feet.pos_w[start:end, which, 2] = pose[..., :2], SOLE_HEIGHT
    feet.yaw[start:end, which], feet.stance[start:end, which] = pose[..., 2], True


def _step(feet: Feet, foot: int, begin: np.ndarray, goal: np.ndarray, height: float, start: int, end: int) -> None:
    """Swing one foot from a pose to another, each x, y, heading, in the frames from `start` to `end` (exclusive)."""
    share = ((np.arange(start, end) - start + 1.0) / (end - start + 1.0))[: len(feet.yaw) - start]
    smooth = (share**2 * (3.0 - 2.0 * share))[:, None]
    pose = begin + smooth * (goal - begin)
    rise = np.maximum(_SWING_HEIGHT * np.sin(np.pi * share), 0.0) if height <= SOLE_HEIGHT else 0.0
    feet.pos_w[start:end, foot, :2] = pose[:, :2]
    feet.pos_w[start:end, foot, 2] = height + smooth[:, 0] * (SOLE_HEIGHT - height) + rise
    feet.yaw[start:end, foot], feet.stance[start:end, foot] = pose[:, 2], False
