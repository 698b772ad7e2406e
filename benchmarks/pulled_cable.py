"""Two computers and the cable between them, on one: what happens when it is pulled and plugged in again.

Needs Linux and root: two network namespaces joined by a virtual cable, with a robot's addresses and multicast, so that
nothing but a real network card is missing. Simulates the 29-DoF build.

python benchmarks/pulled_cable.py
"""

from __future__ import annotations

import os
import subprocess
import sys
import time

import numpy as np

from genmimic.deploy.dds.link import connect
from genmimic.deploy.link import LowCommand
from genmimic.robot import constants

HOLD = LowCommand(constants.DEFAULT_JOINT_POS, constants.KP, constants.KD)
PULLED = 2.0


def shell(command: str) -> None:
    subprocess.run(command, shell=True, check=True)


def command_for(link, seconds: float) -> np.ndarray:
    """Send commands; ages of the newest state, seconds."""
    ages, end = [], time.monotonic() + seconds
    while time.monotonic() < end:
        link.send(HOLD)
        time.sleep(0.02)
        ages.append(time.monotonic() - link.latest().stamp)
    return np.array(ages)


def main() -> None:
    if "--inside" not in sys.argv:
        os.execvp("unshare", ["unshare", "-n", sys.executable, __file__, "--inside"])
    shell("ip link set lo up")
    other = subprocess.Popen(["unshare", "-n", "sleep", "120"])
    time.sleep(0.5)
    shell(f"ip link add pc0 type veth peer name robot0 && ip link set robot0 netns {other.pid}")
    shell("ip addr add 192.168.123.222/24 dev pc0 && ip link set pc0 up")
    inside = f"nsenter -t {other.pid} -n "
    shell(f"{inside}ip link set lo up && {inside}ip addr add 192.168.123.161/24 dev robot0")
    shell(f"{inside}ip link set robot0 up")
    words = "-m genmimic sim-robot --interface robot0 --mode-machine 5 --hoist keep --seconds 60"
    robot = subprocess.Popen([*inside.split(), sys.executable, *words.split()], stderr=subprocess.PIPE, text=True)
    assert robot.stderr is not None
    robot.stderr.readline()
    try:
        link, machine, released = connect("pc0")
        print(f"connected to a {machine.name}, released '{released}'")
        before = command_for(link, 3.0)
        shell("ip link set pc0 down")
        pulled = command_for(link, PULLED)
        shell("ip link set pc0 up")
        plugged = time.monotonic()
        while time.monotonic() - link.latest().stamp > 0.05 and time.monotonic() - plugged < 30.0:
            command_for(link, 0.02)
        back = time.monotonic() - plugged
        after = command_for(link, 3.0)
        oldest = [f"{1e3 * ages.max():.0f} ms" for ages in (before, pulled, after)]
        print(f"oldest state before, while and after it was pulled: {', '.join(oldest)}")
        print(f"heard again {1e3 * back:.0f} ms after it was plugged in; {link.status()}")
        link.close()
    finally:
        robot.terminate()
        print(robot.communicate()[1].strip())
        other.terminate()


if __name__ == "__main__":
    main()
