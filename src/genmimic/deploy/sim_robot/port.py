"""The simulated robot's end of the line: delay, loss and faults of messages both ways, one tick of 2 ms at a time."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from genmimic.deploy.sim_robot.channel import Channel
from genmimic.deploy.sim_robot.faults import FaultKind
from genmimic.deploy.sim_robot.robot import SimRobot


class SimPort:
    """Passes messages to and from a robot.

    Attributes:
        robot: The robot.
    """

    def __init__(self, robot: SimRobot, delay: float = 0.0, loss: float = 0.0) -> None:
        """Connect a robot.

        Args:
            robot: The robot.
            delay: Each way, seconds.
            loss: Share of messages that get lost, each way.
        """
        self.robot = robot
        seed = robot.options.seed
        self._states, self._commands = Channel(delay, loss, seed + 1), Channel(delay, loss, seed + 2)
        self._rng = np.random.default_rng(seed + 3)

    def tick(self, commands: Iterable[np.ndarray]) -> list[np.ndarray]:
        """Let 2 ms pass.

        Args:
            commands: `LOW_CMD`s that were sent to the robot since the last tick.

        Returns:
            `LOW_STATE`s that come from it.

        Raises:
            FloatingPointError: The simulation has become unstable.
        """
        robot = self.robot
        drop, stalled = robot.fault(FaultKind.DROP), robot.fault(FaultKind.STALL) is not None
        more_loss = 0.0 if drop is None else drop.value
        for command in commands:
            self._commands.put(command, robot.time, more_loss)
        for command in () if stalled else self._commands.take(robot.time):
            robot.receive(command)
        state = robot.tick()
        if robot.fault(FaultKind.SILENCE) is None:
            self._states.put(self._corrupted(state), robot.time, more_loss)
        return [] if stalled else self._states.take(robot.time)

    def _corrupted(self, message: np.ndarray) -> np.ndarray:
        fault = self.robot.fault(FaultKind.BAD_CRC)
        if fault is not None and self._rng.random() < fault.value:
            message["crc"] ^= 1
        return message
