"""Between our 23 joints and the robot's messages for 35 motors."""

from __future__ import annotations

import math
import statistics

import numpy as np

from genmimic.deploy.link import LowCommand, LowState
from genmimic.deploy.messages.machine import Machine
from genmimic.deploy.messages.records import LOW_CMD, blank, seal
from genmimic.deploy.messages.remote import decode_remote
from genmimic.robot.names import SDK_MOTOR_INDICES

JOINT_ANGLES = 0
"""`mode_pr`: ankles are commanded by pitch and roll; the robot turns them into its two parallel motors."""
DISABLED, ENABLED = 0, 1

EXTRA_KP, EXTRA_KD = 40.0, 1.0
"""Gains that hold the six joints which our robot lacks, N m/rad and N m s/rad: those of Unitree's own example."""
EXTRA_SPEED = 0.3
"""How fast a joint that our robot lacks is brought to zero, rad/s."""

_OURS = np.array(SDK_MOTOR_INDICES)


def encode_command(
    command: LowCommand, machine: Machine, mode_machine: int, extra_joint_pos: np.ndarray | None = None
) -> np.ndarray:
    """A sealed `LOW_CMD`. Motors that the robot lacks are disabled.

    Args:
        command: For our 23 joints.
        machine: Which motors the robot has.
        mode_machine: Its number, given back to it.
        extra_joint_pos: Targets (E,) of `machine.extra`, radians; zero by default. These joints are held while any
            of ours is, and damped otherwise.
    """
    message = blank(LOW_CMD)
    message["mode_pr"], message["mode_machine"] = JOINT_ANGLES, mode_machine
    motors = message["motor_cmd"]
    motors["mode"][machine.motors] = ENABLED if command.enabled else DISABLED
    motors["q"][_OURS], motors["dq"][_OURS] = command.joint_pos, command.joint_vel
    motors["tau"][_OURS] = command.feedforward
    motors["kp"][_OURS], motors["kd"][_OURS] = command.kp, command.kd
    if machine.extra:
        extra = list(machine.extra)
        held = bool(np.any(command.kp > 0.0))
        motors["q"][extra] = 0.0 if extra_joint_pos is None else extra_joint_pos
        motors["kp"][extra] = EXTRA_KP if held else 0.0
        motors["kd"][extra] = EXTRA_KD if held else np.max(command.kd)
    return seal(message)


def decode_command(message: np.ndarray) -> LowCommand:
    """The part of a `LOW_CMD` that is about our 23 joints; a disabled motor gets no gains."""
    motors = message["motor_cmd"][_OURS]
    on = motors["mode"] == ENABLED
    fields = {name: np.where(on, motors[name], 0.0).astype(np.float64) for name in ("dq", "tau", "kp", "kd")}
    return LowCommand(
        joint_pos=motors["q"].astype(np.float64),
        joint_vel=fields["dq"],
        kp=fields["kp"],
        kd=fields["kd"],
        feedforward=fields["tau"],
        enabled=bool(on.any()),
    )


def decode_state(message: np.ndarray, stamp: float) -> LowState:
    """A `LOW_STATE` as our 23 joints see it.

    Args:
        message: The message; its checksum is the caller's to test.
        stamp: When it arrived, seconds.
    """
    motors, imu = message["motor_state"][_OURS], message["imu_state"]
    voltages = [volts for volts in motors["vol"].tolist() if 0.0 < volts < math.inf]
    return LowState(
        tick=int(message["tick"]),
        stamp=stamp,
        joint_pos=motors["q"].astype(np.float64),
        joint_vel=motors["dq"].astype(np.float64),
        joint_torque=motors["tau_est"].astype(np.float64),
        motor_temperature=motors["temperature"].max(-1).astype(np.float64),
        motor_fault=motors["motorstate"].astype(np.int64),
        imu_quat_w=imu["quaternion"].astype(np.float64),
        imu_ang_vel_b=imu["gyroscope"].astype(np.float64),
        imu_lin_acc_b=imu["accelerometer"].astype(np.float64),
        mode_machine=int(message["mode_machine"]),
        remote=decode_remote(message["wireless_remote"]),
        battery_voltage=statistics.median(voltages) if voltages else None,
    )


def toward_zero(joint_pos: np.ndarray, seconds: float) -> np.ndarray:
    """Targets of joints that our robot lacks, a moment later: at `EXTRA_SPEED` to zero."""
    return joint_pos - np.clip(joint_pos, -EXTRA_SPEED * seconds, EXTRA_SPEED * seconds)
