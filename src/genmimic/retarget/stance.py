"""Which foot stands when, and where its foothold is."""

from __future__ import annotations

import numpy as np

from genmimic.retarget.config import StanceConfig

_ON, _OFF = 0.6, 0.4
_REOPEN_TIME = 0.2
"""Time for which a foot is freed between two footholds of one split stance, seconds."""


def detect_stance(
    ankle_pos_w: np.ndarray, toe_pos_w: np.ndarray, contact_probability: np.ndarray, fps: float, config: StanceConfig
) -> np.ndarray:
    """Decide for each foot and frame whether it stands, from its speed, its height and what is known beforehand.

    Args:
        ankle_pos_w: Person's ankles, (T, 2, 3), metres.
        toe_pos_w: Person's toe joints, (T, 2, 3), metres.
        contact_probability: (T, 2); 0.5 says nothing.
        fps: Frames per second.
        config: Thresholds.

    Returns:
        (T, 2) bool.
    """
    speed = np.maximum(_speed(ankle_pos_w, fps), 0.7 * _speed(toe_pos_w, fps))
    low = 0.5 * (ankle_pos_w[..., 2] + toe_pos_w[..., 2])
    rise = np.maximum(ankle_pos_w[..., 2] - _standing_level(ankle_pos_w[..., 2], speed, config), 0.0)
    toe_rise = np.maximum(low - _standing_level(low, speed, config), 0.0)
    rise = np.maximum(rise, toe_rise)
    prior = np.clip(contact_probability, 0.02, 0.98)
    logit = np.log(prior / (1.0 - prior)) + 6.0 * (1.0 - speed / config.speed) + 6.0 * (1.0 - rise / config.height)
    # both the foot's rest and its height must speak for a stance: neither can make up for the other
    logit = np.minimum(logit, np.minimum(6.0 * (1.6 - speed / config.speed), 6.0 * (1.6 - rise / config.height)))
    probability = 1.0 / (1.0 + np.exp(-np.clip(logit, -30.0, 30.0)))
    shortest = max(2, round(config.shortest * fps))
    return np.stack([clean_runs(_hysteresis(probability[:, foot]), shortest) for foot in range(2)], axis=1)


def _standing_level(height: np.ndarray, speed: np.ndarray, config: StanceConfig) -> np.ndarray:
    """Height (1, 2) at which a foot stands: the median of its low, slow frames."""
    level = []
    for foot in range(2):
        slow = height[:, foot][speed[:, foot] < config.speed]
        pool = slow if len(slow) >= 3 else height[:, foot]
        low = pool[pool <= np.percentile(pool, 10) + config.height]
        level.append(np.median(low))
    return np.array([level])


def _speed(pos: np.ndarray, fps: float) -> np.ndarray:
    if len(pos) < 2:
        return np.zeros(pos.shape[:2])
    return np.linalg.norm(np.gradient(pos, 1.0 / fps, axis=0), axis=-1)


def _hysteresis(probability: np.ndarray) -> np.ndarray:
    state = np.empty(len(probability), dtype=bool)
    standing = bool(probability[0] > 0.5)
    for frame, value in enumerate(probability):
        standing = bool(value > _OFF) if standing else bool(value > _ON)
        state[frame] = standing
    return state


def segments(mask: np.ndarray) -> list[tuple[int, int]]:
    """First frame and end (exclusive) of each run of true values in `mask` (T,)."""
    padded = np.concatenate([[False], mask, [False]])
    edges = np.flatnonzero(padded[1:] != padded[:-1])
    return [(int(start), int(end)) for start, end in edges.reshape(-1, 2)]


def clean_runs(mask: np.ndarray, shortest: int) -> np.ndarray:
    """Close gaps of at most half of `shortest` frames in a mask (T,), then drop the runs shorter than `shortest`."""
    mask = mask.copy()
    for start, end in segments(~mask):
        if start > 0 and end < len(mask) and end - start <= shortest // 2:
            mask[start:end] = True
    for start, end in segments(mask):
        if end - start < shortest and end - start < len(mask):
            mask[start:end] = False
    return mask


def footholds(
    pos: np.ndarray, yaw: np.ndarray, stance: np.ndarray, fps: float, config: StanceConfig
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Fix one foot's place and heading during each stance and bend the swings between to meet them.

    Args:
        pos: Wanted ankle positions, (T, 3), metres.
        yaw: Wanted heading of the foot, (T,), rad, unwrapped.
        stance: (T,) bool.
        fps: Frames per second.
        config: How far a foothold may wander before it is split.

    Returns:
        Ankle positions (T, 3) and headings (T,), constant in xy and heading during each stance, and the stance (T,)
        itself, opened where a foothold had to be split.
    """
    stance = stance.copy()
    gap = max(2, round(_REOPEN_TIME * fps))
    for start, end in segments(stance):
        _split(pos, yaw, stance, start, end, gap, config)
    runs = segments(stance)
    if not runs:
        return pos, yaw, stance
    shift = np.zeros((len(pos), 3))  # x, y, heading
    knots, values = [], []
    for start, end in runs:
        wanted = np.concatenate([pos[start:end, :2], yaw[start:end, None]], axis=1)
        fixed = np.median(wanted, axis=0)
        shift[start:end] = fixed - wanted
        knots += [start, end - 1]
        values += [shift[start], shift[end - 1]]
    frames = np.arange(len(pos))
    between = np.stack([np.interp(frames, knots, [v[i] for v in values]) for i in range(3)], axis=1)
    shift = np.where(stance[:, None], shift, between)
    return pos + np.concatenate([shift[:, :2], np.zeros((len(pos), 1))], axis=1), yaw + shift[:, 2], stance


def _split(
    pos: np.ndarray, yaw: np.ndarray, stance: np.ndarray, start: int, end: int, gap: int, config: StanceConfig
) -> None:
    """Open the stance in `stance` where the foothold wanders, and again within the parts."""
    if end - start < 3 * gap:
        return
    spread = np.linalg.norm(pos[start:end, :2] - np.median(pos[start:end, :2], axis=0), axis=1).max()
    turn = np.abs(yaw[start:end] - np.median(yaw[start:end])).max()
    if spread <= config.foothold_drift and turn <= config.foothold_turn:
        return
    motion = np.linalg.norm(np.gradient(pos[start:end, :2], axis=0), axis=1) / config.foothold_drift
    motion = motion + np.abs(np.gradient(yaw[start:end])) / config.foothold_turn
    window = np.convolve(motion, np.ones(gap), mode="same")[gap:-gap]
    middle = start + gap + int(window.argmax())
    stance[middle - gap // 2 : middle + (gap + 1) // 2] = False
    _split(pos, yaw, stance, start, middle - gap // 2, gap, config)
    _split(pos, yaw, stance, middle + (gap + 1) // 2, end, gap, config)
