"""Arms and trunk over time: a score of submovements, and what it gives when it is played."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from genmimic.gestures.submovements import Movement, drift, track

ARM_CHANNELS = 6
"""Five joints of an arm and its activity: 0 where it hangs or swings along, 1 where it does a gesture."""
TRUNK_CHANNELS = 4
"""Bend, twist (to the left), drop, shift (to the left)."""


@dataclass(frozen=True)
class UpperBody:
    """Arms and trunk of T frames.

    Attributes:
        arm_joint_pos: Left and right arm, (T, 10), radians.
        bend: Forward tilt of the pelvis, (T,), radians.
        twist: Waist yaw, (T,), radians.
        drop: By how much the pelvis is lowered, (T,), metres.
    """

    arm_joint_pos: np.ndarray
    bend: np.ndarray
    twist: np.ndarray
    drop: np.ndarray


@dataclass(frozen=True)
class Span:
    """When a gesture was done, and by which side ('left', 'right' or 'both'); seconds."""

    gesture: str
    side: str
    begin: float
    end: float


@dataclass(frozen=True)
class Score:
    """What arms and trunk will do.

    Attributes:
        rest: Joint positions (10,) of the arms at rest, left then right, radians.
        left: Movements of the left arm, `ARM_CHANNELS` each.
        right: Movements of the right arm.
        trunk: Movements of the trunk, `TRUNK_CHANNELS` each.
        spans: The gestures in order.
        end: When everything has come to rest, seconds.
    """

    rest: np.ndarray
    left: Sequence[Movement]
    right: Sequence[Movement]
    trunk: Sequence[Movement]
    spans: tuple[Span, ...]
    end: float


def play(score: Score, time: np.ndarray, arm_swing: np.ndarray, rng: np.random.Generator) -> UpperBody:
    """Sample a score at times (T,); arms at rest swing by `arm_swing` (T, 10), arms that gesture do not."""
    arms = []
    for side, movements in enumerate((score.left, score.right)):
        joints = slice(5 * side, 5 * side + 5)
        channels = track(time, np.append(score.rest[joints], 0.0), movements)
        free = 1.0 - np.clip(channels[:, 5:], 0.0, 1.0)
        arms.append(channels[:, :5] + free * arm_swing[:, joints])
    wander = np.array([0.012, 0.012, 0.015, 0.015, 0.02] * 2) * drift(time, rng, 10)
    bend, twist, drop, _ = track(time, np.zeros(TRUNK_CHANNELS), score.trunk).T
    return UpperBody(np.concatenate(arms, axis=1) + wander, bend, twist, drop)


def weight_shift(score: Score, time: np.ndarray) -> np.ndarray:
    """Weight that the gestures move to the left foot, (T,), -1 to 1, at times (T,)."""
    return np.clip(track(time, np.zeros(TRUNK_CHANNELS), score.trunk)[:, 3], -1.0, 1.0)
