"""Against Unitree's own C++ types, in another process: `far-unitree-sdk` 0.1.8 over CycloneDDS 0.10.2.

It wants a Python of its own, for it brings a DDS library that must not meet ours in one process. To run these tests:
    python3.11 -m venv /tmp/far && /tmp/far/bin/pip install far-unitree-sdk==0.1.8
    GENMIMIC_FAR_SDK_PYTHON=/tmp/far/bin/python python -m pytest tests/deploy/dds/test_interoperability.py
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from deploy.messages.random_messages import random_low_state

from genmimic.deploy.link import LowCommand
from genmimic.deploy.messages.codec import encode_command
from genmimic.deploy.messages.machine import G1_29
from genmimic.deploy.messages.records import is_intact, seal
from genmimic.robot.names import SDK_MOTOR_INDICES

pytest.importorskip("cyclonedds.domain", reason="CycloneDDS is not installed: pip install 'genmimic[deploy]'")
PYTHON = os.environ.get("GENMIMIC_FAR_SDK_PYTHON", "")
pytestmark = pytest.mark.skipif(not PYTHON, reason="GENMIMIC_FAR_SDK_PYTHON names no Python with far-unitree-sdk")
ROUNDS = 50
COMMAND_FIELDS = {"q_target": "q", "dq_target": "dq", "kp": "kp", "kd": "kd", "tau_ff": "tau"}


class Peer:
    """The other process."""

    def __init__(self, xml: str) -> None:
        script = Path(__file__).with_name("far_sdk_peer.py")
        self.process = subprocess.Popen(
            [PYTHON, str(script), xml], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd="/"
        )
        self.said: list[str] = []
        assert self._answer()["ready"]

    def ask(self, do: str, during: Callable[[], None] = lambda: None, **request: Any) -> dict[str, Any]:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"do": do, **request}) + "\n")
        self.process.stdin.flush()
        during()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith("{"):
                return json.loads(line)
            self.said.append(line.strip())
        raise AssertionError(f"the SDK's process ended with {self.process.wait()}: {self.said}")

    def complaints(self) -> list[str]:
        return [line for line in self.said if "ERROR" in line]


@pytest.fixture(scope="module")
def participant() -> Iterator[Any]:
    """Domain 0, the only one that the SDK knows, on ports that no robot and no other program uses."""
    from cyclonedds.domain import Domain, DomainParticipant

    domain = Domain(0, isolated())
    yield DomainParticipant(0)
    del domain


def isolated() -> str:
    from genmimic.deploy.dds.network import network_xml

    return network_xml("lo").replace("</Discovery>", "<Ports><Base>23400</Base></Ports></Discovery>")


@pytest.fixture(scope="module")
def peer(participant: Any) -> Iterator[Peer]:
    one = Peer(isolated())
    yield one
    assert one.process.stdin is not None
    one.process.stdin.close()
    one.process.wait(10.0)


def single(values: np.ndarray) -> list[float]:
    return values.astype(np.float32).astype(np.float64).tolist()


def test_it_takes_our_commands(participant: Any, peer: Peer) -> None:
    from genmimic.deploy.dds.topics import COMMAND_TOPIC, RecordWriter

    rng, writer = np.random.default_rng(0), RecordWriter(participant, COMMAND_TOPIC)
    until(lambda: writer.readers() > 0)
    for _ in range(ROUNDS):
        command = LowCommand(*(rng.normal(size=23) for _ in range(5)))
        message = encode_command(command, G1_29, 5, rng.normal(size=6))
        wanted = float(message["motor_cmd"]["q"][0])
        heard = peer.ask("read_command", during=lambda m=message: repeat(lambda: writer.write(m)), wanted=wanted)
        for theirs, ours in COMMAND_FIELDS.items():
            np.testing.assert_array_equal(heard[theirs], message["motor_cmd"][ours][:29].astype(np.float64))
        np.testing.assert_allclose(np.take(heard["q_target"], SDK_MOTOR_INDICES), single(command.joint_pos), rtol=1e-6)
    assert peer.complaints() == []


def test_it_complains_of_a_wrong_checksum(participant: Any, peer: Peer) -> None:
    """So that its silence in the other tests means something."""
    from genmimic.deploy.dds.topics import COMMAND_TOPIC, RecordWriter

    writer = RecordWriter(participant, COMMAND_TOPIC)
    until(lambda: writer.readers() > 0)
    message = encode_command(LowCommand.damping(), G1_29, 5)
    message["crc"] ^= 1
    repeat(lambda: writer.write(message))
    peer.ask("read_command", wanted=1e6)
    assert any("low_cmd CRC Error" in line for line in peer.complaints())
    peer.said.clear()


def test_it_takes_our_states(participant: Any, peer: Peer) -> None:
    from genmimic.deploy.dds.topics import STATE_TOPIC, RecordWriter

    rng, writer = np.random.default_rng(1), RecordWriter(participant, STATE_TOPIC)
    until(lambda: writer.readers() > 0)
    for _ in range(ROUNDS):
        message = random_low_state(rng)
        wanted = float(message["motor_state"]["q"][0])
        heard = peer.ask("read_state", during=lambda m=message: repeat(lambda: writer.write(m)), wanted=wanted)
        motors, imu = message["motor_state"][:29], message["imu_state"]
        assert heard["mode_machine"] == int(message["mode_machine"])
        for theirs, ours in (("q", "q"), ("dq", "dq"), ("tau_est", "tau_est"), ("voltage", "vol")):
            np.testing.assert_array_equal(heard[theirs], motors[ours].astype(np.float64))
        np.testing.assert_array_equal(heard["temperature"], motors["temperature"][:, 0])
        for theirs, ours in (
            ("quat", "quaternion"),
            ("omega", "gyroscope"),
            ("accel", "accelerometer"),
            ("rpy", "rpy"),
        ):
            np.testing.assert_array_equal(heard[theirs], imu[ours].astype(np.float64))
    assert peer.complaints() == []


def test_we_take_its_commands(participant: Any, peer: Peer) -> None:
    from genmimic.deploy.dds.topics import COMMAND_TOPIC, OtherCommanders, RecordReader

    rng, reader, others = (
        np.random.default_rng(2),
        RecordReader(participant, COMMAND_TOPIC),
        OtherCommanders(participant),
    )
    for _ in range(ROUNDS):
        values = {name: single(rng.normal(size=29)) for name in COMMAND_FIELDS}
        peer.ask("write_command", **values)
        message = awaited(reader, lambda m, q=values["q_target"][0]: float(m["motor_cmd"]["q"][0]) == q)
        assert is_intact(message)
        for theirs, ours in COMMAND_FIELDS.items():
            np.testing.assert_array_equal(message["motor_cmd"][ours][:29].astype(np.float64), values[theirs])
        assert (message["motor_cmd"]["mode"][:29] == 1).all()
        assert seal(message.copy())["crc"] == message["crc"]
    assert reader.malformed == 0
    assert others.count() == 1


def test_we_take_its_states(participant: Any, peer: Peer) -> None:
    from genmimic.deploy.dds.topics import STATE_TOPIC, RecordReader

    rng, reader = np.random.default_rng(3), RecordReader(participant, STATE_TOPIC)
    until(lambda: reader.writers() > 0)
    for tick in range(ROUNDS):
        values = {name: single(rng.normal(size=29)) for name in ("q", "dq", "tau_est", "voltage")}
        values["temperature"] = rng.integers(20, 90, 29).tolist()
        values |= {"quat": single(rng.normal(size=4))}
        values |= {name: single(rng.normal(size=3)) for name in ("omega", "accel", "rpy")}
        peer.ask("write_state", mode_machine=5, tick=tick, **values)
        message = awaited(reader, lambda m, t=tick: int(m["tick"]) == t)
        assert is_intact(message)
        np.testing.assert_array_equal(message["motor_state"]["q"][:29].astype(np.float64), values["q"])
        np.testing.assert_array_equal(message["motor_state"]["temperature"][:29, 0], values["temperature"])
        np.testing.assert_array_equal(message["imu_state"]["quaternion"].astype(np.float64), values["quat"])
        np.testing.assert_array_equal(message["imu_state"]["rpy"].astype(np.float64), values["rpy"])
    assert reader.malformed == 0


def test_its_motion_switcher_answers_us(participant: Any, peer: Peer) -> None:
    from genmimic.deploy.dds.motion_switcher import RELEASE_MODE, MotionSwitcher

    peer.ask("answer_switcher")
    switcher = MotionSwitcher(participant)
    assert switcher.active() == ""
    switcher._call(RELEASE_MODE, 5.0)
    assert switcher.release() == ""


def repeat(write: Callable[[], None], times: int = 10) -> None:
    """Messages are best effort: once may be too few."""
    for _ in range(times):
        write()
        time.sleep(0.002)


def until(condition: Callable[[], bool], timeout: float = 10.0) -> None:
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, "nobody was found on the network"
        time.sleep(0.01)


def awaited(reader: Any, wanted: Callable[[np.ndarray], bool], timeout: float = 5.0) -> np.ndarray:
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        for message, _ in reader.take():
            if wanted(message):
                return message
        time.sleep(0.001)
    raise AssertionError("the message has not come")
