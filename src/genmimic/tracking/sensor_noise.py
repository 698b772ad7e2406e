"""What a simulated robot's sensors read: table 8's noise on joints and IMU, and a yaw that drifts.

Only the differences of yaw mean anything: an IMU without a magnetometer integrates its gyro, so the yaw that it
reports runs away slowly, while gravity keeps its tilt right.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from genmimic import rotation
from genmimic.rotation import Array
from genmimic.tracking.state import RobotState

STEP = 0.02
"""Length of a control step, seconds."""
_DEGREE = 0.017453292519943295


@dataclass(frozen=True)
class SensorNoise:
    """Standard deviations.

    The first four are table 8's, drawn anew in each step; the paper has them on the observations, they are on the
    sensors here, from which all observations follow. For a real IMU they are far too large. The others are ours, after
    typical figures of the BMI088, a common IMU of robots (Bosch's data sheet BST-BMI088-DS001: gyro noise 0.014
    degrees/s per root Hz, offset 0.015 degrees/s per kelvin, sensitivity within 1 %), for a robot that took its offset
    at rest and warmed up by two kelvin since. They are drawn once an episode but for the walk.

    Attributes:
        joint_pos: Radians.
        joint_vel: rad/s.
        ang_vel: Gyro, rad/s.
        tilt: Of the IMU's orientation about each horizontal axis, radians.
        tilt_bias: Likewise, constant, radians.
        yaw_rate: Constant error of the yaw's rate, rad/s.
        yaw_scale: Error of turns, as a share of them.
        yaw_walk: Random walk of the yaw, radians per root second.
    """

    joint_pos: float = 0.01
    joint_vel: float = 0.1
    ang_vel: float = 0.5
    tilt: float = 0.1
    tilt_bias: float = 0.01
    yaw_rate: float = 0.03 * _DEGREE
    yaw_scale: float = 0.005
    yaw_walk: float = 0.014 * _DEGREE

    def scaled(self, severity: float) -> SensorNoise:
        """All of it times `severity`; 0 for exact sensors."""
        return SensorNoise(**{name: severity * value for name, value in vars(self).items()})

    def settled(self) -> SensorNoise:
        """What is left of it for a robot that has stood still and averaged: an IMU's constant errors."""
        return replace(self, joint_pos=0.0, joint_vel=0.0, ang_vel=0.0, tilt=0.0)


DATA_SHEET = SensorNoise(joint_pos=0.002, joint_vel=0.05, ang_vel=0.02, tilt=0.005)
"""Closer to the real robot than table 8: encoders with a little backlash, and an IMU's own attitude filter. The white
figures are estimates of ours, not measured on a G1."""

_JOINTS = 23
START_DRAWS = 4
"""Normal numbers that `start_drift` needs."""
SENSOR_DRAWS = 2 * _JOINTS + 6
"""Normal numbers that `read_sensors` needs."""


@dataclass(frozen=True)
class ImuDrift:
    """Errors of an IMU that stay or grow.

    Attributes:
        yaw: How far its yaw has run away, (...), radians.
        yaw_rate: Constant error of the yaw's rate, (...), rad/s.
        yaw_scale: Error of turns as a share of them, (...).
        tilt: Constant error of its tilt about the pelvis' x and y axes, (..., 2), radians.
    """

    yaw: Array
    yaw_rate: Array
    yaw_scale: Array
    tilt: Array


@dataclass(frozen=True)
class Readings:
    """What the sensors say in a control step.

    Attributes:
        imu_quat_w: Orientation of the pelvis, (..., 4), its yaw from any direction.
        ang_vel_b: Gyro, (..., 3), rad/s, pelvis frame.
        joint_pos: (..., 23), radians.
        joint_vel: (..., 23), rad/s.
    """

    imu_quat_w: Array
    ang_vel_b: Array
    joint_pos: Array
    joint_vel: Array


def start_drift(noise: SensorNoise, normal: Array) -> ImuDrift:
    """An IMU that was just aligned; `normal` (..., START_DRAWS) are standard normal numbers."""
    return ImuDrift(
        yaw=rotation.namespace(normal).zeros_like(normal[..., 0]),
        yaw_rate=noise.yaw_rate * normal[..., 0],
        yaw_scale=noise.yaw_scale * normal[..., 1],
        tilt=noise.tilt_bias * normal[..., 2:4],
    )


def read_sensors(noise: SensorNoise, state: RobotState, drift: ImuDrift, normal: Array) -> tuple[Readings, ImuDrift]:
    """Read the sensors of a simulated robot and let the IMU drift until the next control step.

    Args:
        noise: How large their errors are.
        state: The true state; only joints and the pelvis' orientation and angular velocity are read.
        drift: The IMU's errors.
        normal: Standard normal numbers, (..., SENSOR_DRAWS).
    """
    xp = rotation.namespace(normal)
    joint_pos, joint_vel = normal[..., :_JOINTS], normal[..., _JOINTS : 2 * _JOINTS]
    ang_vel, tilt, walk = normal[..., -6:-3], normal[..., -3:-1], normal[..., -1]
    heading_w = rotation.heading(state.root_quat_w)
    tilt = noise.tilt * tilt + drift.tilt
    tilted = rotation.multiply(
        state.root_quat_w, rotation.from_axis_angle(xp.concatenate([tilt, xp.zeros_like(tilt[..., :1])], -1))
    )
    # errors of the tilt leave the yaw alone
    tilted = rotation.multiply(rotation.conjugate(rotation.heading(tilted)), tilted)
    readings = Readings(
        imu_quat_w=rotation.multiply(rotation.multiply(rotation.about_z(drift.yaw), heading_w), tilted),
        ang_vel_b=rotation.rotate_inverse(state.root_quat_w, state.root_ang_vel_w) + noise.ang_vel * ang_vel,
        joint_pos=state.joint_pos + noise.joint_pos * joint_pos,
        joint_vel=state.joint_vel + noise.joint_vel * joint_vel,
    )
    rate = drift.yaw_rate + drift.yaw_scale * state.root_ang_vel_w[..., 2]
    yaw = drift.yaw + STEP * rate + noise.yaw_walk * STEP**0.5 * walk
    return readings, ImuDrift(yaw, drift.yaw_rate, drift.yaw_scale, drift.tilt)


def mirror_drift(drift: ImuDrift) -> ImuDrift:
    """The mirrored robot's IMU."""
    signs = drift.tilt[..., :1] * 0 + 1
    xp = rotation.namespace(drift.tilt)
    return ImuDrift(-drift.yaw, -drift.yaw_rate, drift.yaw_scale, drift.tilt * xp.concatenate([-signs, signs], -1))
