"""A deployment inside a simulation: its own path changes nothing, and its filter watches."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("onnx", reason="policies are built with onnx, which comes with the extra 'dev'")

from sim.motions import standing
from sim.tiny_policy import metadata, write_policy

from genmimic.deploy.control.phases import Phase
from genmimic.deploy.control.trackers import PolicyTracker, ReferenceTracker
from genmimic.deploy.rehearsal.lockstep import Deployed
from genmimic.deploy.rehearsal.observation_probe import ObservationProbe
from genmimic.errors import InputError
from genmimic.robot import constants
from genmimic.sim.gantry import Gantry
from genmimic.sim.policy import Policy
from genmimic.sim.rollout import SimConfig, simulate
from genmimic.sim.world import Physics
from genmimic.tracking.observations import STUDENT, TEACHER
from genmimic.tracking.terms import GOAL_FUTURE


@pytest.fixture(scope="module")
def student(tmp_path_factory):
    """A linear network of the student's inputs; it sees everything a little and falls slowly."""
    about = metadata(STUDENT)
    weight = 0.02 * np.random.default_rng(5).standard_normal((about.observation_size, 23)) / 10.0
    return write_policy(tmp_path_factory.mktemp("policy") / "student.onnx", weight, about=about)


def test_a_deployed_policy_does_what_the_bare_one_does(student):
    motion = standing(0.6, wave=0.5)
    bare, deployed = Policy(student), Deployed(PolicyTracker(student))
    one, other = simulate(motion, bare), simulate(motion, deployed)
    assert deployed.trips == {}
    assert not any(step.verdict.clamped.torque.any() for step in deployed.steps)
    np.testing.assert_allclose(other.target_joint_pos, one.target_joint_pos, atol=1e-4)
    np.testing.assert_allclose(other.root_pos_w, one.root_pos_w, atol=1e-4)
    assert np.abs(one.action).max() > 0.05  # the policy does something


def test_the_held_reference_is_followed_without_a_trip_with_noise_and_delay():
    deployed = Deployed(ReferenceTracker(), noise=1.0)
    rollout = simulate(standing(1.0, wave=0.8), deployed, SimConfig(physics=Physics(delay_steps=2)))
    assert deployed.trips == {}
    assert [step.phase for step in deployed.steps] == [Phase.TRACK] * len(rollout)
    assert rollout.held
    assert np.abs(rollout.joint_pos - rollout.reference_joint_pos).max() < 0.3


def test_a_policy_that_falls_is_stopped_before_it_lies(student):
    deployed = Deployed(PolicyTracker(student))
    rollout = simulate(standing(3.0), deployed)
    assert set(deployed.trips) <= {"tilt", "reference_tilt", "pelvis_height"}
    assert deployed.trips
    tripped = [step.phase for step in deployed.steps].index(Phase.TRIPPED)
    assert rollout.root_pos_w[tripped, 2] > 0.3


def test_observations_from_sensors_are_those_of_training():
    probe = ObservationProbe(Gantry(), STUDENT, GOAL_FUTURE, constants.DEFAULT_JOINT_POS, constants.ACTION_SCALE)
    simulate(standing(0.4, wave=0.8), probe)
    differences = probe.differences()
    assert [one.term for one in differences] == [name for name, _ in STUDENT]
    assert all(one.agrees for one in differences)
    assert all(one.scale > 0.0 for one in differences)


def test_so_are_those_of_policies_that_see_estimated_states():
    layout = (*STUDENT, ("goal_keypoint_diff", 1), ("keypoint_lin_vel", 1))
    words = (layout, GOAL_FUTURE, constants.DEFAULT_JOINT_POS, constants.ACTION_SCALE)
    probe, naive = ObservationProbe(Gantry(), *words, estimated=True), ObservationProbe(Gantry(), *words)
    for one in (probe, naive):
        simulate(standing(0.4, wave=0.8), one)
    assert all(one.agrees for one in probe.differences())
    assert not all(one.agrees for one in naive.differences())


def test_what_no_sensor_tells_is_seen_to_differ():
    probe = ObservationProbe(Gantry(), TEACHER, GOAL_FUTURE, constants.DEFAULT_JOINT_POS, constants.ACTION_SCALE)
    simulate(standing(0.4, wave=0.8), probe)
    hidden = {one.term for one in probe.differences() if not one.agrees}
    assert {"foot_force", "keypoint_lin_vel"} <= hidden
    assert not hidden & {name for name, _ in STUDENT}


def test_a_teacher_is_refused(tmp_path):
    path = write_policy(tmp_path / "teacher.onnx", about=metadata(TEACHER))
    with pytest.raises(InputError, match=r"teacher.onnx: observes keypoint_pos, keypoint_lin_vel, .*foot_force") as one:
        PolicyTracker(path)
    assert "projected_gravity_b" not in str(one.value)


def test_positions_may_be_seen_by_policies_that_learned_from_estimated_ones(tmp_path):
    layout = (*STUDENT, ("goal_keypoint_diff", 1))
    about = metadata(layout, estimated_state=True)
    tracker = PolicyTracker(write_policy(tmp_path / "student.onnx", about=about))
    deployed = Deployed(tracker)
    simulate(standing(0.1), deployed)
    assert deployed.trips == {}
    with pytest.raises(InputError, match="observes goal_keypoint_diff, which no sensor"):
        PolicyTracker(write_policy(tmp_path / "naive.onnx", about=metadata(layout)))
