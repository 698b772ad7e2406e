"""From a list of gestures to a score: choose layouts, vary them, solve the key poses, give them human timing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from genmimic.gestures.arm_ik import MIRROR, arm_joint_pos
from genmimic.gestures.poses import REACH, REST, SHOULDER, Arm, Key, Template, both
from genmimic.gestures.styles import Style
from genmimic.gestures.submovements import Movement, end_of, reach
from genmimic.gestures.upper_body import TRUNK_CHANNELS, Score, Span

_TRUNK_UNITS = np.array([0.55, 0.8, 0.16, 1.2])
"""Changes of bend, twist, drop and shift that take as long as one radian of an arm's joint."""
_TRUNK_SLOPE = 0.45
"""Seconds per such unit: the trunk is heavy."""


@dataclass(frozen=True)
class Performed:
    """A template as one performer does it: varied keys, with the acting side."""

    template: Template
    side: str
    keys: tuple[Key, ...]


def vary(template: Template, side: str, style: Style, rng: np.random.Generator) -> Performed:
    """Draw one performance of a template."""
    keys = template.unrolled(int(rng.integers(template.repeats[0], template.repeats[1] + 1)))
    if side == "both":
        keys = tuple(both(key) for key in keys)
    size = 1.0 + template.spread * (rng.uniform(*style.size) - 1.0)
    offset = template.spread * rng.uniform(-1.0, 1.0, 3) * 0.7 * style.jitter
    varied = []
    for key in keys:
        near, far = (
            _vary_arm(arm, size, offset, (0.3 + 0.7 * template.spread) * 0.3 * style.jitter, rng)
            for arm in (key.near, key.far)
        )
        scale = rng.uniform(0.9, 1.1)
        trunk = replace(key.trunk, bend=scale * key.trunk.bend, twist=scale * key.trunk.twist)
        varied.append(replace(key, near=near, far=far, trunk=trunk))
    return Performed(template, side, tuple(varied))


def _vary_arm(arm: Arm, size: float, offset: np.ndarray, jitter: float, rng: np.random.Generator) -> Arm:
    if arm is REST:
        return arm
    shoulder = np.array(SHOULDER)
    away = size * (np.array(arm.hand) - shoulder) + offset + jitter * rng.uniform(-1.0, 1.0, 3)
    away *= min(1.0, REACH / float(np.linalg.norm(away)))
    elbow = np.array(arm.elbow) / np.linalg.norm(arm.elbow) + rng.uniform(-0.1, 0.1, 3)
    thumb = np.array(arm.thumb) / np.linalg.norm(arm.thumb) + rng.uniform(-0.12, 0.12, 3)
    x, y, z = (tuple(float(v) for v in vec) for vec in (shoulder + away, elbow, thumb))
    return Arm(hand=x, elbow=y, thumb=z)  # type: ignore[arg-type]


def write_score(performances: Sequence[Performed], style: Style, begin: float, rng: np.random.Generator) -> Score:
    """Give gestures, done one after the other, their joint positions and their timing.

    Args:
        performances: The gestures in order; may be empty.
        style: How the performer moves.
        begin: When the first movement starts, seconds.
        rng: Source of the variation.
    """
    keys, owner = [Key()], [-1]
    for index, performed in enumerate(performances):
        for key in performed.keys:
            keys.append(key)
            owner.append(index)
    keys.append(Key())
    owner.append(len(performances))
    mirrored = [i >= 0 and i < len(performances) and performances[i].side == "right" for i in owner]
    rest = tuple(replace(REST, hand=tuple(np.array(REST.hand) + rng.uniform(-0.02, 0.02, 3))) for _ in range(2))
    left = [_arm(key.far if m else key.near, rest[0]) for key, m in zip(keys, mirrored, strict=True)]
    right = [_arm(key.near if m else key.far, rest[1]) for key, m in zip(keys, mirrored, strict=True)]
    poses = [_with_activity(arm_joint_pos(left), left, rest[0]), _with_activity(arm_joint_pos(right), right, rest[1])]
    poses[1][:, :5] *= MIRROR
    trunk = np.array([_trunk(key, m) for key, m in zip(keys, mirrored, strict=True)])
    return _time(poses, trunk, keys, owner, performances, style, begin, rng)


def _arm(arm: Arm, rest: Arm) -> Arm:
    return rest if arm is REST else arm


def _with_activity(joint_pos: np.ndarray, arms: Sequence[Arm], rest: Arm) -> np.ndarray:
    return np.concatenate([joint_pos, [[float(arm is not rest)] for arm in arms]], axis=1)


def _trunk(key: Key, mirrored: bool) -> np.ndarray:
    sign = -1.0 if mirrored else 1.0
    return np.array([key.trunk.bend, sign * key.trunk.twist, key.trunk.drop, sign * key.trunk.shift])


def _time(
    poses: Sequence[np.ndarray],
    trunk: np.ndarray,
    keys: Sequence[Key],
    owner: Sequence[int],
    performances: Sequence[Performed],
    style: Style,
    begin: float,
    rng: np.random.Generator,
) -> Score:
    """Lay the movements from key to key out in time."""
    speed = rng.uniform(*style.speed)
    movements: list[list[Movement]] = [[], [], []]
    spans: list[Span] = []
    now, started = begin, begin
    for i in range(1, len(keys)):
        started = now if owner[i] != owner[i - 1] else started
        change = [pose[i] - pose[i - 1] for pose in poses]
        trunk_change = trunk[i] - trunk[i - 1]
        extent = max(float(np.abs(c[:5]).max()) for c in change)
        heavy = float(np.abs(trunk_change / _TRUNK_UNITS).max())
        duration = max(style.base + style.slope * extent, style.base + _TRUNK_SLOPE * heavy)
        duration *= keys[i].pace / speed * float(np.exp(rng.normal(0.0, style.unevenness)))
        passes = keys[i].hold[1] <= 0.0 or i == len(keys) - 1
        overshoot = rng.uniform(*style.overshoot[1:]) if rng.random() < style.overshoot[0] and not passes else 0.0
        pauses = rng.random() < style.hesitation[0] and owner[i] != owner[i - 1] and not passes
        hesitation = rng.uniform(*style.hesitation[1:]) if pauses else 0.0
        arrival = now + duration
        for side in range(2):
            late = rng.uniform(0.0, style.lag)
            parts = reach(now + late, duration, change[side], overshoot, hesitation)
            movements[side] += parts
            arrival = max(arrival, end_of(parts) - 0.25 * (overshoot > 0.0))
        if trunk_change.any():
            movements[2] += reach(now, duration, trunk_change, 0.0, hesitation)
        hold = rng.uniform(*keys[i].hold)
        hold = hold * rng.uniform(*style.hold) / speed if hold > 0.0 else hold
        if i < len(keys) - 1 and owner[i + 1] != owner[i]:
            spans.append(Span(performances[owner[i]].template.gesture, performances[owner[i]].side, started, arrival))
            hold += rng.uniform(*style.pause) if i < len(keys) - 2 else 0.0
        # a movement may start while the last one still runs, but not before its middle
        now = max(arrival + hold, arrival - 0.4 * duration)
    end = max((end_of(m) for m in movements if m), default=begin)
    rest = np.concatenate([poses[0][0, :5], poses[1][0, :5]])
    assert trunk.shape[1] == TRUNK_CHANNELS
    return Score(rest, tuple(movements[0]), tuple(movements[1]), tuple(movements[2]), tuple(spans), end)
