"""How punctual a deployment is over DDS, and what it does when something breaks; writes tables in Markdown.

python benchmarks/deploy_loop.py timing --minutes 10            loop and messages; --viewer with the screen drawn
python benchmarks/deploy_loop.py faults                         one short deployment per fault
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from genmimic.deploy.control.controller import DeployController
from genmimic.deploy.control.phases import Phase
from genmimic.deploy.control.trackers import PolicyTracker, ReferenceTracker
from genmimic.deploy.dds.link import connect
from genmimic.deploy.operation.live import LiveView
from genmimic.deploy.operation.log import Recorder
from genmimic.deploy.operation.loop import prompt, run_loop
from genmimic.deploy.operation.operator import Script
from genmimic.deploy.operation.replay import load_log
from genmimic.deploy.rehearsal.dds_gate import hoist_of
from genmimic.deploy.rehearsal.link_gate import timing_figures
from genmimic.deploy.safety.limits import SafetyLimits
from genmimic.deploy.sim_robot.process import own_domain, simulated_robot
from genmimic.motion.files import load_arrays, load_robot
from genmimic.motion.robot_motion import RobotMotion
from genmimic.sim.reference import prepare_reference

TRACKING = 9.9
"""Seconds from the first command until the motion begins, by the script: damping, soft start, hoist."""
WAIT = TRACKING + 1.5
FAULTS = {
    "5 % of the messages lost": ("--loss", "0.05"),
    "stall of 20 ms, both ways": ("--fault", f"stall@{WAIT}+0.02"),
    "stall of 100 ms, both ways": ("--fault", f"stall@{WAIT}+0.1"),
    "robot goes silent": ("--fault", f"silence@{WAIT}"),
    "NaN in a joint position": ("--fault", f"nan:0@{WAIT}"),
    "motor at 95 degrees": ("--fault", f"hot:95@{WAIT}"),
    "motor fault": ("--fault", f"motor:3@{WAIT}"),
    "second program sends commands": ("--fault", f"second-publisher@{WAIT}"),
    "all checksums wrong": ("--fault", f"bad-crc:1@{WAIT}"),
    "robot process killed": (),
    "deployment process killed": (),
    "link process killed": (),
}


def tracker_of(policy: str):
    return ReferenceTracker() if policy == "reference" else PolicyTracker(policy)


def back_and_forth(motion: RobotMotion, seconds: float) -> RobotMotion:
    """A motion played forwards and backwards until it lasts so long."""
    frames = np.concatenate([np.arange(len(motion)), np.arange(len(motion) - 2, 0, -1)])
    frames = np.resize(frames, round(seconds * motion.fps))
    names = ("root_pos_w", "root_quat_w", "joint_pos", "foot_contact", "confidence")
    return replace(motion, **{name: getattr(motion, name)[frames] for name in names})


def stolen_time() -> float:
    """Seconds that the host of a virtual machine has kept a processor from it when it had work (Linux; else 0)."""
    if sys.platform != "linux":
        return 0.0
    return int(Path("/proc/stat").read_text().split()[8]) / os.sysconf("SC_CLK_TCK")


def timing(file: Path, policy: str, minutes: float, viewer: bool) -> None:
    tracker = tracker_of(policy)
    reference = prepare_reference(back_and_forth(load_robot(file), 60.0 * minutes))
    # what would stop a robot is counted here instead, so that the measurement goes on
    patient = replace(SafetyLimits(), state_age=9.0, command_age=9.0, longest_step=9.0, late_steps=10**9)
    controller = DeployController(reference, tracker, patient)
    domain, timings, ages = own_domain(), [], []

    def watch(step, one) -> None:
        if step.phase is Phase.TRACK:
            timings.append(one)
            ages.append(one.state_age)

    with tempfile.TemporaryDirectory() as folder, simulated_robot(domain, ["--hoist", "keep"]), prompt():
        link, _, _ = connect("lo", domain)
        recorder = Recorder(Path(folder) / "log", {"tracker": tracker.name, "balances": tracker.balances})
        observers = [watch, lambda step, one: recorder.add(step, vars(one))]
        begun, cpu, stolen = time.monotonic(), time.process_time(), stolen_time()
        try:
            if viewer:
                with LiveView(reference, controller.limits, "benchmark", shown=False) as live:
                    last = run_loop(link, controller, [Script(ready=6.0)], [*observers, live])
            else:
                last = run_loop(link, controller, [Script(ready=6.0)], observers)
            share = (time.process_time() - cpu) / (time.monotonic() - begun)
            stolen = (stolen_time() - stolen) / (time.monotonic() - begun)
            status = link.status()
        finally:
            link.close()
            recorder.close()
    figures, limits = timing_figures(timings), SafetyLimits()
    stops = sum(one.state_age > limits.state_age or one.step_time > limits.longest_step for one in timings)
    late = 1e3 * np.percentile([one.late for one in timings], 100)
    print(f"{len(timings)} control steps ({len(timings) / 3000:.1f} min), screen {'on' if viewer else 'off'}, ", end="")
    print(f"{tracker.name}, {os.cpu_count()} cores, load {os.getloadavg()[1]:.1f}, trips {last.trips or 'none'}")
    print("| | p50 | p99 | p99.9 | largest |\n|---|---|---|---|---|")
    for name, what in (("compute", "compute, ms"), ("late", "wake-up, ms late")):
        row = [figures[f"{name}_p{share_:g}_ms"] for share_ in (50.0, 99.0, 99.9)]
        largest = 1e3 * max(getattr(one, name) for one in timings)
        print(f"| {what} | " + " | ".join(f"{value:.2f}" for value in (*row, largest)) + " |")
    aged = 1e3 * np.percentile(ages, [50, 99, 99.9, 100])
    print("| age of the state, ms | " + " | ".join(f"{value:.2f}" for value in aged) + " |")
    if status is not None:
        messages = [1e3 * status.lateness[name] for name in ("p50", "p99", "p99.9", "largest")]
        print("| 500 Hz commands, ms late | " + " | ".join(f"{value:.2f}" for value in messages) + " |")
        print(
            f"\nCPU: loop {100 * share:.0f} % of a core, link {100 * status.cpu:.0f} %; late by {late:.1f} ms at most"
        )
    print(f"the host took {100 * stolen:.2f} % of a core's time")
    print(f"steps in which the filter's limits on time would have stopped the robot: {stops}")


def faults(file: Path, policy: str, only: str) -> None:
    print("| what breaks | what happens | ms until damping is ordered / obeyed |\n|---|---|---|")
    for name, options in FAULTS.items():
        if only in name:
            print(f"| {name} | " + " | ".join(broken(file, policy, name, options)) + " |", flush=True)


def broken(file: Path, policy: str, name: str, options: tuple[str, ...]) -> tuple[str, str]:
    domain = own_domain()
    with tempfile.TemporaryDirectory() as folder:
        log, truth = Path(folder) / "log", Path(folder) / "truth.npz"
        words = ["--hoist", hoist_of(tracker_of(policy)), "--record", str(truth), *options]
        with simulated_robot(domain, words) as robot:
            command = [sys.executable, "-c", RUN, str(file), policy, str(log), str(domain)]
            deployment = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
            assert deployment.stdout is not None
            deployment.stdout.readline()  # it tracks
            time.sleep(1.5)
            killed = time.monotonic()
            if name == "robot process killed":
                robot.send_signal(signal.SIGKILL)
            elif name == "deployment process killed":
                deployment.send_signal(signal.SIGKILL)
            elif name == "link process killed":
                os.kill(link_process(deployment.pid), signal.SIGKILL)
            if name == "deployment process killed":
                time.sleep(2.0)
            else:
                deployment.wait(60)
            deployment.wait(5)
        return outcome(name, options, log, truth, killed)


RUN = """
import sys
from pathlib import Path
from genmimic.deploy.dds.link import connect
from genmimic.deploy.operation.operator import Script
from genmimic.deploy.control.phases import Phase
from genmimic.deploy.operation.session import run_session
from genmimic.deploy.control.trackers import PolicyTracker, ReferenceTracker
from genmimic.motion.files import load_robot
from genmimic.sim.reference import prepare_reference
file, policy, log, domain = sys.argv[1:]
if __name__ == "__main__":
    link, _, _ = connect("lo", int(domain))
    told = []
    class Telling(ReferenceTracker if policy == "reference" else PolicyTracker):
        def act(self, state, frame):
            if not told:
                told.append(print("tracking", flush=True))
            return super().act(state, frame)
    tracker = Telling() if policy == "reference" else Telling(policy)
    run_session(link, prepare_reference(load_robot(file)), tracker, Path(log), {"robot": "sim"}, headless=True)
"""


def link_process(parent: int) -> int:
    """The child of a deployment that exchanges messages with the robot (Linux)."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return next(int(child) for child in children if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes())


def outcome(name: str, options: tuple[str, ...], log: Path, truth: Path, killed: float) -> tuple[str, str]:
    """What happened in words, and the time from the fault until damping: ordered by us, obeyed by the robot."""
    events: list[dict] = []
    began = killed
    if (log / "about.json").is_file() and any(log.glob("steps_*.npz")):
        about, steps = load_log(log)
        events = [event for event in about["events"] if event["event"] == "trip"]
        if "--fault" in options:
            began = float(steps["now"][steps["sent"].argmax()]) + WAIT
    said = "; ".join(events[0]["causes"].values()) if events else "no trip: the motion goes on"
    if not events and name == "deployment process killed":
        said = "the link's own watchdog damps"
    ordered = f"{1e3 * (events[0]['now'] - began):.0f}" if events else "-"
    obeyed = "-"
    if truth.is_file():
        arrays = load_arrays(truth)
        damped = ~arrays["target_joint_pos"].any(-1) & (arrays["stamp"] > began)
        if damped.any() and (events or not log.is_dir() or killed != began or "--fault" not in options):
            obeyed = f"{1e3 * (arrays['stamp'][damped.argmax()] - began):.0f} +- 20"
    return said, f"{ordered} / {obeyed}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["timing", "faults"])
    parser.add_argument("--motion", type=Path, required=True, help="A reference.npz")
    parser.add_argument("--policy", default="reference")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--viewer", action="store_true")
    parser.add_argument("--only", default="", help="Only faults whose name contains this")
    told = parser.parse_args()
    if told.what == "timing":
        timing(told.motion, told.policy, told.minutes, told.viewer)
    else:
        faults(told.motion, told.policy, told.only)
