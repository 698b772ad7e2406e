"""The pickle of GMR (General Motion Retargeting), which TWIST and others read.

A dictionary: fps, root_pos (T, 3), root_rot (T, 4) x, y, z, w, dof_pos (T, 29 or 23) in the order of the SDK,
local_body_pos (T, B, 3) body positions in the pelvis' frame or None, link_body_list (their names) or None.
"""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Literal

import numpy as np

from genmimic.errors import InputError
from genmimic.motion.bare_robot import bare_motion
from genmimic.motion.fields import as_number, as_numbers
from genmimic.motion.files import atomic_path
from genmimic.motion.robot_motion import RobotMotion
from genmimic.motion.safe_pickle import load_plain_pickle
from genmimic.motion.sdk_layout import from_columns, to_sdk
from genmimic.robot.kinematics import forward_kinematics
from genmimic.robot.names import KEYPOINT_NAMES

_REQUIRED = ("fps", "root_pos", "root_rot", "dof_pos")


def save_gmr_pkl(motion: RobotMotion, path: str | Path, dof: Literal[23, 29] = 29) -> None:
    """Write a motion; `local_body_pos` holds our 27 keypoints, named in `link_body_list`.

    Raises:
        InputError: The path cannot be written.
    """
    frames = len(motion)
    at_origin = np.zeros((frames, 3)), np.tile([1.0, 0.0, 0.0, 0.0], (frames, 1))
    local_body_pos, _ = forward_kinematics(*at_origin, motion.joint_pos)
    data = {
        "fps": float(motion.fps),
        "root_pos": motion.root_pos_w,
        "root_rot": np.roll(motion.root_quat_w, -1, axis=1),
        "dof_pos": to_sdk(motion.joint_pos) if dof == 29 else motion.joint_pos,
        "local_body_pos": local_body_pos,
        "link_body_list": list(KEYPOINT_NAMES),
    }
    with atomic_path(path) as temporary:
        temporary.write_bytes(pickle.dumps(data, protocol=4))


def load_gmr_pkl(path: str | Path) -> RobotMotion:
    """Read a motion without running any code that the pickle may hold.

    Raises:
        InputError: The file is not such a pickle, or a field is missing or invalid.
    """
    data = load_plain_pickle(path)
    if not isinstance(data, dict):
        raise InputError(f"{path}: holds a {type(data).__name__}, expected GMR's dictionary of {list(_REQUIRED)}.")
    missing = [name for name in _REQUIRED if name not in data]
    if missing:
        raise InputError(f"{path}: lacks the fields {missing}; expected GMR's {list(_REQUIRED)}.")
    root_pos = as_numbers(path, "root_pos", data["root_pos"], columns=3)
    root_rot = as_numbers(path, "root_rot", data["root_rot"], columns=4)
    joint_pos, lost = from_columns(path, as_numbers(path, "dof_pos", data["dof_pos"]))
    fields = {
        "fps": as_number(path, "fps", data["fps"]),
        "root_pos_w": root_pos,
        "root_quat_w": np.roll(root_rot, 1, axis=1),
        "joint_pos": joint_pos,
        "source": "GMR pickle",
        "metadata": lost,
    }
    return bare_motion(path, fields)
