"""How an operator tells a deployment what to do: keys, the robot's remote control, or a script for rehearsals."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from types import TracebackType
from typing import Protocol, Self

from genmimic.deploy.control.phases import Phase, Request
from genmimic.deploy.link import RemoteState

KEYS: dict[str, Request] = {
    "s": Request.START,
    "\r": Request.START,
    "\n": Request.START,
    "p": Request.PAUSE,
    "q": Request.STOP,
    " ": Request.EMERGENCY,
    "e": Request.EMERGENCY,
    "\x1b": Request.EMERGENCY,
}
"""Keys: s or Enter starts, p pauses and goes on, q stops softly, space, e and Escape stop at once."""

REMOTE: dict[str, Request] = {
    "start": Request.START,
    "A": Request.START,
    "X": Request.PAUSE,
    "B": Request.STOP,
    "select": Request.EMERGENCY,
    "L2": Request.EMERGENCY,
    "R2": Request.EMERGENCY,
}
"""Buttons of the wireless remote: the ones under the index fingers stop at once."""

HELP = "s start · p pause · q soft stop · SPACE emergency   (remote: A, X, B, L2 or R2)"


class Operator(Protocol):
    """Where requests come from."""

    def poll(self, phase: Phase, now: float) -> Request | None:
        """What was asked for since the last call, the most urgent of it."""
        ...


class Script:
    """Starts, waits and stops by itself, for rehearsals; any time it has nothing to say it says nothing.

    Attributes:
        waits: Seconds in each phase before it goes on.
    """

    def __init__(self, ready: float = 1.0, hold: float = 1.0) -> None:
        """Wait `ready` seconds in the first pose and `hold` seconds in the last."""
        self.waits: Mapping[Phase, float] = {Phase.DAMPING: 0.5, Phase.READY: ready, Phase.HOLD: hold}
        self._phase, self._since, self._started = Phase.CONNECT, 0.0, False

    def poll(self, phase: Phase, now: float) -> Request | None:
        """The next request, when its time has come."""
        if phase is not self._phase:
            self._phase, self._since = phase, now
        if phase is Phase.TRIPPED:
            return Request.STOP
        if phase not in self.waits or now - self._since < self.waits[phase]:
            return None
        if phase is Phase.READY:
            self._started = True
        return Request.STOP if self._started and phase is not Phase.READY else Request.START


class Keyboard:
    """Single keys from the terminal, without Enter; use as a context manager, which restores the terminal."""

    def __init__(self) -> None:
        """Do nothing yet."""
        self._before: list | None = None

    def __enter__(self) -> Self:
        """Switch the terminal to single keys, if there is one."""
        if sys.stdin.isatty() and sys.platform != "win32":
            import termios
            import tty

            self._before = termios.tcgetattr(sys.stdin)
            tty.setcbreak(sys.stdin.fileno())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give the terminal back as it was."""
        if self._before is not None:
            import termios

            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, self._before)

    def poll(self, phase: Phase, now: float) -> Request | None:
        """The most urgent request among the keys pressed."""
        return most_urgent([KEYS[key] for key in self._pressed() if key in KEYS])

    def _pressed(self) -> str:
        if sys.platform == "win32":
            import msvcrt

            keys = ""
            while msvcrt.kbhit():
                keys += msvcrt.getwch()
            return keys
        import os
        import select

        if self._before is None or not select.select([sys.stdin], [], [], 0)[0]:
            return ""
        return os.read(sys.stdin.fileno(), 64).decode(errors="ignore")


class Remote:
    """Buttons of the robot's remote; a request is made when a button goes down."""

    def __init__(self) -> None:
        """No button is down."""
        self._down: frozenset[str] = frozenset()

    def requests(self, remote: RemoteState) -> Request | None:
        """The most urgent request among the buttons that went down since the last call."""
        down = frozenset(remote.buttons)
        fresh, self._down = down - self._down, down
        return most_urgent([REMOTE[name] for name in fresh if name in REMOTE])


def most_urgent(requests: list[Request]) -> Request | None:
    """Emergency before stop before pause before start."""
    order = (Request.EMERGENCY, Request.STOP, Request.PAUSE, Request.START)
    return min(requests, key=order.index, default=None)
