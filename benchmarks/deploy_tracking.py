"""Whether a policy tracks over DDS as it does in process, with and without a lead-in; writes a table in Markdown.

    python benchmarks/deploy_tracking.py out/*/reference.npz                     in process and in lockstep
    python benchmarks/deploy_tracking.py out/*/reference.npz --dds 2             and over DDS, in real time, twice

In process, the robot begins in the first frame's pose and velocity: in the middle of the movement, or, led, at rest. In
lockstep and over DDS it is the simulated robot on its hoist, from connection to soft stop. A rollout counts if the
robot neither falls nor is 0.5 m away, on average over its keypoints, anywhere: in lead-in and lead-out, too. Errors are
those of the clip's own frames.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from genmimic.deploy.control.phases import Phase
from genmimic.deploy.control.trackers import PolicyTracker
from genmimic.deploy.lead.surround import lead
from genmimic.deploy.rehearsal.dds_gate import dds_gate, hoist_of
from genmimic.deploy.rehearsal.link_gate import link_gate
from genmimic.deploy.sim_robot.loopback_link import LoopbackClock, LoopbackLink
from genmimic.deploy.sim_robot.robot import SimRobotOptions
from genmimic.deploy.sim_robot.truth import TruthFigures, figures_of
from genmimic.motion.files import load_robot
from genmimic.pipeline.policies import shipped
from genmimic.sim.policy import Policy
from genmimic.sim.reference import Reference, prepare_reference
from genmimic.sim.rollout import simulate

NOISE = 0.05
"""Share of table 8's sensor noise in process: about what the simulated robot's IMU has."""
LOST = TruthFigures(mpkpe_cm=np.nan, lmpkpe_cm=np.nan, largest_cm=np.inf, fall_time=np.nan)


def in_process(policy: str, reference: Reference, clip: slice, seed: int) -> TruthFigures:
    done = simulate(reference.motion, Policy(policy, noise=NOISE, goal_noise=0.0, seed=seed))
    return figures_of(done.root_pos_w, done.root_quat_w, done.joint_pos, reference, clip)


def in_lockstep(policy: str, reference: Reference, clip: slice, seed: int, ready: float) -> TruthFigures:
    """The simulated robot on its hoist, in this process: the messages are the same bytes; no network, no clock."""
    tracker = PolicyTracker(policy)
    link = LoopbackLink(SimRobotOptions(hoist=hoist_of(tracker), seed=seed))
    truths = []

    def watch(step, timing) -> None:
        if step.phase is Phase.TRACK:
            truths.append(link.robot.body.truth())

    gate = link_gate("lockstep", link, reference, tracker, [watch], LoopbackClock(link), ready)
    if not gate.passed:
        return LOST
    arrays = [
        np.array([getattr(truth, name) for truth in truths]) for name in ("root_pos_w", "root_quat_w", "joint_pos")
    ]
    return figures_of(*arrays, reference, clip)


def over_dds(policy: str, reference: Reference, clip: slice, seed: int) -> TruthFigures:
    gate = dds_gate("over DDS", reference, PolicyTracker(policy), ("--seed", str(seed)), clip)
    figures = gate.figures.get("truth")
    if not isinstance(figures, dict) or gate.figures["trips"]:
        return LOST
    return TruthFigures(**{name: value for name, value in figures.items() if name != "success"})


def table(files: list[Path], policy: str, seeds: int, dds: int, ready: float) -> None:
    ways: dict[str, tuple[bool, int, Callable[..., TruthFigures]]] = {
        "in process, from the middle": (False, seeds, in_process),
        "in lockstep, from the first pose at rest": (False, seeds, partial(in_lockstep, ready=ready)),
        "led, in process": (True, seeds, in_process),
        "led, in lockstep": (True, seeds, partial(in_lockstep, ready=ready)),
        "led, over DDS": (True, dds, over_dds),
    }
    ways = {name: way for name, way in ways.items() if way[1]}
    print("| motion | " + " | ".join(ways) + " |\n|---|" + "---|" * len(ways), flush=True)
    found: dict[str, list[TruthFigures]] = {name: [] for name in ways}
    for file in files:
        motion = load_robot(file)
        led = lead(motion)
        tracks = {False: (prepare_reference(motion), slice(None)), True: (prepare_reference(led.motion), led.clip)}
        cells = []
        for name, (with_lead, count, run) in ways.items():
            figures = [run(policy, *tracks[with_lead], seed) for seed in range(count)]
            found[name] += figures
            cells.append(cell(figures))
        print(f"| {motion.name} | " + " | ".join(cells) + " |", flush=True)
    print("| **all** | " + " | ".join(f"**{cell(figures)}**" for figures in found.values()) + " |")
    print(f"\n{policy}, load {os.getloadavg()[1]:.1f}")


def cell(figures: list[TruthFigures]) -> str:
    """Successes of rollouts; global and local keypoint error of those that were not stopped, cm."""
    errors = np.nanmean([(one.mpkpe_cm, one.lmpkpe_cm) for one in figures], axis=0)
    successes = sum(one.success for one in figures)
    return f"{successes}/{len(figures)}: {errors[0]:.1f}, {errors[1]:.1f}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("motions", type=Path, nargs="+")
    parser.add_argument("--policy", default=str(shipped().get("student", "")), help="By default the shipped student")
    parser.add_argument("--seeds", type=int, default=4, help="Rollouts a motion in process and in lockstep")
    parser.add_argument("--dds", type=int, default=0, help="Rollouts a motion over DDS, in real time")
    parser.add_argument("--ready", type=float, default=3.0, help="Seconds in the first pose, in lockstep")
    told = parser.parse_args()
    table(told.motions, told.policy, told.seeds, told.dds, told.ready)
