"""Which soles are planted: a two-state hidden Markov model on what the picture shows of their speed, and their height.

Speed is taken from the landmarks in the picture, not from the fit: a planted foot stands still there whatever the
fit believes about its depth, and a foot that swings towards the camera does not.
"""

from __future__ import annotations

import numpy as np

_SPEED_SCALE = 0.22  # m/s at which a planted sole becomes unlikely
_DEPTH_SPEED_SCALE = 0.8  # m/s along the line of sight, which only the fit knows
_HEIGHT_SCALE = 0.08  # metres above the floor, likewise
_BIAS = 2.5  # log odds of a sole at rest on the floor
_LOWEST = -6.0
_CHANGES_PER_SECOND = 1.5


def smooth_speed(position: np.ndarray, fps: float, window_s: float = 0.2) -> np.ndarray:
    """Speed (T, P) of points (T, P, D) per second, from the slope of a line fitted to a sliding window."""
    half = max(1, round(0.5 * window_s * fps))
    steps = np.arange(-half, half + 1)
    padded = np.concatenate([np.repeat(position[:1], half, 0), position, np.repeat(position[-1:], half, 0)])
    slope = sum(k * padded[half + k : half + k + len(position)] for k in steps) / (steps**2).sum()
    # a window that hangs over the clip's end sees repeated frames: rescale to the share that moves
    frame = np.arange(len(position))
    inside = [np.clip(frame + k, 0, len(position) - 1) - frame for k in steps]
    share = sum(k * s for k, s in zip(steps, inside, strict=True)) / (steps**2).sum()
    return np.linalg.norm(slope, axis=-1) * fps / np.maximum(share, 0.2)[:, None]


def contact_probability(
    speed: np.ndarray, depth_speed: np.ndarray, height: np.ndarray, fps: float, visible: np.ndarray
) -> np.ndarray:
    """Probability (T, P) that each sole point is planted.

    Args:
        speed: (T, P) across the line of sight, m/s.
        depth_speed: (T, P) along it, m/s.
        height: (T, P) metres over the floor.
        fps: Frames per second.
        visible: (T, P) in [0, 1]: how far the point was seen; unseen points say nothing and follow their neighbours.
    """
    odds = _BIAS - (speed / _SPEED_SCALE) ** 2 - (depth_speed / _DEPTH_SPEED_SCALE) ** 2
    odds -= (np.maximum(height, 0.0) / _HEIGHT_SCALE) ** 2
    odds = np.maximum(odds, _LOWEST) * np.clip(visible, 0.05, 1.0)
    return _forward_backward(odds, min(0.3, _CHANGES_PER_SECOND / fps))


def _forward_backward(log_odds: np.ndarray, change: float) -> np.ndarray:
    """Posterior (T, P) of the first of two states from log odds (T, P) and the chance of a change per frame."""
    keep = 1.0 - change
    likelihood = np.stack([np.exp(0.5 * log_odds), np.exp(-0.5 * log_odds)], -1)
    transition = np.array([[keep, change], [change, keep]])
    forward = np.empty_like(likelihood)
    message = np.full(likelihood.shape[1:], 0.5)
    for t in range(len(likelihood)):
        message = (message @ transition) * likelihood[t]
        message /= message.sum(-1, keepdims=True)
        forward[t] = message
    backward = np.ones_like(likelihood)
    for t in range(len(likelihood) - 2, -1, -1):
        message = (backward[t + 1] * likelihood[t + 1]) @ transition
        backward[t] = message / message.sum(-1, keepdims=True)
    posterior = forward * backward
    return posterior[..., 0] / posterior.sum(-1)
