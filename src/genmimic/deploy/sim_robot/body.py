"""The simulated robot's body: MuJoCo physics with the onboard PD of each motor and a hoist on the pelvis."""

# mujoco's compiled modules come without type stubs
# pyright: reportAttributeAccessIssue=false

from __future__ import annotations

import mujoco
import numpy as np

from genmimic import rotation
from genmimic.deploy.link import LowCommand
from genmimic.deploy.sim_robot.motors import torque_range
from genmimic.robot.model import build_model, default_qpos
from genmimic.robot.names import JOINT_NAMES
from genmimic.sim.harness import Harness, pull
from genmimic.sim.world import StartState

GRAVITY = 9.81


def standing() -> StartState:
    """The default pose, upright on the floor, at rest."""
    qpos = default_qpos()
    return StartState(qpos[:3], qpos[3:7], np.zeros(3), np.zeros(3), qpos[7:], np.zeros(len(JOINT_NAMES)))


class SimBody:
    """A 23-DoF G1 on a floor, driven by motor commands.

    Attributes:
        model: MuJoCo's model.
        data: Its state, to be looked at only.
        timestep: Length of a physics step, seconds.
        weight: Newtons.
        torque: What the motors gave in the last step, (23,), N m.
    """

    def __init__(self, timestep: float, friction: float = 0.8) -> None:
        """Stand in the default pose."""
        self.timestep = timestep
        self.model = build_model(visual=False, timestep=timestep, friction=friction)
        self.weight = float(-self.model.opt.gravity[2] * self.model.body_subtreemass[0])
        self.data = mujoco.MjData(self.model)
        self._pelvis = self.model.body("pelvis").id
        self.reset(standing())

    def reset(self, start: StartState) -> None:
        """Put the body into a state, motors off."""
        mujoco.mj_resetData(self.model, self.data)
        ang_vel_b = rotation.rotate_inverse(np.asarray(start.root_quat_w), np.asarray(start.root_ang_vel_w))
        self.data.qpos[:] = np.concatenate([start.root_pos_w, start.root_quat_w, start.joint_pos])
        self.data.qvel[:] = np.concatenate([start.root_lin_vel_w, ang_vel_b, start.joint_vel])
        self.torque = np.zeros(len(JOINT_NAMES))
        mujoco.mj_forward(self.model, self.data)

    def step(
        self, command: LowCommand, harness: Harness | None = None, voltage_share: float = 1.0, steps: int = 1
    ) -> None:
        """Advance by some physics steps, during which the command, the harness' force and the torque limits stay.

        The PD is part of each step: torque = feedforward + kp (q* - q) + kd (qdot* - qdot), its damping taken in
        implicitly, as if the motors computed it far more often than the physics does.
        """
        model, data = self.model, self.data
        model.actuator_gainprm[:, 0] = command.kp
        model.actuator_biasprm[:, 0] = command.feedforward + command.kd * command.joint_vel
        model.actuator_biasprm[:, 1] = -command.kp
        model.actuator_biasprm[:, 2] = -command.kd
        smallest, largest = torque_range(data.qvel[6:], voltage_share)
        model.actuator_forcerange[:, 0], model.actuator_forcerange[:, 1] = smallest, largest
        data.ctrl[:] = command.joint_pos
        data.xfrc_applied[self._pelvis] = 0.0
        if harness is not None:
            pull(harness, data, self._pelvis)
        mujoco.mj_step(model, data, steps)
        self.torque = data.actuator_force.copy()

    def truth(self) -> StartState:
        """Where everything is and how fast it moves."""
        qpos, qvel = self.data.qpos, self.data.qvel
        root_quat_w = rotation.normalize(qpos[3:7].copy())
        ang_vel_w = rotation.rotate(root_quat_w, qvel[3:6])
        return StartState(qpos[:3].copy(), root_quat_w, qvel[:3].copy(), ang_vel_w, qpos[7:].copy(), qvel[6:].copy())

    def specific_force_b(self) -> np.ndarray:
        """What an accelerometer in the pelvis' origin feels, (3,), m/s^2; the real one sits 9 cm below it."""
        quat_w = rotation.normalize(self.data.qpos[3:7].copy())
        return rotation.rotate_inverse(quat_w, self.data.qacc[:3] + np.array([0.0, 0.0, GRAVITY]))

    def ang_vel_b(self) -> np.ndarray:
        """Angular velocity of the pelvis in its own frame, (3,), rad/s."""
        return self.data.qvel[3:6].copy()

    def joint_vel(self) -> np.ndarray:
        """(23,), rad/s."""
        return self.data.qvel[6:].copy()

    def joint_acc(self) -> np.ndarray:
        """(23,), rad/s^2."""
        return self.data.qacc[6:].copy()

    def is_stable(self) -> bool:
        """Whether the numbers still mean something."""
        return bool(np.isfinite(self.data.qpos).all() and np.abs(self.data.qvel).max() < 1e4)

    def push(self, velocity_w: np.ndarray) -> None:
        """Add (3,), m/s, to the velocity of the pelvis."""
        self.data.qvel[:3] += velocity_w
