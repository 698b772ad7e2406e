"""Smooth periodic random processes: what tracks of noise are made of."""

from __future__ import annotations

import numpy as np


def correlation(lag: np.ndarray, time: float) -> np.ndarray:
    """Correlation exp(-t^2 / 2), t = lag / time, of a process of time constant `time` after `lag` seconds."""
    return np.exp(-0.5 * (lag / time) ** 2)


def smooth_process(frames: int, channels: int, time: float, fps: float, rng: np.random.Generator) -> np.ndarray:
    """A Gaussian process of unit variance that is as smooth as what the retargeter makes and closes on itself.

    Its correlation is `correlation`, wrapped around the track, so that the last frame goes on into the first.

    Args:
        frames: Length of the track.
        channels: Independent processes C.
        time: Time constant T, seconds.
        fps: Frames per second.
        rng: Source of randomness.

    Returns:
        (frames, C) float32.
    """
    lag = np.arange(frames) / fps
    # images of the correlation one track further on either side: beyond them nothing is left of it
    wrapped = np.sum([correlation(lag + turn * frames / fps, time) for turn in (-1, 0, 1)], axis=0)
    spectrum = np.sqrt(np.clip(np.fft.rfft(wrapped).real, 0.0, None) / wrapped[0])
    white = np.fft.rfft(rng.standard_normal((frames, channels)), axis=0)
    return np.fft.irfft(spectrum[:, None] * white, n=frames, axis=0).astype(np.float32)


def bump(frames: int, start: int, length: int, ramp: int) -> np.ndarray:
    """A window (frames,) that rises to 1 over `ramp` frames, stays for `length`, and falls as it rose.

    It begins at frame `start` and goes on around the track's end. The ramps are minimum-jerk.
    """
    s = np.clip(np.arange(1, ramp + 1) / (ramp + 1), 0.0, 1.0)
    rise = s**3 * (10.0 - 15.0 * s + 6.0 * s**2)
    shape = np.concatenate([rise, np.ones(max(length, 0)), rise[::-1]])[:frames]
    out = np.zeros(frames)
    out[(start + np.arange(len(shape))) % frames] = shape
    return out


def poisson_starts(frames: int, per_minute: float, fps: float, rng: np.random.Generator) -> np.ndarray:
    """Frames at which events of a mean rate begin, on one track."""
    count = rng.poisson(max(per_minute, 0.0) * frames / (60.0 * fps))
    return rng.integers(0, frames, count)
