"""One control step of a deployment: phase, proposal, safety filter, command. Knows no robot, no clock and no thread.

A rehearsal calls it in lockstep with a simulated robot, `deploy.operation.loop` 50 times a second with a real one.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from genmimic.deploy.control.phases import (
    ACTIVE,
    CONNECT_TIME,
    SOFT_START_TIME,
    SOFT_STOP_TIME,
    Phase,
    Request,
    next_phase,
)
from genmimic.deploy.control.sensing import begin_sensing, go_on_sensing, height_above_feet, sensed_state
from genmimic.deploy.control.trackers import Tracker, still_at
from genmimic.deploy.link import DAMPING_KD, LowCommand, LowState
from genmimic.deploy.safety.filter import FRESH, Verdict, filter_command
from genmimic.deploy.safety.limits import SafetyLimits
from genmimic.deploy.safety.situation import Situation
from genmimic.sim.estimator import BodyKinematics
from genmimic.sim.reference import Reference
from genmimic.sim.world import CONTROL_HZ, JointGains
from genmimic.tracking.odometry import Odometry
from genmimic.tracking.state import RobotState

_MOVED = frozenset({Phase.CONNECT, Phase.DAMPING, Phase.SOFT_START})
"""Phases in which people or the soft start move the robot: where it goes then means nothing."""
STIFFENING_TIME = 1.0
"""Seconds from the start of a soft start until the joints have their full stiffness."""


@dataclass(frozen=True)
class Step:
    """All that one control step saw and did.

    Attributes:
        now: Time, seconds, on the clock of `LowState.stamp`.
        phase: Phase of the step.
        frame: Frame of the reference that it was about.
        low_state: Latest message of the robot.
        state: What was made of it.
        proposed: Joint targets before the filter, (23,), radians; NaN outside the active phases.
        action: The policy's action behind them, (23,); None where no policy spoke.
        verdict: The filter's; None outside the active phases.
        command: What is to be sent; None for nothing.
        trips: Why the robot is stopped, by name; empty while it is not.
    """

    now: float
    phase: Phase
    frame: int
    low_state: LowState | None
    state: RobotState | None
    proposed: np.ndarray
    action: np.ndarray | None
    verdict: Verdict | None
    command: LowCommand | None
    trips: dict[str, str]


class DeployController:
    """The state machine of a deployment.

    Attributes:
        reference: What is tracked.
        tracker: What proposes targets.
        limits: What the safety filter allows.
        phase: The present phase.
        frame: Frame of the reference that the next step is about.
    """

    def __init__(self, reference: Reference, tracker: Tracker, limits: SafetyLimits | None = None) -> None:
        """Begin in `Phase.CONNECT`."""
        self.reference, self.tracker = reference, tracker
        self.limits = limits or SafetyLimits()
        self.phase, self.frame = Phase.CONNECT, 0
        self._at_end = False
        kinematics = reference.kinematics
        self._heights = height_above_feet(
            reference.motion.root_pos_w, kinematics.keypoint_pos_w, kinematics.keypoint_quat_w
        )
        self._memory = FRESH
        self._entered = float("-inf")
        self._fresh_since: float | None = None
        self._entry_joint_pos = np.zeros(23)
        self._last_target = np.zeros(23)
        self._odometry: Odometry | None = None
        self._body = BodyKinematics()
        self._begins = False

    def step(
        self,
        now: float,
        low: LowState | None,
        request: Request | None = None,
        *,
        step_time: float = 1.0 / CONTROL_HZ,
        others: int = 0,
        clock: Callable[[], float] | None = None,
    ) -> Step:
        """Advance by one control step.

        Args:
            now: Time, seconds, on the clock of `LowState.stamp`.
            low: Latest message of the robot; None if none has come.
            request: What the operator asks for.
            step_time: Length of the step before, seconds.
            others: How many other programs command the robot.
            clock: What time it is, to see how long the proposal takes; None where time stands still meanwhile.
        """
        self._advance(now, low, request)
        # without any message there is nothing to compute from; the filter trips on it
        state = None if low is None else self._state(low)
        if self.phase not in ACTIVE:
            return self._idle(now, low, state)
        proposed, gains, failure = self._propose(now, state)
        action = self.tracker.last_action if self._tracking and not failure else None
        situation = Situation(
            now=now,
            low_state=low,
            target_joint_pos=proposed,
            gains=gains,
            ready_at=now if clock is None else clock(),
            action=action,
            reference_quat_w=None if self._sinking else self.reference.motion.root_quat_w[self.frame],
            pelvis_height=None if state is None or self._sinking else _height(state),
            reference_height=float(self._heights[self.frame]),
            step_time=step_time,
            others=others,
            failure=failure,
            emergency=request is Request.EMERGENCY,
        )
        verdict, self._memory = filter_command(self.limits, self._memory, situation)
        if verdict.target_joint_pos is None:
            self._enter(Phase.TRIPPED, now, low)
            return replace(self._idle(now, low, state), proposed=proposed, action=action, verdict=verdict)
        self._last_target = verdict.target_joint_pos
        command = LowCommand(joint_pos=verdict.target_joint_pos, kp=gains.kp, kd=gains.kd)
        done = Step(now, self.phase, self.frame, low, state, proposed, action, verdict, command, {})
        if self.phase is Phase.TRACK:
            self._at_end = self.frame + 1 >= len(self.reference)
            self.frame = min(self.frame + 1, len(self.reference) - 1)
        return done

    def warm_up(self, now: float, low: LowState | None, *, others: int = 0) -> None:
        """Compute a step and forget it; arguments as in `step`.

        A processor that has slept or done something else for 20 ms has neither the policy's weights nor the program in
        its caches: the step after it would take twice as long.
        """
        twin = copy.copy(self)  # steps replace what is remembered and change nothing in place
        twin.tracker = self.tracker.twin()
        twin.step(now, low, others=others)

    @property
    def _tracking(self) -> bool:
        return self.phase in (Phase.TRACK, Phase.PAUSED, Phase.HOLD)

    @property
    def _sinking(self) -> bool:
        """Whether the legs are meant to give way."""
        return self.phase is Phase.SOFT_STOP

    def _advance(self, now: float, low: LowState | None, request: Request | None) -> None:
        fresh = low is not None and now - low.stamp <= self.limits.state_age
        self._fresh_since = (now if self._fresh_since is None else self._fresh_since) if fresh else None
        connected = self._fresh_since is not None and now - self._fresh_since >= CONNECT_TIME
        phase = next_phase(self.phase, request, now - self._entered, connected=connected, at_end=self._at_end)
        if phase is not self.phase:
            self._enter(phase, now, low)

    def _enter(self, phase: Phase, now: float, low: LowState | None) -> None:
        """Do what is done once, at the start of a phase."""
        before, self.phase, self._entered = self.phase, phase, now
        if phase is Phase.SOFT_START and low is not None:
            self.frame = 0
            self._entry_joint_pos = np.clip(low.joint_pos, self.limits.lower, self.limits.upper)
            self._last_target = self._entry_joint_pos
            self._memory = replace(FRESH, last_target=self._entry_joint_pos)
        elif phase is Phase.TRACK and before is Phase.READY and low is not None:
            self.frame, self._at_end = 0, False
            self._begins = True
            self.tracker.reset(self.reference)
        elif phase is Phase.TRACK:
            self.tracker.follow(self.reference)
        elif phase is Phase.PAUSED:
            self.tracker.follow(still_at(self.reference, self.frame))

    def _idle(self, now: float, low: LowState | None, state: RobotState | None) -> Step:
        """A step in which joints are not driven: damping, or silence before the robot has been heard."""
        command = None if self.phase is Phase.CONNECT else LowCommand.damping()
        trips = dict(self._memory.trips)
        if self.phase is Phase.TRIPPED and not trips:
            trips = {"emergency": "the operator asked for the emergency stop"}
        nothing = np.full(23, np.nan)
        return Step(now, self.phase, self.frame, low, state, nothing, None, None, command, trips)

    def _state(self, low: LowState) -> RobotState:
        """The robot in the reference's world. It begins where the reference does; what it does then, its legs tell."""
        motion = self.reference.motion
        with np.errstate(all="ignore"):  # a broken message gives NaN here and a trip in the filter
            place = motion.root_pos_w[0], motion.root_quat_w[0]
            if self._odometry is None or self.phase in _MOVED:
                self._odometry, body = begin_sensing(low, *place, kinematics=self._body)
            else:
                self._odometry, body = go_on_sensing(self._odometry, low, self._body)
            if self._begins:
                # with a tilt and a velocity that have settled while the robot waited: so do training's episodes begin
                self._odometry, body = begin_sensing(low, *place, before=self._odometry, kinematics=self._body)
                self._begins = False
            return sensed_state(self._odometry, body, low, estimated=self.tracker.estimated)

    def _propose(self, now: float, state: RobotState | None) -> tuple[np.ndarray, JointGains, str]:
        """Targets (23,), their gains, and why there are none, if so."""
        elapsed, gains = now - self._entered, self.tracker.gains
        first = self.reference.motion.joint_pos[0]
        if self.phase is Phase.SOFT_START:
            gone = smooth(elapsed / SOFT_START_TIME)
            stiffness = smooth(elapsed / STIFFENING_TIME)
            return self._entry_joint_pos + gone * (first - self._entry_joint_pos), _softer(gains, stiffness), ""
        if self.phase is Phase.READY:
            return first, gains, ""
        if self.phase is Phase.SOFT_STOP:
            return self._last_target, _softer(gains, 1.0 - smooth(elapsed / SOFT_STOP_TIME)), ""
        if state is None:
            return self._last_target, gains, ""
        try:
            return self.tracker.act(state, 0 if self.phase is Phase.PAUSED else self.frame), gains, ""
        except Exception as error:  # whatever went wrong must end in damping, not in a traceback
            return np.full(23, np.nan), gains, f"{type(error).__name__}: {error}"


def _height(state: RobotState) -> float:
    return float(height_above_feet(state.root_pos_w, state.keypoint_pos_w, state.keypoint_quat_w))


def smooth(share: float) -> float:
    """Blend from 0 to 1 that starts and ends without a jump of speed."""
    share = min(max(share, 0.0), 1.0)
    return share * share * (3.0 - 2.0 * share)


def _softer(gains: JointGains, share: float) -> JointGains:
    """Gains between damping (0) and full (1)."""
    return JointGains(share * gains.kp, share * gains.kd + (1.0 - share) * DAMPING_KD)
