"""Between our 23 joints and the 29 of the larger G1, whose order Unitree's SDK, its data sets and mjlab use."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from genmimic.errors import InputError
from genmimic.robot.names import JOINT_NAMES, SDK_JOINT_NAMES, SDK_MOTOR_INDICES

ABSENT: tuple[int, ...] = tuple(i for i in range(len(SDK_JOINT_NAMES)) if i not in SDK_MOTOR_INDICES)
"""The six joints our robot lacks: waist roll and pitch, wrist pitch and yaw."""


def to_sdk(joint_values: np.ndarray) -> np.ndarray:
    """Spread 23 joint values (..., 23) over the 29 of the SDK (..., 29); the six absent ones are zero."""
    spread = np.zeros((*joint_values.shape[:-1], len(SDK_JOINT_NAMES)))
    spread[..., list(SDK_MOTOR_INDICES)] = joint_values
    return spread


def from_columns(path: str | Path, joint_values: np.ndarray) -> tuple[np.ndarray, dict[str, float]]:
    """Take our 23 joints from 23 or 29 columns in SDK order.

    Args:
        path: The file they come from, for messages.
        joint_values: (T, 23) or (T, 29).

    Returns:
        Joint values (T, 23), and what is lost, as metadata: for 29 columns with motion in the six absent joints,
        `largest_dropped_joint_pos` in radians.

    Raises:
        InputError: Another number of columns.
    """
    count = joint_values.shape[-1] if joint_values.ndim == 2 else 0
    if count == len(JOINT_NAMES):
        return joint_values, {}
    if count != len(SDK_JOINT_NAMES):
        raise InputError(
            f"{path}: joint positions have shape {joint_values.shape}, expected a row a frame and the 23 or 29 columns "
            "of a Unitree G1 in the order of its SDK; "
            "convert other robots by joint name."
        )
    dropped = float(np.abs(joint_values[..., list(ABSENT)]).max(initial=0.0))
    lost = {"largest_dropped_joint_pos": dropped} if dropped > 0.0 else {}
    return joint_values[..., list(SDK_MOTOR_INDICES)], lost
