"""The small interface between a simulated (or real) robot and what drives it."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import numpy as np

from genmimic.sim.harness import Harness
from genmimic.sim.reference import Reference
from genmimic.sim.world import JointGains, Physics, World
from genmimic.tracking.state import RobotState, SimulationParameters


class Controller(Protocol):
    """Turns states into joint targets, 50 times a second.

    Attributes:
        name: Written into every result.
        gains: Gains of the joints' PD controllers that the targets are meant for.
        held: Whether a harness holds the pelvis: then nothing is said about balance.
    """

    @property
    def name(self) -> str: ...  # noqa: D102

    @property
    def gains(self) -> JointGains: ...  # noqa: D102

    @property
    def held(self) -> bool: ...  # noqa: D102

    def reset(self, reference: Reference, parameters: SimulationParameters) -> None:
        """Begin a motion, forgetting the one before.

        Args:
            reference: What to track.
            parameters: The world's parameters, for privileged policies only.
        """
        ...

    def act(self, state: RobotState, frame: int) -> np.ndarray:
        """Joint targets (23,) in radians for the step from `frame` to `frame` + 1, given the state at `frame`."""
        ...

    def harness(self, frame: int) -> Harness | None:
        """Return what holds the pelvis in the step from `frame` to `frame` + 1, if anything; called after `act`."""
        ...


@runtime_checkable
class BringsWorld(Protocol):
    """A controller for another robot than the 23-DoF G1 with its nominal physics step: it brings a world of its own."""

    def build_world(self, physics: Physics) -> World:
        """Return the world that the next motion is simulated in."""
        ...
