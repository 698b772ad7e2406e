"""The npz of mjlab's (and BeyondMimic's) motion tracking.

Keys: fps (1,), joint_pos and joint_vel (T, 29), body_pos_w (T, 30, 3), body_quat_w (T, 30, 4) w, x, y, z,
body_lin_vel_w and body_ang_vel_w (T, 30, 3). mjlab 1.6 takes bodies and joints by their index in its own model of
the 29-DoF G1, whose order is that of the SDK, so that is what we write: zeros for the six joints our robot lacks,
and the six bodies they carry. The names, which mjlab ignores, are added as joint_names and body_names.

Files made with Isaac Lab have the same keys in another order. Without names the order is checked: the legs' body
positions must be where joint_pos puts them.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from genmimic import rotation
from genmimic.errors import InputError
from genmimic.motion import checks
from genmimic.motion.bare_robot import bare_motion
from genmimic.motion.fields import as_number, as_numbers
from genmimic.motion.files import load_arrays, save_arrays
from genmimic.motion.robot_motion import RobotMotion
from genmimic.motion.sdk_layout import from_columns, to_sdk
from genmimic.motion.velocities import RobotKinematics, compute_kinematics
from genmimic.robot.kinematics import forward_kinematics
from genmimic.robot.names import BODY_NAMES, SDK_JOINT_NAMES

MJLAB_BODY_NAMES: tuple[str, ...] = (
    "pelvis",
    *(name.replace("_joint", "_link") for name in SDK_JOINT_NAMES[:12]),
    *("waist_yaw_link", "waist_roll_link", "torso_link"),
    *(name.replace("_joint", "_link") for name in SDK_JOINT_NAMES[15:]),
)
"""The 30 moving bodies of mjlab's G1, in its order."""

WAIST_OFFSET = np.array([-0.0039635, 0.0, 0.044])
"""Torso link in the waist yaw link's frame, whose origin is the pelvis' (mjlab's g1.xml)."""
WRIST_PITCH_OFFSET, WRIST_YAW_OFFSET = np.array([0.038, 0.0, 0.0]), np.array([0.084, 0.0, 0.0])
"""Wrist pitch and yaw links in the wrist roll link's frame."""

_ARRAYS = ("joint_pos", "joint_vel", "body_pos_w", "body_quat_w", "body_lin_vel_w", "body_ang_vel_w")
_LEGS = range(13)


def save_mjlab_npz(motion: RobotMotion, path: str | Path) -> None:
    """Write a motion for mjlab's tracking task (which wants 50 Hz; resample before if need be).

    The waist yaw axis of the 29-DoF model lies 4 mm from our robot's; torso and arms are moved accordingly, so that
    bodies and joints agree within the file.

    Raises:
        InputError: The path cannot be written.
    """
    kinematics = compute_kinematics(motion)
    pos, quat, lin, ang = _bodies(kinematics)
    save_arrays(
        path,
        {
            "fps": np.array([motion.fps]),
            "joint_pos": to_sdk(motion.joint_pos).astype(np.float32),
            "joint_vel": to_sdk(kinematics.joint_vel).astype(np.float32),
            "body_pos_w": pos.astype(np.float32),
            "body_quat_w": quat.astype(np.float32),
            "body_lin_vel_w": lin.astype(np.float32),
            "body_ang_vel_w": ang.astype(np.float32),
            "joint_names": list(SDK_JOINT_NAMES),
            "body_names": list(MJLAB_BODY_NAMES),
        },
    )


def load_mjlab_npz(path: str | Path) -> RobotMotion:
    """Read a motion in mjlab's order (with or without names).

    Raises:
        InputError: The file is not such an npz, has another order, or a value is invalid.
    """
    data = load_arrays(path)
    missing = [name for name in ("fps", *_ARRAYS) if name not in data]
    if missing:
        raise InputError(f"{path}: lacks the fields {missing}; expected mjlab's motion npz.")
    if "joint_names" in data:
        checks.require_names(str(path), "joint_names", data["joint_names"].tolist(), SDK_JOINT_NAMES)
    if "body_names" in data:
        checks.require_names(str(path), "body_names", data["body_names"].tolist(), MJLAB_BODY_NAMES)
    joint_pos, lost = from_columns(path, as_numbers(path, "joint_pos", data["joint_pos"]))
    frames = len(joint_pos)
    body_pos_w, body_quat_w = (as_numbers(path, name, data[name]) for name in ("body_pos_w", "body_quat_w"))
    checks.require_shape(str(path), "body_pos_w", body_pos_w, (frames, len(MJLAB_BODY_NAMES), 3))
    checks.require_shape(str(path), "body_quat_w", body_quat_w, (frames, len(MJLAB_BODY_NAMES), 4))
    fields = {
        "fps": as_number(path, "fps", data["fps"]),
        "root_pos_w": body_pos_w[:, 0],
        "root_quat_w": body_quat_w[:, 0],
        "joint_pos": joint_pos,
        "source": "mjlab npz",
        "metadata": lost,
    }
    motion = bare_motion(path, fields)
    _require_order(path, motion, body_pos_w)
    return motion


def _bodies(kinematics: RobotKinematics) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Positions, orientations, linear and angular velocities of the 30 bodies, (T, 30, ...)."""
    ours = {name: index for index, name in enumerate(BODY_NAMES)}
    carriers = [ours[_carrier(name)] for name in MJLAB_BODY_NAMES]
    pos = kinematics.keypoint_pos_w[:, carriers].copy()
    quat = kinematics.keypoint_quat_w[:, carriers]
    lin = kinematics.keypoint_lin_vel_w[:, carriers].copy()
    ang = kinematics.keypoint_ang_vel_w[:, carriers]
    at = {name: index for index, name in enumerate(MJLAB_BODY_NAMES)}
    waist, torso = at["waist_yaw_link"], at["torso_link"]
    pos[:, waist], lin[:, waist] = pos[:, 0], lin[:, 0]
    arm = rotation.rotate(quat[:, waist], WAIST_OFFSET)
    # the same shift for all that hangs on the torso
    pos_shift = pos[:, waist] + arm - pos[:, torso]
    lin_shift = lin[:, waist] + np.cross(ang[:, waist], arm) - lin[:, torso]
    pos[:, waist + 1 :] += pos_shift[:, None]
    lin[:, waist + 1 :] += lin_shift[:, None]
    for side in ("left", "right"):
        for name, offset in (("wrist_pitch", WRIST_PITCH_OFFSET), ("wrist_yaw", WRIST_YAW_OFFSET)):
            body = at[f"{side}_{name}_link"]
            arm = rotation.rotate(quat[:, body], offset)
            pos[:, body] += arm
            lin[:, body] += np.cross(ang[:, body], arm)
    return pos, quat, lin, ang


def _carrier(name: str) -> str:
    """Our body with which a body of the 29-DoF robot moves when its extra joints are at zero."""
    if name.startswith("waist"):
        return "torso_link"
    return name.replace("wrist_pitch", "wrist_roll").replace("wrist_yaw", "wrist_roll")


def _require_order(path: str | Path, motion: RobotMotion, body_pos_w: np.ndarray, tolerance: float = 0.01) -> None:
    """Refuse files in which the legs' bodies are not where the joints put them."""
    expected, _ = forward_kinematics(motion.root_pos_w, motion.root_quat_w, motion.joint_pos)
    error = np.linalg.norm(body_pos_w[:, _LEGS] - expected[:, _LEGS], axis=-1)
    if error.max(initial=0.0) > tolerance:
        frame, body = np.unravel_index(int(error.argmax()), error.shape)
        raise InputError(
            f"{path}: in frame {frame} body {MJLAB_BODY_NAMES[body]} is {error.max():.2f} m from where its joints put "
            "it; joints or bodies are in another simulator's order: export the motion from mjlab."
        )
