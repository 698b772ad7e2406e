"""Which soles are planted: what the picture shows of their place and speed, and how walking people use two feet.

Place and speed are taken from the landmarks in the picture, not from the fit: a planted foot stands still there
whatever the fit believes about its depth. What the fit adds is how the pelvis travels: the foot that trails behind it
rolls off, the heel first; one foot carries while the other swings; and no foot stays planted while the body walks away.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genmimic.human.stance_segments import Changes, standing_probability

_PLACE_SIGMA = 0.025  # metres, across the line of sight, by which the detector misplaces a sole that stands
_STANDS = 3.0  # log odds of standing over moving of a sole that is seen at rest on the floor
_HIDDEN = 0.3  # log odds of a sole that is not seen
_RESTS = 0.5  # added to the former where the body does not travel
_SPEED_SCALE = 0.18  # m/s across the line of sight at which a planted sole becomes unlikely
_SIDE = 0.07  # seconds before and after a frame over which that speed is measured
_DEPTH_SPEED_SCALE = 1.5  # m/s along it, which only the fit knows
_HEIGHT_SCALE = 0.08  # metres above the floor, likewise
_MOST = 4.0  # log odds that any one of these can cost
_CHANGES = Changes(lift=4.0, land=3.0, shift=10.0)

_TRAVEL_SPEED = 0.10  # m/s of the pelvis over which feet are expected to take turns ...
_WALK_SPEED = 0.25  # ... and to roll off as they trail
_TRAIL = np.array([0.05, 0.25, 0.05, 0.25])  # metres by which heels and toes may trail behind it before they lift ...
_TRAIL_SCALE = np.array([0.10, 0.15, 0.10, 0.15])  # ... and how soon they must
_REACH, _REACH_SCALE = 0.9, 0.15  # metres that the pelvis travels over one planted foot: a long step, and its spread
_CARRY, _DOUBLE = (
    5.0,
    3.0,
)  # log odds of a sole whose other foot is in the air, and on the ground while the body travels
_ROUNDS = 3
_FRAME_RATE = 16.0  # frames per second over which the detector's errors count as independent


@dataclass(frozen=True)
class FootCues:
    """What is known of the soles, in the order left heel and toe, right heel and toe.

    Attributes:
        ray: Where they are seen, x / z and y / z in the first frame's camera axes, (T, 4, 2).
        visible: How far they were seen, in [0, 1], (T, 4).
        depth: The person's distance along the line of sight, metres, (T,).
        along: The soles' distances along the line of sight, metres, by the fit, (T, 4).
        height: The soles' heights over the floor, metres, by the fit, (T, 4).
        sole_w: The soles, metres, by the fit, (T, 4, 3).
        pelvis_w: The pelvis, metres, by the fit, (T, 3).
    """

    ray: np.ndarray
    visible: np.ndarray
    depth: np.ndarray
    along: np.ndarray
    height: np.ndarray
    sole_w: np.ndarray
    pelvis_w: np.ndarray


def smooth_speed(position: np.ndarray, fps: float, window_s: float = 0.2) -> np.ndarray:
    """Speed (T, P) of points (T, P, D) per second, from the slope of a line fitted to a sliding window."""
    return np.linalg.norm(smooth_velocity(position, fps, window_s), axis=-1)


def smooth_velocity(position: np.ndarray, fps: float, window_s: float = 0.2) -> np.ndarray:
    """Velocity (T, P, D) of points (T, P, D) per second, from the slope of a line fitted to a sliding window."""
    half = max(1, round(0.5 * window_s * fps))
    steps = np.arange(-half, half + 1)
    padded = np.concatenate([np.repeat(position[:1], half, 0), position, np.repeat(position[-1:], half, 0)])
    slope = sum(k * padded[half + k : half + k + len(position)] for k in steps) / (steps**2).sum()
    # a window that hangs over the clip's end sees repeated frames: rescale to the share that moves
    frame = np.arange(len(position))
    inside = [np.clip(frame + k, 0, len(position) - 1) - frame for k in steps]
    share = sum(k * s for k, s in zip(steps, inside, strict=True)) / (steps**2).sum()
    return slope * fps / np.maximum(share, 0.2)[:, None, None]


def contact_probability(cues: FootCues, fps: float) -> np.ndarray:
    """Probability (T, 4) that each sole point is planted.

    Args:
        cues: T frames.
        fps: Frames per second.
    """
    rate = min(1.0, _FRAME_RATE / fps)
    visible = cues.visible
    travel = smooth_velocity(cues.pelvis_w[:, None, :2], fps, window_s=0.4)[:, 0]
    speed = np.linalg.norm(travel, axis=-1)
    travels = (speed**2 / (speed**2 + _TRAVEL_SPEED**2))[:, None]
    walks = (speed**2 / (speed**2 + _WALK_SPEED**2))[:, None]
    odds = _STANDS + _RESTS * (1.0 - travels) + _seen(cues, fps)
    odds = _HIDDEN + visible * (odds - 2.0 * walks * _capped((_trail(cues, travel) - _TRAIL) / _TRAIL_SCALE))
    place, precision = _median(cues.ray), np.maximum(visible, 0.01) * (cues.depth[:, None] / _PLACE_SIGMA) ** 2
    prior = _reach(cues.pelvis_w[:, :2])
    # the two feet depend on one another: each is judged by what the other was found to do
    contact = standing_probability(place, rate * precision, rate * odds, prior, _CHANGES)
    for _ in range(_ROUNDS - 1):
        foot = np.maximum(contact[:, 0::2], contact[:, 1::2])
        other = np.repeat(foot[:, ::-1], 2, axis=1)
        turns = _CARRY * (1.0 - other) - _DOUBLE * travels * other
        contact = standing_probability(place, rate * precision, rate * (odds + visible * turns), prior, _CHANGES)
    return contact


def _seen(cues: FootCues, fps: float) -> np.ndarray:
    """Log odds (T, 4), none positive, from the soles' speed and height."""
    # the person's distance is smooth over the window: a constant factor, so that its noise is no motion
    speed = _sided_speed(cues.ray, fps) * cues.depth[:, None]
    depth_speed = smooth_speed(cues.along[..., None], fps)
    across, along = _capped(speed / _SPEED_SCALE), _capped(depth_speed / _DEPTH_SPEED_SCALE)
    return -across - along - _capped(cues.height / _HEIGHT_SCALE)


def _sided_speed(place: np.ndarray, fps: float) -> np.ndarray:
    """Speed (T, P) since shortly before or until shortly after each frame, the lower of the two: sharp at both ends."""
    span = max(1, round(_SIDE * fps))
    padded = np.concatenate([np.repeat(place[:1], span, 0), place, np.repeat(place[-1:], span, 0)])
    moved = np.linalg.norm(padded[span:] - padded[:-span], axis=-1) * fps / span
    moved[:span], moved[len(place) :] = moved[span], moved[len(place) - 1]
    return np.minimum(moved[:-span], moved[span:])


def _capped(ratio: np.ndarray) -> np.ndarray:
    return np.minimum(np.maximum(ratio, 0.0) ** 2, _MOST)


def _trail(cues: FootCues, travel: np.ndarray) -> np.ndarray:
    """How far (T, 4) each foot is behind the pelvis in the direction of travel, metres."""
    ahead = travel / np.maximum(np.linalg.norm(travel, axis=-1, keepdims=True), 1e-6)
    foot = 0.5 * (cues.sole_w[:, 0::2, :2] + cues.sole_w[:, 1::2, :2])
    return np.repeat(((cues.pelvis_w[:, None, :2] - foot) * ahead[:, None]).sum(-1), 2, axis=1)


def _median(place: np.ndarray) -> np.ndarray:
    """Running median of five frames: an outlier of the detector vanishes, a step stays as sharp as it was."""
    padded = np.concatenate([np.repeat(place[:1], 2, 0), place, np.repeat(place[-1:], 2, 0)])
    return np.median(np.stack([padded[k : k + len(place)] for k in range(5)]), axis=0)


def _reach(path: np.ndarray) -> np.ndarray:
    """Log probability (T + 1, T + 1) that one foot stays planted from frame a to b, from the pelvis' path (T, 2)."""
    last = path[np.maximum(np.arange(len(path) + 1) - 1, 0)]
    first = np.concatenate([path, path[-1:]])
    way = np.linalg.norm(last[None] - first[:, None], axis=-1)
    return -0.5 * (np.maximum(way - _REACH, 0.0) / _REACH_SCALE) ** 2
