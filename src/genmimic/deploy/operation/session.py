"""One deployment from beginning to end: link, operator, live view, log."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from genmimic.deploy.control.controller import DeployController, Step
from genmimic.deploy.control.phases import Phase
from genmimic.deploy.control.trackers import Tracker
from genmimic.deploy.link import RobotLink
from genmimic.deploy.operation.live import LiveView
from genmimic.deploy.operation.log import Recorder
from genmimic.deploy.operation.loop import Clock, Observer, Timing, prompt, run_loop
from genmimic.deploy.operation.operator import Keyboard, Operator, Script
from genmimic.deploy.operation.replay import TRACKED_REFERENCE, write_replay
from genmimic.errors import InputError
from genmimic.motion.files import save_robot
from genmimic.sim.reference import Reference

HOISTED = 6.0
"""Seconds that a script waits in the first pose: a simulated hoist lowers the robot meanwhile."""


@dataclass(frozen=True)
class Outcome:
    """How a deployment ended.

    Attributes:
        trips: Why the safety filter stopped the robot, by name; empty if it did not.
        frames: How many frames of the motion were tracked.
        log: Folder of the log.
    """

    trips: Mapping[str, str]
    frames: int
    log: Path


def run_session(
    link: RobotLink,
    reference: Reference,
    tracker: Tracker,
    log: Path,
    about: Mapping[str, Any],
    *,
    headless: bool,
    port: int | None = None,
    seconds: float = float("inf"),
    clock: Clock | None = None,
) -> Outcome:
    """Run a deployment until the operator ends it, and write its log.

    Args:
        link: The robot; it is closed, with damping, however this ends.
        reference: What is tracked.
        tracker: What proposes targets.
        log: Folder to write, which must not exist.
        about: What is worth keeping of the circumstances.
        headless: No keys and no screen: a script starts and stops.
        port: Also show the robot in the browser, on this port.
        seconds: Longest duration.
        clock: The link's clock; real time by default.

    Raises:
        InputError: The log cannot be written.
    """
    controller = DeployController(reference, tracker)
    watch = Watch(talk=headless)
    with ExitStack() as stack:
        stack.enter_context(prompt(real_time=clock is None))
        stack.callback(link.close)
        recorder = _recorder(log, reference, tracker, about)
        stack.callback(recorder.close)
        observers: list[Observer] = [watch, lambda step, timing: recorder.add(step, vars(timing))]
        operators: list[Operator] = [Script(ready=HOISTED)]
        if not headless:
            operators = [stack.enter_context(Keyboard())]
            title = f"{reference.motion.name} on {about['robot']}, {tracker.name}"
            observers.append(stack.enter_context(LiveView(reference, controller.limits, title, port=port)))
        run_loop(link, controller, operators, observers, seconds, clock)
    if watch.driven:
        write_replay(log)
    return Outcome(watch.trips, watch.frames, log)


class Watch:
    """Notes what happened, and tells each change of phase if it is to talk.

    Attributes:
        trips: Why the robot was stopped, if it was.
        frames: How many steps tracked the motion.
        driven: Whether the joints were ever driven.
    """

    def __init__(self, *, talk: bool) -> None:
        """Nothing has happened yet."""
        self.trips: Mapping[str, str] = {}
        self.frames, self.driven = 0, False
        self._talk, self._phase = talk, None

    def __call__(self, step: Step, timing: Timing) -> None:
        """Look at a step."""
        self.trips = step.trips or self.trips
        self.frames += step.phase is Phase.TRACK
        self.driven |= step.verdict is not None
        if self._talk and step.phase is not self._phase:
            causes = f": {'; '.join(step.trips.values())}" if step.trips else ""
            print(f"genmimic: {step.phase}{causes}", file=sys.stderr, flush=True)
        self._phase = step.phase


def _recorder(log: Path, reference: Reference, tracker: Tracker, about: Mapping[str, Any]) -> Recorder:
    try:
        recorder = Recorder(log, {"tracker": tracker.name, "balances": tracker.balances, **about})
    except OSError as error:
        raise InputError(f"{log}: cannot hold a new log ({error.strerror or error}); choose another --log.") from error
    save_robot(reference.motion, log / TRACKED_REFERENCE)
    return recorder
