"""Key poses of gestures, as an animator gives them: where hands and elbows are and how the trunk is held.

Arms are written as left arms in the torso's frame (x forwards, y to the left, z up, metres from the torso link's
origin; the shoulder lies at `SHOULDER`); a right arm is written mirrored, as if it were a left one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

Vector = tuple[float, float, float]

SHOULDER: Vector = (0.001, 0.141, 0.245)
"""Origin of the left shoulder roll link in the torso's frame, metres."""
REACH = 0.43
"""Longest distance from the shoulder to the palm that gestures use, metres; the straight arm has 0.445."""


UPWARDS, INWARDS, AHEAD = (0.2, 0.0, 1.0), (0.1, -1.0, 0.2), (1.0, 0.0, 0.3)
"""Directions in which the thumb's side of a left hand may point."""
ELBOW_DOWN = (-0.3, 0.4, -1.0)
"""Direction of the elbow of a left arm that reaches ahead with ease."""
PASSING = (-0.06, -0.02)
"""Rest in a pose that is passed without a stop, seconds."""
ANY_SIDE = ("left", "right", "both")


@dataclass(frozen=True)
class Arm:
    """Where one arm is.

    Attributes:
        hand: Palm, metres, torso frame.
        elbow: Direction from the line shoulder-palm to the elbow; only its part across that line counts.
        thumb: Direction in which the thumb's side of the hand points.
    """

    hand: Vector
    elbow: Vector = (-0.3, 0.5, -1.0)
    thumb: Vector = (0.3, 0.0, 1.0)


REST = Arm(hand=(0.10, 0.235, -0.15), elbow=(-1.0, 0.2, 0.0), thumb=(1.0, 0.1, 0.3))
"""The arm hangs, slightly bent."""


@dataclass(frozen=True)
class Trunk:
    """How the trunk deviates from standing upright.

    Attributes:
        bend: Forward tilt of pelvis and torso (the G1's waist only yaws), radians.
        twist: Of the waist, towards the acting side, radians.
        drop: Of the pelvis, metres.
        shift: Of the centre of mass towards the acting side's foot, as a share of the way to it.
    """

    bend: float = 0.0
    twist: float = 0.0
    drop: float = 0.0
    shift: float = 0.0


@dataclass(frozen=True)
class Key:
    """One key pose.

    Attributes:
        near: The acting arm.
        far: The other arm.
        trunk: The trunk.
        hold: Shortest and longest rest in the pose, seconds; a negative one starts the next movement early, so that
            the pose is passed without a stop.
        pace: Duration of the movement to the pose, against the usual one for its extent.
    """

    near: Arm = REST
    far: Arm = REST
    trunk: Trunk = Trunk()
    hold: tuple[float, float] = (0.2, 0.6)
    pace: float = 1.0


@dataclass(frozen=True)
class Template:
    """A gesture as a layout of key poses.

    Attributes:
        gesture: What it is, as in the taxonomy.
        variant: Tells the layouts of one gesture apart.
        keys: In order of time; before and after them the body is at rest.
        cycle: First key and end (exclusive) of the part that is repeated, or None.
        repeats: Least and largest number of times that part is done.
        sides: Who may act: 'left', 'right' or 'both' (the other arm then mirrors the acting one).
        spread: How freely the hands may be displaced and the reach scaled, 0 to 1; low where a hand must touch.
    """

    gesture: str
    variant: str
    keys: tuple[Key, ...]
    cycle: tuple[int, int] | None = None
    repeats: tuple[int, int] = (1, 1)
    sides: tuple[str, ...] = ("left", "right")
    spread: float = 1.0

    def unrolled(self, repeats: int) -> tuple[Key, ...]:
        """The keys with the cycle done `repeats` times."""
        if self.cycle is None:
            return self.keys
        start, end = self.cycle
        return self.keys[:start] + self.keys[start:end] * repeats + self.keys[end:]


def vector(values: np.ndarray) -> Vector:
    """An array (3,) as a plain vector."""
    return float(values[0]), float(values[1]), float(values[2])


def both(key: Key) -> Key:
    """The key with the other arm mirroring the acting one."""
    return replace(key, far=key.near)
