"""How people differ: pace, size, hesitation and rest pose, one style for each family of gestures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Family = Literal["train", "bench"]


@dataclass(frozen=True)
class Style:
    """Ranges from which one performer is drawn.

    Attributes:
        base: Duration of the smallest movement, seconds.
        slope: Seconds more for each radian of the joint that turns most.
        speed: Least and greatest factor on the speed of the whole motion.
        unevenness: Standard deviation of the logarithm of each movement's duration.
        overshoot: Chance of an overshoot, and its least and greatest share of the movement.
        hesitation: Chance of a stop half-way, and its least and greatest length in seconds.
        lag: By how much one arm may start after the other, seconds.
        jitter: Greatest displacement of a hand from the template in each direction, metres.
        size: Least and greatest factor on the reach of a gesture that touches nothing.
        hold: Least and greatest factor on the rests.
        pause: Rest between two gestures, seconds.
    """

    base: float
    slope: float
    speed: tuple[float, float]
    unevenness: float
    overshoot: tuple[float, float, float]
    hesitation: tuple[float, float, float]
    lag: float
    jitter: float
    size: tuple[float, float]
    hold: tuple[float, float]
    pause: tuple[float, float]


STYLES: dict[Family, Style] = {
    "train": Style(
        base=0.30,
        slope=0.21,
        speed=(0.7, 1.35),
        unevenness=0.10,
        overshoot=(0.5, 0.02, 0.08),
        hesitation=(0.12, 0.08, 0.4),
        lag=0.08,
        jitter=0.02,
        size=(0.88, 1.06),
        hold=(0.6, 1.6),
        pause=(-0.15, 0.5),
    ),
    # the benchmark's performers move to another rhythm: slower to start, steadier, longer rests
    "bench": Style(
        base=0.38,
        slope=0.17,
        speed=(0.75, 1.25),
        unevenness=0.06,
        overshoot=(0.35, 0.03, 0.06),
        hesitation=(0.2, 0.05, 0.25),
        lag=0.05,
        jitter=0.015,
        size=(0.92, 1.03),
        hold=(0.8, 1.8),
        pause=(-0.1, 0.35),
    ),
}
