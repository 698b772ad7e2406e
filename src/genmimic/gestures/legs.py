"""Exact inverse kinematics of both legs for many frames: the feet end up where they are wanted, to a micrometre."""

from __future__ import annotations

import numpy as np

from genmimic import rotation
from genmimic.retarget.jacobian import Configuration, Kinematics
from genmimic.robot.constants import JOINT_LOWER, JOINT_UPPER
from genmimic.robot.names import BODY_NAMES, FOOT_NAMES, JOINT_NAMES

SMALLEST_KNEE = 0.06
"""A stretched leg is singular and cannot absorb a step, radians."""
_MARGIN = 0.01
_LOWER, _UPPER = JOINT_LOWER[:12] + _MARGIN, JOINT_UPPER[:12] - _MARGIN
for _name in ("left_knee_joint", "right_knee_joint"):
    _LOWER[JOINT_NAMES.index(_name)] = SMALLEST_KNEE
_FEET = [BODY_NAMES.index(name) for name in FOOT_NAMES]
_LONGEST_STEP = 0.5
_DAMPING = 1e-7


def place_feet(
    configuration: Configuration, ankle_pos_w: np.ndarray, ankle_quat_w: np.ndarray, iterations: int
) -> Configuration:
    """Move the legs until the feet stand where they should, by Newton's method.

    Args:
        configuration: First guess (T,); pelvis, waist and arms stay.
        ankle_pos_w: Origins of the ankle roll links, (T, 2, 3), metres.
        ankle_quat_w: Their orientations, (T, 2, 4).
        iterations: Newton steps; near a solution each doubles the number of correct digits.

    Returns:
        The configurations; joints that would leave their limits stay at them, and the feet then miss.
    """
    joint_pos = configuration.joint_pos.copy()
    for _ in range(iterations):
        now = Configuration(configuration.root_pos_w, configuration.root_quat_w, joint_pos)
        kinematics = Kinematics.of(now)
        step = np.empty((len(joint_pos), 12))
        for foot, body in enumerate(_FEET):
            joints = slice(6 * foot, 6 * foot + 6)
            axis = kinematics.axis[:, joints]
            pos = kinematics.body_pos[:, body]
            arm = pos[:, None] - kinematics.body_pos[:, 1 + joints.start : 1 + joints.stop]
            jac_t = np.concatenate([rotation.cross(axis, arm), axis], axis=2)  # (T, 6, 6)
            turn = rotation.multiply(ankle_quat_w[:, foot], rotation.conjugate(kinematics.body_quat[:, body]))
            error = np.concatenate([ankle_pos_w[:, foot] - pos, rotation.to_axis_angle(turn)], axis=1)
            normal = jac_t @ jac_t.transpose(0, 2, 1) + _DAMPING * np.eye(6)
            step[:, joints] = np.linalg.solve(normal, jac_t @ error[..., None])[..., 0]
        step = np.clip(step, -_LONGEST_STEP, _LONGEST_STEP)
        joint_pos[:, :12] = np.clip(joint_pos[:, :12] + step, _LOWER, _UPPER)
    return Configuration(configuration.root_pos_w, configuration.root_quat_w, joint_pos)
