"""Random smooth motion of both arms over the space that they reach: what no list of gestures covers."""

from __future__ import annotations

import numpy as np

from genmimic.gestures.poses import REACH, SHOULDER, Arm, Key, Template, Trunk, vector

_NEAREST = 0.2
"""Shortest distance from the shoulder to the palm, metres."""
_CHEST = np.array([[-0.2, -0.2, -0.25], [0.20, 0.19, 0.36]])
"""Lower and upper corner of the box that hands stay out of: trunk and the other arm's side, metres."""
_HEAD_RADIUS = 0.16
_HEAD = np.array([0.0, 0.0, 0.43])


def random_arms(rng: np.random.Generator) -> Template:
    """A layout of three to seven random key poses, each arm for itself; some are passed without a stop."""
    keys = []
    for _ in range(int(rng.integers(3, 8))):
        hold = (0.0, 0.5) if rng.random() < 0.5 else (-0.1, 0.0)
        trunk = Trunk(bend=max(0.0, rng.normal(0.0, 0.1)), twist=rng.normal(0.0, 0.2))
        keys.append(Key(_random_arm(rng), _random_arm(rng), trunk, hold, pace=rng.uniform(0.8, 1.5)))
    return Template("random_arms", "random", tuple(keys))


def _random_arm(rng: np.random.Generator) -> Arm:
    while True:
        direction = rng.normal(0.0, 1.0, 3)
        direction /= np.linalg.norm(direction)
        hand = np.array(SHOULDER) + rng.uniform(_NEAREST, REACH) * direction
        inside = bool(((hand > _CHEST[0]) & (hand < _CHEST[1])).all())
        if inside or hand[0] < -0.12 or hand[1] < -0.02 or np.linalg.norm(hand - _HEAD) < _HEAD_RADIUS:
            continue
        elbow = np.array([-0.3, 0.6, -0.6]) + rng.normal(0.0, 0.35, 3)
        thumb = np.array([0.2, -0.2, 0.6]) + rng.normal(0.0, 0.5, 3)
        return Arm(vector(hand), vector(elbow), vector(thumb))
