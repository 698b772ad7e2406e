"""The simulated robot on a DDS network, in real time: what `genmimic sim-robot` runs."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from genmimic.deploy.dds import network
from genmimic.deploy.link import LowCommand
from genmimic.deploy.messages.codec import encode_command
from genmimic.deploy.messages.machine import machine_of
from genmimic.deploy.pacing import Pacer
from genmimic.deploy.sim_robot.faults import FaultKind
from genmimic.deploy.sim_robot.port import SimPort
from genmimic.deploy.sim_robot.robot import MESSAGE_HZ, SimRobot, SimRobotOptions

_SERVICE_EVERY, _INTRUDE_EVERY = 25, 10
"""Ticks from one look at the motion switcher's requests to the next, and between commands of a second publisher."""


@dataclass(frozen=True)
class ServerOptions:
    """Where the robot is, and how messages reach it.

    Attributes:
        interface: Network interface; 'lo' for this machine alone.
        domain: DDS domain; 0 as a real robot's.
        delay: Each way, seconds.
        loss: Share of messages that get lost, each way.
    """

    interface: str = network.LOOPBACK
    domain: int = network.ROBOT_DOMAIN
    delay: float = 0.0
    loss: float = 0.0


class SimServer:
    """A robot on a network.

    Attributes:
        robot: The robot.
        pacer: Its clock; holds how late the ticks came.
        received: Number of commands that have reached it.
    """

    def __init__(self, robot: SimRobotOptions, options: ServerOptions) -> None:
        """Switch the robot on and join the network.

        Raises:
            InputError: The network cannot be joined.
        """
        participant = network.join(options.interface, options.domain)
        from genmimic.deploy.dds.motion_switcher import MotionSwitcherServer
        from genmimic.deploy.dds.topics import COMMAND_TOPIC, STATE_TOPIC, RecordReader, RecordWriter

        self.robot = SimRobot(robot)
        self._port = SimPort(self.robot, options.delay, options.loss)
        self._reader, self._writer = RecordReader(participant, COMMAND_TOPIC), RecordWriter(participant, STATE_TOPIC)
        self._switcher = MotionSwitcherServer(participant, lambda: self.robot.onboard, self._select)
        # a robot's own controller and any other program are participants of their own
        self._stranger = RecordWriter(network.join(options.interface, options.domain), COMMAND_TOPIC)
        self.received, self._ticks = 0, 0
        self.pacer = Pacer(1.0 / MESSAGE_HZ)

    def tick(self) -> None:
        """Wait for the next beat, let 2 ms pass, exchange messages.

        Raises:
            FloatingPointError: The simulation has become unstable.
        """
        self.pacer.wait()
        commands = [message for message, _ in self._reader.take()]
        self.received += len(commands)
        for state in self._port.tick(commands):
            self._writer.write(state)
        if self._ticks % _SERVICE_EVERY == 0:
            self._switcher.poll()
        if self._ticks % _INTRUDE_EVERY == 0 and self._is_disturbed:
            self._stranger.write(self._strange_command())
        self._ticks += 1

    @property
    def _is_disturbed(self) -> bool:
        """Whether somebody else sends commands: the robot's own controller while it is active, or a fault."""
        return bool(self.robot.onboard) or self.robot.fault(FaultKind.SECOND_PUBLISHER) is not None

    def _select(self, name: str) -> None:
        self.robot.onboard = name

    def _strange_command(self) -> np.ndarray:
        """A command that brakes; the robot's build is right, so that the robot would obey it."""
        machine = machine_of(self.robot.options.mode_machine)
        return encode_command(LowCommand.damping(), machine, self.robot.options.mode_machine)


def run(server: SimServer, each: Callable[[SimServer], bool], every: float = 0.02) -> None:
    """Run a server in real time.

    Args:
        server: The server.
        each: Called every so often; False ends it.
        every: Seconds between calls, rounded to ticks.

    Raises:
        FloatingPointError: The simulation has become unstable.
    """
    ticks = max(1, round(every * MESSAGE_HZ))
    server.pacer = Pacer(1.0 / MESSAGE_HZ)  # what came before does not count
    while True:
        for _ in range(ticks):
            server.tick()
        if not each(server):
            return


def summary(server: SimServer, began: float) -> dict[str, float | int | bool]:
    """What is worth telling at the end; `began` is the time of its start on `time.monotonic`'s clock."""
    lateness = server.pacer.lateness
    return {
        "seconds": round(time.monotonic() - began, 3),
        "simulated_seconds": round(server.robot.time, 3),
        "commands": server.received,
        "refused": server.robot.refused,
        "overruns": lateness.overruns,
        "lost_seconds": round(server.pacer.lost, 4),
        **{f"late_{name}_ms": round(1e3 * value, 3) for name, value in lateness.percentiles().items()},
        "late_largest_ms": round(1e3 * lateness.largest, 3),
        "fallen": server.robot.has_fallen(),
    }
