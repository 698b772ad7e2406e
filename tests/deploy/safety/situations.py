"""Ordinary control steps, for tests to spoil."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from genmimic.deploy.link import LowState, RemoteState
from genmimic.deploy.safety.situation import Situation
from genmimic.robot import constants
from genmimic.sim.world import DEFAULT_GAINS

NOW = 100.0


def low_state(**changes) -> LowState:
    """A robot that stands in its default pose; `stamp` is just before `NOW`."""
    standing = LowState(
        tick=1,
        stamp=NOW - 0.002,
        joint_pos=np.array(constants.DEFAULT_JOINT_POS),
        joint_vel=np.zeros(23),
        joint_torque=np.zeros(23),
        motor_temperature=np.full(23, 35.0),
        motor_fault=np.zeros(23, dtype=int),
        imu_quat_w=np.array([1.0, 0.0, 0.0, 0.0]),
        imu_ang_vel_b=np.zeros(3),
        imu_lin_acc_b=np.array([0.0, 0.0, 9.81]),
        mode_machine=4,
        remote=RemoteState(),
        battery_voltage=50.0,
    )
    return replace(standing, **changes)


def situation(low: LowState | None = None, **changes) -> Situation:
    """A step of a robot that stands and is asked to go on standing; `low` replaces its state."""
    plain = Situation(
        now=NOW,
        low_state=low_state() if low is None else low,
        target_joint_pos=np.array(constants.DEFAULT_JOINT_POS),
        gains=DEFAULT_GAINS,
        ready_at=NOW + 0.001,
        action=np.zeros(23),
        reference_quat_w=np.array([1.0, 0.0, 0.0, 0.0]),
        pelvis_height=0.78,
        reference_height=0.78,
    )
    return replace(plain, **changes)
