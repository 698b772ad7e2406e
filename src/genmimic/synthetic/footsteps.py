"""Feet that step and stand: from a list of steps to the pose of both feet at every instant, planted exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

SIDES = ("left", "right")
HEEL_OFF_TIME = 0.16
"""The heel rises this long before the foot leaves the floor, seconds."""


@dataclass(frozen=True)
class Step:
    """One foot moves to a new place.

    Attributes:
        side: `left` or `right`.
        start: When the ball of the foot leaves the floor, seconds.
        end: When the whole foot stands again, seconds.
        x: Where the ankle then is, metres, world.
        y: The same.
        yaw: Where the toes then point, radians from world +x.
    """

    side: str
    start: float
    end: float
    x: float
    y: float
    yaw: float


@dataclass(frozen=True)
class Feet:
    """Motion of both feet, index 0 left and 1 right.

    Attributes:
        ball_pos_w: Ball of the foot (SMPL's `foot` joint), (T, 2, 3), metres, world.
        yaw: Where the toes point, (T, 2), radians.
        pitch: How far the heel is raised, (T, 2), radians.
        planted: Whether the ball stands on the floor without moving, (T, 2) bool.
    """

    ball_pos_w: np.ndarray
    yaw: np.ndarray
    pitch: np.ndarray
    planted: np.ndarray


def min_jerk(s: np.ndarray) -> np.ndarray:
    """Minimum-jerk course from 0 at s = 0 to 1 at s = 1 (Flash and Hogan 1985), clamped outside."""
    s = np.clip(s, 0.0, 1.0)
    return s**3 * (10.0 - 15.0 * s + 6.0 * s * s)


def walk_feet(
    time: np.ndarray,
    start: Sequence[tuple[float, float, float]],
    steps: Sequence[Step],
    foot_length: float,
    ball_height: float,
) -> Feet:
    """Feet at times (T,).

    Args:
        time: Seconds.
        start: Ankle x, y in metres and yaw in radians of the left and the right foot at first.
        steps: In order of time; one foot's steps do not overlap.
        foot_length: Horizontal distance from ankle to ball, metres.
        ball_height: Height of the ball joint over the floor when the foot stands, metres.
    """
    shape = (len(time), 2)
    ball, yaw, pitch = np.zeros((*shape, 3)), np.zeros(shape), np.zeros(shape)
    planted = np.ones(shape, bool)
    for foot, side in enumerate(SIDES):
        x, y, angle = start[foot]
        ball[:, foot] = _ball(x, y, angle, foot_length, ball_height)
        yaw[:, foot] = angle
        for step in (s for s in steps if s.side == side):
            here, there = ball[-1, foot].copy(), _ball(step.x, step.y, step.yaw, foot_length, ball_height)
            length = float(np.linalg.norm(there - here))
            s = (time - step.start) / (step.end - step.start)
            swing, after = (s > 0) & (s < 1), s >= 1
            # the ball travels a little after the knee: late start, early brake
            ball[s > 0, foot] = here + min_jerk(s[s > 0])[:, None] * (there - here)
            lift = 0.045 + 0.05 * min(length, 0.8)
            ball[swing, foot, 2] += lift * np.sin(np.pi * min_jerk(s[swing])) ** 2
            yaw[s > 0, foot] = angle + min_jerk(s[s > 0]) * (step.yaw - angle)
            heel = min(0.62, 0.12 + 0.8 * length)
            rising = min_jerk((time - step.start + HEEL_OFF_TIME) / HEEL_OFF_TIME)
            pitch[:, foot] = np.where(after, 0.0, pitch[:, foot] + heel * rising * (1.0 - min_jerk(s / 0.9)))
            planted[swing, foot] = False
            angle = step.yaw
    return Feet(ball, yaw, pitch, planted)


def straight_walk(
    distance: float,
    step_length: float,
    step_time: float,
    width: float,
    *,
    begin: float = 0.5,
    origin: tuple[float, float] = (0.0, 0.0),
    heading: float = 0.0,
) -> list[Step]:
    """Steps of a walk that starts and ends with feet together, half a step first and last.

    Args:
        distance: How far to go, metres.
        step_length: Wanted length of a full step, metres; adapted to fit.
        step_time: From one landing to the next, seconds.
        width: Distance between the feet's tracks, metres.
        begin: When the first foot leaves the floor, seconds.
        origin: Point (x, y) between the feet at first, metres.
        heading: Direction, radians.
    """
    full = max(1, round(distance / step_length))
    length = distance / full
    forward, _ = _axes(heading)
    steps = []
    for k in range(full + 2):
        along = min((k + 0.5) * length, distance)
        side = SIDES[k % 2]
        steps.append(_step(side, begin + k * step_time, step_time, np.array(origin) + along * forward, heading, width))
    return steps


def turn_steps(
    angle: float,
    count: int,
    step_time: float,
    width: float,
    *,
    begin: float = 0.5,
    origin: tuple[float, float] = (0.0, 0.0),
    heading: float = 0.0,
) -> list[Step]:
    """Steps of a turn on the spot by `angle` radians (positive to the left), feet together at the end."""
    first = 0 if angle > 0 else 1  # the foot on the inside of the turn goes first
    steps = []
    for k in range(count):
        side = SIDES[(first + k) % 2]
        # each foot turns as far as the body will have turned at the middle of the next step
        yaw = heading + angle * min((k + 1) / (count - 1), 1.0)
        steps.append(_step(side, begin + k * step_time, step_time, np.array(origin), yaw, width))
    return steps


def stance(
    width: float, origin: tuple[float, float] = (0.0, 0.0), heading: float = 0.0, splay: float = 0.1
) -> list[tuple[float, float, float]]:
    """Ankle x, y and yaw of two feet side by side."""
    _, left = _axes(heading)
    sides = ((0.5 * width * left, splay), (-0.5 * width * left, -splay))
    return [(origin[0] + float(d[0]), origin[1] + float(d[1]), heading + s) for d, s in sides]


def _step(side: str, start: float, step_time: float, middle: np.ndarray, yaw: float, width: float) -> Step:
    """A step to its side of a point (x, y) between the feet's tracks."""
    _, left = _axes(yaw)
    place = middle + (0.5 if side == "left" else -0.5) * width * left
    return Step(side, start, start + 0.80 * step_time, float(place[0]), float(place[1]), yaw)


def _axes(heading: float) -> tuple[np.ndarray, np.ndarray]:
    c, s = np.cos(heading), np.sin(heading)
    return np.array([c, s]), np.array([-s, c])


def _ball(x: float, y: float, yaw: float, foot_length: float, height: float) -> np.ndarray:
    return np.array([x + foot_length * np.cos(yaw), y + foot_length * np.sin(yaw), height])
