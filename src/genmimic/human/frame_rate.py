"""The true time base of a clip: irregular time stamps, and slow content written into a faster container.

Generated clips are often 16 frames per second copied into a 30 per second container: some frames repeat. A repeat is
found by the small change from the frame before it, but a person standing still changes little, too, and an encoder
changes some repeats. So repeats count only where the picture moves, and only together: as the pattern that a slower
clock leaves, output frame j showing source frame floor(ratio * j + phase).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

COMMON_RATES = (16, 24, 15, 12, 8, 25, 30, 20, 10, 12.5, 18, 14, 6, 5, 48, 50, 60, 24000 / 1001, 30000 / 1001)
"""Rates of generated, filmed and broadcast video, per second; the likelier ones first."""

_MOVING = 1.5  # grey levels of change in the most changed blocks: above what encoders do to a repeated frame
_REPEAT, _FRESH = 0.25, 0.45  # change relative to the surroundings: below, a repeat; above, a new frame
_NOISE_SPREAD = 4.0  # repeats change by at most this many times their median change
_REACH = 6  # frames on each side that serve as surroundings: content of at least container rate / 6 is found
_MIN_REPEATS = 5
_MAX_RATIO = 0.92  # a repeat every 12 frames or more rarely is a dropped frame, not another frame rate
_TOLERATED = 0.05  # share of frames that may contradict the pattern


@dataclass(frozen=True)
class Cadence:
    """Slow content in a fast container.

    Attributes:
        ratio: Content frames per container frame, in (0, 1).
        kept: Indices (T,) of the container frames that show a content frame for the first time.
    """

    ratio: float
    kept: np.ndarray


def block_change(previous: np.ndarray, current: np.ndarray, block: int = 16, top: int = 3) -> float:
    """Change between two small grey pictures (H, W): mean difference in the `top` most changed blocks, grey levels.

    Blocks, because a small person's hand moves few pixels; averages within them, because coding noise is everywhere.
    """
    difference = np.abs(current.astype(np.int16) - previous.astype(np.int16)).astype(np.float32)
    rows, columns = max(1, difference.shape[0] // block), max(1, difference.shape[1] // block)
    height, width = difference.shape[0] // rows * rows, difference.shape[1] // columns * columns
    blocks = difference[:height, :width].reshape(rows, height // rows, columns, width // columns).mean(axis=(1, 3))
    return float(np.sort(blocks, axis=None)[-top:].mean())


def label_repeats(change: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Tell repeated frames from new ones where the picture moves.

    Args:
        change: (N - 1,) change from frame i to frame i + 1 (`block_change`).

    Returns:
        Masks (N,) of frames that surely repeat the one before and of frames that surely do not; where the
        surroundings stand still, neither.
    """
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(change, _REACH), _REACH)
    before, after = windows[: len(change)].max(axis=1), windows[_REACH + 1 :].max(axis=1)
    # Both sides must move: a repeat amid motion differs from the moment in which somebody stops.
    around = np.minimum(before, after)
    repeat = (around > _MOVING) & (change < _REPEAT * around)
    if repeat.any():  # repeats differ by coding noise alone, all alike; a hand that turns back differs by more
        repeat &= change < _NOISE_SPREAD * np.median(change[repeat]) + 0.05
    fresh = (change > _MOVING) & (change > _FRESH * around)
    return np.concatenate([[False], repeat]), np.concatenate([[False], fresh])


def hold_frozen(kept: np.ndarray, change: np.ndarray, repeat: np.ndarray) -> np.ndarray:
    """Replace each kept frame (T,) that shows nothing new amid motion by the one before.

    These are repeats outside a cadence: the picture froze for a frame while time went on. Only changes as small as
    coding noise count, since a hand that turns back also pauses for a frame.
    """
    frozen = repeat & np.concatenate([[False], change < _MOVING])
    return np.maximum.accumulate(np.where(frozen[kept], 0, kept))


def find_cadence(repeat: np.ndarray, fresh: np.ndarray, container_fps: float) -> Cadence | None:
    """Recognise slow content by its repeated frames.

    Args:
        repeat: (N,) mask of frames that surely repeat the one before (`label_repeats`).
        fresh: (N,) mask of frames that surely do not.
        container_fps: Frames per second of the container.

    Returns:
        The cadence, or None where every frame is to be kept: real motion in all frames, a still scene, or repeats
        without a pattern.
    """
    if repeat.sum() < _MIN_REPEATS or repeat.sum() < (1.0 - _MAX_RATIO) * (repeat.sum() + fresh.sum()):
        return None
    labelled = np.flatnonzero(repeat | fresh)
    common = np.array(COMMON_RATES) / container_fps
    common = common[common < _MAX_RATIO]
    # The finer the grid the longer the clip; a long clip is searched in two passes.
    short = labelled[labelled < labelled[0] + 400]
    grid = np.arange(1.0 / _REACH, _MAX_RATIO, 0.25 / max(len(short), 50))
    ratio = _best_ratio(grid, short, fresh)[0]
    grid = ratio + np.arange(-8, 9) * 0.25 / len(short)
    fine = np.concatenate([grid, ratio + np.linspace(-1, 1, 65) * 4.0 / len(repeat)])
    general, general_wrong, general_phase = _best_ratio(fine, labelled, fresh)
    ratio, wrong, phase = _best_ratio(common, labelled, fresh) if len(common) else (general, np.inf, general_phase)
    if wrong > general_wrong + 0.01 * len(labelled):
        ratio, wrong, phase = general, general_wrong, general_phase
    if wrong > _TOLERATED * len(labelled):
        return None
    shown = np.floor(np.arange(len(repeat)) * ratio + phase + 1e-9)
    return Cadence(float(ratio), np.flatnonzero(np.diff(shown, prepend=-1.0) > 0))


def regular_rate(times: np.ndarray, tolerance: float = 0.6) -> float | None:
    """Rate of time stamps (N,) in seconds that lie on a regular comb, else None (variable frame rate).

    Args:
        times: Increasing time stamps, N >= 2.
        tolerance: Largest distance from the comb fitted by least squares, in frame intervals; rounding to a coarse
            clock moves a stamp by up to one half.
    """
    index = np.arange(len(times))
    interval, offset = np.polyfit(index, times, 1)
    if interval <= 0 or np.abs(times - offset - interval * index).max() > tolerance * interval:
        return None
    return snap_rate(1.0 / interval)


def resample_index(times: np.ndarray, fps: float) -> np.ndarray:
    """Index (T,) of the frame nearest to each tick of a regular clock that starts with the first frame."""
    ticks = times[0] + np.arange(int(np.floor((times[-1] - times[0]) * fps + 1e-6)) + 1) / fps
    return np.searchsorted((times[1:] + times[:-1]) / 2.0, ticks)


def snap_rate(rate: float, tolerance: float = 0.003) -> float:
    """The usual rate next to `rate` if it is within a share of `tolerance`, else `rate` itself."""
    usual = np.concatenate([np.array(COMMON_RATES), np.arange(1.0, 241.0), np.array([60000, 120000]) / 1001, [7.5]])
    nearest = float(usual[np.argmin(np.abs(usual - rate))])
    return nearest if abs(nearest - rate) <= tolerance * rate else float(rate)


def _best_ratio(ratios: np.ndarray, labelled: np.ndarray, fresh: np.ndarray) -> tuple[float, float, float]:
    """The ratio and phase that contradict the fewest labels, and how many; the first of equals."""
    best = (float(ratios[0]), np.inf, 0.0)
    for ratio in ratios:
        wrong, phase = _mismatches(float(ratio), labelled, fresh[labelled])
        if wrong < best[1]:
            best = (float(ratio), wrong, phase)
    return best


def _mismatches(ratio: float, index: np.ndarray, fresh: np.ndarray) -> tuple[float, float]:
    """Fewest contradicted labels over all phases, and that phase.

    Frame j is new when frac(ratio * j + phase) < ratio: on the circle of frac(ratio * j) the new frames lie on an arc
    of length `ratio`. An optimal arc begins at one of the points; it is then centred in the play that it has.
    """
    place = np.mod(index * ratio, 1.0)
    order = np.argsort(place)
    place, sign = place[order], np.where(fresh[order], 1.0, -1.0)
    total = np.concatenate([[0.0], np.cumsum(np.concatenate([sign, sign]))])
    twice = np.concatenate([place, place + 1.0])
    begin = np.searchsorted(twice, place - 1e-7)
    end = np.searchsorted(twice, place - 1e-7 + ratio)
    gain = total[end] - total[begin]
    at = int(np.argmax(gain))
    free_before = twice[at + len(place)] - twice[at + len(place) - 1]
    free_inside = place[at] + ratio - twice[max(end[at] - 1, at)]
    play = max(0.0, min(free_before, free_inside))
    return float(fresh.sum() - gain[at]), float(np.mod(play / 2.0 - place[at], 1.0))
