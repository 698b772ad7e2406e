from __future__ import annotations

import os
import pty
import sys

import pytest

from genmimic.deploy.control.phases import Phase, Request
from genmimic.deploy.link import RemoteState
from genmimic.deploy.operation.operator import KEYS, REMOTE, Keyboard, Remote, Script, most_urgent


def test_the_most_urgent_request_wins():
    assert most_urgent([Request.START, Request.STOP, Request.EMERGENCY, Request.PAUSE]) is Request.EMERGENCY
    assert most_urgent([Request.START, Request.PAUSE]) is Request.PAUSE
    assert most_urgent([]) is None


def test_a_button_asks_once_when_it_goes_down():
    remote = Remote()
    assert remote.requests(RemoteState(frozenset({"A"}))) is Request.START
    assert remote.requests(RemoteState(frozenset({"A"}))) is None
    assert remote.requests(RemoteState(frozenset({"A", "L2"}))) is Request.EMERGENCY
    assert remote.requests(RemoteState()) is None
    assert remote.requests(RemoteState(frozenset({"up"}))) is None


@pytest.mark.parametrize("mapping", [KEYS, REMOTE])
def test_every_request_can_be_made(mapping):
    assert set(mapping.values()) == set(Request)


def test_a_script_starts_waits_and_stops():
    script, now, told = Script(ready=1.0, hold=0.5), 0.0, []
    course = [(Phase.CONNECT, 0.4), (Phase.DAMPING, 0.6), (Phase.SOFT_START, 3.0), (Phase.READY, 1.2)]
    course += [(Phase.TRACK, 2.0), (Phase.HOLD, 0.6), (Phase.SOFT_STOP, 2.0), (Phase.DAMPING, 0.6)]
    for phase, seconds in course:
        for _ in range(round(seconds / 0.02)):
            request = script.poll(phase, now)
            if request and (not told or told[-1] != (phase, request)):
                told.append((phase, request))
            now += 0.02
    assert told == [
        (Phase.DAMPING, Request.START),
        (Phase.READY, Request.START),
        (Phase.HOLD, Request.STOP),
        (Phase.DAMPING, Request.STOP),
    ]
    assert script.poll(Phase.TRIPPED, now) is Request.STOP


@pytest.mark.skipif(sys.platform == "win32", reason="terminals of another kind")
def test_single_keys_are_read_from_a_terminal_and_it_is_restored(monkeypatch):
    import termios

    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "r") as terminal:
        monkeypatch.setattr(sys, "stdin", terminal)
        before = termios.tcgetattr(terminal)
        with Keyboard() as keyboard:
            assert keyboard.poll(Phase.READY, 0.0) is None
            os.write(ours, b"sx")
            assert keyboard.poll(Phase.READY, 0.0) is Request.START
            os.write(ours, b"s ")
            assert keyboard.poll(Phase.TRACK, 0.0) is Request.EMERGENCY
        assert termios.tcgetattr(terminal) == before
    os.close(ours)


def test_without_a_terminal_no_key_is_pressed(monkeypatch, tmp_path):
    (tmp_path / "nothing").write_text("s")
    with (tmp_path / "nothing").open() as file:
        monkeypatch.setattr(sys, "stdin", file)
        with Keyboard() as keyboard:
            assert keyboard.poll(Phase.READY, 0.0) is None
