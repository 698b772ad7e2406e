"""What passes between a controller and a robot, whatever carries it: state, command, and the link of both."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from genmimic.robot.names import JOINT_NAMES

COMMAND_TIMEOUT = 0.1
"""A link whose controller has been silent for so long, in seconds, sends damping by itself."""
DAMPING_KD: np.ndarray = np.full(len(JOINT_NAMES), 8.0)
"""Joint damping of a robot that is to sink down slowly, (23,), N m s/rad: Unitree's own examples use 8."""
DAMPING_KD.setflags(write=False)


def _zeros() -> np.ndarray:
    return np.zeros(len(JOINT_NAMES))


@dataclass(frozen=True)
class RemoteState:
    """The robot's wireless remote control.

    Attributes:
        buttons: Names of the buttons that are down: R1, L1, start, select, R2, L2, F1, F2, A, B, X, Y, up, right, down,
            left.
        left_stick: To the right and up, (2,), -1 to 1.
        right_stick: Likewise.
    """

    buttons: frozenset[str] = frozenset()
    left_stick: tuple[float, float] = (0.0, 0.0)
    right_stick: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class LowState:
    """One message of the robot. Numbers are passed on as they came, NaN included: judging them is the filter's part.

    Attributes:
        tick: The robot's own counter, milliseconds since it was switched on.
        stamp: When the message arrived, seconds on the link's clock (`time.monotonic` for a real one).
        joint_pos: (23,), radians.
        joint_vel: (23,), rad/s.
        joint_torque: As estimated by the motors from their currents, (23,), N m.
        motor_temperature: The hotter of shell and winding, (23,), degrees Celsius.
        motor_fault: Error code of each motor, (23,), integer; 0 for none.
        imu_quat_w: Orientation of the pelvis, (4,), w, x, y, z; its yaw starts anywhere and drifts.
        imu_ang_vel_b: (3,), rad/s.
        imu_lin_acc_b: Specific force, (3,), m/s^2: at rest it points up.
        mode_machine: Which build of the robot this is; commands must give it back.
        remote: The remote control.
        battery_voltage: Volts; None if unknown.
    """

    tick: int
    stamp: float
    joint_pos: np.ndarray
    joint_vel: np.ndarray
    joint_torque: np.ndarray
    motor_temperature: np.ndarray
    motor_fault: np.ndarray
    imu_quat_w: np.ndarray
    imu_ang_vel_b: np.ndarray
    imu_lin_acc_b: np.ndarray
    mode_machine: int
    remote: RemoteState = RemoteState()
    battery_voltage: float | None = None


@dataclass(frozen=True)
class LowCommand:
    """What each joint's onboard controller is to do: torque = feedforward + kp (q* - q) + kd (qdot* - qdot).

    Attributes:
        joint_pos: Targets q*, (23,), radians.
        kp: (23,), N m/rad.
        kd: (23,), N m s/rad.
        joint_vel: Targets qdot*, (23,), rad/s.
        feedforward: (23,), N m.
        enabled: False switches the motors off: the robot goes limp.
    """

    joint_pos: np.ndarray
    kp: np.ndarray
    kd: np.ndarray
    joint_vel: np.ndarray = field(default_factory=_zeros)
    feedforward: np.ndarray = field(default_factory=_zeros)
    enabled: bool = True

    @classmethod
    def damping(cls, kd: np.ndarray = DAMPING_KD) -> LowCommand:
        """Brake all joints and hold none."""
        return cls(joint_pos=_zeros(), kp=_zeros(), kd=np.array(kd, dtype=np.float64))


class RobotLink(Protocol):
    """A robot that can be heard and told what to do."""

    def latest(self) -> LowState | None:
        """The newest message of the robot; None before the first."""
        ...

    def send(self, command: LowCommand) -> None:
        """Hand over a command. The link repeats it (500 times a second on a real robot) until the next one.

        After `COMMAND_TIMEOUT` without a new one it sends damping by itself; a later command takes over again.
        """
        ...

    def others(self) -> int:
        """How many other programs command this robot: one moment of two masters can break it."""
        ...

    def close(self) -> None:
        """Send damping for a moment, then nothing."""
        ...
