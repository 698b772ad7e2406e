"""The hoist of a lab: it holds the simulated robot up, lowers it to the floor and lets go, as the person at it would.

A robot that only holds a pose cannot stand: its ankles are too weak. So it hangs until its joints are held, is lowered
until its feet carry it, and is let go when its targets begin to move, which is when a policy balances it.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

import numpy as np

from genmimic import rotation
from genmimic.deploy.link import LowCommand
from genmimic.sim.harness import Anchor, Harness, HarnessGains
from genmimic.sim.world import StartState


class HoistPhase(StrEnum):
    """What the hoist is doing."""

    HANG = "hang"
    LOWER = "lower"
    STAND = "stand"
    LET_GO = "let go"
    OFF = "off"


HANG_HEIGHT = 0.25
"""How far the anchor begins above the standing pelvis, metres: the feet clear the floor by about half of it."""
LOWER_SPEED = 0.1
"""Metres per second."""
HELD_TIME = 1.0
"""Joints must have been held for so long before the robot is lowered, seconds."""
REST_TIME = 0.5
"""Targets that have not moved for so long are at rest, seconds; when they move again, a policy has begun."""
LET_GO_TIME = 0.4
"""From the moment a policy moves the robot that stands until the harness is slack, seconds."""
MOVING = 2e-4
"""A target that changes by more than this between two commands moves, radians."""


class Hoist:
    """Holds the pelvis by a soft harness.

    Attributes:
        phase: What it is doing.
    """

    def __init__(self, start: StartState, *, keep: bool = False, hang: bool = True) -> None:
        """Hold a robot that stands in `start`.

        Args:
            start: The standing robot.
            keep: Never let go.
            hang: Begin above the floor; False to begin with the feet on it.
        """
        self.phase = HoistPhase.HANG if hang else HoistPhase.STAND
        self._keep, self._start = keep, start
        self._lift, self._share = (HANG_HEIGHT if hang else 0.0), 1.0
        self._held = self._still = 0.0
        self._target: np.ndarray | None = None
        self._rested = self._begun = False

    def start(self) -> StartState:
        """Where the robot hangs at the beginning."""
        return replace(self._start, root_pos_w=self._start.root_pos_w + np.array([0.0, 0.0, 0.6 * self._lift]))

    @property
    def share(self) -> float:
        """How much of the harness is there, 0 to 1."""
        return self._share

    def let_go(self) -> None:
        """Let go of the robot now."""
        if self.phase is not HoistPhase.OFF:
            self.phase = HoistPhase.LET_GO

    def advance(self, command: LowCommand, seconds: float) -> Harness | None:
        """What the harness is during the next moment; the person at the hoist watches the commands."""
        self._watch(command, seconds)
        if self.phase is HoistPhase.HANG and (self._rested or self._begun):
            self.phase = HoistPhase.LOWER
        elif self.phase is HoistPhase.LOWER:
            self._lift = max(0.0, self._lift - LOWER_SPEED * seconds)
            self.phase = HoistPhase.STAND if self._lift == 0.0 else HoistPhase.LOWER
        elif self.phase is HoistPhase.STAND and self._begun and not self._keep:
            self.phase = HoistPhase.LET_GO
        elif self.phase is HoistPhase.LET_GO:
            self._share = max(0.0, self._share - seconds / LET_GO_TIME)
            self.phase = HoistPhase.OFF if self._share == 0.0 else HoistPhase.LET_GO
        if self.phase is HoistPhase.OFF:
            return None
        return Harness(self._anchor(), scaled(HarnessGains(), self._share))

    def _watch(self, command: LowCommand, seconds: float) -> None:
        """Notice that the joints are held at rest, and that they move after that."""
        held = bool(command.enabled and np.min(command.kp) > 0.0)
        moved = held and self._target is not None and bool(np.abs(command.joint_pos - self._target).max() > MOVING)
        self._target = command.joint_pos if held else None
        self._held = self._held + seconds if held else 0.0
        self._still = 0.0 if moved else self._still + seconds
        if moved and self._rested:
            self._begun = True
        self._rested = held and (self._rested or (self._held >= HELD_TIME and self._still >= REST_TIME))

    def _anchor(self) -> Anchor:
        pos_w = self._start.root_pos_w + np.array([0.0, 0.0, self._lift])
        return Anchor(pos_w, rotation.heading(self._start.root_quat_w), np.zeros(3), np.zeros(3))


def scaled(gains: HarnessGains, share: float) -> HarnessGains:
    """A harness of which only a share is left, 0 to 1."""
    return replace(
        gains,
        stiffness=(share * gains.stiffness[0], share * gains.stiffness[1]),
        damping=(share * gains.damping[0], share * gains.damping[1]),
        angular_stiffness=(share * gains.angular_stiffness[0], share * gains.angular_stiffness[1]),
        angular_damping=(share * gains.angular_damping[0], share * gains.angular_damping[1]),
    )
