"""One G1 in MuJoCo: physics at 200 Hz, control at 50 Hz, the PD of the paper's equation 5 inside each physics step.

The batched world of training has the same interface: `reset(start) -> RobotState`, `step(targets) -> RobotState`.
"""

# mujoco's compiled modules come without type stubs
# pyright: reportAttributeAccessIssue=false

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import mujoco
import numpy as np

from genmimic import rotation
from genmimic.robot import constants
from genmimic.robot.kinematics import keypoint_velocities
from genmimic.robot.model import build_model
from genmimic.robot.names import BODY_NAMES, FOOT_NAMES, JOINT_NAMES, KEYPOINT_NAMES
from genmimic.sim.harness import Harness, pull
from genmimic.tracking.actions import action_of_targets
from genmimic.tracking.state import RANDOMIZED_MASS_BODIES, RobotState, SimulationParameters

PHYSICS_HZ = 200
CONTROL_HZ = 50
SUBSTEPS = PHYSICS_HZ // CONTROL_HZ
_BAD_ACCELERATION = mujoco.mjtWarning.mjWARN_BADQACC
LARGEST_VELOCITY = 1e4
"""Beyond this, m/s or rad/s, the simulation has come apart."""


@dataclass(frozen=True)
class JointGains:
    """Gains of the joints' PD controllers.

    Attributes:
        kp: (23,), N m/rad.
        kd: (23,), N m s/rad.
    """

    kp: np.ndarray
    kd: np.ndarray


DEFAULT_GAINS = JointGains(constants.KP, constants.KD)


@dataclass(frozen=True)
class Physics:
    """What may differ from the nominal robot on a nominal floor (the paper's table 8).

    Attributes:
        friction: Sliding friction coefficient of the floor.
        motor_strength: Factor of the joint torques before their limits, one for all joints or (23,).
        delay_steps: Control steps of 20 ms by which joint targets come late.
        base_com_offset_b: Offset of the pelvis' centre of mass, (3,), metres.
        link_mass_scale: Factors of the masses and inertias of `RANDOMIZED_MASS_BODIES`, one for all or (8,).
        kp_scale: Factor of the stiffness gains, one for all joints or (23,).
        kd_scale: Factor of the damping gains, one for all joints or (23,).
    """

    friction: float = 0.8
    motor_strength: float | np.ndarray = 1.0
    delay_steps: int = 0
    base_com_offset_b: np.ndarray | tuple[float, float, float] = (0.0, 0.0, 0.0)
    link_mass_scale: float | np.ndarray = 1.0
    kp_scale: float | np.ndarray = 1.0
    kd_scale: float | np.ndarray = 1.0

    def parameters(self) -> SimulationParameters:
        """What a privileged policy may know of it (table 6)."""
        joints = np.ones(len(JOINT_NAMES))
        return SimulationParameters(
            base_com_offset_b=np.array(self.base_com_offset_b, dtype=np.float64),
            foot_friction=np.full(2, self.friction),
            link_mass_scale=self.link_mass_scale * np.ones(len(RANDOMIZED_MASS_BODIES)),
            kd_scale=self.kd_scale * joints,
            kp_scale=self.kp_scale * joints,
            motor_strength=self.motor_strength * joints,
        )


@dataclass(frozen=True)
class StartState:
    """Pose and velocity to begin with.

    Attributes:
        root_pos_w: (3,), metres.
        root_quat_w: (4,), w, x, y, z.
        root_lin_vel_w: (3,), m/s.
        root_ang_vel_w: (3,), rad/s.
        joint_pos: (23,), radians.
        joint_vel: (23,), rad/s.
    """

    root_pos_w: np.ndarray
    root_quat_w: np.ndarray
    root_lin_vel_w: np.ndarray
    root_ang_vel_w: np.ndarray
    joint_pos: np.ndarray
    joint_vel: np.ndarray


class World:
    """A simulated robot on a floor.

    Attributes:
        weight: The robot's weight, newtons.
        torque: Joint torques (23,), N m, mean over the last control step.
        support_force_w: Force of the harness on the pelvis (3,), newtons, mean over the last control step.
        support_moment_w: Its moment (3,), N m, likewise.
        grounded: Names of the bodies other than feet that touched the floor during the last control step.
    """

    def __init__(
        self, physics: Physics | None = None, gains: JointGains = DEFAULT_GAINS, model: mujoco.MjModel | None = None
    ) -> None:
        """Make a world.

        Args:
            physics: What differs from the nominal robot and floor.
            gains: Of the 23 joints.
            model: Another robot that has the 23 joints, their motors, the bodies and the keypoint sites by name, and
                perhaps more joints; its time step divides that of physics. Its floor is as it comes.
        """
        self.physics = physics or Physics()
        self.model = model or build_model(visual=False, timestep=1.0 / PHYSICS_HZ, friction=self.physics.friction)
        self._inner_steps = round(1.0 / (PHYSICS_HZ * self.model.opt.timestep))
        self._qpos = np.array([self.model.joint(name).qposadr[0] for name in JOINT_NAMES])
        self._qvel = np.array([self.model.joint(name).dofadr[0] for name in JOINT_NAMES])
        self._motors = np.array([self.model.actuator(name).id for name in JOINT_NAMES])
        self._set_gains(gains)
        self._set_masses()
        self._data = mujoco.MjData(self.model)
        self.weight = float(-self.model.opt.gravity[2] * self.model.body_subtreemass[0])
        self._bodies = np.array([self.model.body(name).id for name in BODY_NAMES])
        self._sites = np.array([self.model.site(name).id for name in KEYPOINT_NAMES[len(BODY_NAMES) :]])
        self._feet = [self.model.body(name).id for name in FOOT_NAMES]
        self._floor = self.model.geom("floor").id
        self._pending: deque[np.ndarray] = deque()
        self._clear_readings()

    def reset(self, start: StartState) -> RobotState:
        """Put the robot into a state; targets still under way from before are dropped."""
        mujoco.mj_resetData(self.model, self._data)
        self._data.qpos[:7] = np.concatenate([start.root_pos_w, start.root_quat_w])
        self._data.qpos[self._qpos] = start.joint_pos
        # MuJoCo gives a free joint's angular velocity in the body's frame
        ang_vel_b = rotation.rotate_inverse(np.asarray(start.root_quat_w), np.asarray(start.root_ang_vel_w))
        self._data.qvel[:6] = np.concatenate([start.root_lin_vel_w, ang_vel_b])
        self._data.qvel[self._qvel] = start.joint_vel
        self._data.ctrl[self._motors] = start.joint_pos
        self._pending = deque([np.array(start.joint_pos)] * self.physics.delay_steps)
        mujoco.mj_forward(self.model, self._data)
        self._clear_readings()
        foot_force_w = self._read_contacts()
        self.torque = self._data.actuator_force[self._motors]
        return self._state(foot_force_w, np.zeros(len(JOINT_NAMES)))

    def step(self, target_joint_pos: np.ndarray, harness: Harness | None = None) -> RobotState:
        """Advance by one control step of 20 ms.

        Args:
            target_joint_pos: Joint targets (23,), radians; they take effect `physics.delay_steps` later.
            harness: Holds the pelvis; None for a free robot.

        Raises:
            FloatingPointError: The simulation has become unstable.
        """
        self._pending.append(np.array(target_joint_pos, dtype=np.float64))
        self._data.ctrl[self._motors] = self._pending.popleft()
        self._clear_readings()
        foot_force_w = np.zeros((2, 3))
        for _ in range(SUBSTEPS):
            if harness is not None:
                self._pull(harness)
            with _silent_mujoco():
                mujoco.mj_step(self.model, self._data, self._inner_steps)
            # MuJoCo itself would only warn and quietly begin anew
            if not np.abs(self._data.qvel).max() < LARGEST_VELOCITY or self._data.warning[_BAD_ACCELERATION].number:
                raise FloatingPointError(f"the simulation became unstable at {self._data.time:.2f} s")
            foot_force_w += self._read_contacts() / SUBSTEPS
            self.torque += self._data.actuator_force[self._motors] / SUBSTEPS
        mujoco.mj_kinematics(self.model, self._data)
        return self._state(foot_force_w, action_of_targets(target_joint_pos, constants.DEFAULT_JOINT_POS))

    def parameters(self) -> SimulationParameters:
        """Return what a privileged policy may know of this world."""
        return self.physics.parameters()

    def push(self, velocity_w: np.ndarray) -> None:
        """Add (3,), m/s, to the velocity of the pelvis; the next step feels it."""
        self._data.qvel[:3] += velocity_w

    def _set_gains(self, gains: JointGains) -> None:
        strength, physics = self.physics.motor_strength, self.physics
        self.model.actuator_gainprm[self._motors, 0] = strength * gains.kp * physics.kp_scale
        self.model.actuator_biasprm[self._motors, 1] = -strength * gains.kp * physics.kp_scale
        self.model.actuator_biasprm[self._motors, 2] = -strength * gains.kd * physics.kd_scale

    def _set_masses(self) -> None:
        randomized = [self.model.body(name).id for name in RANDOMIZED_MASS_BODIES]
        scale = self.physics.link_mass_scale * np.ones(len(randomized))
        self.model.body_mass[randomized] *= scale
        self.model.body_inertia[randomized] *= scale[:, None]
        self.model.body_ipos[randomized[0]] += np.asarray(self.physics.base_com_offset_b)
        mujoco.mj_setConst(self.model, mujoco.MjData(self.model))

    def _clear_readings(self) -> None:
        self.torque = np.zeros(len(JOINT_NAMES))
        self.support_force_w, self.support_moment_w = np.zeros(3), np.zeros(3)
        self.grounded: set[str] = set()
        self._data.xfrc_applied[:] = 0.0

    def _pull(self, harness: Harness) -> None:
        force, moment = pull(harness, self._data, self._bodies[0])
        self.support_force_w += force / SUBSTEPS
        self.support_moment_w += moment / SUBSTEPS

    def _read_contacts(self) -> np.ndarray:
        """Forces (2, 3) of the floor on the feet now; notes which other bodies touch the floor."""
        forces, wrench = np.zeros((2, 3)), np.zeros(6)
        for index in range(self._data.ncon):
            contact = self._data.contact[index]
            geom1, geom2 = contact.geom1, contact.geom2
            if self._floor not in (geom1, geom2) or contact.efc_address < 0:
                continue
            body = self.model.geom_bodyid[geom2 if geom1 == self._floor else geom1]
            if body not in self._feet:
                self.grounded.add(self.model.body(body).name)
                continue
            mujoco.mj_contactForce(self.model, self._data, index, wrench)
            # the contact frame's rows are its axes in the world, its x axis points from geom1 to geom2
            force = contact.frame.reshape(3, 3).T @ wrench[:3]
            forces[self._feet.index(body)] += force if geom1 == self._floor else -force
        return forces

    def _state(self, foot_force_w: np.ndarray, last_action: np.ndarray) -> RobotState:
        data = self._data
        root_quat_w = data.qpos[3:7] / np.linalg.norm(data.qpos[3:7])
        carriers = self.model.site_bodyid[self._sites]
        keypoint_pos_w = np.concatenate([data.xpos[self._bodies], data.site_xpos[self._sites]])
        keypoint_quat_w = np.concatenate([data.xquat[self._bodies], data.xquat[carriers]])
        root_lin_vel_w, root_ang_vel_w = data.qvel[:3].copy(), rotation.rotate(root_quat_w, data.qvel[3:6])
        joint_vel = data.qvel[self._qvel]
        lin_vel, ang_vel = keypoint_velocities(
            root_lin_vel_w, root_ang_vel_w, joint_vel, keypoint_pos_w, keypoint_quat_w
        )
        return RobotState(
            root_pos_w=data.qpos[:3].copy(),
            root_quat_w=root_quat_w,
            root_lin_vel_w=root_lin_vel_w,
            root_ang_vel_w=root_ang_vel_w,
            joint_pos=data.qpos[self._qpos],
            joint_vel=joint_vel,
            keypoint_pos_w=keypoint_pos_w,
            keypoint_quat_w=keypoint_quat_w,
            keypoint_lin_vel_w=lin_vel,
            keypoint_ang_vel_w=ang_vel,
            foot_force_w=foot_force_w,
            last_action=last_action,
        )


@contextmanager
def _silent_mujoco() -> Iterator[None]:
    """Keep MuJoCo's warnings, which the caller reads from the data, off stderr and out of ./MUJOCO_LOG.TXT."""
    before = mujoco.get_mju_user_warning()
    mujoco.set_mju_user_warning(lambda message: None)
    try:
        yield
    finally:
        mujoco.set_mju_user_warning(before)
