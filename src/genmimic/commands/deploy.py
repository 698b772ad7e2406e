"""`genmimic deploy`."""

from __future__ import annotations

import json
import shlex
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from tyro.conf import arg

from genmimic.commands import console
from genmimic.commands.options import ReferenceFile, plain
from genmimic.errors import InputError

if TYPE_CHECKING:
    from genmimic.deploy.control.trackers import Tracker
    from genmimic.deploy.rehearsal.gates import Gate
    from genmimic.sim.reference import Reference

SIMULATED = "sim"
HELD = "reference"
STOPPED, NO_GO = 3, 4
"""Exit codes: the safety filter stopped the robot; a rehearsal did not pass."""


def deploy(
    reference: ReferenceFile,
    /,
    *,
    robot: Annotated[
        str, arg(metavar="IFACE|sim", help="Network interface of the robot's cable; sim starts a simulated robot.")
    ] = SIMULATED,
    policy: Annotated[
        str | None,
        plain(
            "ONNX|reference",
            "A policy that sees what a robot can measure; 'reference' sends the motion's own joints to a robot that a "
            "gantry carries. By default the student that comes with the package, or else 'reference'.",
        ),
    ] = None,
    rehearse: Annotated[
        bool, plain(None, "Try everything in simulation and report go or no go; moves no robot.")
    ] = False,
    abrupt: Annotated[
        bool, plain(None, "Begin and end in the middle of the movement, as the motion does: without lead-in and -out.")
    ] = False,
    headless: Annotated[
        bool, plain(None, "No keys, no screen: a script starts and stops. Simulated robots only.")
    ] = False,
    unrehearsed: Annotated[
        bool, plain(None, "Move a real robot although no rehearsal of these files says go.")
    ] = False,
    viewer: Annotated[int | None, plain("PORT", "Also show the robot live in the browser, on this port.")] = None,
    log: Annotated[
        Path | None, plain("DIR", "New folder for the log; by default deploy/DATE-TIME beside the motion.")
    ] = None,
    domain: Annotated[int | None, plain("N", "DDS domain; 0 for a robot, one of its own for a simulated one.")] = None,
    sim_options: Annotated[
        str, arg(metavar="TEXT", help="Options for `genmimic sim-robot`, in one string, with --robot sim.")
    ] = "",
    json_: Annotated[
        bool, arg(name="json", metavar=None, help="Machine-readable outcome.", help_behavior_hint="")
    ] = False,
) -> int:
    """Run a motion on a robot, or rehearse it. UNTESTED ON REAL HARDWARE: read docs/deploy.md, gantry first.

    Keys: s start, p pause, q soft stop, SPACE emergency. The robot connects, damps its joints, waits; s makes it
    stand up in three seconds, s again leads it into the motion, and out of it to a stand. Everything is logged;
    `genmimic view` replays the log.

    for example:
      genmimic deploy out/wave/reference.npz --rehearse
      genmimic deploy out/wave/reference.npz                     # a simulated robot
      genmimic deploy out/wave/reference.npz --robot eth0 --policy reference
    """
    from genmimic.deploy.dds.network import require_dds
    from genmimic.deploy.rehearsal.report import rehearsed

    require_dds()  # before anything that takes time
    file = reference / "reference.npz" if reference.is_dir() else reference
    track, tracker = _load(file, policy, abrupt=abrupt)
    fingerprint = _fingerprint(file, tracker, abrupt=abrupt)
    report = file.with_name("rehearsal.json")
    if rehearse:
        return _rehearse(track, tracker, fingerprint, report, as_json=json_)
    if robot != SIMULATED:
        if headless:
            raise InputError("--headless: somebody must watch a real robot, with a hand on the emergency stop.")
        if not sys.stdin.isatty():
            raise InputError("a real robot needs an operator at a terminal: run this command in one.")
        if not unrehearsed and not rehearsed(report, fingerprint):
            raise InputError(
                f"{report}: no rehearsal of this motion with this policy says go; run `genmimic deploy {file} "
                "--rehearse` first, or add --unrehearsed."
            )
        console.note("UNTESTED on a real robot. Gantry first, hand on the emergency stop; see docs/deploy.md.")
    return _run(
        track, tracker, robot, log or _fresh_log(file), domain, sim_options, viewer, headless=headless, as_json=json_
    )


def _load(file: Path, policy: str | None, *, abrupt: bool) -> tuple[Reference, Tracker]:
    from genmimic.deploy.control.trackers import PolicyTracker, ReferenceTracker
    from genmimic.deploy.lead.surround import lead
    from genmimic.motion.files import load_robot
    from genmimic.pipeline.policies import shipped
    from genmimic.sim.reference import prepare_reference

    if policy is None:
        student = shipped().get("student")
        policy = HELD if student is None else str(student)
        if student is None:
            console.note("no student policy is installed: the motion's own joints are sent to a robot on a gantry.")
    tracker = ReferenceTracker() if policy == HELD else PolicyTracker(policy)
    motion = load_robot(file)
    return prepare_reference(motion if abrupt else lead(motion).motion), tracker


def _fingerprint(file: Path, tracker: Tracker, *, abrupt: bool) -> str:
    from genmimic.deploy.control.trackers import PolicyTracker
    from genmimic.pipeline.fingerprint import file_hash

    policy = file_hash(Path(tracker.path)) if isinstance(tracker, PolicyTracker) else tracker.name
    return f"{file_hash(file)}-{policy}" + ("-abrupt" if abrupt else "")


def _fresh_log(file: Path) -> Path:
    return file.parent / "deploy" / time.strftime("%Y%m%d-%H%M%S")


def _rehearse(track: Reference, tracker: Tracker, fingerprint: str, path: Path, *, as_json: bool) -> int:
    from genmimic.deploy.rehearsal import gates
    from genmimic.deploy.rehearsal.dds_gate import DDS_GATES, dds_gate
    from genmimic.deploy.rehearsal.margins import motion_margins
    from genmimic.deploy.rehearsal.report import Rehearsal, as_text, save_rehearsal
    from genmimic.deploy.rehearsal.report import as_json as content

    results: list[Gate] = []

    def tried(gate: Gate) -> None:
        results.append(gate)
        console.note(f"{'pass' if gate.passed else 'FAIL'}  {gate.name}: {gate.sentence}")

    tried(gates.observation_gate(track, tracker))
    bare = gates.bare_gate(track, tracker)
    tried(bare)
    tried(gates.deployed_gate(track, tracker, bare))
    tried(gates.hard_gate(track, tracker))
    for name, options in DDS_GATES.items():
        tried(dds_gate(name, track, tracker, options))
    result = Rehearsal(
        track.motion.name, tracker.name, tracker.balances, fingerprint, tuple(results), motion_margins(track)
    )
    save_rehearsal(result, path)
    print(json.dumps(content(result)) if as_json else as_text(result))
    return 0 if result.go else NO_GO


def _run(
    track: Reference,
    tracker: Tracker,
    robot: str,
    log: Path,
    domain: int | None,
    sim_options: str,
    viewer: int | None,
    *,
    headless: bool,
    as_json: bool,
) -> int:
    from contextlib import ExitStack

    from genmimic.deploy.dds.link import connect
    from genmimic.deploy.operation.session import run_session
    from genmimic.deploy.rehearsal.dds_gate import hoist_of
    from genmimic.deploy.sim_robot.process import own_domain, simulated_robot

    if log.exists():
        raise InputError(f"{log}: exists already; --log names a new folder.")
    interface = "lo" if robot == SIMULATED else robot
    with ExitStack() as stack:
        if robot == SIMULATED:
            domain = own_domain() if domain is None else domain
            stack.enter_context(simulated_robot(domain, ["--hoist", hoist_of(tracker), *shlex.split(sim_options)]))
        console.note(f"looking for the robot on {interface}, DDS domain {domain or 0}")
        link, machine, released = connect(interface, domain or 0)
        console.note(f"a G1 {machine.name}" + (f", released from its own controller '{released}'" if released else ""))
        about = {"robot": robot, "machine": machine.name, "policy": str(getattr(tracker, "path", tracker.name))}
        outcome = run_session(link, track, tracker, log, about, headless=headless, port=viewer)
    causes = "; ".join(outcome.trips.values())
    told = {"trips": dict(outcome.trips), "frames": outcome.frames, "log": str(outcome.log)}
    if as_json:
        print(json.dumps(told))
    else:
        print(
            f"{track.motion.name}: {outcome.frames} of {len(track)} frames tracked" + (f"; {causes}" if causes else "")
        )
        print(f"  genmimic view {outcome.log}", flush=True)
    return STOPPED if outcome.trips else 0
