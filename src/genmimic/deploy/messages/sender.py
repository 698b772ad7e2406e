"""What a link sends at any moment: the newest command, damping if there has been none for too long, or nothing yet.

The same in the process of `deploy.dds.link` and in `deploy.sim_robot.loopback_link`; knows no clock and no network.
"""

from __future__ import annotations

import numpy as np

from genmimic.deploy.link import COMMAND_TIMEOUT, LowCommand
from genmimic.deploy.messages.codec import encode_command, toward_zero
from genmimic.deploy.messages.machine import MACHINES, Machine


class Sender:
    """Zero-order hold of commands, with a watchdog.

    Nothing is sent before the robot has been heard, nor to a build of it that is not known.

    Attributes:
        mode_machine: What the robot last said of its build; None before it was heard.
        timed_out: How often the watchdog has taken over.
    """

    def __init__(self, timeout: float = COMMAND_TIMEOUT) -> None:
        """Have nothing to send."""
        self.mode_machine: int | None = None
        self.timed_out = 0
        self._timeout = timeout
        self._command: LowCommand | None = None
        self._given_at, self._expired = 0.0, False
        self._machine: Machine | None = None
        self._extra = np.zeros(0)
        self._message: np.ndarray | None = None

    def hear(self, message: np.ndarray) -> None:
        """Note the build that a `LOW_STATE` reports; the robot's number is given back even if it changes."""
        number = int(message["mode_machine"])
        if number == self.mode_machine:
            return
        self.mode_machine, self._machine, self._message = number, MACHINES.get(number), None
        if self._machine is not None:
            extra = message["motor_state"]["q"][list(self._machine.extra)].astype(np.float64)
            self._extra = np.where(np.isfinite(extra), extra, 0.0)

    def give(self, command: LowCommand, now: float) -> None:
        """Take a new command."""
        self._command, self._given_at, self._expired, self._message = command, now, False, None

    def message(self, now: float, seconds: float) -> np.ndarray | None:
        """The `LOW_CMD` to send now, or None.

        Args:
            now: Seconds, on the clock of `give`.
            seconds: Time since the last call, by which joints that our robot lacks go on to zero.
        """
        if self._command is None or self._machine is None or self.mode_machine is None:
            return None
        if not self._expired and now - self._given_at > self._timeout:
            self._expired, self._command, self._message = True, LowCommand.damping(), None
            self.timed_out += 1
        if np.any(self._extra) and np.any(self._command.kp > 0.0):
            self._extra, self._message = toward_zero(self._extra, seconds), None
        if self._message is None:
            self._message = encode_command(self._command, self._machine, self.mode_machine, self._extra)
        return self._message
