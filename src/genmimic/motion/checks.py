"""Validation shared by the two motion types: each failure names the clip, the frame and the field."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from genmimic.errors import InputError


def require_shape(clip: str, field: str, array: np.ndarray, shape: tuple[int | None, ...]) -> None:
    """Refuse an array whose shape differs from `shape` (None matches any length).

    Raises:
        InputError: The shape differs.
    """
    if array.ndim != len(shape) or any(s is not None and a != s for a, s in zip(array.shape, shape, strict=True)):
        wanted = "(" + ", ".join("any" if s is None else str(s) for s in shape) + ")"
        raise InputError(f"{clip}: field '{field}' has shape {array.shape}, expected {wanted}.")


def require_frames(clip: str, frames: int) -> None:
    """Refuse a motion without a single frame.

    Raises:
        InputError: There is none.
    """
    if frames == 0:
        raise InputError(f"{clip}: the motion has no frames; export it again.")


def require_finite(clip: str, field: str, array: np.ndarray) -> None:
    """Refuse NaN and infinity.

    Raises:
        InputError: The first frame with a non-finite value.
    """
    bad = ~np.isfinite(array).all(axis=tuple(range(1, array.ndim)))
    if bad.any():
        raise InputError(
            f"{clip}: field '{field}' is not finite in frame {int(bad.argmax())} ({int(bad.sum())} such frames); "
            "cut these frames or export the motion again."
        )


def require_unit_quaternions(clip: str, field: str, quat: np.ndarray, tolerance: float = 1e-3) -> None:
    """Refuse quaternions (T, ..., 4) whose length differs from 1.

    Raises:
        InputError: The first frame with such a quaternion.
    """
    bad = np.abs(np.linalg.norm(quat, axis=-1) - 1.0) > tolerance
    bad = bad.any(axis=tuple(range(1, bad.ndim)))
    if bad.any():
        raise InputError(
            f"{clip}: field '{field}' holds a quaternion of length other than 1 in frame {int(bad.argmax())}; "
            "quaternions are stored as w, x, y, z with length 1."
        )


def require_names(clip: str, field: str, names: Sequence[str], expected: Sequence[str]) -> None:
    """Refuse names that differ from `expected` in content or order.

    Raises:
        InputError: The names that are unknown or missing, or the first out of order.
    """
    names, expected = list(names), list(expected)
    if names == expected:
        return
    unknown = [n for n in names if n not in expected]
    missing = [n for n in expected if n not in names]
    if unknown or missing:
        raise InputError(
            f"{clip}: field '{field}' has unknown names {unknown} and lacks {missing}; expected {expected}."
        )
    at = next(i for i, (a, b) in enumerate(zip(names, expected, strict=True)) if a != b)
    raise InputError(f"{clip}: field '{field}' has '{names[at]}' at position {at}, expected '{expected[at]}'.")


def require_fps(clip: str, fps: float) -> None:
    """Refuse a frame rate outside (0, 1000].

    Raises:
        InputError: The rate is out of range.
    """
    if not (np.isfinite(fps) and 0.0 < fps <= 1000.0):
        raise InputError(f"{clip}: field 'fps' is {fps}, expected a rate between 0 and 1000 frames per second.")


def require_metres(clip: str, field: str, pos: np.ndarray, limit: float) -> None:
    """Refuse positions (T, 3) farther than `limit` metres from the origin: most likely centimetres.

    Raises:
        InputError: The first frame out of range.
    """
    bad = (np.abs(pos) > limit).any(axis=tuple(range(1, pos.ndim)))
    if bad.any():
        frame = int(bad.argmax())
        raise InputError(
            f"{clip}: field '{field}' reaches {np.abs(pos[frame]).max():.1f} in frame {frame}, more than {limit:g} m; "
            "positions are in metres: divide by 100 if these are centimetres."
        )
