from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from deploy.control.kinematic_robot import KinematicRobot
from sim.motions import standing

from genmimic import rotation
from genmimic.deploy.control.controller import DeployController, smooth
from genmimic.deploy.control.phases import SOFT_START_TIME, Phase, Request
from genmimic.deploy.control.trackers import ReferenceTracker
from genmimic.deploy.link import DAMPING_KD
from genmimic.robot import constants
from genmimic.sim.reference import prepare_reference

REFERENCE = prepare_reference(standing(1.0, wave=0.8))
FRAMES = len(REFERENCE)


@pytest.fixture
def robot():
    return KinematicRobot(DeployController(REFERENCE, ReferenceTracker()), joint_pos=np.zeros(23))


def phases(robot):
    """Phases without repeats, in order."""
    seen = [step.phase for step in robot.steps]
    return [phase for phase, before in zip(seen, [None, *seen], strict=False) if phase is not before]


def test_from_connection_to_the_end(robot):
    robot.to_track()
    robot.until(Phase.HOLD)
    robot.until(Phase.DAMPING, Request.STOP)
    robot.until(Phase.DONE, Request.STOP)
    assert phases(robot) == [
        Phase.CONNECT, Phase.DAMPING, Phase.SOFT_START, Phase.READY, Phase.TRACK, Phase.HOLD, Phase.SOFT_STOP,
        Phase.DAMPING, Phase.DONE,
    ]  # fmt: skip
    tracked = [step for step in robot.steps if step.phase is Phase.TRACK]
    assert [step.frame for step in tracked] == list(range(FRAMES))
    assert not any(step.trips for step in robot.steps)


def test_nothing_is_sent_before_the_robot_has_been_heard_for_a_while(robot):
    first = robot.controller.step(9.9, None)
    assert (first.phase, first.command) == (Phase.CONNECT, None)
    connecting = [step for _ in range(15) for step in [robot.step()] if step.phase is Phase.CONNECT]
    assert len(connecting) in (10, 11)  # 0.2 s
    assert all(step.command is None for step in connecting)
    np.testing.assert_array_equal(robot.step().command.kd, DAMPING_KD)
    assert not robot.step().command.kp.any()


def test_the_soft_start_takes_three_seconds_without_a_jump_in_target_or_stiffness(robot):
    robot.until(Phase.DAMPING)
    robot.until(Phase.READY, Request.START)
    soft = [step for step in robot.steps if step.phase is Phase.SOFT_START]
    assert len(soft) == pytest.approx(SOFT_START_TIME * 50, abs=1)
    targets = np.array([step.command.joint_pos for step in soft])
    np.testing.assert_allclose(targets[0], np.clip(0.0, robot.controller.limits.lower, robot.controller.limits.upper))
    distance = np.abs(REFERENCE.motion.joint_pos[0]).max()
    assert np.abs(np.diff(targets, axis=0)).max() < 1.6 * distance / len(soft)
    stiffness = np.array([step.command.kp[0] for step in soft]) / constants.KP[0]
    assert stiffness[0] == 0.0
    assert np.diff(stiffness).max() < 0.04
    assert stiffness[60] == 1.0
    np.testing.assert_allclose(robot.steps[-1].command.joint_pos, REFERENCE.motion.joint_pos[0], atol=1e-3)


def test_the_soft_stop_lets_stiffness_fade(robot):
    robot.to_track()
    robot.until(Phase.DAMPING, Request.STOP)
    fading = [step.command.kp[0] / constants.KP[0] for step in robot.steps if step.phase is Phase.SOFT_STOP]
    assert len(fading) == pytest.approx(100, abs=1)
    assert fading[0] == 1.0
    assert (np.diff(fading) < 0.0).sum() >= 98
    assert fading[-1] < 1e-3


@pytest.mark.parametrize("stopping", [True, False])
def test_legs_may_give_way_during_the_soft_stop_only(robot, stopping):
    robot.to_track()
    folded = np.array(constants.DEFAULT_JOINT_POS)
    folded[[0, 3, 6, 9]] = [-2.0, 2.6, -2.0, 2.6]
    if stopping:
        robot.step(Request.STOP)
    robot.spoil = lambda low: replace(low, joint_pos=folded)
    assert list(robot.step().trips) == ([] if stopping else ["pelvis_height"])


def test_a_pause_holds_the_frame_and_goes_on_with_it(robot):
    robot.to_track()
    for _ in range(20):
        robot.step()
    paused = robot.step(Request.PAUSE)
    assert (paused.phase, paused.frame) == (Phase.PAUSED, 21)
    for _ in range(30):
        still = robot.step()
    np.testing.assert_allclose(still.command.joint_pos, REFERENCE.motion.joint_pos[21])
    assert robot.step(Request.PAUSE).frame == 21
    robot.until(Phase.HOLD)
    tracked = [step.frame for step in robot.steps if step.phase is Phase.TRACK]
    assert tracked == list(range(FRAMES))


def test_the_motion_can_be_run_again_from_hold(robot):
    robot.to_track()
    robot.until(Phase.HOLD)
    robot.until(Phase.READY, Request.START)
    assert robot.until(Phase.TRACK, Request.START).frame == 0
    robot.until(Phase.HOLD)


def test_the_robots_heading_becomes_the_references():
    robot = KinematicRobot(DeployController(REFERENCE, ReferenceTracker()), yaw=2.0)
    track = robot.to_track()
    np.testing.assert_allclose(
        rotation.angle_between(track.state.root_quat_w, REFERENCE.motion.root_quat_w[0]), 0.0, atol=1e-6
    )
    robot.quat = rotation.from_axis_angle(np.array([0.0, 0.0, 2.3]))
    later = robot.step()
    np.testing.assert_allclose(rotation.to_axis_angle(later.state.root_quat_w), [0.0, 0.0, 0.3], atol=1e-9)


@pytest.mark.parametrize("phase", [Phase.SOFT_START, Phase.READY, Phase.TRACK, Phase.PAUSED, Phase.HOLD])
def test_the_emergency_stop_damps_in_the_same_step_from_every_phase(robot, phase):
    robot.until(Phase.DAMPING)
    if phase is Phase.SOFT_START:
        robot.step(Request.START)
    elif phase is Phase.READY:
        robot.until(Phase.READY, Request.START)
    else:
        robot.until(Phase.READY, Request.START)
        robot.step(Request.START)
        if phase is Phase.PAUSED:
            robot.step(Request.PAUSE)
        elif phase is Phase.HOLD:
            robot.until(Phase.HOLD)
    assert robot.controller.phase is phase
    step = robot.step(Request.EMERGENCY)
    assert step.phase is Phase.TRIPPED
    assert not step.command.kp.any()
    assert "emergency" in step.trips
    for request in (Request.START, Request.PAUSE, None):  # it latches
        assert robot.step(request).phase is Phase.TRIPPED
    assert robot.step(Request.STOP).phase is Phase.DONE


def test_the_emergency_stop_works_before_anything_moves(robot):
    robot.until(Phase.DAMPING)
    step = robot.step(Request.EMERGENCY)
    assert (step.phase, list(step.trips)) == (Phase.TRIPPED, ["emergency"])


def test_a_fault_of_the_robot_damps_in_the_same_step(robot):
    robot.to_track()
    robot.spoil = lambda low: replace(low, motor_temperature=np.full(23, 120.0))
    step = robot.step()
    assert list(step.trips) == ["temperature"]
    assert not step.command.kp.any()
    robot.spoil = lambda low: low
    assert robot.step().trips == step.trips


def test_an_error_of_the_controller_damps_instead_of_a_traceback(robot):
    robot.to_track()

    def fails(state, frame):
        raise RuntimeError("no such number")

    robot.controller.tracker.act = fails
    step = robot.step()
    assert step.trips["failure"] == "the controller failed: RuntimeError: no such number"
    assert not step.command.kp.any()


def test_silence_of_the_robot_damps(robot):
    robot.to_track()
    last = robot.low()
    robot.spoil = lambda low: last
    robot.step()
    robot.step()
    assert "state_age" in robot.step().trips


def test_a_robot_in_any_pose_may_wait_in_damping_but_not_start_lying(robot):
    robot.quat = rotation.from_axis_angle(np.array([0.0, 1.5, 0.0]))
    assert robot.until(Phase.DAMPING).trips == {}
    assert "tilt" in robot.step(Request.START).trips


def test_smooth():
    assert [smooth(x) for x in (-1.0, 0.0, 0.5, 1.0, 2.0)] == [0.0, 0.0, 0.5, 1.0, 1.0]
