"""One performance of a gesture: its layout, varied in size, place and number of repetitions."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from genmimic.gestures.poses import REACH, REST, SHOULDER, Arm, Key, Template, both, vector
from genmimic.gestures.styles import Style

_COMMON, _OWN = 0.7, 0.3
"""Parts of the style's jitter that displace all hands of a gesture together and each one for itself."""
_ELBOW_JITTER, _THUMB_JITTER = 0.1, 0.12
"""Greatest change of each component of these unit vectors."""


@dataclass(frozen=True)
class Performance:
    """A template as it is done once.

    Attributes:
        template: The layout.
        side: Who acts: 'left', 'right' or 'both'.
        keys: Its keys, repeated and varied.
    """

    template: Template
    side: str
    keys: tuple[Key, ...]


def perform(template: Template, side: str, style: Style, rng: np.random.Generator) -> Performance:
    """Draw a performance of a template by a side."""
    keys = template.unrolled(int(rng.integers(template.repeats[0], template.repeats[1] + 1)))
    if side == "both":
        keys = tuple(both(key) for key in keys)
    size = 1.0 + template.spread * (rng.uniform(*style.size) - 1.0)
    offset = template.spread * rng.uniform(-1.0, 1.0, 3) * _COMMON * style.jitter
    # even where a hand must touch something it is not always the same spot
    jitter = (0.3 + 0.7 * template.spread) * _OWN * style.jitter
    varied = []
    for key in keys:
        near, far = (_vary(arm, size, offset, jitter, rng) for arm in (key.near, key.far))
        scale = rng.uniform(0.9, 1.1)
        trunk = replace(key.trunk, bend=scale * key.trunk.bend, twist=scale * key.trunk.twist)
        varied.append(replace(key, near=near, far=far, trunk=trunk))
    return Performance(template, side, tuple(varied))


def _vary(arm: Arm, size: float, offset: np.ndarray, jitter: float, rng: np.random.Generator) -> Arm:
    if arm is REST:
        return arm
    shoulder = np.array(SHOULDER)
    away = size * (np.array(arm.hand) - shoulder) + offset + jitter * rng.uniform(-1.0, 1.0, 3)
    away *= min(1.0, REACH / float(np.linalg.norm(away)))
    elbow = np.array(arm.elbow) / np.linalg.norm(arm.elbow) + rng.uniform(-_ELBOW_JITTER, _ELBOW_JITTER, 3)
    thumb = np.array(arm.thumb) / np.linalg.norm(arm.thumb) + rng.uniform(-_THUMB_JITTER, _THUMB_JITTER, 3)
    return Arm(vector(shoulder + away), vector(elbow), vector(thumb))
