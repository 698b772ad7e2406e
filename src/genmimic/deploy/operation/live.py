"""The live view in the terminal: phase, latency, temperatures, margins."""

from __future__ import annotations

import math
import multiprocessing
import os
import queue
import signal
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from rich.console import Console, Group
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from genmimic.deploy.control.controller import Step
from genmimic.deploy.control.phases import Phase
from genmimic.deploy.operation.loop import Timing
from genmimic.deploy.operation.operator import HELP
from genmimic.deploy.safety.limits import SafetyLimits
from genmimic.robot import constants
from genmimic.robot.names import JOINT_NAMES
from genmimic.sim.reference import Reference
from genmimic.sim.world import CONTROL_HZ
from genmimic.tracking.actions import pd_torque
from genmimic.tracking.terminations import tilt_from_reference

RATE, RATE_3D = 8.0, 25.0
"""Pictures per second, in the terminal and in the browser."""
PATIENCE = 5.0
"""Seconds that the last picture may take; the process may still be starting."""
UNTESTED = "untested on a real robot: gantry first, hand on the emergency stop"
_COLOUR = {Phase.TRACK: "green", Phase.TRIPPED: "bold white on red", Phase.PAUSED: "yellow"}


class LiveView:
    """An observer of `deploy.operation.loop.run_loop`; use as a context manager.

    A process of its own draws, from the newest step only: drawing in the loop's process would hold the loop up.
    """

    def __init__(
        self, reference: Reference, limits: SafetyLimits, title: str, *, port: int | None = None, shown: bool = True
    ) -> None:
        """Show nothing yet.

        Args:
            reference: What is tracked.
            limits: What the filter allows.
            title: One line: motion, robot, policy.
            port: Also serve a page with the robot in the browser there.
            shown: False draws into the void, to measure what it costs.
        """
        self._kinematics, self._period = reference.kinematics, 1.0 / (RATE if port is None else RATE_3D)
        self._worst = Timing(0.0, 0.0, 0.0, 0.0)
        self._due = float("-inf")
        context = multiprocessing.get_context("spawn")  # forking would copy the locks of the link's threads
        self._snapshots: Any = context.Queue(1)
        words = (self._snapshots, title, reference.motion.duration, limits, port, shown)
        self._process = context.Process(target=draw, args=words, name="genmimic-screen", daemon=True)

    def __call__(self, step: Step, timing: Timing) -> None:
        """Hand over the step if it is time for a new picture; never waits."""
        if step.phase is Phase.TRACK:
            both = zip(vars(self._worst).values(), vars(timing).values(), strict=True)
            self._worst = Timing(*(max(pair) for pair in both))
        if step.now >= self._due:
            self._due = step.now + self._period
            with suppress(queue.Full):
                pos_w, quat_w = self._kinematics.keypoint_pos_w, self._kinematics.keypoint_quat_w
                self._snapshots.put_nowait(Snapshot(step, timing, self._worst, pos_w[step.frame], quat_w[step.frame]))

    def __enter__(self) -> Self:
        """Begin to draw."""
        self._process.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the last picture on the screen."""
        with suppress(queue.Full):
            self._snapshots.put(None, timeout=PATIENCE)
        self._process.join(PATIENCE)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()


@dataclass(frozen=True)
class Snapshot:
    """What one picture is made from.

    Attributes:
        step: The newest step.
        timing: Its times.
        worst: The largest times while tracking.
        reference_pos_w: The reference's keypoints, (27, 3), metres.
        reference_quat_w: Their orientations, (27, 4); the pelvis comes first.
    """

    step: Step
    timing: Timing
    worst: Timing
    reference_pos_w: np.ndarray
    reference_quat_w: np.ndarray


def draw(snapshots: Any, title: str, duration: float, limits: SafetyLimits, port: int | None, shown: bool) -> None:
    """Draw what comes until None does, or the program that sends it is gone; runs in a process of its own."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the operator's Ctrl-C is meant for the deployment
    parent = multiprocessing.parent_process()  # not os.getppid(): it may have died while this process was starting
    with ExitStack() as stack:
        console = None
        if not shown:
            nowhere = stack.enter_context(Path(os.devnull).open("w"))
            console = Console(file=nowhere, force_terminal=True, width=100, height=30)
        scene = None
        if port is not None:
            from genmimic.deploy.operation.live_3d import Scene

            scene = Scene(port)
            stack.callback(scene.close)
            title = f"{title} · http://localhost:{scene.port}"
        live = stack.enter_context(Live(console=console, auto_refresh=False))
        due = 0.0
        while parent is None or parent.is_alive():
            with suppress(queue.Empty):
                snapshot = snapshots.get(timeout=1.0)
                if snapshot is None:
                    return
                if scene is not None:
                    scene.show(snapshot.step, snapshot.reference_pos_w, snapshot.reference_quat_w)
                if time.monotonic() >= due:
                    due = time.monotonic() + 1.0 / RATE
                    live.update(picture(title, duration, limits, snapshot), refresh=True)


def picture(title: str, duration: float, limits: SafetyLimits, snapshot: Snapshot) -> Panel:
    """What the screen shows."""
    step = snapshot.step
    head = Text.assemble(
        (f" {step.phase.upper()} ", _COLOUR.get(step.phase, "reverse")),
        f"  {step.frame / CONTROL_HZ:5.2f} / {duration:.2f} s   ",
        ("  ".join(step.trips.values()), "bold red"),
    )
    table = Table.grid(padding=(0, 2))
    for name, value in rows(limits, snapshot):
        table.add_row(Text(name, style="dim"), value)
    return Panel(Group(head, table, Text(HELP, style="dim")), title=title, subtitle=UNTESTED)


def rows(limits: SafetyLimits, snapshot: Snapshot) -> list[tuple[str, str]]:
    """Names and values of the table."""
    step, timing, worst = snapshot.step, snapshot.timing, snapshot.worst
    found = [
        ("compute", f"{1e3 * timing.compute:5.1f} ms   worst while tracking {1e3 * worst.compute:.1f} ms"),
        ("wake-up", f"{1e3 * timing.late:5.1f} ms late   worst {1e3 * worst.late:.1f} ms"),
    ]
    low = step.low_state
    if low is None or step.state is None:
        return [*found, ("state", "none yet")]
    heat, allowed = low.motor_temperature, math.degrees(limits.tilt_from_reference)
    hottest = int(np.nan_to_num(heat, nan=np.inf).argmax())
    room = np.minimum(low.joint_pos - constants.JOINT_LOWER, constants.JOINT_UPPER - low.joint_pos)
    tightest = int(np.nan_to_num(room, nan=-np.inf).argmin())
    tilt = float(tilt_from_reference(step.state.root_quat_w, snapshot.reference_quat_w[0]))
    battery = "unknown" if low.battery_voltage is None else f"{low.battery_voltage:.1f} V"
    found += [
        ("state", f"{1e3 * timing.state_age:5.1f} ms old   (trips at {1e3 * limits.state_age:.0f})"),
        ("motors", f"{heat[hottest]:5.0f} °C   {JOINT_NAMES[hottest]} (trips at {limits.temperature:.0f})"),
        ("tilt", f"{math.degrees(tilt):5.0f} °    from the reference (trips at {allowed:.0f})"),
        ("pelvis", f"{step.state.root_pos_w[2]:5.2f} m    above the feet (trips at {limits.pelvis_height:.2f})"),
        ("joint room", f"{room[tightest]:5.2f} rad  {JOINT_NAMES[tightest]}"),
        ("battery", battery),
    ]  # fmt: skip
    if step.command is not None and step.verdict is not None and step.verdict.clamped is not None:
        command, clamped = step.command, step.verdict.clamped
        torque = pd_torque(
            command.joint_pos, low.joint_pos, low.joint_vel, command.kp, command.kd, constants.EFFORT_LIMIT
        )
        share = np.abs(torque) / constants.EFFORT_LIMIT
        hardest = int(share.argmax())
        found.append(("torque asked", f"{100 * share[hardest]:5.0f} %    {JOINT_NAMES[hardest]}"))
        held = [int(getattr(clamped, name).sum()) for name in ("rate", "torque", "position")]
        found.append(("clamped joints", "rate {}, torque {}, position {}".format(*held)))
    return found
