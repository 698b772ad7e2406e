"""A simulated robot in the same process, on a clock that its user advances: fast and repeatable, without DDS.

Its messages are those of a real one, so that everything but the network itself is as with `deploy.dds.link`.
"""

from __future__ import annotations

import numpy as np

from genmimic.deploy.link import LowCommand, LowState
from genmimic.deploy.messages.codec import decode_state
from genmimic.deploy.messages.records import is_intact
from genmimic.deploy.messages.sender import Sender
from genmimic.deploy.sim_robot.faults import FaultKind
from genmimic.deploy.sim_robot.port import SimPort
from genmimic.deploy.sim_robot.robot import MESSAGE_HZ, SimRobot, SimRobotOptions


class LoopbackLink:
    """Implements `deploy.link.RobotLink`; time passes in `advance` only.

    Attributes:
        robot: The simulated robot, for what a test wants to know of it.
        rejected: Number of messages of the robot with a wrong checksum.
    """

    def __init__(self, options: SimRobotOptions | None = None, *, delay: float = 0.0, loss: float = 0.0) -> None:
        """Switch a robot on and connect.

        Args:
            options: What robot it is.
            delay: Each way, seconds.
            loss: Share of messages that get lost, each way.
        """
        self.robot = SimRobot(options)
        self._port, self._sender = SimPort(self.robot, delay, loss), Sender()
        self._heard: tuple[np.ndarray, float] | None = None
        self._latest: LowState | None = None
        self.rejected = 0

    @property
    def now(self) -> float:
        """Seconds since the robot was switched on; `LowState.stamp` is on this clock."""
        return self.robot.time

    def advance(self, seconds: float = 0.02) -> None:
        """Let time pass, in ticks of 2 ms: the link repeats its command, the robot moves and answers.

        Raises:
            FloatingPointError: The simulation has become unstable.
        """
        for _ in range(round(seconds * MESSAGE_HZ)):
            message = self._sender.message(self.now, 1.0 / MESSAGE_HZ)
            for state in self._port.tick(() if message is None else (message,)):
                self._hear(state)

    def latest(self) -> LowState | None:
        """See `RobotLink.latest`."""
        if self._heard is not None:
            self._latest, self._heard = decode_state(*self._heard), None
        return self._latest

    def send(self, command: LowCommand) -> None:
        """See `RobotLink.send`."""
        self._sender.give(command, self.now)

    def others(self) -> int:
        """See `RobotLink.others`."""
        return 0 if self.robot.fault(FaultKind.SECOND_PUBLISHER) is None else 1

    def close(self) -> None:
        """See `RobotLink.close`."""
        self._sender.give(LowCommand.damping(), self.now)
        self.advance(0.02)
        self._sender = Sender()

    def _hear(self, message: np.ndarray) -> None:
        if is_intact(message):
            self._heard = (message, self.now)
            self._sender.hear(message)
        else:
            self.rejected += 1


class LoopbackClock:
    """The clock of a loopback link: waiting lets its robot move. See `operation.loop.Clock`."""

    def __init__(self, link: LoopbackLink) -> None:
        """Tell the time of a link."""
        self._link = link

    def now(self) -> float:
        """Seconds since the robot was switched on."""
        return self._link.now

    def wait_until(self, due: float) -> None:
        """Advance the robot in ticks of 2 ms."""
        ticks = round((due - self._link.now) * MESSAGE_HZ)
        if ticks > 0:
            self._link.advance(ticks / MESSAGE_HZ)
