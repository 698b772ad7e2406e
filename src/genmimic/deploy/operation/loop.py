"""The loop that runs a deployment in real time, 50 steps a second."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from genmimic.deploy.control.controller import DeployController, Step
from genmimic.deploy.control.phases import Phase, Request
from genmimic.deploy.link import RobotLink
from genmimic.deploy.operation.operator import Operator, Remote, most_urgent
from genmimic.deploy.pacing import steady
from genmimic.sim.world import CONTROL_HZ

SWITCH_INTERVAL = 2e-4
"""Longest time for which a thread of the screen or the log keeps the interpreter from the loop, seconds."""


WARM_UP_LEAD = 4e-3
"""So long before a step is due the loop wakes up and computes one that it forgets, seconds; then it stays awake."""


@dataclass(frozen=True)
class Timing:
    """When a control step ran, seconds.

    Attributes:
        late: From when it was due until it began: the wake-up's jitter.
        state_age: Age of the robot's state when it was read; NaN if there is none.
        compute: From reading the state until its command was handed to the link.
        step_time: From the beginning of the step before until this one's.
    """

    late: float
    state_age: float
    compute: float
    step_time: float


Observer = Callable[[Step, Timing], None]


class Clock(Protocol):
    """What time it is for a link, and waiting."""

    def now(self) -> float:
        """Seconds, on the clock of `LowState.stamp`."""
        ...

    def wait_until(self, due: float) -> None:
        """Let time pass until `due`, if it lies ahead."""
        ...


class RealTime:
    """The clock on the wall."""

    def now(self) -> float:
        """Seconds."""
        return time.monotonic()

    def wait_until(self, due: float) -> None:
        """Sleep."""
        time.sleep(max(0.0, due - time.monotonic()))


def run_loop(
    link: RobotLink,
    controller: DeployController,
    operators: list[Operator],
    observers: list[Observer],
    seconds: float = float("inf"),
    clock: Clock | None = None,
) -> Step:
    """Run until the operator ends it; see `Phase.DONE`.

    Args:
        link: The robot.
        controller: What decides.
        operators: Where requests come from besides the robot's remote.
        observers: Called after each step's command has been handed over; what they take is not in `compute`, but a
            slow one makes the next step late.
        seconds: End after this time at the latest, with damping.
        clock: The link's clock; real time by default.

    Returns:
        The last step.
    """
    period, remote = 1.0 / CONTROL_HZ, Remote()
    clock = clock or RealTime()
    with prompt(real_time=isinstance(clock, RealTime)):
        begin = due = before = clock.now()
        while True:
            if isinstance(clock, RealTime):
                _warm_up(clock, due, link, controller)
            clock.wait_until(due)
            now = clock.now()
            low = link.latest()
            asked = [operator.poll(controller.phase, now) for operator in operators]
            asked.append(None if low is None else remote.requests(low.remote))
            request = most_urgent([one for one in asked if one is not None])
            if now - begin > seconds:
                request = Request.STOP
            step_time = now - before if before > begin else period
            step = controller.step(now, low, request, step_time=step_time, others=link.others(), clock=clock.now)
            if step.command is not None:
                link.send(step.command)
            compute = clock.now() - now
            timing = Timing(now - due, float("nan") if low is None else now - low.stamp, compute, step_time)
            for observer in observers:
                observer(step, timing)
            if step.phase is Phase.DONE:
                return step
            before = now
            # a step that came late does not make the next ones hurry: two commands at once help nobody
            due = max(due + period, clock.now() - 0.5 * period)


def _warm_up(clock: RealTime, due: float, link: RobotLink, controller: DeployController) -> None:
    """Wait until a step is due so that its code, data and processor are ready for it."""
    if clock.now() > due - WARM_UP_LEAD:
        return  # late already
    clock.wait_until(due - WARM_UP_LEAD)
    controller.warm_up(clock.now(), link.latest(), others=link.others())
    while clock.now() < due:
        pass


@contextmanager
def prompt(*, real_time: bool = True) -> Iterator[None]:
    """Everything that keeps a loop punctual.

    No garbage collection, a real-time priority where it is granted, and threads that give way to the loop at once.
    Threads that write logs or draw are to be started inside, so that they inherit the priority: one that is
    interrupted by another program while it holds the interpreter would hold up the loop.
    """
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_INTERVAL)
    try:
        with steady(priority=real_time):
            yield
    finally:
        sys.setswitchinterval(before)
