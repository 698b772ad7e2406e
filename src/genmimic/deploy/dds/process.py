"""The process that talks to the robot, 500 times a second, whatever the program that controls it is doing.

It is a process of its own, not a thread, because Python runs one thread at a time: a policy, a viewer or a garbage
collection would delay its messages. And it outlives its parent: if that is killed, the robot is braked and sinks down.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from genmimic.deploy.dds.muffled import muffle_stderr
from genmimic.deploy.dds.shared_slot import SharedSlot
from genmimic.deploy.link import LowCommand
from genmimic.deploy.messages.records import LOW_STATE, is_intact
from genmimic.deploy.messages.sender import Sender
from genmimic.deploy.pacing import Pacer, steady
from genmimic.errors import InputError

PUBLISH_HZ = 500
ORPHAN_TIME = 5.0
"""An orphan goes on damping the robot for so long, seconds."""
FAREWELL_TIME = 0.1
"""At the end of a link the robot is damped for so long, seconds; then it is left to its firmware."""

JOINT_FIELDS = ("joint_pos", "joint_vel", "kp", "kd", "feedforward")
COMMAND = np.dtype([("given_at", "<f8"), ("enabled", "u1"), *((name, "<f8", 23) for name in JOINT_FIELDS)])
STATE = np.dtype([("stamp", "<f8"), ("message", LOW_STATE)])
STATUS = np.dtype(
    [
        ("others", "<i4"),
        ("announced", "<i4"),
        ("readers", "<i4"),
        ("sent", "<u8"),
        ("heard", "<u8"),
        ("rejected", "<u8"),
        ("timed_out", "<u8"),
        ("real_time", "u1"),
        ("cpu", "<f8"),
        ("overruns", "<u8"),
        ("largest", "<f8"),
        ("p50", "<f8"),
        ("p99", "<f8"),
        ("p99.9", "<f8"),
    ]
)


@dataclass(frozen=True)
class Desk:
    """What the two processes share.

    Attributes:
        command: Newest command, from the parent.
        state: Newest message of the robot, from the child.
        status: How the child is doing.
        stop: Event by which the parent ends it.
        failure: Queue of one sentence, if the child could not begin.
    """

    stop: Any
    failure: Any
    command: SharedSlot = field(default_factory=lambda: SharedSlot(COMMAND))
    state: SharedSlot = field(default_factory=lambda: SharedSlot(STATE))
    status: SharedSlot = field(default_factory=lambda: SharedSlot(STATUS))


def serve(desk: Desk, interface: str, domain: int, priority: bool) -> None:
    """Run the process until `desk.stop`, or `ORPHAN_TIME` after the parent has died."""
    # the keyboard's Ctrl-C goes to all processes of a terminal: it is the parent who decides what becomes of the robot
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: desk.stop.set())
    muffle_stderr()
    # the threads that CycloneDDS starts inherit the priority: without it a busy computer delays them by 50 ms
    with steady(priority=priority) as real_time:
        try:
            exchange = Exchange(desk, interface, domain)
        except InputError as error:
            desk.failure.put(str(error))
            return
        exchange.run(real_time)


class Exchange:
    """Messages between a desk and the network."""

    def __init__(self, desk: Desk, interface: str, domain: int) -> None:
        """Join the network.

        Raises:
            InputError: It cannot be joined.
        """
        from genmimic.deploy.dds import network

        participant = network.join(interface, domain)
        from genmimic.deploy.dds.topics import COMMAND_TOPIC, STATE_TOPIC, OtherCommanders, RecordReader, RecordWriter

        self._desk, self._sender = desk, Sender()
        self._writer, self._reader = RecordWriter(participant, COMMAND_TOPIC), RecordReader(participant, STATE_TOPIC)
        self._others = OtherCommanders(participant)
        self._given, self._sent, self._heard, self._rejected = 0, 0, 0, 0
        # not os.getppid(): the parent may have died while this process was starting
        parent = multiprocessing.parent_process()
        self._parent = os.getppid() if parent is None else parent.pid

    def run(self, real_time: bool) -> None:
        """Beat until told to stop."""
        pacer, beat, orphan_since, began_cpu = Pacer(1.0 / PUBLISH_HZ), 0, None, time.process_time()
        began = time.monotonic()
        while not self._desk.stop.is_set():
            now = pacer.wait()
            self._send(now)
            self._listen(now)
            if beat % 10 == 0:
                cpu = (time.process_time() - began_cpu) / (now - began)
                self._report(pacer, real_time, cpu)
            if orphan_since is None and beat % 50 == 0 and os.getppid() != self._parent:
                orphan_since = now
            if orphan_since is not None and now - orphan_since > ORPHAN_TIME:
                return
            beat += 1
        self._farewell(pacer)

    def _send(self, now: float) -> None:
        found = self._desk.command.read()
        if found is not None and found[0] != self._given:
            self._given, record = found
            joints = {name: record[name].copy() for name in JOINT_FIELDS}
            self._sender.give(LowCommand(**joints, enabled=bool(record["enabled"])), float(record["given_at"]))
        message = self._sender.message(now, 1.0 / PUBLISH_HZ)
        if message is not None:
            self._writer.write(message)
            self._sent += 1

    def _listen(self, now: float) -> None:
        newest = None
        for message, _ in self._reader.take():
            if is_intact(message):
                newest = message
                self._heard += 1
            else:
                self._rejected += 1
        if newest is not None:
            self._sender.hear(newest)
            record = np.zeros((), STATE)
            record["stamp"], record["message"] = now, newest
            self._desk.state.write(record)

    def _report(self, pacer: Pacer, real_time: bool, cpu: float) -> None:
        status = np.zeros((), STATUS)
        status["others"], status["announced"] = self._others.count(), self._others.announced()
        status["readers"], status["real_time"], status["cpu"] = self._writer.readers(), real_time, cpu
        status["sent"], status["heard"] = self._sent, self._heard
        status["rejected"] = self._rejected + self._reader.malformed
        status["timed_out"] = self._sender.timed_out
        status["overruns"], status["largest"] = pacer.lateness.overruns, pacer.lateness.largest
        for name, value in pacer.lateness.percentiles().items():
            status[name] = value
        self._desk.status.write(status)

    def _farewell(self, pacer: Pacer) -> None:
        if self._sent == 0:
            return
        end = time.monotonic() + FAREWELL_TIME
        while time.monotonic() < end:
            now = pacer.wait()
            self._sender.give(LowCommand.damping(), now)
            self._send(now)
