"""The live view in the terminal: phase, latency, temperatures, margins.

It runs in a thread of its own and reads the newest step only, so that a slow terminal delays nothing.
"""

from __future__ import annotations

import math
import threading
from types import TracebackType
from typing import Self

import numpy as np
from rich.console import Group
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from genmimic.deploy.controller import Step
from genmimic.deploy.loop import Timing
from genmimic.deploy.operator import HELP
from genmimic.deploy.phases import Phase
from genmimic.deploy.safety_limits import SafetyLimits
from genmimic.robot import constants
from genmimic.robot.names import JOINT_NAMES
from genmimic.sim.reference import Reference
from genmimic.sim.world import CONTROL_HZ
from genmimic.tracking.actions import pd_torque
from genmimic.tracking.terminations import tilt_from_reference

RATE = 8.0
"""Pictures per second."""
UNTESTED = "untested on a real robot: gantry first, hand on the emergency stop"
_COLOUR = {Phase.TRACK: "green", Phase.TRIPPED: "bold white on red", Phase.PAUSED: "yellow"}


class LiveView:
    """An observer of `deploy.loop.run_loop`; use as a context manager."""

    def __init__(self, reference: Reference, limits: SafetyLimits, title: str) -> None:
        """Show nothing yet.

        Args:
            reference: What is tracked.
            limits: What the filter allows; bars are shares of these.
            title: One line: motion, robot, policy.
        """
        self._reference, self._limits, self._title = reference, limits, title
        self._newest: tuple[Step, Timing] | None = None
        self._worst = Timing(0.0, 0.0, 0.0, 0.0)
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._draw, name="deploy-live", daemon=True)

    def __call__(self, step: Step, timing: Timing) -> None:
        """Take the newest step."""
        if step.phase is Phase.TRACK:
            worst = self._worst
            self._worst = Timing(*(max(a, b) for a, b in zip(vars(worst).values(), vars(timing).values(), strict=True)))
        self._newest = step, timing

    def __enter__(self) -> Self:
        """Begin to draw."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Draw the last step and leave it on the screen."""
        self._closing.set()
        self._thread.join()

    def _draw(self) -> None:
        with Live(refresh_per_second=RATE, auto_refresh=False) as live:
            last = False
            while not last:
                last = self._closing.wait(1.0 / RATE)
                if self._newest is not None:
                    step, timing = self._newest
                    live.update(
                        picture(self._title, self._reference, self._limits, step, timing, self._worst), refresh=True
                    )


def picture(title: str, reference: Reference, limits: SafetyLimits, step: Step, timing: Timing, worst: Timing) -> Panel:
    """What the screen shows of a step."""
    head = Text.assemble(
        (f" {step.phase.upper()} ", _COLOUR.get(step.phase, "reverse")),
        f"  {step.frame / CONTROL_HZ:5.2f} / {(len(reference) - 1) / CONTROL_HZ:.2f} s   ",
        ("  ".join(step.trips.values()), "bold red"),
    )
    table = Table.grid(padding=(0, 2))
    for name, value in rows(reference, limits, step, timing, worst):
        table.add_row(Text(name, style="dim"), value)
    return Panel(Group(head, table, Text(HELP, style="dim")), title=title, subtitle=UNTESTED)


def rows(
    reference: Reference, limits: SafetyLimits, step: Step, timing: Timing, worst: Timing
) -> list[tuple[str, str]]:
    """Names and values of the table."""
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
    tilt = float(tilt_from_reference(step.state.root_quat_w, reference.motion.root_quat_w[step.frame]))
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
