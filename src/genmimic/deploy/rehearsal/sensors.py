"""What a robot in a given state would report: the sensors of a rehearsal in lockstep, without any link."""

from __future__ import annotations

import numpy as np

from genmimic import rotation
from genmimic.deploy.link import LowState
from genmimic.tracking.observations import TERM_BY_NAME
from genmimic.tracking.state import RobotState

WIRE = np.float32
"""Numbers travel with this many digits (`unitree_hg`'s messages)."""


def report(
    state: RobotState,
    stamp: float,
    imu_yaw: float = 0.0,
    rng: np.random.Generator | None = None,
    noise: float = 0.0,
) -> LowState:
    """Message of a robot in a state.

    Args:
        state: Where it is and how it moves.
        stamp: Arrival of the message, seconds.
        imu_yaw: Heading of the simulation's world in the IMU's, radians: an IMU's yaw begins anywhere.
        rng: Draws the noise; needed where there is any.
        noise: Scale of table 8's noise on joints, angular velocity and the direction of gravity.
    """
    turn = rotation.from_axis_angle(np.array([0.0, 0.0, imu_yaw]))
    quat_w = rotation.multiply(turn, state.root_quat_w)
    ang_vel_b = rotation.rotate_inverse(state.root_quat_w, state.root_ang_vel_w)
    joint_pos, joint_vel = state.joint_pos, state.joint_vel
    if rng is not None and noise > 0.0:
        scale = {name: noise * TERM_BY_NAME[name].noise for name in _NOISY}
        joint_pos = joint_pos + scale["joint_pos"] * rng.standard_normal(23)
        joint_vel = joint_vel + scale["joint_vel"] * rng.standard_normal(23)
        ang_vel_b = ang_vel_b + scale["root_ang_vel_b"] * rng.standard_normal(3)
        lean = scale["projected_gravity_b"] * np.append(rng.standard_normal(2), 0.0)
        quat_w = rotation.multiply(quat_w, rotation.from_axis_angle(lean))
    return LowState(
        tick=round(1e3 * stamp),
        stamp=stamp,
        joint_pos=_wired(joint_pos),
        joint_vel=_wired(joint_vel),
        joint_torque=np.zeros(23),
        motor_temperature=np.full(23, 30.0),
        motor_fault=np.zeros(23, dtype=int),
        imu_quat_w=_wired(quat_w),
        imu_ang_vel_b=_wired(ang_vel_b),
        imu_lin_acc_b=np.array([0.0, 0.0, 9.81]),
        mode_machine=4,
    )


_NOISY = ("joint_pos", "joint_vel", "root_ang_vel_b", "projected_gravity_b")


def _wired(values: np.ndarray) -> np.ndarray:
    return np.asarray(values, dtype=WIRE).astype(np.float64)
