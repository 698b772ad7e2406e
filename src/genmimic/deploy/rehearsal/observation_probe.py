"""Compares what a policy would observe from a robot's sensors with what it observes in training, on the same states."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from genmimic.deploy.control.sensing import begin_sensing, go_on_sensing, sensed_state
from genmimic.deploy.rehearsal.lockstep import IMU_YAW
from genmimic.deploy.rehearsal.sensors import report
from genmimic.sim.controller import Controller
from genmimic.sim.estimator import BodyKinematics
from genmimic.sim.harness import Harness
from genmimic.sim.own_sensors import OwnSensors
from genmimic.sim.reference import Reference
from genmimic.sim.world import JointGains, Physics
from genmimic.tracking.actions import action_of_targets
from genmimic.tracking.observations import History, Layout, layout_terms, observe
from genmimic.tracking.odometry import Odometry
from genmimic.tracking.sensor_noise import SensorNoise
from genmimic.tracking.state import RobotState, SimulationParameters

TOLERANCE = 1e-4
"""Largest difference that the wire's 24-bit numbers explain, in each term's own unit."""


@dataclass(frozen=True)
class TermDifference:
    """How far apart the two values of an observation term were.

    Attributes:
        term: Its name.
        largest: Largest absolute difference over all steps and components, in the term's unit.
        scale: Largest magnitude of the term itself.
    """

    term: str
    largest: float
    scale: float

    @property
    def agrees(self) -> bool:
        """Whether nothing but rounding is between them."""
        return self.largest <= TOLERANCE * max(1.0, self.scale)


class ObservationProbe:
    """A controller that lets another one drive and observes each state twice; see `differences`.

    Attributes:
        name, gains, held: Those of the controller that drives.
    """

    def __init__(
        self,
        inner: Controller,
        layout: Layout,
        goal_steps: tuple[int, ...],
        default_joint_pos: np.ndarray,
        scale: float,
        *,
        estimated: bool = False,
    ) -> None:
        """Watch a controller.

        Args:
            inner: What drives the robot.
            layout: What is observed.
            goal_steps: Goal frames that the layout needs.
            default_joint_pos: Pose around which actions are given, (23,), radians.
            scale: Radians of joint target per unit of action.
            estimated: Whether the layout is observed on states that the robot estimates, in training, too: from exact
                sensors here.
        """
        self._inner, self._layout, self._goal_steps = inner, layout, goal_steps
        self._default, self._scale, self._estimated = default_joint_pos, scale, estimated
        self._largest: dict[str, tuple[float, float]] = {}
        self._body = BodyKinematics()

    @property
    def name(self) -> str:  # noqa: D102
        return self._inner.name

    @property
    def gains(self) -> JointGains:  # noqa: D102
        return self._inner.gains

    @property
    def held(self) -> bool:  # noqa: D102
        return self._inner.held

    def reset(self, reference: Reference, parameters: SimulationParameters) -> None:
        """Begin a motion with empty histories."""
        self._inner.reset(reference, parameters)
        self._reference, self._parameters = reference, parameters
        self._true_history: History | None = None
        self._sensed_history: History | None = None
        self._odometry: Odometry | None = None
        self._own = OwnSensors(SensorNoise().scaled(0.0)) if self._estimated else None
        if self._own is not None:
            motion = reference.motion
            self._own.reset(np.random.default_rng(0), motion.root_pos_w[0], motion.root_quat_w[0])
        self._action = np.zeros(23)

    def act(self, state: RobotState, frame: int) -> np.ndarray:
        """The inner controller's targets (23,)."""
        low = report(state, 0.0, IMU_YAW)
        motion = self._reference.motion
        if self._odometry is None:
            place = motion.root_pos_w[0], motion.root_quat_w[0]
            self._odometry, body = begin_sensing(low, *place, state.root_lin_vel_w, kinematics=self._body)
        else:
            self._odometry, body = go_on_sensing(self._odometry, low, self._body)
        sensed = sensed_state(self._odometry, body, low, estimated=self._estimated)
        goal = self._reference.goal(frame, self._goal_steps)
        seen = replace(state, last_action=self._action)
        truth, self._true_history = observe(
            self._layout,
            seen if self._own is None else self._own.sense(seen),
            goal,
            self._parameters,
            history=self._true_history,
        )
        other, self._sensed_history = observe(
            self._layout,
            replace(sensed, last_action=self._action),
            goal,
            Physics().parameters(),
            history=self._sensed_history,
        )
        self._compare(truth, other)
        target = self._inner.act(state, frame)
        self._action = action_of_targets(target, self._default, self._scale)
        return target

    def harness(self, frame: int) -> Harness | None:
        """The inner controller's."""
        return self._inner.harness(frame)

    def differences(self) -> list[TermDifference]:
        """The largest difference of each term, in the layout's order."""
        return [TermDifference(name, *self._largest[name]) for name, _ in self._layout]

    def _compare(self, truth: np.ndarray, other: np.ndarray) -> None:
        sizes = [t.size * steps for t, (_, steps) in zip(layout_terms(self._layout), self._layout, strict=True)]
        parts = np.split(np.stack([truth, other]), np.cumsum(sizes)[:-1], axis=1)
        for (name, _), (true, sensed) in zip(self._layout, parts, strict=True):
            largest, scale = self._largest.get(name, (0.0, 0.0))
            difference = float(np.abs(true - sensed).max())
            self._largest[name] = (max(largest, difference), max(scale, float(np.abs(true).max())))
