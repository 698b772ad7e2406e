"""A path of the centre of mass that the feet can produce: the cart-table model solved backwards.

A body whose centre of mass stays at height h presses on the floor at the zero-moment point p = c - (h / g) c''
(Kajita et al. 2003, eq. 4). Given where that point should be, the smooth path c that comes nearest follows by linear
least squares over the whole motion, so that it leans towards a stance foot before the other one is lifted.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import spsolve

GRAVITY = 9.81
SMOOTHING_S = 0.10
"""Time over which the path is smoothed: weight of the jerk against the missed zero-moment point, seconds."""


def com_path(zmp_w: np.ndarray, height: float, fps: float) -> np.ndarray:
    """Path of the centre of mass.

    Args:
        zmp_w: Wanted zero-moment points, (T, 2), metres.
        height: Of the centre of mass above the floor, metres.
        fps: Frames per second.

    Returns:
        (T, 2), metres; the body rests at both ends.
    """
    frames = len(zmp_w)
    if frames < 5:
        return zmp_w.copy()
    second = difference([1.0, -2.0, 1.0], frames) * fps**2
    third = difference([-1.0, 3.0, -3.0, 1.0], frames) * fps**3
    edge = sparse.csr_matrix((1, frames))
    to_zmp = sparse.identity(frames) - (height / GRAVITY) * sparse.vstack([edge, second, edge])
    normal = to_zmp.T @ to_zmp + SMOOTHING_S**6 * (third.T @ third)
    return np.asarray(spsolve(normal.tocsc(), to_zmp.T @ zmp_w))


def difference(stencil: list[float], frames: int) -> sparse.csr_matrix:
    """Matrix (T - len(stencil) + 1, T) that applies a stencil at every frame."""
    rows = frames - len(stencil) + 1
    parts = [value * sparse.eye(rows, frames, k=offset, format="csr") for offset, value in enumerate(stencil)]
    return sparse.csr_matrix(sum(parts[1:], parts[0]))
