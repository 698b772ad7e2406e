"""Unitree's CSV (as in its LAFAN1 retargeting data set): no header, 30 Hz, one frame a line.

Columns: root position x, y, z (metres), root quaternion x, y, z, w, then joint positions (radians) in the order of
the SDK: 29 columns, or our 23.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np

from genmimic.errors import InputError
from genmimic.motion.bare_robot import bare_motion
from genmimic.motion.files import atomic_path
from genmimic.motion.resample import resample_robot
from genmimic.motion.robot_motion import RobotMotion
from genmimic.motion.sdk_layout import from_columns, to_sdk

FPS = 30.0
"""The format does not store its frame rate; this is the one that Unitree's data and tools have."""


def save_unitree_csv(motion: RobotMotion, path: str | Path, dof: Literal[23, 29] = 29) -> None:
    """Write a motion, resampled to 30 Hz if need be.

    Args:
        motion: The motion.
        path: The CSV file to write.
        dof: 29 columns of joints, those that our robot lacks being zero, or our 23.

    Raises:
        InputError: The path cannot be written.
    """
    motion = resample_robot(motion, FPS)
    joint_pos = to_sdk(motion.joint_pos) if dof == 29 else motion.joint_pos
    table = np.concatenate([motion.root_pos_w, np.roll(motion.root_quat_w, -1, axis=1), joint_pos], axis=1)
    with atomic_path(path) as temporary:
        np.savetxt(temporary, table, fmt="%.6f", delimiter=",")


def load_unitree_csv(path: str | Path, fps: float = FPS) -> RobotMotion:
    """Read a motion; 29 or 23 joints are told apart by the number of columns (36 or 30).

    Raises:
        InputError: The file is missing, not such a table, or a value is invalid.
    """
    path = Path(path)
    if not path.is_file():
        raise InputError(f"{path}: no such file; check the path.")
    try:
        table = np.loadtxt(path, delimiter=",", ndmin=2)
    except (ValueError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: is not a table of numbers without a header ({error}).") from error
    if table.shape[1] not in (30, 36) or not len(table):
        raise InputError(
            f"{path}: has {table.shape[0]} rows and {table.shape[1]} columns, expected 36 columns (x, y, z, "
            "quaternion x, y, z, w and 29 joints) or 30 (23 joints)."
        )
    joint_pos, lost = from_columns(path, table[:, 7:])
    quat = table[:, 3:7]
    length = np.linalg.norm(quat, axis=1, keepdims=True)
    # six printed digits leave the length a little off 1; anything more is left for the motion's own check
    quat = np.where(np.abs(length - 1.0) < 1e-3, quat / np.maximum(length, 1e-9), quat)
    fields = {
        "fps": fps,
        "root_pos_w": table[:, :3],
        "root_quat_w": np.roll(quat, 1, axis=1),
        "joint_pos": joint_pos,
        "source": "Unitree CSV",
        "metadata": lost,
    }
    return bare_motion(path, fields)
