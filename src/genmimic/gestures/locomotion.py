"""Footsteps of the kinds of locomotion that gestures are combined with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from genmimic.gestures.footwork import Stance
from genmimic.synthetic.footsteps import SIDES, Step

Locomotion = Literal["stand", "shift_weight", "step_forward", "step_side", "step_back", "turn_90", "turn_180", "walk"]
LOCOMOTIONS: tuple[Locomotion, ...] = get_args(Locomotion)

_SWING_SHARE = 0.84
"""Part of the time from one landing to the next for which a foot is in the air."""


@dataclass(frozen=True)
class Course:
    """How the body moves over the floor.

    Attributes:
        count: Number of footsteps.
        forward: Way in metres along the body's heading; negative is backwards.
        left: Way in metres to the body's left.
        turn: Radians to the left.
        paired: Whether the second foot joins the first before that one goes on, as in side steps.
        first: Which foot goes first, index into left and right.
        step_time: From one landing to the next, seconds.
    """

    count: int
    forward: float = 0.0
    left: float = 0.0
    turn: float = 0.0
    paired: bool = False
    first: int = 0
    step_time: float = 0.6


def draw_stance(rng: np.random.Generator) -> Stance:
    """Feet side by side about the origin, heading along x, not quite regular."""
    width, stagger, splay = rng.uniform(0.20, 0.30), rng.uniform(-0.03, 0.03), rng.uniform(0.0, 0.2)
    feet = ((stagger, 0.5 * width, splay), (-stagger, -0.5 * width, -splay))
    return Stance(feet, pelvis_height=rng.uniform(0.77, 0.79), sway=rng.uniform(0.001, 0.005))


def draw_course(kind: Locomotion, duration: float, rng: np.random.Generator) -> Course | None:
    """Draw a course, or None where the feet stay.

    Args:
        kind: What to do.
        duration: How long walking should last at least, seconds.
        rng: Source of the variation.
    """
    side = int(rng.integers(2))
    sign = 1.0 - 2.0 * side
    step_time = rng.uniform(0.52, 0.8)
    if kind in ("stand", "shift_weight"):
        return None
    if kind == "step_side":
        pairs = int(rng.integers(1, 3))
        return Course(
            2 * pairs, left=sign * pairs * rng.uniform(0.10, 0.22), paired=True, first=side, step_time=step_time
        )
    if kind in ("step_forward", "step_back"):
        count = int(rng.integers(2, 5))
        length = rng.uniform(0.12, 0.24) if kind == "step_forward" else -rng.uniform(0.08, 0.17)
        return Course(count, forward=(count - 1) * length, first=side, step_time=step_time)
    if kind in ("turn_90", "turn_180"):
        angle = np.deg2rad(90.0 if kind == "turn_90" else 180.0) * rng.uniform(0.9, 1.1)
        count = int(np.ceil(angle / rng.uniform(0.38, 0.55))) + 1
        ahead = rng.uniform(0.0, 0.3) if kind == "turn_90" else rng.uniform(0.0, 0.15)
        return Course(count, forward=ahead, turn=sign * angle, first=side, step_time=0.9 * step_time)
    count = int(np.clip(np.ceil(duration / step_time) + 1, 4, 40))
    length = rng.uniform(0.12, 0.30)
    turn = rng.uniform(-0.12, 0.12) * (count - 1) if rng.random() < 0.4 else 0.0
    return Course(count, forward=(count - 1) * length, turn=turn, first=side, step_time=step_time)


def footsteps(stance: Stance, course: Course, begin: float, rng: np.random.Generator) -> list[Step]:
    """Footsteps of a course that begins at `begin` seconds from `stance`; feet end side by side."""
    feet = np.array(stance.feet)
    width, splay = float(feet[0, 1] - feet[1, 1]), 0.5 * float(feet[0, 2] - feet[1, 2])
    centre = feet[:, :2].mean(axis=0)
    steps = []
    for k in range(course.count):
        foot = (course.first + k) % 2
        share = _share(course, k)
        place, heading = _pose_along(course, share)
        out = np.array([-np.sin(heading), np.cos(heading)]) * (0.5 - foot) * width
        x, y = centre + place + out + rng.uniform(-0.008, 0.008, 2)
        start = begin + k * course.step_time
        yaw = heading + (1.0 - 2.0 * foot) * splay + rng.uniform(-0.03, 0.03)
        steps.append(Step(SIDES[foot], start, start + _SWING_SHARE * course.step_time, float(x), float(y), float(yaw)))
    return steps


def last_landing(steps: Sequence[Step]) -> float:
    """When the last foot has come down, seconds; 0 without steps."""
    return max((step.end for step in steps), default=0.0)


def _share(course: Course, k: int) -> float:
    """Part of the course that the body has done when step `k` lands under it."""
    if course.paired:
        return (k // 2 + 1) / (course.count // 2)
    return min((k + 1) / (course.count - 1), 1.0)


def _pose_along(course: Course, share: float) -> tuple[np.ndarray, float]:
    """Place (2,) and heading of the body after a share of the course, from the origin along x."""
    heading = np.linspace(0.0, share * course.turn, 65)
    middle = 0.5 * (heading[1:] + heading[:-1])
    c, s = np.cos(middle).mean(), np.sin(middle).mean()
    forward, left = share * course.forward, share * course.left
    return np.array([c * forward - s * left, s * forward + c * left]), float(heading[-1])
