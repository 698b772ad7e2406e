import math

import numpy as np
import pytest

from genmimic.deploy.sim_robot.channel import Channel
from genmimic.deploy.sim_robot.faults import Fault, FaultKind, active, parse_fault
from genmimic.errors import InputError


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("drop:0.3@5+2", Fault(FaultKind.DROP, 0.3, 5.0, 2.0)),
        ("drop", Fault(FaultKind.DROP, 0.05)),
        ("second-publisher@1.5", Fault(FaultKind.SECOND_PUBLISHER, 0.0, 1.5)),
        ("mode-machine:5+1", Fault(FaultKind.MODE_MACHINE, 5.0, 0.0, 1.0)),
    ],
)
def test_read(text: str, fault: Fault) -> None:
    assert parse_fault(text) == fault


@pytest.mark.parametrize("text", ["", "flood", "drop:x", "drop@", "drop:1.2.3", "drop 0.1"])
def test_nonsense_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="--fault"):
        parse_fault(text)


def test_time() -> None:
    faults = (Fault(FaultKind.HOT, 90.0, 1.0, 2.0), Fault(FaultKind.DROP, 0.5))
    assert active(faults, FaultKind.HOT, 0.9) is None
    assert active(faults, FaultKind.HOT, 1.0) is faults[0]
    assert active(faults, FaultKind.HOT, 3.0) is None
    assert active(faults, FaultKind.DROP, 1e9) is faults[1]
    assert active(faults, FaultKind.DROP, -math.inf) is None  # before the first command


def test_channel_delays_and_keeps_order() -> None:
    channel = Channel(delay=0.01)
    for index in range(5):
        channel.put(np.array(index), 0.002 * index)
    assert channel.take(0.009) == []
    assert [int(m) for m in channel.take(0.014)] == [0, 1, 2]
    assert [int(m) for m in channel.take(1.0)] == [3, 4]


def test_channel_loses_the_share_that_it_should() -> None:
    channel = Channel(loss=0.2, seed=1)
    for index in range(5000):
        channel.put(np.array(index), 0.0, more_loss=0.5)
    assert len(channel.take(0.0)) == pytest.approx(5000 * 0.8 * 0.5, rel=0.06)
