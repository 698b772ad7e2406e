"""What proposes joint targets in a deployment: a policy that sees measurable things only, or the reference itself."""

from __future__ import annotations

import copy
from dataclasses import replace
from pathlib import Path
from typing import Protocol, Self

import numpy as np

from genmimic.deploy.control.measurable import require_measurable
from genmimic.motion.cut import cut
from genmimic.motion.velocities import RobotKinematics
from genmimic.sim.policy import Policy
from genmimic.sim.policy_metadata import PolicyMetadata
from genmimic.sim.reference import Reference
from genmimic.sim.world import DEFAULT_GAINS, JointGains, Physics
from genmimic.tracking.state import RobotState


class Tracker(Protocol):
    """Turns states into joint targets; a `sim.controller.Controller` that can be handed another reference midway.

    Attributes:
        name: Written into every log.
        gains: Gains that its targets are meant for.
        balances: Whether it can stand on its own; the reference alone needs a gantry that carries the robot.
        estimated: Whether it was trained on states that the robot estimates itself, position and velocity included.
        last_action: The policy's action (23,) of the step before; None if no policy speaks.
    """

    @property
    def name(self) -> str: ...  # noqa: D102

    @property
    def gains(self) -> JointGains: ...  # noqa: D102

    @property
    def balances(self) -> bool: ...  # noqa: D102

    @property
    def estimated(self) -> bool: ...  # noqa: D102

    @property
    def last_action(self) -> np.ndarray | None: ...  # noqa: D102

    def reset(self, reference: Reference) -> None:
        """Begin a motion, forgetting the one before."""
        ...

    def follow(self, reference: Reference) -> None:
        """Go on with another reference, keeping what is remembered of the robot."""
        ...

    def act(self, state: RobotState, frame: int) -> np.ndarray:
        """Joint targets (23,), radians."""
        ...

    def twin(self) -> Self:
        """One that would do the same from now on, and does not change this one."""
        ...


class ReferenceTracker:
    """The reference's own joints as targets: for a robot that hangs in a gantry."""

    name = "reference"
    balances = False
    estimated = False
    last_action = None

    def __init__(self) -> None:
        self.gains = DEFAULT_GAINS
        self._targets = np.zeros((0, 23))

    def reset(self, reference: Reference) -> None:
        """Begin a motion; targets lead by what damping would hold the joints back."""
        lead = self.gains.kd * reference.kinematics.joint_vel / self.gains.kp
        self._targets = reference.motion.joint_pos + lead

    def follow(self, reference: Reference) -> None:
        """Go on with another reference; nothing is remembered of the robot."""
        self.reset(reference)

    def act(self, state: RobotState, frame: int) -> np.ndarray:
        """The next frame's joints (23,), radians."""
        return self._targets[min(frame + 1, len(self._targets) - 1)]

    def twin(self) -> Self:
        """See `Tracker.twin`."""
        return copy.copy(self)


class PolicyTracker:
    """A policy, run by the very code that runs it in simulation.

    Attributes:
        path: Its file.
    """

    balances = True

    def __init__(self, path: str | Path) -> None:
        """Load a policy.

        Raises:
            InputError: The file cannot be run, or the policy sees what a robot cannot measure.
        """
        self.path, self._policy = path, Policy(path, on_robot=True)
        require_measurable(str(path), self._policy.metadata)

    @property
    def name(self) -> str:
        """The policy's own name."""
        return self._policy.name

    @property
    def estimated(self) -> bool:
        """Whether it was trained on states that the robot estimates itself."""
        return self.metadata.estimated_state

    @property
    def metadata(self) -> PolicyMetadata:
        """What the file says about itself."""
        return self._policy.metadata

    @property
    def gains(self) -> JointGains:
        """Gains it was trained with."""
        return self._policy.gains

    def reset(self, reference: Reference) -> None:
        """Begin a motion. The parameters of a simulation are asked for by no measurable term."""
        self._policy.reset(reference, Physics().parameters())

    def follow(self, reference: Reference) -> None:
        """Go on with another reference; history and last action stay."""
        self._policy.follow(reference)

    def act(self, state: RobotState, frame: int) -> np.ndarray:
        """Joint targets (23,), radians."""
        return self._policy.act(state, frame)

    def twin(self) -> Self:
        """See `Tracker.twin`; both use the one network, which remembers nothing."""
        twin = copy.copy(self)
        twin._policy = copy.copy(self._policy)
        return twin

    @property
    def last_action(self) -> np.ndarray:
        """Clipped, unscaled."""
        return self._policy.last_action


def still_at(reference: Reference, frame: int) -> Reference:
    """A reference of one frame, at rest: what a paused robot follows."""
    only = slice(frame, frame + 1)
    kinematics = {name: np.array(values[only]) for name, values in vars(reference.kinematics).items()}
    kinematics |= {name: np.zeros_like(values) for name, values in kinematics.items() if "vel" in name}
    return replace(reference, motion=cut(reference.motion, only), kinematics=RobotKinematics(**kinematics))
