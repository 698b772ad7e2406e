"""Human timing: smooth tracks as sums of overlapping minimum-jerk submovements (Flash and Henis 1991).

Each movement adds its displacement to whatever is still under way, so that a movement may start before the last one
has ended, overshoot its goal and come back, or stop half-way, and the track stays twice differentiable.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from genmimic.synthetic.footsteps import min_jerk


@dataclass(frozen=True)
class Movement:
    """A displacement over time.

    Attributes:
        start: When it begins, seconds.
        duration: Seconds.
        change: Displacement of every channel, (C,).
    """

    start: float
    duration: float
    change: np.ndarray


def track(time: np.ndarray, start: np.ndarray, movements: Sequence[Movement]) -> np.ndarray:
    """Sum of the movements from `start` (C,) on, at times (T,) in seconds; (T, C)."""
    out = np.tile(start, (len(time), 1))
    for movement in movements:
        out += min_jerk((time - movement.start) / movement.duration)[:, None] * movement.change
    return out


def reach(
    start: float, duration: float, change: np.ndarray, overshoot: float = 0.0, hesitation: float = 0.0
) -> list[Movement]:
    """One reach, perhaps with a correction at its end or a stop on its way.

    Args:
        start: When it begins, seconds.
        duration: Of the main movement, seconds.
        change: Displacement of every channel, (C,).
        overshoot: Share of the displacement by which the main movement goes too far; it is taken back after it.
        hesitation: Seconds for which the movement rests half-way.
    """
    movements = [Movement(start, duration, change)]
    if hesitation > 0.0:
        first = 0.62 * duration
        movements = [
            Movement(start, first, 0.45 * change),
            Movement(start + 0.8 * first + hesitation, 0.75 * duration, 0.55 * change),
        ]
    if overshoot > 0.0:
        last = movements[-1]
        begin, length = last.start + 0.75 * last.duration, 0.25 + 0.3 * last.duration
        movements += [
            Movement(last.start, last.duration, overshoot * change),
            Movement(begin, length, -overshoot * change),
        ]
    return movements


def end_of(movements: Sequence[Movement]) -> float:
    """When the last of some movements ends, seconds."""
    return max(m.start + m.duration for m in movements)


def drift(time: np.ndarray, rng: np.random.Generator, channels: int) -> np.ndarray:
    """Slow wandering (T, channels) of about unit size: what nobody who stands still can help; under 0.6 Hz."""
    out = np.zeros((len(time), channels))
    for hertz in (0.11, 0.27, 0.53):
        phase = rng.uniform(0.0, 2.0 * np.pi, channels)
        out += np.sin(2.0 * np.pi * hertz * rng.uniform(0.85, 1.15, channels) * time[:, None] + phase)
    return out / 1.5
