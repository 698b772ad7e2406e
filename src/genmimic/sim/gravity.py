"""Joint torques that hold the robot up against gravity on the feet that touch the floor.

A PD controller alone gives way under the robot's weight by torque / kp: several degrees at the soft ankles. These
torques, added to it, leave the legs to carry the weight as far as feet and their size allow; what the feet cannot
give (balance) is missing, and somebody else has to provide it.
"""

# mujoco's compiled modules come without type stubs
# pyright: reportAttributeAccessIssue=false

from __future__ import annotations

import mujoco
import numpy as np
from scipy.optimize import nnls

from genmimic.robot import constants
from genmimic.robot.model import build_model
from genmimic.robot.names import FOOT_NAMES
from genmimic.tracking.state import RobotState

SOLE_CORNERS: np.ndarray = np.array([[x, y, -constants.SOLE_HEIGHT] for x in (-0.05, 0.12) for y in (-0.03, 0.03)])
"""Corners of the sole that touch the floor in the model, in the ankle roll link's frame, (4, 3), metres."""

_CONTACT_HEIGHT = 0.01
"""Height of a corner at which it counts as half lifted off, metres; a soft limit avoids jumps of the torque."""
_SPREAD = 0.03
"""Weight of evenly spread corner forces against exact balance."""
_MOMENT_WEIGHT = 4.0
"""Weight of the moments' balance (N m) against the forces' (N): about one over the foot's length times two."""


class GravityCompensation:
    """Static balance of gravity and vertical forces under the feet, solved anew for each state."""

    def __init__(self) -> None:
        self._model = build_model(visual=False, floor=False)
        self._data = mujoco.MjData(self._model)
        self._feet = [self._model.body(name).id for name in FOOT_NAMES]

    def torques(self, state: RobotState) -> np.ndarray:
        """Joint torques (23,) in N m that carry the robot in a state at rest, within the motors' limits."""
        model, data = self._model, self._data
        data.qpos[:] = np.concatenate([state.root_pos_w, state.root_quat_w, state.joint_pos])
        mujoco.mj_kinematics(model, data)
        mujoco.mj_comPos(model, data)
        gravity = np.zeros(model.nv)
        mujoco.mj_rne(model, data, 0, gravity)  # velocities are zero: what remains is gravity
        heights, jacobian = self._corners()
        force = _corner_forces(heights, jacobian[:, :6].T, gravity[:6])
        return np.clip(gravity[6:] - jacobian[:, 6:].T @ force, -constants.EFFORT_LIMIT, constants.EFFORT_LIMIT)

    def _corners(self) -> tuple[np.ndarray, np.ndarray]:
        """Heights (8,) of the soles' corners and the rows (8, nv) that give their vertical velocities."""
        heights, rows = [], []
        jacobian = np.zeros((3, self._model.nv))
        for foot in self._feet:
            corners_w = self._data.xpos[foot] + SOLE_CORNERS @ self._data.xmat[foot].reshape(3, 3).T
            for corner_w in corners_w:
                mujoco.mj_jac(self._model, self._data, jacobian, None, corner_w, foot)
                heights.append(corner_w[2])
                rows.append(jacobian[2].copy())
        return np.array(heights), np.stack(rows)


def _corner_forces(heights: np.ndarray, root_map: np.ndarray, root_gravity: np.ndarray) -> np.ndarray:
    """Upward forces (8,) in newtons on the corners that best balance gravity at the root; lifted corners get none.

    Args:
        heights: Of the corners over the floor, (8,), metres.
        root_map: From corner forces to force and moment at the root, (6, 8).
        root_gravity: Force and moment that hold the root against gravity, (6,).
    """
    weight = np.array([1.0, 1.0, 1.0, _MOMENT_WEIGHT, _MOMENT_WEIGHT, _MOMENT_WEIGHT])
    lifted = np.maximum(heights, 0.0) / _CONTACT_HEIGHT
    spread = np.diag(_SPREAD * (1.0 + 10.0 * lifted))
    system = np.concatenate([weight[:, None] * root_map, spread])
    forces, _ = nnls(system, np.concatenate([weight * root_gravity, np.zeros(len(heights))]))
    return forces
