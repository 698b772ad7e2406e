"""A simulated G1 that takes and gives the messages of a real one: body, motors, sensors, firmware.

It knows neither DDS nor real time: `sim_robot.server` puts it on a network, `sim_robot.loopback_link` into a test.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np

from genmimic import rotation
from genmimic.deploy.link import LowCommand, RemoteState
from genmimic.deploy.messages.codec import DISABLED, ENABLED, decode_command
from genmimic.deploy.messages.machine import machine_of
from genmimic.deploy.messages.records import LOW_STATE, blank, is_intact, seal
from genmimic.deploy.messages.remote import encode_remote
from genmimic.deploy.sim_robot.body import SimBody, standing
from genmimic.deploy.sim_robot.faults import Fault, FaultKind, active
from genmimic.deploy.sim_robot.hoist import Hoist
from genmimic.deploy.sim_robot.motors import MotorModel, battery_voltage, warmed
from genmimic.deploy.sim_robot.sensors import SensorModel, read_sensors
from genmimic.robot import constants
from genmimic.robot.names import SDK_MOTOR_INDICES
from genmimic.sim.world import JointGains, StartState

MESSAGE_HZ = 500
"""How often the robot says how it is."""
FIRMWARE_TIMEOUT = 0.2
"""After so long without a command the simulated firmware damps the joints, seconds. What a real one does, and when, is
not published."""
FIRMWARE_KD = 5.0
"""Damping by the simulated firmware, N m s/rad."""

_OURS = np.array(SDK_MOTOR_INDICES)
_NAN_FIELDS = ("q", "dq", "quaternion", "gyroscope")


@dataclass(frozen=True)
class SimRobotOptions:
    """What robot it is, and in what state.

    Attributes:
        mode_machine: Build of the robot, see `deploy.messages.machine`.
        onboard: Name of the onboard controller that is active at the beginning; empty for none. While one is, it holds
            the robot and commands are ignored.
        physics_hz: Physics steps a second, a multiple of 500.
        friction: Of the floor.
        seed: Of all noise.
        sensors: Noise.
        motors: Limits of motors and battery.
        hoist: Whether the robot begins on a hoist: 'off', 'strapped' (feet on the floor, let go when a policy begins),
            'hang' (above the floor, lowered first) or 'keep' (lowered but
            never let go).
        faults: What goes wrong, and when.
        start: Pose and place to stand in; the default pose if none is given.
    """

    mode_machine: int = 4
    onboard: str = ""
    physics_hz: int = 1000
    friction: float = 0.8
    seed: int = 0
    sensors: SensorModel = field(default_factory=SensorModel)
    motors: MotorModel = field(default_factory=MotorModel)
    hoist: str = "off"
    faults: tuple[Fault, ...] = ()
    start: StartState | None = None


class SimRobot:
    """One robot; `tick` it 500 times a second.

    Attributes:
        options: What it is.
        time: Seconds since it was switched on.
        onboard: Name of the active onboard controller; empty if commands are obeyed.
        refused: Number of commands that it has ignored: wrong checksum, `mode_machine` or an active controller.
        remote: The remote control's state, to be set by whoever plays the operator.
        hoist: The hoist, if there is one.
        extra_joint_pos: Positions of the joints that our robot lacks and this build has, radians. They follow their
            targets, without physics.
    """

    def __init__(self, options: SimRobotOptions | None = None) -> None:
        """Switch it on."""
        self.options = options or SimRobotOptions()
        machine = machine_of(self.options.mode_machine)
        self._motors, self._extra = machine.motors, list(machine.extra)
        self.body = SimBody(1.0 / self.options.physics_hz, self.options.friction)
        self._substeps = self.options.physics_hz // MESSAGE_HZ
        self._rng = np.random.default_rng(self.options.seed)
        self.onboard, self.remote = self.options.onboard, RemoteState()
        stand = self.options.start or standing()
        kind = self.options.hoist
        self.hoist = None if kind == "off" else Hoist(stand, keep=kind == "keep", hang=kind != "strapped")
        self.body.reset(stand if self.hoist is None else self.hoist.start())
        self.time, self.refused = 0.0, 0
        self._command: LowCommand | None = None
        self._taken = b""
        self.extra_joint_pos, self._extra_target = np.zeros(len(self._extra)), np.zeros(len(self._extra))
        self._commanded_at, self._first_command_at = -np.inf, np.inf
        self._hold = JointGains(constants.KP, constants.KD)
        self._winding = np.full(23, self.options.motors.ambient)
        self._shell, self._voltage = self._winding.copy(), self.options.motors.voltage
        self._pushed: set[Fault] = set()

    def receive(self, message: np.ndarray) -> bool:
        """Take a `LOW_CMD`; one that a real robot would ignore is counted in `refused`.

        Returns:
            Whether it was taken.
        """
        wrong = not is_intact(message) or int(message["mode_machine"]) != self.reported_mode_machine
        if wrong or self.onboard or int(message["mode_pr"]) != 0:
            self.refused += 1
            return False
        data = message.tobytes()
        if self._command is None or data != self._taken:  # most commands come ten times
            self._command, self._taken = decode_command(message), data
        self._commanded_at = self.time
        self._first_command_at = min(self._first_command_at, self.time)
        self._extra_target = message["motor_cmd"]["q"][self._extra].astype(np.float64)
        return True

    def tick(self) -> np.ndarray:
        """Advance by 2 ms.

        Returns:
            The `LOW_STATE` at the end.

        Raises:
            FloatingPointError: The simulation has become unstable.
        """
        command = self.obeyed()
        share = self._voltage / self.options.motors.voltage
        harness = None if self.hoist is None else self.hoist.advance(command, 1.0 / MESSAGE_HZ)
        self.body.step(self._weakened(command), harness, share, self._substeps)
        if not self.body.is_stable():
            raise FloatingPointError(f"the simulation became unstable at {self.time:.2f} s")
        self.time += 1.0 / MESSAGE_HZ
        if command is self._command and np.any(command.kp > 0.0):
            self.extra_joint_pos += 0.05 * (self._extra_target - self.extra_joint_pos)
        self._voltage = battery_voltage(self.options.motors, self.body.torque, self.body.joint_vel())
        self._winding, self._shell = warmed(
            self.options.motors, self._winding, self._shell, self.body.torque, 1.0 / MESSAGE_HZ
        )
        push = self.fault(FaultKind.PUSH)
        if push is not None and push not in self._pushed:
            self._pushed.add(push)
            self.body.push(np.array([push.value, 0.0, 0.0]))
        return self._message()

    def obeyed(self) -> LowCommand:
        """What the motors do now."""
        if self.onboard:
            pose = standing().joint_pos
            return LowCommand(joint_pos=pose, kp=self._hold.kp, kd=self._hold.kd)
        if self._command is None or self.time - self._commanded_at > FIRMWARE_TIMEOUT:
            return LowCommand.damping(np.full(23, FIRMWARE_KD))
        return self._command

    def fault(self, kind: FaultKind) -> Fault | None:
        """The fault of this kind that is there now; their time begins with the first command."""
        return active(self.options.faults, kind, self.time - self._first_command_at)

    @property
    def reported_mode_machine(self) -> int:
        """What it says of its build."""
        wrong = self.fault(FaultKind.MODE_MACHINE)
        return self.options.mode_machine if wrong is None else int(wrong.value)

    def has_fallen(self) -> bool:
        """Whether the pelvis is near the floor or far from upright."""
        truth = self.body.truth()
        upright = rotation.rotate(truth.root_quat_w, np.array([0.0, 0.0, 1.0]))[2]
        return bool(truth.root_pos_w[2] < 0.35 or upright < 0.5)

    def _weakened(self, command: LowCommand) -> LowCommand:
        """A motor with a fault gives no torque."""
        fault = self.fault(FaultKind.MOTOR)
        if fault is None:
            return command
        works = np.arange(23) != int(fault.value)
        return replace(command, kp=command.kp * works, kd=command.kd * works, feedforward=command.feedforward * works)

    def _message(self) -> np.ndarray:
        readings = read_sensors(self.options.sensors, self.body, self.time, self._rng)
        message = blank(LOW_STATE)
        message["mode_machine"], message["tick"] = self.reported_mode_machine, round(1e3 * self.time)
        imu, motors = message["imu_state"], message["motor_state"]
        imu["quaternion"], imu["gyroscope"] = readings.imu_quat_w, readings.ang_vel_b
        imu["accelerometer"], imu["temperature"] = readings.lin_acc_b, 60
        imu["rpy"] = roll_pitch_yaw(readings.imu_quat_w)
        motors["mode"][self._motors] = ENABLED if self.obeyed().enabled else DISABLED
        motors["q"][_OURS], motors["dq"][_OURS] = readings.joint_pos, readings.joint_vel
        motors["ddq"][_OURS], motors["tau_est"][_OURS] = readings.joint_acc, readings.torque
        motors["q"][self._extra] = self.extra_joint_pos
        motors["temperature"][self._motors] = round(self.options.motors.ambient)
        motors["temperature"][_OURS] = np.stack([self._shell, self._winding], -1).round()
        motors["vol"][self._motors] = self._voltage
        message["wireless_remote"] = encode_remote(self.remote)
        self._spoil(message)
        return seal(message)

    def _spoil(self, message: np.ndarray) -> None:
        """Faults that show in the message itself."""
        motors, imu = message["motor_state"], message["imu_state"]
        hot, broken, nan = self.fault(FaultKind.HOT), self.fault(FaultKind.MOTOR), self.fault(FaultKind.NAN)
        if hot is not None:
            motors["temperature"][_OURS[3]] = int(hot.value)
        if broken is not None:
            motors["motorstate"][_OURS[int(broken.value)]] = 1
        if nan is not None:
            name = _NAN_FIELDS[int(nan.value)]
            (motors[name] if name in ("q", "dq") else imu[name])[0] = np.nan


def roll_pitch_yaw(quat: np.ndarray) -> np.ndarray:
    """Angles (3,), radians, of a quaternion, about x, then y, then z of the fixed frame."""
    w, x, y, z = (float(part) for part in quat)
    roll = math.atan2(2.0 * (w * x + y * z), 1.0 - 2.0 * (x * x + y * y))
    pitch = math.asin(max(-1.0, min(1.0, 2.0 * (w * y - z * x))))
    return np.array([roll, pitch, math.atan2(2.0 * (w * z + x * y), 1.0 - 2.0 * (y * y + z * z))])
