"""A simulated robot in the same process, on a clock that its user advances: fast and repeatable, without DDS.

Its messages are the bytes of the real ones, so that everything but the network itself is as with `deploy.dds_link`.
"""

from __future__ import annotations

import numpy as np

from genmimic.deploy.channel import Channel
from genmimic.deploy.codec import decode_state
from genmimic.deploy.faults import FaultKind
from genmimic.deploy.link import LowCommand, LowState
from genmimic.deploy.messages import is_intact
from genmimic.deploy.sender import Sender
from genmimic.deploy.sim_robot import MESSAGE_HZ, SimRobot, SimRobotOptions


class LoopbackLink:
    """Implements `deploy.link.RobotLink`; time passes in `advance` only.

    Attributes:
        robot: The simulated robot, for what a test wants to know of it.
        now: Seconds since the robot was switched on; `LowState.stamp` is on this clock.
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
        seed = self.robot.options.seed
        self._states, self._commands = Channel(delay, loss, seed + 1), Channel(delay, loss, seed + 2)
        self._sender = Sender()
        self._heard: tuple[np.ndarray, float] | None = None
        self._latest: LowState | None = None
        self.rejected = 0
        self._rng = np.random.default_rng(seed + 3)

    @property
    def now(self) -> float:
        """Seconds since the robot was switched on."""
        return self.robot.time

    def advance(self, seconds: float = 0.02) -> None:
        """Let time pass, in ticks of 2 ms: the link repeats its command, the robot moves and answers.

        Raises:
            FloatingPointError: The simulation has become unstable.
        """
        for _ in range(round(seconds * MESSAGE_HZ)):
            self._tick()

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
        """Brake for a moment, then stop talking."""
        self._sender.give(LowCommand.damping(), self.now)
        self.advance(0.02)
        self._sender = Sender()

    def _tick(self) -> None:
        robot = self.robot
        drop = robot.fault(FaultKind.DROP)
        loss = 0.0 if drop is None else drop.value
        stalled = robot.fault(FaultKind.STALL) is not None
        message = self._sender.message(self.now, 1.0 / MESSAGE_HZ)
        if message is not None:
            self._commands.put(message, self.now, loss)
        if not stalled:
            for command in self._commands.take(self.now):
                robot.receive(command)
        state = robot.tick()
        if robot.fault(FaultKind.SILENCE) is None:
            self._states.put(self._corrupted(state), self.now, loss)
        for arrived in [] if stalled else self._states.take(self.now):
            self._hear(arrived)

    def _hear(self, message: np.ndarray) -> None:
        if not is_intact(message):
            self.rejected += 1
            return
        self._heard = (message, self.now)
        self._sender.hear(message)

    def _corrupted(self, message: np.ndarray) -> np.ndarray:
        fault = self.robot.fault(FaultKind.BAD_CRC)
        if fault is not None and self._rng.random() < fault.value:
            message["crc"] ^= 1
        return message
