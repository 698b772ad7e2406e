"""How far a point lies outside the support polygon of the soles."""

from __future__ import annotations

from itertools import combinations

import numpy as np

_EDGES = tuple(combinations(range(4), 2))


def support_excess(
    point: np.ndarray, soles: np.ndarray, stance: np.ndarray, half_width: float
) -> tuple[np.ndarray, np.ndarray]:
    """Signed distance of a point from the edge of the support polygon, and the way back.

    The polygon is the hull of the standing feet's heel-to-toe lines, widened by half the width of a sole.

    Args:
        point: (T, 2), metres.
        soles: Heel and toe of each foot, (T, 2, 2, 2): frame, foot, end, xy.
        stance: (T, 2) bool.
        half_width: Half the width of a sole, metres.

    Returns:
        Distance (T,) outside the polygon in metres, negative inside and minus infinity where neither foot stands, and
        unit vectors (T, 2) that lead inwards by the shortest way.
    """
    # a foot that does not stand is replaced by the other one, so that the hull shrinks to that foot's line
    left = np.where(stance[:, 0, None, None], soles[:, 0], soles[:, 1])
    right = np.where(stance[:, 1, None, None], soles[:, 1], soles[:, 0])
    corners = np.concatenate([left, right], axis=1)
    nearest, best, inside = point.copy(), np.full(len(point), np.inf), np.ones(len(point), dtype=bool)
    for i, j in _EDGES:
        others = [k for k in range(4) if k not in (i, j)]
        sides = np.stack([_turn(corners[:, i], corners[:, j], corners[:, k]) for k in others])
        on_hull = sides[0] * sides[1] >= 0.0
        inside &= ~on_hull | (_turn(corners[:, i], corners[:, j], point) * sides.sum(0) > 0.0)
        candidate = _nearest_on_segment(point, corners[:, i], corners[:, j])
        distance = np.where(on_hull, ((candidate - point) ** 2).sum(-1), np.inf)
        closer = distance < best
        nearest, best = np.where(closer[:, None], candidate, nearest), np.where(closer, distance, best)
    sign = np.where(inside, -1.0, 1.0)
    length = np.sqrt(best)
    inwards = sign[:, None] * (nearest - point) / np.maximum(length, 1e-9)[:, None]
    return np.where(stance.any(axis=1), sign * length - half_width, -np.inf), inwards


def _nearest_on_segment(point: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    along = end - start
    share = ((point - start) * along).sum(-1) / np.maximum((along * along).sum(-1), 1e-12)
    return start + np.clip(share, 0.0, 1.0)[:, None] * along


def _turn(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> np.ndarray:
    """Twice the signed area (T,) of the triangles a, b, c, each (T, 2)."""
    return (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
