"""A robot, real or simulated, on a DDS network."""

from __future__ import annotations

import atexit
import multiprocessing
import queue
import time
from dataclasses import dataclass

import numpy as np

from genmimic.deploy.dds.network import ROBOT_DOMAIN, join, require_dds
from genmimic.deploy.dds.process import COMMAND, JOINT_FIELDS, Desk, serve
from genmimic.deploy.link import LowCommand, LowState
from genmimic.deploy.messages.codec import decode_state
from genmimic.deploy.messages.machine import Machine, machine_of
from genmimic.errors import InputError

START_TIMEOUT = 60.0


@dataclass(frozen=True)
class LinkStatus:
    """How the link's process is doing.

    Attributes:
        others: Programs that have sent commands within the last second.
        announced: Programs that could, silent ones included.
        readers: Programs that listen to our commands.
        sent: Commands sent.
        heard: Messages heard of the robot.
        rejected: Of its messages, those with a wrong checksum or form.
        timed_out: How often no command came in time and the link sent damping by itself.
        real_time: Whether the process has a real-time priority.
        cpu: Share of one core that it uses.
        overruns: How often a message was late by 2 ms or more.
        lateness: Of the messages, seconds, by 'p50', 'p99', 'p99.9' and 'largest'.
    """

    others: int
    announced: int
    readers: int
    sent: int
    heard: int
    rejected: int
    timed_out: int
    real_time: bool
    cpu: float
    overruns: int
    lateness: dict[str, float]


class DdsLink:
    """Implements `deploy.link.RobotLink` through a process of its own (`deploy.dds.process`)."""

    def __init__(self, interface: str, domain: int = ROBOT_DOMAIN, *, priority: bool = True) -> None:
        """Start the process and join the network; nothing is sent before the first command.

        Args:
            interface: Network interface of the robot's cable, such as eth0; 'lo' for a robot on this machine.
            domain: 0 for a real robot.
            priority: Ask for a real-time priority.

        Raises:
            InputError: CycloneDDS is missing, or the network cannot be joined.
        """
        require_dds()
        # forking would copy the threads' locks of whatever the program has started before
        context = multiprocessing.get_context("spawn")
        self._desk = Desk(context.Event(), context.Queue(1))
        self.interface, self.domain = interface, domain
        self._process = context.Process(
            target=serve, args=(self._desk, interface, domain, priority), name="genmimic-dds", daemon=False
        )
        self._process.start()
        atexit.register(self.close)  # a program that ends without closing would wait for its child
        self._number, self._latest = 0, None
        self._wait_for_start()

    def latest(self) -> LowState | None:
        """See `RobotLink.latest`; at most 2 ms older than the newest message."""
        found = self._desk.state.read()
        if found is not None and found[0] != self._number:
            self._number, record = found
            self._latest = decode_state(record["message"], float(record["stamp"]))
        return self._latest

    def send(self, command: LowCommand) -> None:
        """See `RobotLink.send`."""
        record = np.zeros((), COMMAND)
        record["given_at"], record["enabled"] = time.monotonic(), command.enabled
        for name in JOINT_FIELDS:
            record[name] = getattr(command, name)
        self._desk.command.write(record)

    def others(self) -> int:
        """See `RobotLink.others`; a dead link counts as one, for nobody knows what the robot is told."""
        found = self._desk.status.read()
        return (0 if found is None else int(found[1]["others"])) + (not self.is_alive())

    def status(self) -> LinkStatus | None:
        """How the process is doing; None before its first report."""
        found = self._desk.status.read()
        if found is None:
            return None
        record = found[1]
        counts = ("others", "announced", "readers", "sent", "heard", "rejected", "timed_out", "overruns")
        return LinkStatus(
            **{name: int(record[name]) for name in counts},
            real_time=bool(record["real_time"]),
            cpu=float(record["cpu"]),
            lateness={name: float(record[name]) for name in ("p50", "p99", "p99.9", "largest")},
        )

    def is_alive(self) -> bool:
        """Whether the process is still there."""
        return self._process.is_alive()

    def close(self) -> None:
        """See `RobotLink.close`."""
        atexit.unregister(self.close)
        self._desk.stop.set()
        self._process.join(2.0)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()

    def _wait_for_start(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT
        while self.status() is None:
            try:
                raise InputError(self._desk.failure.get_nowait())
            except queue.Empty:
                pass
            if not self._process.is_alive() or time.monotonic() > deadline:
                self.close()
                raise InputError(f"the link to the robot on {self.interface} did not start; see the error above.")
            time.sleep(0.01)


def connect(
    interface: str, domain: int = ROBOT_DOMAIN, *, timeout: float = 10.0, release: bool = True, priority: bool = True
) -> tuple[DdsLink, Machine, str]:
    """Find a robot, check it, and switch its own controller off.

    Args:
        interface: See `DdsLink`.
        domain: See `DdsLink`.
        timeout: How long to wait for the robot, seconds.
        release: Switch the onboard controller off; without it a robot must already be in debug mode.
        priority: See `DdsLink`.

    Returns:
        The link, the build of the robot, and the name of the controller that was active, empty for none.

    Raises:
        InputError: No robot is heard, it is of no known build, it does not release, or somebody else commands it.
    """
    link = DdsLink(interface, domain, priority=priority)
    try:
        state = _first_state(link, timeout)
        machine = machine_of(state.mode_machine)
        released = _release(interface, domain) if release else ""
        _wait_for_silence(link)
    except BaseException:
        link.close()
        raise
    return link, machine, released


def _first_state(link: DdsLink, timeout: float) -> LowState:
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        state = link.latest()
        if state is not None:
            return state
        time.sleep(0.02)
    status = link.status()
    if status is not None and status.rejected:
        raise InputError(f"{status.rejected} messages of the robot had a wrong checksum and none a right one.")
    raise InputError(
        f"no robot is heard on {link.interface} (DDS domain {link.domain}) after {timeout:.0f} s: check that it is on, "
        "the cable, and that the interface has an address in the robot's network, 192.168.123.x."
    )


def _release(interface: str, domain: int) -> str:
    from genmimic.deploy.dds.motion_switcher import MotionSwitcher

    return MotionSwitcher(join(interface, domain)).release()


def _wait_for_silence(link: DdsLink, timeout: float = 3.0) -> None:
    """Nobody else may command the robot; a controller that was just released falls silent within a second."""
    time.sleep(0.2)
    deadline = time.monotonic() + timeout
    while link.others():
        if time.monotonic() > deadline:
            raise InputError(
                f"{link.others()} other program(s) on the network command this robot (rt/lowcmd): stop them first."
            )
        time.sleep(0.05)
