"""A whole deployment inside a simulation, in lockstep: the same controller, filter and sensing, no link and no clock.

`Deployed` is a `sim.controller.Controller`, so `sim.rollout.simulate` runs and judges it like any other. What differs
from the bare policy's rollout is what the deployment does to it.
"""

from __future__ import annotations

import numpy as np

from genmimic.deploy.control.controller import DeployController, Step
from genmimic.deploy.control.phases import Phase
from genmimic.deploy.control.trackers import Tracker
from genmimic.deploy.operation.operator import Script
from genmimic.deploy.rehearsal.sensors import report
from genmimic.deploy.safety.limits import SafetyLimits
from genmimic.sim.harness import Harness, HarnessGains
from genmimic.sim.reference import Reference
from genmimic.sim.world import CONTROL_HZ, JointGains
from genmimic.tracking.state import RobotState, SimulationParameters

MESSAGE_AGE = 0.002
"""Age of the robot's message when a step begins, seconds: they come 500 times a second."""
IMU_YAW = 1.0
"""The IMU's heading at the start, radians; anything but zero, so that alignment is exercised."""


class Deployed:
    """A deployment as the controller of a simulation.

    Until it tracks, the simulation's first state is shown to it, as if the robot were held in it.

    Attributes:
        held: Whether a harness holds the pelvis, for trackers that cannot balance.
        steps: What each control step since the start of tracking saw and did.
    """

    def __init__(
        self, tracker: Tracker, limits: SafetyLimits | None = None, *, noise: float = 0.0, seed: int = 0
    ) -> None:
        """Deploy a tracker.

        Args:
            tracker: What proposes targets.
            limits: What the safety filter allows.
            noise: Scale of table 8's noise on the sensors.
            seed: Seed of that noise; the same for each motion.
        """
        self.tracker, self.limits, self.noise, self.seed = tracker, limits or SafetyLimits(), noise, seed
        self.held = not tracker.balances
        self.steps: list[Step] = []

    @property
    def name(self) -> str:
        """The tracker's own name."""
        return f"deployed {self.tracker.name}"

    @property
    def gains(self) -> JointGains:
        """Gains that the tracker's targets are meant for."""
        return self.tracker.gains

    @property
    def trips(self) -> dict[str, str]:
        """Why the filter stopped the robot, if it did."""
        return self.steps[-1].trips if self.steps else {}

    def reset(self, reference: Reference, parameters: SimulationParameters) -> None:
        """Begin a motion; the parameters are no robot's business."""
        self._reference, self._controller = reference, DeployController(reference, self.tracker, self.limits)
        self._rng, self._now, self.steps = np.random.default_rng(self.seed), 0.0, []

    def act(self, state: RobotState, frame: int) -> np.ndarray:
        """Joint targets (23,), radians.

        After a trip they are where the joints are, which leaves the damping: a simulation's gains do not change.
        """
        step = self._lead_in(state) if not self.steps else self._step(state)
        self.steps.append(step)
        if step.verdict is None or step.verdict.target_joint_pos is None:
            return state.joint_pos
        return step.verdict.target_joint_pos

    def harness(self, frame: int) -> Harness | None:
        """What holds a robot that cannot balance: the pelvis follows the reference's."""
        return Harness(self._reference.anchor(frame + 1), HarnessGains()) if self.held else None

    def _lead_in(self, state: RobotState) -> Step:
        """Everything before tracking, with the robot held still, and the first step of tracking."""
        script = Script(ready=0.1)
        while True:
            step = self._step(state, script)
            if step.phase in (Phase.TRACK, Phase.TRIPPED):
                return step

    def _step(self, state: RobotState, script: Script | None = None) -> Step:
        low = report(state, self._now - MESSAGE_AGE, IMU_YAW, self._rng, self.noise)
        request = None if script is None else script.poll(self._controller.phase, self._now)
        step = self._controller.step(self._now, low, request)
        self._now += 1.0 / CONTROL_HZ
        return step
