from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("onnx", reason="policies are built with onnx, which comes with the extra 'dev'")

from sim.motions import standing
from sim.tiny_policy import metadata, write_policy

from genmimic import rotation
from genmimic.deploy.control.trackers import PolicyTracker, ReferenceTracker
from genmimic.deploy.rehearsal.gates import Gate, bare_gate, deployed_gate, hard_gate, observation_gate
from genmimic.deploy.rehearsal.margins import motion_margins
from genmimic.deploy.rehearsal.report import Rehearsal, as_text, rehearsed, save_rehearsal
from genmimic.deploy.safety.limits import SafetyLimits
from genmimic.deploy.sim_robot.truth import truth_figures
from genmimic.motion.files import save_arrays
from genmimic.robot import constants
from genmimic.sim.reference import prepare_reference
from genmimic.tracking.observations import STUDENT

REFERENCE = prepare_reference(standing(0.4, wave=0.5))


@pytest.fixture(scope="module")
def falling(tmp_path_factory):
    """A policy of zeros holds the default pose, and so falls."""
    path = write_policy(tmp_path_factory.mktemp("policy") / "zeros.onnx", about=metadata(STUDENT))
    return PolicyTracker(path)


def test_the_held_reference_passes_its_gates():
    tracker = ReferenceTracker()
    bare = bare_gate(REFERENCE, tracker)
    gates = [observation_gate(REFERENCE, tracker), bare, deployed_gate(REFERENCE, tracker, bare)]
    gates.append(hard_gate(REFERENCE, tracker))
    assert [gate.passed for gate in gates] == [True] * 4
    assert set(gates[0].figures) == {name for name, _ in STUDENT}
    assert "held by a harness" in gates[1].sentence
    assert 0.0 < gates[3].figures["lmpkpe_cm"] < 10.0


def test_a_policy_that_falls_fails(falling):
    long = prepare_reference(standing(4.0))
    assert observation_gate(REFERENCE, falling).passed
    bare = bare_gate(long, falling)
    assert bare.passed is False
    deployed = deployed_gate(long, falling, bare)
    assert deployed.passed is False
    assert deployed.sentence.startswith("stopped: ")


def a_rehearsal(*passed: bool | None) -> Rehearsal:
    gates = tuple(Gate(f"gate {i}", one, "found") for i, one in enumerate(passed))
    return Rehearsal("standing", "reference", False, "abc", gates, motion_margins(REFERENCE))


@pytest.mark.parametrize(("passed", "go"), [((True, True), True), ((True, False), False), ((True, None), False)])
def test_only_gates_that_were_tried_and_passed_say_go(tmp_path, passed, go):
    report = a_rehearsal(*passed)
    assert report.go is go
    save_rehearsal(report, tmp_path / "rehearsal.json")
    assert rehearsed(tmp_path / "rehearsal.json", "abc") is go
    assert not rehearsed(tmp_path / "rehearsal.json", "another motion")
    text = as_text(report)
    assert text.splitlines()[-1].startswith("GO. " if go else "NO GO. ")
    assert "Nothing here has been tried on a real robot" in text
    content = json.loads((tmp_path / "rehearsal.json").read_text())
    assert [gate["passed"] for gate in content["gates"]] == list(passed)
    assert content["margins"]["joint_limit"]["joint"]


def test_no_report_says_go(tmp_path):
    assert not rehearsed(tmp_path / "rehearsal.json", "abc")
    (tmp_path / "rehearsal.json").write_text("{")
    assert not rehearsed(tmp_path / "rehearsal.json", "abc")


def truth_of(tmp_path, yaw=0.0, aside=0.0, **changes):
    """A record of a robot that did what the reference does, somewhere else, facing elsewhere, from 5 s on."""
    motion = REFERENCE.motion
    turn = rotation.from_axis_angle(np.array([0.0, 0.0, yaw]))
    record = {
        "stamp": 5.0 + np.arange(len(motion)) / 50,
        "root_pos_w": rotation.rotate(turn, motion.root_pos_w) + np.array([aside, 2.0 * aside, 0.0]),
        "root_quat_w": rotation.multiply(turn, motion.root_quat_w),
        "joint_pos": motion.joint_pos,
    }
    save_arrays(tmp_path / "truth.npz", record | changes)
    return truth_figures(tmp_path / "truth.npz", 5.0, REFERENCE)


def test_the_truth_is_judged_from_where_the_robot_began(tmp_path):
    exact = truth_of(tmp_path, yaw=2.0, aside=3.0)
    assert exact.mpkpe_cm == pytest.approx(0.0, abs=1e-6)
    assert exact.lmpkpe_cm == pytest.approx(0.0, abs=1e-6)
    assert exact.success
    drift = np.array(REFERENCE.motion.root_pos_w)
    drift[:, 0] += np.linspace(0.0, 0.6, len(drift))
    away = truth_of(tmp_path, root_pos_w=drift)
    assert away.largest_cm == pytest.approx(60.0)
    assert not away.success
    low = np.array(REFERENCE.motion.root_pos_w)
    low[10:, 2] = 0.2
    fallen = truth_of(tmp_path, root_pos_w=low)
    assert fallen.fall_time == pytest.approx(0.2)
    assert not fallen.success


def test_limits_leave_the_ordinary_alone():
    limits = SafetyLimits()
    assert (limits.lower < limits.upper).all()
    assert limits.tilt_from_reference < limits.tilt < math.pi / 2
    assert limits.late_steps * limits.step_time > limits.longest_step
    assert replace(limits, stop_torque=0.0).lower[0] == constants.JOINT_LOWER[0]
