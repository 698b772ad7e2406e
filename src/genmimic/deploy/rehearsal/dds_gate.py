"""The rehearsal gates over DDS: a simulated robot in a process of its own, in real time."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from genmimic.deploy.control.controller import Step
from genmimic.deploy.control.phases import Phase
from genmimic.deploy.control.trackers import Tracker
from genmimic.deploy.dds.link import connect
from genmimic.deploy.operation.loop import Timing
from genmimic.deploy.rehearsal.gates import Gate
from genmimic.deploy.rehearsal.link_gate import link_gate
from genmimic.deploy.sim_robot.process import own_domain, simulated_robot
from genmimic.deploy.sim_robot.truth import TruthFigures, truth_figures
from genmimic.sim.reference import Reference

DDS_GATES: dict[str, tuple[str, ...]] = {
    "over DDS": (),
    "over DDS, worse line": ("--noise", "2", "--delay", "4", "--loss", "0.02"),
}
"""Names of the gates and the simulated robot's options: the second one with twice the sensors' noise, 4 ms of delay and
2 % of the messages lost each way."""


TIMING = frozenset({"state_age", "command_age", "long_step", "late_steps"})
"""Trips that tell of time, not of the robot."""


def hoist_of(tracker: Tracker) -> str:
    """What the simulated robot's hoist does: let go of one that balances, keep one that does not."""
    return "strapped" if tracker.balances else "keep"


def dds_gate(
    name: str, reference: Reference, tracker: Tracker, options: Sequence[str] = (), clip: slice = slice(None)
) -> Gate:
    """Deploy once over DDS, in real time; once again if this computer did not keep up.

    Args:
        name: Of the gate.
        reference: What is tracked.
        tracker: What proposes targets.
        options: Further options of `genmimic sim-robot`.
        clip: Frames whose errors in the world count.

    Raises:
        InputError: CycloneDDS is missing, or the robot did not start.
    """
    gate = _tried(name, reference, tracker, options, clip)
    if not gate.passed and _stalled(gate):
        again = _tried(name, reference, tracker, options, clip)
        return again if again.passed else replace(again, sentence=f"{again.sentence} (is this computer busy?)")
    return gate


def _stalled(gate: Gate) -> bool:
    """Whether time alone was the cause, which a busy computer may be to blame for."""
    trips = gate.figures.get("trips")
    return isinstance(trips, dict) and bool(trips) and set(trips) <= TIMING


def _tried(name: str, reference: Reference, tracker: Tracker, options: Sequence[str], clip: slice) -> Gate:
    began: list[float] = []

    def watch(step: Step, timing: Timing) -> None:
        if step.phase is Phase.TRACK and not began:
            began.append(step.now)

    domain = own_domain()
    with tempfile.TemporaryDirectory(prefix="genmimic-") as folder:
        record = Path(folder) / "truth.npz"
        words = ["--hoist", hoist_of(tracker), "--record", str(record), *options]
        with simulated_robot(domain, words):
            link, _, _ = connect("lo", domain)
            try:
                gate = link_gate(name, link, reference, tracker, [watch])
            finally:
                link.close()
        if not began:
            return gate
        return with_truth(gate, tracker, truth_figures(record, began[0], reference, clip))


def with_truth(gate: Gate, tracker: Tracker, truth: TruthFigures) -> Gate:
    """A gate with what the simulated robot truly did: one that balances must have followed without a fall."""
    figures = {**gate.figures, "truth": {**asdict(truth), "success": truth.success}}
    if not gate.passed or not tracker.balances:
        return replace(gate, figures=figures)
    lost = "fell" if truth.fall_time == truth.fall_time else "lost its reference"
    end = f"{truth.mpkpe_cm:.1f} cm in the world, no fall" if truth.success else f"the robot {lost}"
    return Gate(gate.name, truth.success, f"{gate.sentence}, {end}", figures)
