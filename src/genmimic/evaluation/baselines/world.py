"""A world for a foreign tracker: its robot, its gains and torque limits, the same floor, noise and readings as ours."""

# mujoco's compiled modules come without type stubs
# pyright: reportAttributeAccessIssue=false

from __future__ import annotations

from collections import deque
from dataclasses import replace

import mujoco
import numpy as np

from genmimic.evaluation.baselines.layout import ROBOTS, ForeignLayout
from genmimic.evaluation.baselines.robot29 import build_model_29
from genmimic.robot.model import build_model
from genmimic.robot.names import BODY_NAMES, JOINT_NAMES, KEYPOINT_NAMES
from genmimic.sim.harness import Harness
from genmimic.sim.world import JointGains, Physics, StartState, World
from genmimic.tracking.state import RobotState

_SITES = KEYPOINT_NAMES[len(BODY_NAMES) :]


class ForeignWorld(World):
    """A world whose robot may have more joints than our 23; those start at 0 and have targets of their own.

    Randomized strength and gains apply to our 23 joints; the others keep their nominal ones.

    Attributes:
        extra_joint_names: Joints beyond our 23.
        extra_target: Their targets for the next step, radians.
    """

    def __init__(self, layout: ForeignLayout, physics: Physics) -> None:
        build = build_model_29 if layout.robot == "unitree_g1_29dof" else build_model
        model = build(visual=False, timestep=1.0 / layout.physics_hz, friction=physics.friction)
        gains = joint_gains(layout, ROBOTS[layout.robot])
        for name, limit in zip(layout.joint_names, layout.effort_limit, strict=True):
            model.actuator_forcerange[model.actuator(name).id] = -limit, limit
        ours = [ROBOTS[layout.robot].index(name) for name in JOINT_NAMES]
        super().__init__(physics, JointGains(gains.kp[ours], gains.kd[ours]), model)
        self.extra_joint_names = tuple(name for name in ROBOTS[layout.robot] if name not in JOINT_NAMES)
        self._extra_motors = np.array([model.actuator(name).id for name in self.extra_joint_names], dtype=int)
        self._extra_qpos = np.array([model.joint(name).qposadr[0] for name in self.extra_joint_names], dtype=int)
        self._extra_qvel = np.array([model.joint(name).dofadr[0] for name in self.extra_joint_names], dtype=int)
        for motor, name in zip(self._extra_motors, self.extra_joint_names, strict=True):
            index = ROBOTS[layout.robot].index(name)
            model.actuator_gainprm[motor, 0] = gains.kp[index]
            model.actuator_biasprm[motor, 1:3] = -gains.kp[index], -gains.kd[index]
        self._carriers = [model.body(name).id for name in BODY_NAMES]
        self._carriers += [int(model.site_bodyid[model.site(name).id]) for name in _SITES]
        self.extra_target = np.zeros(len(self.extra_joint_names))
        self._pending_extra: deque[np.ndarray] = deque()

    @property
    def extra_joint_pos(self) -> np.ndarray:
        """Positions of the joints beyond our 23, radians."""
        return self._data.qpos[self._extra_qpos]

    @property
    def extra_joint_vel(self) -> np.ndarray:
        """Their velocities, rad/s."""
        return self._data.qvel[self._extra_qvel]

    def reset(self, start: StartState) -> RobotState:
        """Put the robot into a state, its further joints to 0."""
        state = super().reset(start)
        self.extra_target = np.zeros(len(self.extra_joint_names))
        self._pending_extra = deque([self.extra_target] * self.physics.delay_steps)
        return state

    def step(self, target_joint_pos: np.ndarray, harness: Harness | None = None) -> RobotState:
        """Advance by one control step of 20 ms; `extra_target` comes as late as the targets (23,)."""
        self._pending_extra.append(self.extra_target.copy())
        self._data.ctrl[self._extra_motors] = self._pending_extra.popleft()
        return super().step(target_joint_pos, harness)

    def _state(self, foot_force_w: np.ndarray, last_action: np.ndarray) -> RobotState:
        """As in `World`, but with keypoint velocities of this robot's own chain of joints."""
        state, velocity = super()._state(foot_force_w, last_action), np.zeros((len(KEYPOINT_NAMES), 6))
        mujoco.mj_comPos(self.model, self._data)
        mujoco.mj_comVel(self.model, self._data)
        for row, body in zip(velocity, self._carriers, strict=True):
            mujoco.mj_objectVelocity(self.model, self._data, mujoco.mjtObj.mjOBJ_XBODY, body, row, 0)
        ang_vel_w, lin_vel_w = velocity[:, :3], velocity[:, 3:]
        arm = state.keypoint_pos_w - self._data.xpos[self._carriers]
        lin_vel_w = lin_vel_w + np.cross(ang_vel_w, arm)
        return replace(state, keypoint_lin_vel_w=lin_vel_w, keypoint_ang_vel_w=ang_vel_w)


def joint_gains(layout: ForeignLayout, joint_names: tuple[str, ...]) -> JointGains:
    """Gains of joints, (len(joint_names),): the layout's own, or those of joints that it only holds."""
    own = {name: pair for name, *pair in zip(layout.joint_names, layout.kp, layout.kd, strict=True)}
    pairs = np.array([own.get(name, [layout.held_kp, layout.held_kd]) for name in joint_names])
    return JointGains(pairs[:, 0], pairs[:, 1])
