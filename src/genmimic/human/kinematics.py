"""Forward kinematics of the fit's variables with the world axes of every degree of freedom."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genmimic import rotation
from genmimic.human.articulation import BALL_DOF, DOF_COUNT, FACTORS, Factor, Pose
from genmimic.motion.skeleton import JOINT_NAMES, PARENTS


@dataclass(frozen=True)
class Kinematics:
    """Positions, orientations and rotation axes of a clip.

    Attributes:
        joint_pos_w: (T, 22, 3) metres.
        joint_rot_w: (T, 22, 3, 3).
        axis_w: (T, E, 3): angular velocity of entry e's joint per unit of its degree of freedom.
        local_rot: (T, 22, 3, 3) rotation of each joint relative to its parent.
    """

    joint_pos_w: np.ndarray
    joint_rot_w: np.ndarray
    axis_w: np.ndarray
    local_rot: np.ndarray


def _entries() -> tuple[np.ndarray, np.ndarray]:
    joints, dofs = [], []
    for joint, factors in enumerate(FACTORS):
        for factor in factors:
            for axis in range(1 if factor.kind == "hinge" else 3):
                joints.append(joint)
                dofs.append(factor.dof + axis)
    return np.array(joints), np.array(dofs)


ENTRY_JOINT, ENTRY_DOF = _entries()
"""Joint and degree of freedom of each (joint, axis) pair, in the order in which `forward` visits them."""

ENTRY_TO_DOF = np.zeros((len(ENTRY_DOF), DOF_COUNT))
ENTRY_TO_DOF[np.arange(len(ENTRY_DOF)), ENTRY_DOF] = 1.0


def _descends() -> np.ndarray:
    table = np.eye(len(JOINT_NAMES), dtype=bool)
    for joint in range(1, len(JOINT_NAMES)):
        table[joint] |= table[PARENTS[joint]]
    return table


DESCENDS = _descends()
"""(22, 22): whether joint i hangs below (or is) joint j."""


def skew(v: np.ndarray) -> np.ndarray:
    """Matrices (..., 3, 3) of the cross product with vectors (..., 3)."""
    out = np.zeros((*v.shape, 3))
    out[..., 0, 1], out[..., 0, 2] = -v[..., 2], v[..., 1]
    out[..., 1, 0], out[..., 1, 2] = v[..., 2], -v[..., 0]
    out[..., 2, 0], out[..., 2, 1] = -v[..., 1], v[..., 0]
    return out


def hinge_matrix(axis: np.ndarray, angle: np.ndarray) -> np.ndarray:
    """Rotation matrices (T, 3, 3) by angles (T,) about one unit axis (3,): Rodrigues' formula."""
    k = skew(axis)
    return np.eye(3) + np.sin(angle)[:, None, None] * k + (1.0 - np.cos(angle))[:, None, None] * (k @ k)


def right_jacobian(rotvec: np.ndarray) -> np.ndarray:
    """(T, 3, 3): body angular velocity per rate of change of rotation vectors (T, 3)."""
    angle = np.linalg.norm(rotvec, axis=-1)[:, None, None]
    small = angle < 1e-4
    a = np.where(small, 1.0, angle)
    k = skew(rotvec)
    first = np.where(small, 0.5 - angle**2 / 24.0, (1.0 - np.cos(a)) / a**2)
    second = np.where(small, 1.0 / 6.0 - angle**2 / 120.0, (a - np.sin(a)) / a**3)
    return np.eye(3) - first * k + second * (k @ k)


def _apply(factor: Factor, pose: Pose, rot: np.ndarray) -> tuple[np.ndarray, list[np.ndarray]]:
    """Rotation after `factor` and the world axes of its degrees of freedom."""
    if factor.kind == "ball":
        after = rot @ rotation.to_matrix(pose.balls[:, factor.ball])
        return after, [after[:, :, i] for i in range(3)]
    if factor.kind == "hinge":
        axis = np.asarray(factor.axis)
        after = rot @ hinge_matrix(axis, factor.gain * pose.values[:, factor.dof])
        return after, [factor.gain * (rot @ axis)]
    rotvec = factor.gain * pose.values[:, factor.dof : factor.dof + 3]
    after = rot @ rotation.to_matrix(rotation.from_axis_angle(rotvec))
    axes = factor.gain * (after @ right_jacobian(rotvec))
    return after, [axes[:, :, i] for i in range(3)]


def forward(pose: Pose, offsets: np.ndarray) -> Kinematics:
    """Forward kinematics of a clip.

    Args:
        pose: T frames.
        offsets: Rest offset of each joint from its parent, (22, 3), metres.
    """
    frames = len(pose)
    eye = np.broadcast_to(np.eye(3), (frames, 3, 3))
    pos: list[np.ndarray] = []
    rot: list[np.ndarray] = []
    axes: list[np.ndarray] = []
    for joint, parent in enumerate(PARENTS):
        base = rot[parent] if parent >= 0 else eye
        pos.append(pos[parent] + rot[parent] @ offsets[joint] if parent >= 0 else pose.values[:, :3])
        for factor in FACTORS[joint]:
            base, factor_axes = _apply(factor, pose, base)
            axes.extend(factor_axes)
        rot.append(base)
    joint_rot = np.stack(rot, 1)
    parent_rot = joint_rot[:, np.maximum(PARENTS, 0)]
    parent_rot[:, 0] = np.eye(3)
    local = np.swapaxes(parent_rot, -1, -2) @ joint_rot
    return Kinematics(np.stack(pos, 1), joint_rot, np.stack(axes, 1), local)


def point_jacobian(kin: Kinematics, point_w: np.ndarray, point_joint: np.ndarray) -> np.ndarray:
    """Derivative (T, K, 3, 44) of points (T, K, 3) fixed to joints (K,) by the degrees of freedom."""
    moves = DESCENDS[point_joint][:, ENTRY_JOINT]  # (K, E)
    arm = point_w[:, :, None] - kin.joint_pos_w[:, None, ENTRY_JOINT]
    axis = kin.axis_w[:, None] * moves[None, :, :, None]
    entry = np.stack(
        [
            axis[..., 1] * arm[..., 2] - axis[..., 2] * arm[..., 1],
            axis[..., 2] * arm[..., 0] - axis[..., 0] * arm[..., 2],
            axis[..., 0] * arm[..., 1] - axis[..., 1] * arm[..., 0],
        ],
        2,
    )
    jacobian = entry @ ENTRY_TO_DOF
    jacobian[..., :3] += np.eye(3)
    return jacobian


def step(pose: Pose, delta: np.ndarray) -> Pose:
    """Move a pose by tangent steps (T, 44)."""
    values = pose.values + delta
    values[:, BALL_DOF] = 0.0
    turn = rotation.from_axis_angle(delta[:, BALL_DOF].reshape(len(pose), -1, 3))
    return Pose(values, rotation.normalize(rotation.multiply(pose.balls, turn)))
