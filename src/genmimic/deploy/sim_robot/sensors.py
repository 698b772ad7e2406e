"""What the simulated robot's encoders and IMU make of the truth: noise, an unknown heading, drift."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from genmimic import rotation
from genmimic.deploy.sim_robot.body import SimBody


@dataclass(frozen=True)
class SensorModel:
    """Standard deviations of white noise, and slow errors. Plausible for a G1, not measured on one.

    Attributes:
        joint_pos: Radians.
        joint_vel: rad/s.
        torque: Share of the torque, plus as many N m.
        ang_vel: rad/s.
        lin_acc: m/s^2.
        tilt: Of the orientation, radians.
        yaw: Heading of the IMU's world in ours, radians: a robot's yaw starts anywhere.
        yaw_drift: rad/s.
    """

    joint_pos: float = 0.002
    joint_vel: float = 0.1
    torque: float = 0.03
    ang_vel: float = 0.02
    lin_acc: float = 0.1
    tilt: float = 0.003
    yaw: float = 0.7
    yaw_drift: float = 0.0003

    def noisier(self, factor: float) -> SensorModel:
        """The same with all errors but the heading's origin multiplied."""
        names = ("joint_pos", "joint_vel", "torque", "ang_vel", "lin_acc", "tilt", "yaw_drift")
        return SensorModel(yaw=self.yaw, **{name: factor * getattr(self, name) for name in names})


@dataclass(frozen=True)
class Readings:
    """What the sensors say at one moment; shapes as in `LowState`."""

    joint_pos: np.ndarray
    joint_vel: np.ndarray
    joint_acc: np.ndarray
    torque: np.ndarray
    imu_quat_w: np.ndarray
    ang_vel_b: np.ndarray
    lin_acc_b: np.ndarray


def read_sensors(model: SensorModel, body: SimBody, time: float, rng: np.random.Generator) -> Readings:
    """Read all sensors of a body `time` seconds after it was switched on."""
    truth = body.truth()
    half = 0.5 * (model.yaw + model.yaw_drift * time)
    heading = np.array([math.cos(half), 0.0, 0.0, math.sin(half)])
    error = rotation.from_axis_angle(model.tilt * rng.standard_normal(3))
    pos_noise, vel_noise, torque_noise = rng.standard_normal((3, len(truth.joint_pos)))
    return Readings(
        joint_pos=truth.joint_pos + model.joint_pos * pos_noise,
        joint_vel=truth.joint_vel + model.joint_vel * vel_noise,
        joint_acc=body.joint_acc(),
        torque=body.torque + model.torque * (1.0 + np.abs(body.torque)) * torque_noise,
        imu_quat_w=rotation.multiply(heading, rotation.multiply(truth.root_quat_w, error)),
        ang_vel_b=body.ang_vel_b() + model.ang_vel * rng.standard_normal(3),
        lin_acc_b=body.specific_force_b() + model.lin_acc * rng.standard_normal(3),
    )
