"""What a reference asks of motors and feet, by inverse dynamics with contact forces under its standing feet.

In each frame the forces on the soles' corners (within friction cones, none on lifted corners) are found that best
give the root the force and moment which its motion and gravity call for; the joint torques follow. What the feet
cannot give remains at the root: a measure of how far the reference is from physics, and what a harness must add.
"""

# mujoco's compiled modules come without type stubs
# pyright: reportAttributeAccessIssue=false

from __future__ import annotations

from dataclasses import dataclass

import mujoco
import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.optimize import nnls

from genmimic import rotation
from genmimic.robot import constants
from genmimic.robot.collision import SOLE_CORNERS
from genmimic.robot.model import build_model
from genmimic.robot.names import FOOT_NAMES
from genmimic.sim.reference import Reference

FRICTION = 0.6
"""Friction coefficient that the forces keep to; less than the floor's, since the cone has only four edges."""
CONE: np.ndarray = np.array([[FRICTION, 0.0, 1.0], [-FRICTION, 0.0, 1.0], [0.0, FRICTION, 1.0], [0.0, -FRICTION, 1.0]])
"""Edges of the friction pyramid, (4, 3), world."""

_SMOOTHING = 3.0
"""Gaussian on the velocities before they are differentiated, in frames of 20 ms: references are noisy."""
_SPREAD = 0.03
"""Price of force on a corner against exact balance (1): spreads the forces evenly."""
_LIFTED_PRICE = 10.0
"""By how much that price grows per centimetre of height, and thrice as much for a foot meant to be in the air; a soft
rule, so that forces do not jump."""
_MOMENT_WEIGHT = 4.0
"""Weight of the moments' balance (N m) against that of the forces (N)."""


@dataclass(frozen=True)
class InverseDynamics:
    """Forces behind a reference, T frames.

    Attributes:
        torque: Joint torques, (T, 23), N m, within the motors' limits.
        foot_force_w: Ground reaction forces on the left and right foot, (T, 2, 3), newtons.
        missing_force_w: Force at the root that the feet cannot give, (T, 3), newtons.
    """

    torque: np.ndarray
    foot_force_w: np.ndarray
    missing_force_w: np.ndarray


def inverse_dynamics(reference: Reference) -> InverseDynamics:
    """Solve all frames of a reference."""
    motion, kinematics = reference.motion, reference.kinematics
    model = build_model(visual=False, floor=False)
    data = mujoco.MjData(model)
    feet = [model.body(name).id for name in FOOT_NAMES]
    ang_vel_b = rotation.rotate_inverse(motion.root_quat_w, kinematics.root_ang_vel_w)
    qvel = np.concatenate([kinematics.root_lin_vel_w, ang_vel_b, kinematics.joint_vel], axis=1)
    qvel = gaussian_filter1d(qvel, _SMOOTHING, axis=0, mode="nearest")
    qacc = np.gradient(qvel, 1.0 / motion.fps, axis=0)
    qpos = np.concatenate([motion.root_pos_w, motion.root_quat_w, motion.joint_pos], axis=1)
    torque, foot_force, missing = np.zeros((len(qpos), 23)), np.zeros((len(qpos), 2, 3)), np.zeros((len(qpos), 3))
    for frame in range(len(qpos)):
        data.qpos[:], data.qvel[:], data.qacc[:] = qpos[frame], qvel[frame], qacc[frame]
        required = _required_forces(model, data)
        heights, jacobian = _sole_corners(model, data, feet)
        forces = _corner_forces(heights, motion.foot_contact[frame], jacobian, required[:6])
        left = required - np.einsum("cdv,cd->v", jacobian, forces)
        torque[frame], missing[frame] = left[6:], left[:3]
        foot_force[frame] = forces.reshape(2, -1, 3).sum(1)
    return InverseDynamics(np.clip(torque, -constants.EFFORT_LIMIT, constants.EFFORT_LIMIT), foot_force, missing)


def _required_forces(model: mujoco.MjModel, data: mujoco.MjData) -> np.ndarray:
    """Generalised forces (29,) that make the motion in `data` happen without any contact."""
    mujoco.mj_kinematics(model, data)
    mujoco.mj_comPos(model, data)
    mujoco.mj_comVel(model, data)
    required = np.zeros(model.nv)
    mujoco.mj_rne(model, data, 1, required)
    return required + model.dof_armature * data.qacc  # mj_rne leaves the rotors' inertia out


def _sole_corners(model: mujoco.MjModel, data: mujoco.MjData, feet: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Heights (8,) of the soles' corners, left foot first, and their Jacobians (8, 3, 29)."""
    heights, jacobians = [], []
    for foot, sole in zip(feet, SOLE_CORNERS, strict=True):
        for corner_w in data.xpos[foot] + np.array(sole) @ data.xmat[foot].reshape(3, 3).T:
            jacobian = np.zeros((3, model.nv))
            mujoco.mj_jac(model, data, jacobian, None, corner_w, foot)
            heights.append(corner_w[2])
            jacobians.append(jacobian)
    return np.array(heights), np.stack(jacobians)


def _corner_forces(heights: np.ndarray, foot_contact: np.ndarray, jacobian: np.ndarray, root: np.ndarray) -> np.ndarray:
    """Forces (8, 3) in newtons on the corners, within their friction cones, that best give `root` (6,)."""
    in_the_air = 100.0 * np.maximum(heights, 0.0) + 3.0 * np.repeat(1.0 - foot_contact, len(SOLE_CORNERS[0]))
    price = np.repeat(_SPREAD * (1.0 + _LIFTED_PRICE * in_the_air), len(CONE))
    weight = np.array([1.0, 1.0, 1.0, _MOMENT_WEIGHT, _MOMENT_WEIGHT, _MOMENT_WEIGHT])
    edges = np.einsum("ed,cdv->cev", CONE, jacobian[..., :6]).reshape(-1, 6)  # root force of a unit along each edge
    along, _ = nnls(
        np.concatenate([weight[:, None] * edges.T, np.diag(price)]),
        np.concatenate([weight * root, np.zeros(len(price))]),
        maxiter=10 * len(price),
    )
    return along.reshape(len(heights), len(CONE)) @ CONE
