"""From performances to a score: solve the key poses and give the movements between them human timing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from genmimic.gestures.arm_ik import MIRROR, arm_joint_pos
from genmimic.gestures.performance import Performance
from genmimic.gestures.poses import REST, Arm, Key, vector
from genmimic.gestures.styles import Style
from genmimic.gestures.submovements import Movement, end_of, reach
from genmimic.gestures.upper_body import Score, Span

_TRUNK_UNITS = np.array([0.55, 0.8, 0.16, 1.2])
"""Changes of bend, twist, drop and shift that take as long as one another."""
_TRUNK_SLOPE = 0.45
"""Seconds per such unit: the trunk is heavy."""
_REST_JITTER = 0.02
"""Greatest displacement of a hand at rest, metres."""
_EARLIEST = 0.6
"""A movement starts at the earliest after this part of the one before it."""


@dataclass(frozen=True)
class _Layout:
    """All N key poses of a motion, at rest first and last.

    Attributes:
        keys: The poses.
        owner: Index of the performance that each belongs to; -1 and the number of performances at rest.
        left: Channels of the left arm, (N, 6).
        right: Channels of the right arm, (N, 6).
        trunk: Channels of the trunk, (N, 4).
    """

    keys: tuple[Key, ...]
    owner: tuple[int, ...]
    left: np.ndarray
    right: np.ndarray
    trunk: np.ndarray


@dataclass(frozen=True)
class _Manner:
    """How one movement is done: seconds, share of the movement, seconds."""

    duration: float
    overshoot: float
    hesitation: float


def write_score(performances: Sequence[Performance], style: Style, begin: float, rng: np.random.Generator) -> Score:
    """Give gestures, done one after the other, their joint positions and their timing.

    Args:
        performances: The gestures in order; may be empty.
        style: How the performer moves.
        begin: When the first movement starts, seconds.
        rng: Source of the variation.
    """
    layout = _lay_out(performances, rng)
    speed = rng.uniform(*style.speed)
    left: list[Movement] = []
    right: list[Movement] = []
    trunk: list[Movement] = []
    spans: list[Span] = []
    now, started, last = begin, begin, len(layout.keys) - 1
    for i in range(1, len(layout.keys)):
        started = now if layout.owner[i] != layout.owner[i - 1] else started
        manner = _manner(layout, i, style, speed, rng)
        arrival = now + manner.duration
        for movements, poses in ((left, layout.left), (right, layout.right)):
            late = rng.uniform(0.0, style.lag)
            change = poses[i] - poses[i - 1]
            parts = reach(now + late, manner.duration, change, manner.overshoot, manner.hesitation)
            movements += parts
            arrival = max(arrival, end_of(parts) - 0.25 * (manner.overshoot > 0.0))
        change = layout.trunk[i] - layout.trunk[i - 1]
        if change.any():
            trunk += reach(now, manner.duration, change, 0.0, manner.hesitation)
        hold = rng.uniform(*layout.keys[i].hold)
        hold = hold * rng.uniform(*style.hold) / speed if hold > 0.0 else hold
        if i < last and layout.owner[i + 1] != layout.owner[i]:
            done = performances[layout.owner[i]]
            spans.append(Span(done.template.gesture, done.side, started, arrival))
            hold += rng.uniform(*style.pause) if i < last - 1 else 0.0
        now = max(arrival + hold, arrival - (1.0 - _EARLIEST) * manner.duration)
    end = max(end_of(movements) for movements in (left, right))
    rest = np.concatenate([layout.left[0, :5], layout.right[0, :5]])
    return Score(rest, tuple(left), tuple(right), tuple(trunk), tuple(spans), end)


def _lay_out(performances: Sequence[Performance], rng: np.random.Generator) -> _Layout:
    keys, owner = [Key()], [-1]
    for index, performance in enumerate(performances):
        keys += performance.keys
        owner += [index] * len(performance.keys)
    keys, owner = [*keys, Key()], [*owner, len(performances)]
    mirrored = [0 <= i < len(performances) and performances[i].side == "right" for i in owner]
    sides = [(k.far, k.near) if m else (k.near, k.far) for k, m in zip(keys, mirrored, strict=True)]
    rests = [
        replace(REST, hand=vector(np.array(REST.hand) + rng.uniform(-_REST_JITTER, _REST_JITTER, 3))) for _ in range(2)
    ]
    left, right = (_channels([pair[side] for pair in sides], rests[side]) for side in range(2))
    right[:, :5] *= MIRROR
    sign = np.where(mirrored, -1.0, 1.0)
    trunk = np.array(
        [[k.trunk.bend, s * k.trunk.twist, k.trunk.drop, s * k.trunk.shift] for k, s in zip(keys, sign, strict=True)]
    )
    return _Layout(tuple(keys), tuple(owner), left, right, trunk)


def _channels(arms: Sequence[Arm], rest: Arm) -> np.ndarray:
    """Joint positions and activity, (N, 6), of a left arm that hangs as in `rest` wherever it is at rest."""
    joint_pos = arm_joint_pos([rest if arm is REST else arm for arm in arms])
    return np.concatenate([joint_pos, [[float(arm is not REST)] for arm in arms]], axis=1)


def _manner(layout: _Layout, i: int, style: Style, speed: float, rng: np.random.Generator) -> _Manner:
    """Draw how the movement to key `i` is done: longer ways take longer, and only stops are overshot."""
    arms = max(float(np.abs(poses[i, :5] - poses[i - 1, :5]).max()) for poses in (layout.left, layout.right))
    trunk = float(np.abs((layout.trunk[i] - layout.trunk[i - 1]) / _TRUNK_UNITS).max())
    duration = style.base + max(style.slope * arms, _TRUNK_SLOPE * trunk)
    duration *= layout.keys[i].pace / speed * float(np.exp(rng.normal(0.0, style.unevenness)))
    stops = layout.keys[i].hold[1] > 0.0 and i < len(layout.keys) - 1
    overshoot = rng.uniform(*style.overshoot[1:]) if rng.random() < style.overshoot[0] and stops else 0.0
    pauses = rng.random() < style.hesitation[0] and layout.owner[i] != layout.owner[i - 1] and stops
    return _Manner(duration, overshoot, rng.uniform(*style.hesitation[1:]) if pauses else 0.0)
