"""From figures of every control step to figures of a rollout: time is the first axis, worlds may follow.

All functions take numpy arrays or torch tensors: (T,) or (T, ...) for one rollout, (T, N) or (T, N, ...) for N at once.
"""

from __future__ import annotations

import numpy as np

from genmimic import rotation
from genmimic.rotation import Array


def before_first(condition: Array) -> Array:
    """Steps (T, ...) before the first one in which `condition` (T, ...) holds; the first step always counts."""
    earlier = running_count(condition) == 0
    earlier[0] = True
    return earlier


def first_time(condition: Array, fps: float) -> Array:
    """Time (...) in seconds of the first step in which `condition` (T, ...) holds; NaN without one."""
    xp = rotation.namespace(condition)
    step = (running_count(condition) == 0).sum(0)
    return xp.where(condition.any(0), step / fps, float("nan"))


def masked_mean(value: Array, counted: Array, empty: float = float("nan")) -> Array:
    """Mean (...) of (T, ...) over the steps that count, (T, ...) boolean; `empty` if none does."""
    xp = rotation.namespace(value)
    count = counted.sum(0)
    total = xp.where(counted, value, xp.zeros_like(value)).sum(0)
    return xp.where(count > 0, total / xp.where(count > 0, count, 1), empty)


def masked_max(value: Array, counted: Array) -> Array:
    """Largest (...) of non-negative (T, ...) over the steps that count; zero if none does."""
    xp = rotation.namespace(value)
    return xp.amax(xp.where(counted, value, xp.zeros_like(value)), 0)


def lasts(condition: Array, steps: int) -> Array:
    """Whether `condition` (T, ...) ever holds for `steps` steps in a row, (...) boolean."""
    if len(condition) < steps:
        return (condition[:1] & ~condition[:1]).any(0)
    return (windowed_count(condition, steps)[steps - 1 :] == steps).any(0)


def windowed_count(condition: Array, steps: int) -> Array:
    """In how many of the last `steps` steps, the present one included, `condition` (T, ...) held, (T, ...)."""
    count = running_count(condition)
    late = rotation.namespace(count).zeros_like(count)
    late[steps:] = count[:-steps] if steps < len(count) else 0
    return count - late


def running_count(condition: Array) -> Array:
    """In how many steps up to the present one `condition` (T, ...) held, (T, ...) integers."""
    return rotation.namespace(condition).cumsum(condition, 0)


def later(value: Array, steps: int) -> Array:
    """Values (T, ...) `steps` steps later (earlier if negative); clamped at the ends."""
    return value[np.clip(np.arange(len(value)) + steps, 0, len(value) - 1)]
