"""One robot's estimate of its own state, control step by control step, in a fraction of a millisecond.

The same functions as in training (`tracking.odometry`, `tracking.estimated`); only the forward kinematics are MuJoCo's
own, which for a single robot take a tenth of the time of `tracking.body_motion.body_motion` and give the same numbers.

Example:
    estimator = StateEstimator()
    state = estimator.start(readings, reference.motion.root_pos_w[0], reference.motion.root_quat_w[0])
    state = estimator.step(readings)                                          # every 20 ms
"""

# mujoco's compiled modules come without type stubs
# pyright: reportAttributeAccessIssue=false

from __future__ import annotations

import mujoco
import numpy as np

from genmimic import rotation
from genmimic.robot.model import build_model
from genmimic.robot.names import BODY_NAMES, JOINT_NAMES, KEYPOINT_NAMES
from genmimic.tracking import odometry as legs
from genmimic.tracking.body_motion import BodyMotion, with_soles
from genmimic.tracking.estimated import estimated_state
from genmimic.tracking.odometry import DEFAULT_GAINS, Odometry, OdometryGains
from genmimic.tracking.sensor_noise import Readings
from genmimic.tracking.state import RobotState


class BodyKinematics:
    """`tracking.body_motion.body_motion` for a single robot, by MuJoCo."""

    def __init__(self) -> None:
        self._model = build_model(visual=False)
        self._data = mujoco.MjData(self._model)
        sites = np.array([self._model.site(name).id for name in KEYPOINT_NAMES[len(BODY_NAMES) :]])
        bodies = np.array([self._model.body(name).id for name in BODY_NAMES])
        self._sites, self._bodies = sites, bodies
        self._carriers = np.concatenate([bodies, self._model.site_bodyid[sites]])
        self._root = bodies[0]

    def __call__(self, joint_pos: np.ndarray, joint_vel: np.ndarray) -> BodyMotion:
        """Body motion of joint positions (23,), radians, and velocities (23,), rad/s."""
        model, data = self._model, self._data
        data.qpos[:7] = 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0
        data.qpos[7:], data.qvel[6:] = joint_pos, joint_vel
        mujoco.mj_kinematics(model, data)
        mujoco.mj_comPos(model, data)
        mujoco.mj_comVel(model, data)
        pos = np.concatenate([data.xpos[self._bodies], data.site_xpos[self._sites]])
        # MuJoCo gives velocities (angular, linear) at the whole robot's centre of mass
        moving = data.cvel[self._carriers]
        ang_vel, centre = moving[:, :3], data.subtree_com[self._root]
        lin_vel = moving[:, 3:] + rotation.cross(ang_vel, pos - centre)
        return with_soles(joint_pos, joint_vel, pos, data.xquat[self._carriers], lin_vel, ang_vel)


class StateEstimator:
    """From sensor readings to the state that a policy observes.

    Attributes:
        odometry: The estimate now; None before `start`.
    """

    def __init__(self, gains: OdometryGains = DEFAULT_GAINS) -> None:
        self._gains, self._body = gains, BodyKinematics()
        self.odometry: Odometry | None = None

    def start(
        self,
        readings: Readings,
        root_pos_w: np.ndarray,
        root_quat_w: np.ndarray,
        last_action: np.ndarray | None = None,
        root_lin_vel_w: np.ndarray | None = None,
    ) -> RobotState:
        """State of a robot that stands where a motion begins.

        Args:
            readings: Of its sensors now.
            root_pos_w: The motion's pelvis, (3,), metres; the height follows from the legs.
            root_quat_w: Its orientation, (4,), of which the heading counts.
            last_action: (23,); zeros if None.
            root_lin_vel_w: How the pelvis moves then, (3,), m/s; as the legs tell it if None.
        """
        body = self._body(readings.joint_pos, readings.joint_vel)
        imu = readings.imu_quat_w, readings.ang_vel_b
        self.odometry = legs.start(*imu, body, root_pos_w, root_quat_w, root_lin_vel_w)
        return estimated_state(self.odometry, body, np.zeros(len(JOINT_NAMES)) if last_action is None else last_action)

    def step(self, readings: Readings, last_action: np.ndarray | None = None) -> RobotState:
        """State a control step of 20 ms later."""
        if self.odometry is None:
            raise RuntimeError("start() comes before step()")
        body = self._body(readings.joint_pos, readings.joint_vel)
        self.odometry = legs.step(self.odometry, readings.imu_quat_w, readings.ang_vel_b, body, self._gains)
        return estimated_state(self.odometry, body, np.zeros(len(JOINT_NAMES)) if last_action is None else last_action)
