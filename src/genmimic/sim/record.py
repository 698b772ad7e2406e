"""What a simulated robot did: the record of one rollout and its file `robot.npz`."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from genmimic.errors import InputError
from genmimic.motion import checks
from genmimic.motion.files import QUATERNION_ORDER, UNITS, load_arrays, save_arrays
from genmimic.motion.robot_motion import RobotMotion
from genmimic.robot.names import JOINT_NAMES, KEYPOINT_NAMES

KIND = "genmimic rollout"
VERSION = 1


@dataclass(frozen=True)
class Rollout:
    """State, command and reference of each control step t = 0 ... T - 1, at 50 Hz.

    Forces and torques are means over the control step that ended at t; those at t = 0 are the initial state's.

    Attributes:
        name: Clip name.
        fps: Control rate, Hz.
        root_pos_w: Pelvis, (T, 3), metres.
        root_quat_w: Pelvis orientation, (T, 4), w, x, y, z.
        joint_pos: (T, 23), radians.
        joint_vel: (T, 23), rad/s.
        torque: Joint torques, (T, 23), N m.
        foot_force: Ground reaction force on the left and right foot, (T, 2, 3), newtons, world.
        foot_contact: Whether a foot bears more than 1 N, (T, 2), boolean.
        action: The controller's action in state t (paper eq. 4), (T, 23); a gantry's is the one that would ask for its
            targets.
        target_joint_pos: Joint targets of state t, (T, 23), radians.
        keypoint_pos_w: (T, 27, 3), metres.
        support_force_w: Force of the harness on the pelvis, (T, 3), newtons, world; zeros without one.
        support_moment_w: Its moment, (T, 3), N m, world.
        support_fraction: Length of the force in body weights, (T,).
        reference_root_pos_w: (T, 3), metres.
        reference_root_quat_w: (T, 4).
        reference_joint_pos: (T, 23), radians.
        reference_keypoint_pos_w: (T, 27, 3), metres.
        body_weight: Newtons.
        controller: Name of what drove the robot.
        held: Whether a harness held the pelvis; such a result says nothing about balance.
        fall_time: When the robot fell (our rule, `sim.falls`), seconds; NaN if it did not.
        fall_reason: Why, in words; empty if it did not.
    """

    name: str
    fps: float
    root_pos_w: np.ndarray
    root_quat_w: np.ndarray
    joint_pos: np.ndarray
    joint_vel: np.ndarray
    torque: np.ndarray
    foot_force: np.ndarray
    foot_contact: np.ndarray
    action: np.ndarray
    target_joint_pos: np.ndarray
    keypoint_pos_w: np.ndarray
    support_force_w: np.ndarray
    support_moment_w: np.ndarray
    support_fraction: np.ndarray
    reference_root_pos_w: np.ndarray
    reference_root_quat_w: np.ndarray
    reference_joint_pos: np.ndarray
    reference_keypoint_pos_w: np.ndarray
    body_weight: float
    controller: str
    held: bool
    fall_time: float = float("nan")
    fall_reason: str = ""

    def __post_init__(self) -> None:
        checks.require_fps(self.name, self.fps)
        for attribute, shape in SHAPES.items():
            array = np.asarray(getattr(self, attribute))
            checks.require_shape(self.name, attribute, array, (len(self.root_pos_w), *shape))
            checks.require_finite(self.name, attribute, array)

    def __len__(self) -> int:
        """Number of control steps T."""
        return len(self.root_pos_w)

    @property
    def duration(self) -> float:
        """Time from the first step to the last, seconds."""
        return (len(self) - 1) / self.fps

    @property
    def fell(self) -> bool:
        """Whether the robot fell."""
        return bool(np.isfinite(self.fall_time))

    def motion(self) -> RobotMotion:
        """Return what the robot did as a motion, for writers of other formats."""
        return RobotMotion(
            name=self.name,
            fps=self.fps,
            root_pos_w=self.root_pos_w,
            root_quat_w=self.root_quat_w,
            joint_pos=self.joint_pos,
            foot_contact=self.foot_contact,
            confidence=np.ones(len(self)),
            source=f"simulated by genmimic, controller {self.controller}",
            metadata={"held": self.held},
        )


SHAPES: dict[str, tuple[int, ...]] = {
    "root_pos_w": (3,),
    "root_quat_w": (4,),
    "joint_pos": (23,),
    "joint_vel": (23,),
    "torque": (23,),
    "foot_force": (2, 3),
    "foot_contact": (2,),
    "action": (23,),
    "target_joint_pos": (23,),
    "keypoint_pos_w": (27, 3),
    "support_force_w": (3,),
    "support_moment_w": (3,),
    "support_fraction": (),
    "reference_root_pos_w": (3,),
    "reference_root_quat_w": (4,),
    "reference_joint_pos": (23,),
    "reference_keypoint_pos_w": (27, 3),
}
"""Shape of each array after its first axis, time."""

_STATED: dict[str, Any] = {
    "kind": KIND,
    "version": VERSION,
    "units": UNITS,
    "quaternion_order": QUATERNION_ORDER,
    "joint_names": list(JOINT_NAMES),
    "keypoint_names": list(KEYPOINT_NAMES),
}


def save_rollout(rollout: Rollout, path: str | Path) -> None:
    """Write a rollout as npz, atomically.

    Raises:
        InputError: The path cannot be written.
    """
    save_arrays(path, {**_STATED, **{field.name: getattr(rollout, field.name) for field in fields(Rollout)}})


def load_rollout(path: str | Path) -> Rollout:
    """Read a rollout written by `save_rollout`.

    Raises:
        InputError: The file is missing, damaged or of another kind, or a field is missing or invalid.
    """
    data = load_arrays(path)
    names = [field.name for field in fields(Rollout)]
    missing = [name for name in (*_STATED, *names) if name not in data]
    if missing:
        raise InputError(f"{path}: lacks the fields {missing}; simulate the motion again with genmimic simulate.")
    for name, expected in _STATED.items():
        if data[name].tolist() != expected:
            raise InputError(f"{path}: field '{name}' is {json.dumps(data[name].tolist())}, expected {expected}.")
    values: dict[str, Any] = {name: data[name].item() if data[name].ndim == 0 else data[name] for name in names}
    try:
        return Rollout(**values)
    except InputError as error:
        raise InputError(f"{path}: {str(error).removeprefix(str(values['name']) + ': ')}") from error
