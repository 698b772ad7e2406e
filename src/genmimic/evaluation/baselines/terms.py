"""The numbers behind a layout's terms: of a whole reference at once, and of the robot in one step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from genmimic import rotation
from genmimic.evaluation.baselines.layout import PER_JOINT, REFERENCE_TERMS, ROBOT_TERMS, Term
from genmimic.robot.names import JOINT_NAMES
from genmimic.sim.reference import Reference
from genmimic.tracking import frames


@dataclass(frozen=True)
class Reading:
    """What the robot measures in one step, in the policy's joint order.

    Attributes:
        root_ang_vel_b: (3,), rad/s.
        projected_gravity_b: Unit vector, (3,).
        joint_pos: (n,), radians.
        joint_vel: (n,), rad/s.
        last_action: (n,).
    """

    root_ang_vel_b: np.ndarray
    projected_gravity_b: np.ndarray
    joint_pos: np.ndarray
    joint_vel: np.ndarray
    last_action: np.ndarray


def roll_pitch(projected_gravity_b: np.ndarray) -> np.ndarray:
    """Roll and pitch (..., 2) in radians, of yaw-pitch-roll angles, from gravity (..., 3) in the pelvis frame."""
    x, y, z = (projected_gravity_b[..., i] for i in range(3))
    return np.stack([np.arctan2(-y, -z), np.arcsin(np.clip(x, -1.0, 1.0))], -1)


def yaw(quat_w: np.ndarray) -> np.ndarray:
    """Yaw (..., 1) in radians of orientations (..., 4)."""
    return rotation.yaw(quat_w)[..., None]


def spread(joint_pos: np.ndarray, joint_names: Sequence[str]) -> np.ndarray:
    """Numbers of the 23 joints (..., 23) as those of any joints (..., n): by name, 0 for joints that have none."""
    spread_out = np.zeros((*joint_pos.shape[:-1], len(joint_names)))
    for index, name in enumerate(joint_names):
        if name in JOINT_NAMES:
            spread_out[..., index] = joint_pos[..., JOINT_NAMES.index(name)]
    return spread_out


def reference_table(
    reference: Reference, joint_names: Sequence[str], default_joint_pos: np.ndarray
) -> dict[str, np.ndarray]:
    """Every term of `REFERENCE_TERMS` for all T frames of a reference, (T, size)."""
    motion, kinematics = reference.motion, reference.kinematics
    lin_vel_b = rotation.rotate_inverse(motion.root_quat_w, kinematics.root_lin_vel_w)
    ang_vel_b = rotation.rotate_inverse(motion.root_quat_w, kinematics.root_ang_vel_w)
    angles = roll_pitch(frames.projected_gravity_b(motion.root_quat_w))
    joint_pos = spread(motion.joint_pos, joint_names)
    return {
        "reference_root_height": motion.root_pos_w[:, 2:],
        "reference_root_roll_pitch": angles,
        "reference_root_roll_pitch_yaw": np.concatenate([angles, yaw(motion.root_quat_w)], -1),
        "reference_root_lin_vel_b": lin_vel_b,
        "reference_root_lin_vel_xy_b": lin_vel_b[:, :2],
        "reference_root_ang_vel_b": ang_vel_b,
        "reference_root_yaw_rate_b": ang_vel_b[:, 2:],
        "reference_joint_pos": joint_pos,
        "reference_joint_pos_rel": joint_pos - default_joint_pos,
        "reference_joint_vel": spread(kinematics.joint_vel, joint_names),
    }


def robot_values(reading: Reading, default_joint_pos: np.ndarray) -> dict[str, np.ndarray]:
    """Every term of `ROBOT_TERMS`, (size,)."""
    return {
        "root_ang_vel_b": reading.root_ang_vel_b,
        "projected_gravity_b": reading.projected_gravity_b,
        "root_roll_pitch": roll_pitch(reading.projected_gravity_b),
        "joint_pos": reading.joint_pos,
        "joint_pos_rel": reading.joint_pos - default_joint_pos,
        "joint_vel": reading.joint_vel,
        "last_action": reading.last_action,
    }


def factors(term: Term, joint_names: Sequence[str]) -> np.ndarray:
    """What a term is multiplied by, (size,): its scale, 0 for zeroed joints."""
    size = (ROBOT_TERMS | REFERENCE_TERMS)[term.name]
    if size != PER_JOINT:
        return np.full(size, term.scale)
    return np.array([0.0 if name in term.zeroed else term.scale for name in joint_names])
