"""Smooth courses in time: from rest to a place that is reached with a given velocity."""

from __future__ import annotations

import numpy as np

from genmimic import rotation
from genmimic.synthetic.footsteps import min_jerk


def reach(share: np.ndarray, seconds: float, start: np.ndarray, end: np.ndarray, end_vel: np.ndarray) -> np.ndarray:
    """Quintic from rest at `start` to `end`, reached with velocity `end_vel` and no acceleration.

    Between given ends no course has less jerk (Flash and Hogan 1985).

    Args:
        share: Elapsed share of the time, (T,); clamped to 0 to 1.
        seconds: Time from start to end.
        start: (...).
        end: (...).
        end_vel: (...), per second.

    Returns:
        (T, ...).
    """
    s = np.clip(share, 0.0, 1.0).reshape(-1, *[1] * np.ndim(end))
    arriving = s**3 * (-4.0 + 7.0 * s - 3.0 * s * s)
    return start + min_jerk(s) * (np.asarray(end) - start) + arriving * seconds * np.asarray(end_vel)


def turn(share: np.ndarray, seconds: float, start: np.ndarray, end: np.ndarray, end_ang_vel: np.ndarray) -> np.ndarray:
    """As `reach`, for orientations (..., 4) and an angular velocity (..., 3) in the world; returns (T, ..., 4)."""
    away = rotation.to_axis_angle(rotation.multiply(start, rotation.conjugate(end)))
    rotvec = reach(share, seconds, away, np.zeros_like(away), end_ang_vel)
    return rotation.normalize(rotation.multiply(rotation.from_axis_angle(rotvec), end))
