"""Words by which whoever started a simulated robot plays the people around it: at the remote, the hoist and the robot.

One word a line on standard input: a button of the remote (`A`, `L2`, `select` ...), which is held for a moment,
`release` to let go of the robot at once, or `push` to give it a nudge.
"""

from __future__ import annotations

import os
import select
import sys

import numpy as np

from genmimic.deploy.link import RemoteState
from genmimic.deploy.messages.remote import BUTTONS
from genmimic.deploy.sim_robot.robot import SimRobot

HOLD_TIME = 0.3
"""A button stays down for so long, seconds."""
PUSH = 0.4
"""Forward, m/s."""


class Controls:
    """Reads standard input without waiting for it.

    Attributes:
        unknown: Words that were none.
    """

    def __init__(self, robot: SimRobot) -> None:
        """Play the people around a robot."""
        self._robot, self._until, self._rest, self._open = robot, 0.0, b"", True
        self.unknown: list[str] = []

    def poll(self) -> None:
        """Do what was asked for since the last call."""
        robot = self._robot
        if robot.remote.buttons and robot.time >= self._until:
            robot.remote = RemoteState()
        while self._open and select.select([sys.stdin], [], [], 0)[0]:
            read = os.read(sys.stdin.fileno(), 256)
            self._open = bool(read)
            *words, self._rest = (self._rest + read).split(b"\n")
            for word in words:
                self.do(word.decode(errors="replace").strip())

    def do(self, word: str) -> None:
        """Do one thing."""
        robot = self._robot
        if word in BUTTONS:
            robot.remote, self._until = RemoteState(frozenset({word})), robot.time + HOLD_TIME
        elif word == "release" and robot.hoist is not None:
            robot.hoist.let_go()
        elif word == "push":
            robot.body.push(np.array([PUSH, 0.0, 0.0]))
        elif word:
            self.unknown.append(word)
