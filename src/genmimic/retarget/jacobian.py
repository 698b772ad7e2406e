"""Positions, axes and Jacobians of the robot for many frames at once.

The tangent vector of a frame has 29 entries: translation of the pelvis in the world, its rotation vector in the world,
and the 23 joints. Jacobians are stored transposed, (T, 29, rows), so that their normal matrices are one product.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genmimic import rotation
from genmimic.robot.bodies import BODIES, PARENTS, TOTAL_MASS, Vector
from genmimic.robot.kinematics import forward_kinematics
from genmimic.robot.names import BODY_NAMES

DOFS = 6 + len(BODIES) - 1
_JOINT_AXES = np.array([body.axis for body in BODIES[1:]])
_COM_OFFSETS = np.array([body.com for body in BODIES])
_MASSES = np.array([body.mass for body in BODIES])


def _ancestors() -> np.ndarray:
    """(24, 23) whether a body moves with a joint."""
    moves = np.zeros((len(BODIES), len(BODIES) - 1), dtype=bool)
    for body, parent in enumerate(PARENTS):
        if parent >= 0:
            moves[body] = moves[parent]
            moves[body, body - 1] = True
    return moves


MOVES: np.ndarray = _ancestors()
"""(24, 23) whether a body moves with a joint."""


@dataclass(frozen=True)
class Configuration:
    """Configurations of T frames: pelvis position (T, 3), orientation (T, 4) and joint positions (T, 23)."""

    root_pos_w: np.ndarray
    root_quat_w: np.ndarray
    joint_pos: np.ndarray

    def __len__(self) -> int:
        """Number of frames T."""
        return len(self.root_pos_w)

    def at(self, frames: np.ndarray | slice) -> Configuration:
        """Return some of the frames."""
        return Configuration(self.root_pos_w[frames], self.root_quat_w[frames], self.joint_pos[frames])

    def moved(self, step: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> Configuration:
        """Return the configurations displaced by tangent vectors (T, 29), joints clipped to limits (23,)."""
        turned = rotation.multiply(rotation.from_axis_angle(step[:, 3:6]), self.root_quat_w)
        joint_pos = np.clip(self.joint_pos + step[:, 6:], lower, upper)
        return Configuration(self.root_pos_w + step[:, :3], rotation.normalize(turned), joint_pos)

    def differences(self) -> np.ndarray:
        """Tangent vectors (T - 1, 29) from each frame to the next."""
        turn = rotation.multiply(self.root_quat_w[1:], rotation.conjugate(self.root_quat_w[:-1]))
        parts = [np.diff(self.root_pos_w, axis=0), rotation.to_axis_angle(turn), np.diff(self.joint_pos, axis=0)]
        return np.concatenate(parts, axis=1)


@dataclass(frozen=True)
class Kinematics:
    """World poses of the bodies and joints of T frames.

    Attributes:
        body_pos: (T, 24, 3).
        body_quat: (T, 24, 4).
        axis: Joint axes (T, 23, 3); joint j turns about the origin of body j + 1.
        keypoint_pos: (T, 27, 3).
    """

    body_pos: np.ndarray
    body_quat: np.ndarray
    axis: np.ndarray
    keypoint_pos: np.ndarray

    @classmethod
    def of(cls, configuration: Configuration) -> Kinematics:
        """Compute forward kinematics."""
        pos, quat = forward_kinematics(configuration.root_pos_w, configuration.root_quat_w, configuration.joint_pos)
        bodies = len(BODIES)
        axis = rotation.rotate(quat[:, 1:bodies], _JOINT_AXES)
        return cls(pos[:, :bodies], quat[:, :bodies], axis, pos)


@dataclass(frozen=True)
class PointSet:
    """Points fixed to bodies, with the list of (point, joint) pairs in which the joint moves the point."""

    body: np.ndarray
    offset: np.ndarray
    point_of_pair: np.ndarray
    joint_of_pair: np.ndarray

    @classmethod
    def of(cls, points: list[tuple[str, Vector]]) -> PointSet:
        """Build from body names and offsets in the bodies' frames, metres."""
        body = np.array([BODY_NAMES.index(name) for name, _ in points])
        point, joint = np.nonzero(MOVES[body])
        return cls(body, np.array([offset for _, offset in points]), point, joint)

    def positions(self, kinematics: Kinematics) -> np.ndarray:
        """World positions (T, P, 3)."""
        quat = kinematics.body_quat[:, self.body]
        return kinematics.body_pos[:, self.body] + rotation.rotate(quat, self.offset)

    def jacobian(self, kinematics: Kinematics, pos: np.ndarray) -> np.ndarray:
        """Transposed Jacobian (T, 29, P, 3) of the world positions `pos` (T, P, 3)."""
        frames, points = pos.shape[:2]
        jac = np.zeros((frames, DOFS, points, 3))
        for k in range(3):
            jac[:, k, :, k] = 1.0
        jac[:, 3:6] = _rotation_rows(pos - kinematics.body_pos[:, :1])
        arm = pos[:, self.point_of_pair] - kinematics.body_pos[:, 1 + self.joint_of_pair]
        jac[:, 6 + self.joint_of_pair, self.point_of_pair] = rotation.cross(kinematics.axis[:, self.joint_of_pair], arm)
        return jac


def rotation_jacobian(kinematics: Kinematics, bodies: np.ndarray) -> np.ndarray:
    """Transposed Jacobian (T, 29, B, 3) of the bodies' rotation vectors in the world."""
    frames = len(kinematics.body_pos)
    jac = np.zeros((frames, DOFS, len(bodies), 3))
    for k in range(3):
        jac[:, 3 + k, :, k] = 1.0
    body, joint = np.nonzero(MOVES[bodies])
    jac[:, 6 + joint, body] = kinematics.axis[:, joint]
    return jac


def contact_jacobian(
    kinematics: Kinematics, frames: np.ndarray, body: np.ndarray, pos: np.ndarray, normal: np.ndarray
) -> np.ndarray:
    """Rows (M, 29): speed along `normal` (M, 3) of points at `pos` (M, 3) fixed to `body` (M,) in `frames` (M,)."""
    rows = np.zeros((len(frames), DOFS))
    rows[:, :3] = normal
    rows[:, 3:6] = rotation.cross(pos - kinematics.body_pos[frames, 0], normal)
    arm = pos[:, None] - kinematics.body_pos[frames, 1:]
    speed = (rotation.cross(kinematics.axis[frames], arm) * normal[:, None]).sum(-1)
    rows[:, 6:] = np.where(MOVES[body], speed, 0.0)
    return rows


_SUBTREE_MASS = _MASSES @ MOVES


def centre_of_mass(kinematics: Kinematics) -> tuple[np.ndarray, np.ndarray]:
    """Body centres of mass times their masses (T, 24, 3) and the whole robot's centre of mass (T, 3)."""
    moments = kinematics.body_pos + rotation.rotate(kinematics.body_quat, _COM_OFFSETS)
    moments = moments * _MASSES[:, None]
    return moments, moments.sum(1) / TOTAL_MASS


def centre_of_mass_jacobian(kinematics: Kinematics, moments: np.ndarray, com: np.ndarray) -> np.ndarray:
    """Transposed Jacobian (T, 29, 3) of the centre of mass."""
    jac = np.zeros((len(com), DOFS, 3))
    jac[:, [0, 1, 2], [0, 1, 2]] = 1.0
    jac[:, 3:6] = _rotation_rows((com - kinematics.body_pos[:, 0])[:, None])[:, :, 0]
    subtree = np.matmul(MOVES.T.astype(float), moments)  # (T, 23, 3)
    arm = subtree - _SUBTREE_MASS[:, None] * kinematics.body_pos[:, 1:]
    jac[:, 6:] = rotation.cross(kinematics.axis, arm) / TOTAL_MASS
    return jac


def _rotation_rows(arm: np.ndarray) -> np.ndarray:
    """Rows (T, 3, P, 3): velocity of points at `arm` (T, P, 3) from the pelvis for unit angular velocities."""
    x, y, z = arm[..., 0], arm[..., 1], arm[..., 2]
    zero = np.zeros_like(x)
    about = [(zero, -z, y), (z, zero, -x), (-y, x, zero)]
    return np.stack([np.stack(columns, axis=-1) for columns in about], axis=1)
