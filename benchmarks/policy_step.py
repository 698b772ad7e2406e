"""How long one robot's policy step takes on one core, and whether memory grows over an hour of steps.

    python benchmarks/policy_step.py                          # the package's policies
    python benchmarks/policy_step.py student.onnx --steps 20000 --json step.json

A step is what the robot does every 20 ms: for a policy that knows itself by its own sensors the estimate of its state,
then the observation with its history, the network, and joint targets from its output. States come from a simulation
that ran before, so that no physics is timed; simulated sensors' reading, which a robot does not compute, is timed too.
CPU time of the process is what counts: waiting for a core does not, but other work on the machine still slows every
step, by the caches that it takes.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import json
import os
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

from genmimic.motion.robot_motion import RobotMotion
from genmimic.pipeline.policies import shipped
from genmimic.robot.model import default_qpos
from genmimic.robot.names import JOINT_NAMES
from genmimic.sim.policy import Policy
from genmimic.sim.reference import Reference, prepare_reference
from genmimic.sim.rollout import simulate
from genmimic.sim.world import CONTROL_HZ, World
from genmimic.tracking.state import RobotState

HOUR = 3600 * CONTROL_HZ
BUDGET_MS = 1.0
WARM_UP = 2000


def waving(seconds: float = 4.0) -> RobotMotion:
    """Both arms wave while the robot stands."""
    frames = round(seconds * CONTROL_HZ) + 1
    qpos, phase = default_qpos(), 3.0 * np.arange(frames) / CONTROL_HZ
    joint_pos = np.tile(qpos[7:], (frames, 1))
    for side, sign in (("left", 1.0), ("right", -1.0)):
        joint_pos[:, JOINT_NAMES.index(f"{side}_shoulder_roll_joint")] += sign * (0.6 - 0.5 * np.cos(phase))
    root_pos, root_quat = np.tile(qpos[:3], (frames, 1)), np.tile(qpos[3:7], (frames, 1))
    ones = np.ones((frames, 2))
    return RobotMotion("waving", CONTROL_HZ, root_pos, root_quat, joint_pos, ones, ones[:, 0])


class Recorder:
    """A controller that keeps the states that another one was given."""

    def __init__(self, policy: Policy) -> None:
        self._policy, self.states = policy, []
        self.name, self.gains, self.held = policy.name, policy.gains, policy.held
        self.reset, self.harness = policy.reset, policy.harness

    def act(self, state: RobotState, frame: int) -> np.ndarray:
        self.states.append(state)
        return self._policy.act(state, frame)


def resident_kib() -> int:
    """Memory of this process that is in use."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1])
    raise RuntimeError("no VmRSS in /proc/self/status")


def measure(path: Path, reference: Reference, steps: int) -> dict[str, Any]:
    """Time the steps of one policy."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    recorder = Recorder(Policy(path, noise=None, goal_noise=0.0))
    simulate(reference.motion, recorder)
    policy, parameters = Policy(path, noise=None, goal_noise=0.0), World().parameters()
    policy.reset(reference, parameters)
    states, seconds = recorder.states, np.full(steps, np.nan)  # filled, so that it has its memory before
    for step in range(WARM_UP):
        policy.act(states[step % len(states)], step % len(states))
    gc.collect()
    before = resident_kib()
    for step in range(steps):
        frame = step % len(states)
        began = time.process_time_ns()
        policy.act(states[frame], frame)
        seconds[step] = 1e-9 * (time.process_time_ns() - began)
    gc.collect()
    p1, p50, p99, p999 = 1e3 * np.percentile(seconds, [1.0, 50.0, 99.0, 99.9])
    return {
        "policy": path.stem,
        "sha256": digest,
        "inputs": policy.metadata.observation_size,
        "steps": steps,
        "p1_ms": p1,
        "p50_ms": p50,
        "p99_ms": p99,
        "p999_ms": p999,
        "growth_kib": resident_kib() - before,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("policies", nargs="*", type=Path, help="ONNX files; the package's own by default")
    parser.add_argument("--steps", type=int, default=HOUR, help="control steps; by default an hour's")
    parser.add_argument("--json", type=Path, help="write the figures there, too")
    options = parser.parse_args()
    load, reference = os.getloadavg()[0], prepare_reference(waving())
    columns = ("policy", "inputs", "steps", "p1 ms", "p50 ms", "p99 ms", "p99.9 ms", "memory growth KiB")
    print(f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}", flush=True)
    rows = []
    for path in options.policies or shipped().values():
        rows.append(row := measure(path, reference, options.steps))
        times = (f"{row[name]:.3f}" for name in ("p1_ms", "p50_ms", "p99_ms", "p999_ms"))
        cells = (row["policy"], str(row["inputs"]), str(row["steps"]), *times, str(row["growth_kib"]))
        print(f"| {' | '.join(cells)} |", flush=True)
    machine = (
        f"CPU time on one core of {os.cpu_count()}, {cpu_name()}; load {load:.1f} when it began, "
        f"{os.getloadavg()[0]:.1f} at its end"
    )
    print(f"\n{machine}. Budget: {BUDGET_MS:g} ms at p99.")
    if options.json:
        options.json.write_text(json.dumps({"machine": machine, "rows": rows}, indent=2) + "\n")


def cpu_name() -> str:
    """The processor's name for people."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "unknown")


if __name__ == "__main__":
    main()
