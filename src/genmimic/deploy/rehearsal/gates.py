"""Rehearsal gates: what is tried before a motion may move a robot, each with what it found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from genmimic.deploy.control.trackers import PolicyTracker, Tracker
from genmimic.deploy.rehearsal.lockstep import Deployed
from genmimic.deploy.rehearsal.observation_probe import TOLERANCE, ObservationProbe
from genmimic.evaluation.metrics import Metrics, compute_metrics
from genmimic.robot import constants
from genmimic.sim.controller import Controller
from genmimic.sim.gantry import Gantry
from genmimic.sim.policy import Policy
from genmimic.sim.reference import Reference
from genmimic.sim.rollout import SimConfig, simulate
from genmimic.sim.world import Physics
from genmimic.tracking.observations import STUDENT
from genmimic.tracking.terms import GOAL_FUTURE

DELAYS = (0, 1, 2)
"""Control steps of delay that are rehearsed with noise; the paper trains on 0 to 3."""
LOOSER = 1.0
"""By how many centimetres the deployment's local keypoint error may exceed the bare policy's."""


@dataclass(frozen=True)
class Gate:
    """One gate.

    Attributes:
        name: Which.
        passed: Whether the motion may go on; None if the gate was not tried.
        sentence: What was found.
        figures: Numbers behind it, plain values for JSON.
    """

    name: str
    passed: bool | None
    sentence: str
    figures: dict[str, object] = field(default_factory=dict)


def observation_gate(reference: Reference, tracker: Tracker) -> Gate:
    """Observations from sensors against those of training, on the same states, term by term.

    The terms are computed by the functions that training computes them with; what is compared is all that lies before:
    messages, alignment, kinematics, histories.
    """
    if isinstance(tracker, PolicyTracker):
        about = tracker.metadata
        layout, steps, default, scale = (
            about.observations, about.goal_steps, about.default_joint_pos, about.action_scale,
        )  # fmt: skip
        driver: Controller = Policy(tracker.path)
    else:
        layout, steps = STUDENT, GOAL_FUTURE
        default, scale, driver = constants.DEFAULT_JOINT_POS, constants.ACTION_SCALE, Gantry()
    probe = ObservationProbe(driver, layout, steps, default, scale, estimated=tracker.estimated)
    simulate(reference.motion, probe)
    found = probe.differences()
    wrong = [one.term for one in found if not one.agrees]
    largest = max((one.largest for one in found if one.term not in wrong), default=0.0)
    sentence = f"{len(found)} terms agree to {max(largest, 1e-12):.0e}" if not wrong else f"differ: {', '.join(wrong)}"
    return Gate(
        "observations",
        not wrong,
        f"{sentence} (allowed: {TOLERANCE:.0e})",
        {one.term: one.largest for one in found},
    )


def bare_gate(reference: Reference, tracker: Tracker) -> Gate:
    """The policy alone in plain MuJoCo; a tracker that needs a gantry is held as on one."""
    driver = Policy(tracker.path) if isinstance(tracker, PolicyTracker) else Gantry()
    return _judged("plain MuJoCo", tracker, compute_metrics(simulate(reference.motion, driver)), {})


def deployed_gate(reference: Reference, tracker: Tracker, bare: Gate) -> Gate:
    """The whole deployment in lockstep: it must do what the policy alone does."""
    deployed = Deployed(tracker)
    metrics = compute_metrics(simulate(reference.motion, deployed))
    gate = _judged("deployment in lockstep", tracker, metrics, deployed.trips, clamped_share(deployed))
    before, after = float(str(bare.figures["lmpkpe_cm"])), metrics.lmpkpe_nt_cm
    if gate.passed and tracker.balances and after > before + LOOSER:
        return Gate(gate.name, False, f"{gate.sentence}; {after - before:.1f} cm worse than the policy", gate.figures)
    return gate


def hard_gate(reference: Reference, tracker: Tracker, advance: Callable[[], None] = lambda: None) -> Gate:
    """The deployment with table 8's sensor noise and a delay of 0 to 2 steps of 20 ms."""
    name, worst = "noise and delay", None
    for seed, delay in enumerate(DELAYS):
        deployed = Deployed(tracker, noise=1.0, seed=seed)
        config = SimConfig(physics=Physics(delay_steps=delay), initial_noise=1.0, seed=seed)
        metrics = compute_metrics(simulate(reference.motion, deployed, config))
        gate = _judged(name, tracker, metrics, deployed.trips, clamped_share(deployed))
        advance()
        if not gate.passed:
            return Gate(name, False, f"with a delay of {20 * delay} ms: {gate.sentence}", gate.figures)
        if worst is None or metrics.lmpkpe_nt_cm > float(str(worst.figures["lmpkpe_cm"])):
            worst = gate
    assert worst is not None
    return Gate(name, True, f"delays of 0, 20, 40 ms; at worst {worst.sentence}", worst.figures)


def clamped_share(deployed: Deployed) -> float:
    """Share of the joint targets that the filter changed."""
    clamped = [step.verdict.clamped for step in deployed.steps if step.verdict and step.verdict.clamped]
    return float(np.mean([one.rate | one.torque | one.position for one in clamped])) if clamped else 0.0


def _judged(name: str, tracker: Tracker, metrics: Metrics, trips: dict[str, str], clamped: float | None = None) -> Gate:
    """A rollout's verdict: it did not trip, and if nothing held it, it followed without a fall."""
    followed = metrics.success is not False
    error = f"local error {metrics.lmpkpe_nt_cm:.1f} cm"
    if trips:
        sentence = f"stopped: {'; '.join(trips.values())}"
    elif not tracker.balances:
        sentence = f"{error}, held by a harness"
    elif followed:
        sentence = f"{error}, {metrics.mpkpe_nt_cm:.1f} cm in the world, no fall"
    else:
        sentence = metrics.fall_reason or f"lost its reference (over 0.5 m away at {metrics.lost_time_s} s)"
    if clamped:
        sentence += f", {100 * clamped:.1f} % of the targets clamped"
    figures: dict[str, object] = {
        "lmpkpe_cm": metrics.lmpkpe_nt_cm,
        "mpkpe_cm": metrics.mpkpe_nt_cm,
        "success": metrics.success,
        "trips": dict(trips),
        "clamped_share": clamped,
    }
    return Gate(name, not trips and followed, sentence, figures)
