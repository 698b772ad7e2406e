"""Distances between the robot's own links, from the collision primitives that the simulation uses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genmimic import rotation
from genmimic.retarget.jacobian import Kinematics, contact_jacobian
from genmimic.robot.collision import FLOOR, PRIMITIVES, TOUCHES
from genmimic.robot.names import BODY_NAMES


def _pairs() -> list[tuple[int, int]]:
    pairs = []
    for i, a in enumerate(PRIMITIVES):
        for j in range(i + 1, len(PRIMITIVES)):
            b = PRIMITIVES[j]
            touching = (TOUCHES[a.group] & b.group) or (TOUCHES[b.group] & a.group)
            if touching and a.group != b.group and a.group != FLOOR:
                pairs.append((i, j))
    return pairs


_PAIRS = np.array(_pairs())
PAIR_NAMES: tuple[tuple[str, str], ...] = tuple((PRIMITIVES[i].name, PRIMITIVES[j].name) for i, j in _PAIRS)
"""Names of the primitives of each pair that may collide."""
_BODY = np.array([BODY_NAMES.index(p.body) for p in PRIMITIVES])
_ENDS = np.array([[p.start, p.end] for p in PRIMITIVES])
_RADIUS = np.array([p.radius for p in PRIMITIVES])
_REACH = 0.5 * np.linalg.norm(_ENDS[:, 1] - _ENDS[:, 0], axis=-1) + _RADIUS


@dataclass(frozen=True)
class Contacts:
    """Pairs of links closer than some margin.

    Attributes:
        frame: (M,) frame of each.
        pair: (M,) index into `PAIR_NAMES`.
        distance: (M,) metres, negative where they overlap.
        normal: Unit vectors (M, 3), from the second primitive to the first.
        first: Nearest point (M, 3) on the first primitive's axis.
        second: Nearest point (M, 3) on the second primitive's axis.
    """

    frame: np.ndarray
    pair: np.ndarray
    distance: np.ndarray
    normal: np.ndarray
    first: np.ndarray
    second: np.ndarray

    def jacobian(self, kinematics: Kinematics) -> np.ndarray:
        """Rows (M, 29): change of each distance."""
        a, b = _BODY[_PAIRS[self.pair]].T
        away = contact_jacobian(kinematics, self.frame, a, self.first, self.normal)
        return away - contact_jacobian(kinematics, self.frame, b, self.second, self.normal)


def find_contacts(kinematics: Kinematics, margin: float) -> Contacts:
    """Find all pairs of links closer than `margin` metres.

    Pairs whose bounding spheres are apart are left out before the exact distance of the capsules is computed.
    """
    ends = kinematics.body_pos[:, _BODY, None] + rotation.rotate(kinematics.body_quat[:, _BODY, None], _ENDS)
    middle = 0.5 * (ends[:, :, 0] + ends[:, :, 1])
    gap = middle[:, _PAIRS[:, 0]] - middle[:, _PAIRS[:, 1]]
    reach = _REACH[_PAIRS].sum(-1) + margin
    frame, pair = np.nonzero((gap * gap).sum(-1) < reach**2)
    i, j = _PAIRS[pair].T
    first, second = nearest_points(ends[frame, i, 0], ends[frame, i, 1], ends[frame, j, 0], ends[frame, j, 1])
    offset = first - second
    length = np.sqrt((offset * offset).sum(-1))
    distance = length - _RADIUS[i] - _RADIUS[j]
    near = distance < margin
    normal = offset / np.maximum(length, 1e-6)[:, None]
    return Contacts(frame[near], pair[near], distance[near], normal[near], first[near], second[near])


def nearest_points(a0: np.ndarray, a1: np.ndarray, b0: np.ndarray, b1: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Nearest points (M, 3) of the segments a0-a1 and b0-b1, each (M, 3).

    Method: Ericson, Real-Time Collision Detection, 5.1.9.
    """
    da, db, r = a1 - a0, b1 - b0, a0 - b0
    aa, bb = np.maximum((da * da).sum(-1), 1e-12), np.maximum((db * db).sum(-1), 1e-12)
    ab, ar, br = (da * db).sum(-1), (da * r).sum(-1), (db * r).sum(-1)
    det = aa * bb - ab * ab
    s = np.where(det > 1e-12, np.clip((ab * br - ar * bb) / np.maximum(det, 1e-12), 0.0, 1.0), 0.0)
    t = np.clip((ab * s + br) / bb, 0.0, 1.0)
    s = np.clip((ab * t - ar) / aa, 0.0, 1.0)
    return a0 + s[:, None] * da, b0 + t[:, None] * db
