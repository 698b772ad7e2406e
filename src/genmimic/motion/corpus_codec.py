"""Arrays of a corpus as small integers: fixed-point numbers, differenced twice in time, which compress well.

Rounding moves no keypoint by as much as a millimetre: roots are kept to 0.05 mm, joint positions to 0.1 mrad and
quaternion components to 1.5e-5 (about 0.06 mrad). Differences wrap around like the integers they are made of, so
decoding is exact.
"""

from __future__ import annotations

import numpy as np

from genmimic import rotation
from genmimic.errors import InputError

STEPS: dict[str, float] = {
    "root_pos_w": 1e-4,
    "root_quat_w": 1.0 / 32767.0,
    "joint_pos": 2e-4,
    "foot_contact": 1.0 / 255.0,
    "confidence": 1.0 / 255.0,
}
"""What one unit of each stored array means: metres, quaternion component, radians, probability."""

TYPES: dict[str, type[np.signedinteger] | type[np.unsignedinteger]] = {
    "root_pos_w": np.int32,
    "root_quat_w": np.int16,
    "joint_pos": np.int16,
    "foot_contact": np.uint8,
    "confidence": np.uint8,
}
"""Integers of the stored arrays; those of joints reach 6.55 rad, beyond what a `RobotMotion` accepts."""

_ORDERS: dict[str, int] = {"root_pos_w": 2, "root_quat_w": 2, "joint_pos": 2, "foot_contact": 1, "confidence": 1}
"""How often each array is differenced."""


def encode(field: str, values: np.ndarray) -> np.ndarray:
    """Turn an array (F, ...) into integers (..., F), frames last so that each channel compresses by itself.

    Raises:
        InputError: A value is beyond what the integers hold.
    """
    units = np.rint(np.asarray(values, dtype=np.float64) / STEPS[field])
    limits = np.iinfo(TYPES[field])
    beyond = (units < limits.min) | (units > limits.max)
    if beyond.any():
        frame = int(beyond.reshape(len(beyond), -1).any(axis=1).argmax())
        raise InputError(
            f"corpus: field '{field}' reaches {np.abs(values[frame]).max():.3g} in frame {frame}, more than the "
            f"{limits.max * STEPS[field]:.3g} that its file holds; check the units of that clip."
        )
    whole = np.moveaxis(units.astype(TYPES[field]), 0, -1)
    for _ in range(_ORDERS[field]):
        whole = np.diff(whole, axis=-1, prepend=np.zeros_like(whole[..., :1]))
    return np.ascontiguousarray(whole)


def decode(field: str, stored: np.ndarray) -> np.ndarray:
    """Turn integers (..., F) back into an array (F, ...) float32; quaternions come back with length 1."""
    whole = stored
    for _ in range(_ORDERS[field]):
        whole = np.cumsum(whole, axis=-1, dtype=stored.dtype)
    values = np.moveaxis(whole, -1, 0) * STEPS[field]
    if field == "root_quat_w":
        values = rotation.normalize(values)
    return np.ascontiguousarray(values, dtype=np.float32)
