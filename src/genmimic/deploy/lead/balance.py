"""The path of the centre of mass that leads from a stand into a motion."""

from __future__ import annotations

import numpy as np

from genmimic.gestures.com_path import GRAVITY, SMOOTHING_S, difference


def balanced_path(zmp_w: np.ndarray, height: float, fps: float, after_w: np.ndarray) -> np.ndarray:
    """Path of the centre of mass whose zero-moment point comes nearest to a wanted one.

    The cart-table model (Kajita et al. 2003, eq. 4) solved backwards, as `gestures.com_path` does between two rests;
    here it begins at rest over the first wanted point and goes over into a given path, so that the body gathers the
    speed it will need by leaning, not by its feet.

    Args:
        zmp_w: Wanted zero-moment points, (T, 2), metres.
        height: Of the centre of mass, metres.
        fps: Frames per second.
        after_w: The path from frame T on, (M, 2), M >= 3.

    Returns:
        (T, 2), metres.
    """
    frames, given = len(zmp_w), len(after_w)
    whole = frames + given
    second = fps**2 * difference([1.0, -2.0, 1.0], whole).toarray()
    third = fps**3 * difference([-1.0, 3.0, -3.0, 1.0], whole).toarray()
    to_zmp = (np.eye(whole)[1:-1] - (height / GRAVITY) * second)[: frames - 1]
    rows = np.concatenate([to_zmp, SMOOTHING_S**3 * third])
    wanted = np.concatenate([zmp_w[1:], np.zeros((len(third), 2))])
    # at rest in the first three frames, given from frame T on
    known = np.r_[0:3, frames:whole]
    values = np.concatenate([np.repeat(zmp_w[:1], 3, axis=0), after_w])
    free = np.arange(3, frames)
    solved, *_ = np.linalg.lstsq(rows[:, free], wanted - rows[:, known] @ values, rcond=None)
    return np.concatenate([values[:3], solved])
