"""Over real DDS on this machine's loopback, against a simulated robot in another process."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from genmimic.deploy.dds.network import network_xml
from genmimic.deploy.link import LowCommand
from genmimic.deploy.sim_robot.process import own_domain, simulated_robot
from genmimic.errors import InputError
from genmimic.robot import constants

pytest.importorskip("cyclonedds.domain", reason="CycloneDDS is not installed: pip install 'genmimic[deploy]'")

DOMAIN = own_domain()
HOLD = LowCommand(constants.DEFAULT_JOINT_POS.copy(), constants.KP.copy(), constants.KD.copy())
OPTIONS = ["--hoist", "keep", "--no-priority", "--loss", "0.05", "--delay", "2"]


@pytest.fixture(scope="module")
def robot() -> Iterator[subprocess.Popen[str]]:
    with simulated_robot(DOMAIN, [*OPTIONS, "--fault", "second-publisher@0.5+0.5"]) as process:
        yield process


def until(condition: Callable[[], bool], timeout: float = 15.0) -> bool:
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)
    return True


def test_from_connection_to_farewell(robot: subprocess.Popen[str]) -> None:
    from genmimic.deploy.dds.link import connect

    link, machine, released = connect("lo", DOMAIN, priority=False)
    try:
        assert (machine.name, released) == ("23dof", "ai")
        others, ages = [], []
        end = time.monotonic() + 20.0
        # a second publisher comes after half a second and goes again
        while not (others[-1:] == [0] and 1 in others) and time.monotonic() < end:
            link.send(HOLD)
            time.sleep(0.02)
            others.append(link.others())
            state = link.latest()
            assert state is not None
            ages.append(time.monotonic() - state.stamp)
        status = link.status()  # at once: on a busy machine what follows takes longer than the link's patience
        assert others[0] == 0
        assert max(others) == 1
        assert others[-1] == 0
        assert np.median(ages) < 0.05
        assert np.abs(state.joint_pos - HOLD.joint_pos).max() < 0.2
        assert status is not None
        assert status.sent > 300
        assert status.heard > 300
        assert status.rejected == 0
        before = status.timed_out
        # the controller falls silent: the link brakes by itself, and the robot sags
        assert until(lambda: link.status().timed_out > before, 15.0)
        assert until(lambda: np.abs(link.latest().joint_pos - HOLD.joint_pos).max() > 0.2, 15.0)
        link._process.kill()
        assert until(lambda: not link.is_alive())
        assert link.others() >= 1
    finally:
        link.close()


def test_a_killed_program_leaves_a_braked_robot(robot: subprocess.Popen[str]) -> None:
    from genmimic.deploy.dds.network import join
    from genmimic.deploy.dds.topics import COMMAND_TOPIC, RecordReader

    reader = RecordReader(join("lo", DOMAIN), COMMAND_TOPIC, 64)
    script = Path(__file__).with_name("orphan.py")
    process = subprocess.Popen([sys.executable, str(script), str(DOMAIN)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    newest: list[np.ndarray] = []

    def heard(held: bool) -> bool:
        newest.extend(message for message, _ in reader.take())
        return bool(newest) and bool(newest[-1]["motor_cmd"]["kp"][0] > 0) == held

    assert until(lambda: heard(True))
    process.kill()
    killed = time.monotonic()
    assert until(lambda: heard(False), 2.0)
    assert time.monotonic() - killed < 1.0
    assert newest[-1]["motor_cmd"]["kd"][0] == 8.0
    process.wait()
    # the orphan goes on for a while and then ends by itself
    time.sleep(1.0)
    assert reader.take()

    def silent() -> bool:
        time.sleep(0.2)
        return not reader.take()

    assert until(silent, 10.0)


def test_no_robot() -> None:
    from genmimic.deploy.dds.link import connect

    with pytest.raises(InputError, match="no robot is heard on lo"):
        connect("lo", DOMAIN + 1, timeout=0.3, priority=False)


def test_without_cyclonedds(monkeypatch: pytest.MonkeyPatch) -> None:
    from genmimic.deploy.dds.link import DdsLink

    monkeypatch.setitem(sys.modules, "cyclonedds.domain", None)
    with pytest.raises(InputError, match=r"pip install 'genmimic\[deploy\]'"):
        DdsLink("lo", DOMAIN)


def test_no_such_interface() -> None:
    from genmimic.deploy.dds.link import DdsLink

    with pytest.raises(InputError, match="cannot join DDS domain"):
        DdsLink("nowhere7", DOMAIN + 2, priority=False)
    with pytest.raises(InputError, match="network interface"):
        network_xml("eth0'/><x y='")
