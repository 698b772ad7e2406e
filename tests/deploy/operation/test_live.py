from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from deploy.control.kinematic_robot import KinematicRobot
from rich.console import Console
from sim.motions import standing

from genmimic.deploy.control.controller import DeployController
from genmimic.deploy.control.phases import Phase, Request
from genmimic.deploy.control.trackers import ReferenceTracker
from genmimic.deploy.operation.live import LiveView, Snapshot, picture
from genmimic.deploy.operation.loop import Timing
from genmimic.deploy.safety.limits import SafetyLimits
from genmimic.sim.reference import prepare_reference

REFERENCE = prepare_reference(standing(1.0, wave=0.8))
TIMING = Timing(late=0.001, state_age=0.002, compute=0.0015, step_time=0.02)


@pytest.fixture
def robot():
    return KinematicRobot(DeployController(REFERENCE, ReferenceTracker()))


def pose(frame):
    return REFERENCE.kinematics.keypoint_pos_w[frame], REFERENCE.kinematics.keypoint_quat_w[frame]


def screen(step) -> str:
    snapshot = Snapshot(step, TIMING, TIMING, *pose(step.frame))
    console = Console(file=io.StringIO(), width=110)
    console.print(picture("wave on sim", REFERENCE.motion.duration, SafetyLimits(), snapshot))
    return console.file.getvalue()


def test_the_screen_shows_phase_latency_temperatures_and_margins(robot):
    shown = screen(robot.to_track())
    for words in ("TRACK", "0.00 / 1.00 s", "1.5 ms", "2.0 ms old", "35 °C", "torque asked", "clamped joints"):
        assert words in shown
    assert "untested on a real robot" in shown
    assert "SPACE emergency" in shown


def test_the_screen_shows_why_the_robot_was_stopped(robot):
    robot.to_track()
    robot.spoil = lambda low: replace(low, motor_temperature=np.full(23, 99.0))
    shown = screen(robot.step())
    assert "TRIPPED" in shown
    assert "is at 99 degrees" in shown


def test_the_screen_bears_a_robot_that_says_nothing_or_nonsense(robot):
    assert "none yet" in screen(robot.controller.step(1.0, None))
    robot.until(Phase.DAMPING)
    robot.spoil = lambda low: replace(low, joint_pos=np.full(23, np.nan), motor_temperature=np.full(23, np.nan))
    assert "DAMPING" in screen(robot.step())


def test_the_browser_shows_both_robots(robot):
    pytest.importorskip("viser", reason="the page needs the extra 'view'")
    from genmimic.deploy.operation.live_3d import Scene

    scene = Scene(8100)
    try:
        step = robot.to_track()
        scene.show(step, *pose(step.frame))
        handle = scene._server.scene.get_handle_by_name("/robot/left_knee_link")
        np.testing.assert_allclose(handle.position, step.state.keypoint_pos_w[4], atol=1e-6)
        assert "track" in scene._words.content
    finally:
        scene.close()


def test_a_process_draws_and_ends(robot, capfd):
    with LiveView(REFERENCE, SafetyLimits(), "wave", shown=False) as view:
        for step in (robot.step(), robot.until(Phase.DAMPING), robot.step(Request.START)):
            view(step, TIMING)
        process = view._process
        assert process.is_alive()
    assert not process.is_alive()
    assert "Traceback" not in capfd.readouterr().err
