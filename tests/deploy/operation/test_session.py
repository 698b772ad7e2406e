"""Whole sessions and the link's gate, on a simulated robot whose clock the test advances."""

from __future__ import annotations

import json

import pytest
from sim.motions import standing

from genmimic.deploy.control.trackers import ReferenceTracker
from genmimic.deploy.operation.replay import load_log
from genmimic.deploy.operation.session import run_session
from genmimic.deploy.rehearsal.link_gate import link_gate
from genmimic.deploy.sim_robot.faults import Fault, FaultKind
from genmimic.deploy.sim_robot.loopback_link import LoopbackClock, LoopbackLink
from genmimic.deploy.sim_robot.robot import SimRobotOptions
from genmimic.errors import InputError
from genmimic.sim.record import load_rollout
from genmimic.sim.reference import prepare_reference
from genmimic.view.playback import load_playback

REFERENCE = prepare_reference(standing(0.5, wave=0.8))


def robot(*faults):
    return LoopbackLink(SimRobotOptions(hoist="keep", faults=faults, physics_hz=500))


def session(link, log):
    return run_session(
        link, REFERENCE, ReferenceTracker(), log, {"robot": "sim"}, headless=True, clock=LoopbackClock(link)
    )


def test_a_session_leaves_a_log_that_the_viewer_shows(tmp_path, capsys):
    outcome = session(robot(), tmp_path / "log")
    assert (dict(outcome.trips), outcome.frames) == ({}, len(REFERENCE))
    told = capsys.readouterr().err.splitlines()
    assert told[0] == "genmimic: connect"
    assert told[-1] == "genmimic: done"
    playback = load_playback(tmp_path / "log")
    assert playback.sentences[0].startswith("Log of reference on sim, not stopped")
    assert not playback.held  # a real gantry's force is not measured
    with pytest.raises(InputError, match="cannot hold a new log"):
        session(robot(), tmp_path / "log")


def test_a_stopped_session_tells_why_and_keeps_what_came_after(tmp_path):
    outcome = session(robot(Fault(FaultKind.HOT, 99.0, start=2.0)), tmp_path / "log")
    assert list(outcome.trips) == ["temperature"]
    about, log = load_log(tmp_path / "log")
    assert [event["event"] for event in about["events"]] == ["trip"]
    assert "degrees" in json.dumps(about["events"][0]["causes"])
    assert not log["kp"][-1].any()
    assert "degrees" in load_rollout(tmp_path / "log" / "robot.npz").fall_reason


def test_the_links_gate_passes_and_fails():
    link = robot()
    gate = link_gate("loopback", link, REFERENCE, ReferenceTracker(), clock=LoopbackClock(link), ready=0.2)
    assert gate.passed
    assert 0.1 < gate.figures["lmpkpe_cm"] < 5.0
    link = robot(Fault(FaultKind.SILENCE, start=2.0))
    gate = link_gate("loopback", link, REFERENCE, ReferenceTracker(), clock=LoopbackClock(link), ready=0.2)
    assert not gate.passed
    assert "old" in gate.sentence
