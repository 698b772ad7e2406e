"""How long a message takes to a robot and back, and how punctual the link is: as a process and as a thread.

python benchmarks/dds_link.py round-trip                one message at a time, echoed by another process
python benchmarks/dds_link.py jitter --seconds 60       500 messages a second while the program itself is busy

The other side is an echo, no simulation. Figures are of this machine's loopback: a cable adds some 0.1 ms.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import threading
import time

import numpy as np

from genmimic.deploy.dds import network
from genmimic.deploy.dds.link import DdsLink
from genmimic.deploy.dds.process import Desk, Exchange
from genmimic.deploy.link import LowCommand
from genmimic.deploy.messages.codec import encode_command
from genmimic.deploy.messages.machine import G1_23
from genmimic.deploy.messages.records import LOW_STATE, blank, seal
from genmimic.deploy.pacing import steady
from genmimic.deploy.sim_robot.process import own_domain
from genmimic.robot import constants

HOLD = LowCommand(constants.DEFAULT_JOINT_POS, constants.KP, constants.KD)


def echo(domain: int, stop) -> None:
    """Answer each command with a state that carries its first spare word, as soon as it comes."""
    participant = network.join("lo", domain)
    from genmimic.deploy.dds.topics import COMMAND_TOPIC, STATE_TOPIC, RecordReader, RecordWriter

    reader, writer = RecordReader(participant, COMMAND_TOPIC), RecordWriter(participant, STATE_TOPIC)
    state, beat = blank(LOW_STATE), 0
    state["mode_machine"] = 4
    with steady():
        while not stop.is_set():
            for message, _ in reader.take():
                state["tick"] = message["reserve"][0]
                writer.write(seal(state))
            beat += 1
            if beat % 20000 == 0:
                writer.write(seal(state))  # to be heard before the first command
            time.sleep(5e-5)


def round_trip(domain: int, count: int) -> None:
    participant = network.join("lo", domain)
    from genmimic.deploy.dds.topics import COMMAND_TOPIC, STATE_TOPIC, RecordReader, RecordWriter

    reader, writer = RecordReader(participant, STATE_TOPIC), RecordWriter(participant, COMMAND_TOPIC)
    while not writer.readers() or not reader.writers():
        time.sleep(0.01)
    time.sleep(0.5)
    times = []
    with steady():
        for number in range(1, count + 1):
            message = encode_command(HOLD, G1_23, 4)
            began = time.perf_counter()
            message["reserve"][0] = number
            writer.write(seal(message))
            while time.perf_counter() - began < 0.1:
                if any(int(state["tick"]) == number for state, _ in reader.take()):
                    times.append(time.perf_counter() - began)
                    break
                time.sleep(5e-5)
            time.sleep(0.002)
    shares = np.percentile(times, [50, 99, 99.9])
    print(f"round trip of {len(times)} of {count} messages: " + ", ".join(f"{1e3 * t:.2f}" for t in shares) + " ms")


def work(seconds: float, busy: bool, send) -> None:
    """50 commands a second; a busy program computes in Python in between, as one with a viewer does."""
    end, due = time.monotonic() + seconds, time.monotonic()
    while time.monotonic() < end:
        send(HOLD)
        due += 0.02
        while time.monotonic() < due:
            if busy:
                sum(range(20000))
            else:
                time.sleep(max(0.0, due - time.monotonic()))


def told(name: str, status) -> None:
    late = " | ".join(f"{1e3 * float(status[key]):.3f}" for key in ("p50", "p99", "p99.9", "largest"))
    rate = f"{int(status['overruns'])} of {int(status['sent'])}"
    print(f"| {name} | {late} | {rate} | {100 * float(status['cpu']):.0f} % |", flush=True)


def jitter(domain: int, seconds: float) -> None:
    print("| link | p50 ms | p99 ms | p99.9 ms | largest ms | late by 2 ms | CPU |\n|---|---|---|---|---|---|---|")
    for priority in (True, False):
        for busy in (False, True):
            link = DdsLink("lo", domain, priority=priority)
            work(seconds, busy, link.send)
            kind = "process" + (", real-time" if priority else "") + (", program busy" if busy else "")
            told(kind, link._desk.status.read()[1])
            link.close()
    for busy in (False, True):
        context = multiprocessing.get_context("spawn")
        desk = Desk(context.Event(), context.Queue(1))
        holder = DdsLink.__new__(DdsLink)
        holder._desk = desk
        exchange = Exchange(desk, "lo", domain)
        thread = threading.Thread(target=exchange.run, args=(False,))
        thread.start()
        work(seconds, busy, holder.send)
        told("thread" + (", program busy" if busy else ""), desk.status.read()[1])
        desk.stop.set()
        thread.join()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["round-trip", "jitter"])
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--count", type=int, default=3000)
    arguments = parser.parse_args()
    sys.setswitchinterval(0.005)  # Python's own default
    domain, context = own_domain(), multiprocessing.get_context("spawn")
    stop = context.Event()
    other = context.Process(target=echo, args=(domain, stop))
    other.start()
    try:
        if arguments.what == "round-trip":
            round_trip(domain, arguments.count)
        else:
            jitter(domain, arguments.seconds)
    finally:
        stop.set()
        other.join()


if __name__ == "__main__":
    main()
