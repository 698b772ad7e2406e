"""The rehearsal gate that runs a deployment over a link, from connection to soft stop."""

from __future__ import annotations

import numpy as np

from genmimic.deploy.control.controller import DeployController, Step
from genmimic.deploy.control.phases import SOFT_START_TIME, SOFT_STOP_TIME, Phase
from genmimic.deploy.control.trackers import Tracker
from genmimic.deploy.link import RobotLink
from genmimic.deploy.operation.loop import Clock, Observer, Timing, run_loop
from genmimic.deploy.operation.operator import Script
from genmimic.deploy.rehearsal.gates import Gate
from genmimic.evaluation.errors import local_keypoint_error
from genmimic.sim.reference import Reference

READY_TIME = 6.0
"""Seconds in the first pose: the hoist lowers the robot meanwhile."""


def link_gate(
    name: str,
    link: RobotLink,
    reference: Reference,
    tracker: Tracker,
    observers: list[Observer] | None = None,
    clock: Clock | None = None,
    ready: float = READY_TIME,
) -> Gate:
    """Deploy once, by a script.

    Args:
        name: Of the gate.
        link: A simulated robot.
        reference: What is tracked.
        tracker: What proposes targets.
        observers: Called after each step.
        clock: The link's clock; real time by default.
        ready: Seconds to wait in the first pose.
    """
    steps: list[tuple[Step, Timing]] = []
    controller = DeployController(reference, tracker)
    limit = reference.motion.duration + ready + SOFT_START_TIME + SOFT_STOP_TIME + 15.0
    keep: Observer = lambda step, timing: steps.append((step, timing))  # noqa: E731
    run_loop(link, controller, [Script(ready=ready)], [keep, *(observers or [])], limit, clock)
    trips = first_trips([step for step, _ in steps])
    tracked = [(step, timing) for step, timing in steps if step.phase is Phase.TRACK]
    error = 100.0 * float(np.mean([local_error(reference, step) for step, _ in tracked])) if tracked else None
    figures: dict[str, object] = {"lmpkpe_cm": error, "trips": trips, **timing_figures([t for _, t in tracked])}
    if trips:
        return Gate(name, False, f"stopped: {'; '.join(trips.values())}", figures)
    if len(tracked) < len(reference):
        why = "the robot was not heard" if steps[-1][0].low_state is None else "the motion did not come to its end"
        return Gate(name, False, why, figures)
    sentence = f"local error {error:.1f} cm, compute {figures['compute_p99_ms']:.1f} ms (99 %)"
    return Gate(name, True, sentence, figures)


def first_trips(steps: list[Step]) -> dict[str, str]:
    """Why the robot was stopped, if it was before its soft stop: then nobody holds a simulated one, and it falls."""
    for step in steps:
        if step.phase is Phase.SOFT_STOP:
            return {}
        if step.trips:
            return step.trips
    return {}


def local_error(reference: Reference, step: Step) -> float:
    """Mean distance of the keypoints from the reference's, each in its own pelvis frame, metres."""
    state, motion = step.state, reference.motion
    assert state is not None
    return float(
        local_keypoint_error(
            state.keypoint_pos_w,
            state.root_pos_w,
            state.root_quat_w,
            reference.kinematics.keypoint_pos_w[step.frame],
            motion.root_pos_w[step.frame],
            motion.root_quat_w[step.frame],
        )
    )


def timing_figures(timings: list[Timing]) -> dict[str, float]:
    """Percentiles of what a loop took and how late it woke up, milliseconds."""
    figures: dict[str, float] = {}
    for name, values in (("compute", [t.compute for t in timings]), ("late", [t.late for t in timings])):
        for share in (50.0, 99.0, 99.9):
            value = 1e3 * float(np.percentile(values, share)) if values else float("nan")
            figures[f"{name}_p{share:g}_ms"] = value
    return figures
