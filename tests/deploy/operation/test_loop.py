"""The loop on a simulated robot that speaks the real messages, on a clock that the test advances."""

from __future__ import annotations

import numpy as np
import pytest
from sim.motions import standing

from genmimic.deploy.control.controller import DeployController
from genmimic.deploy.control.phases import Phase
from genmimic.deploy.control.trackers import ReferenceTracker
from genmimic.deploy.link import RemoteState
from genmimic.deploy.operation.log import Recorder
from genmimic.deploy.operation.loop import run_loop
from genmimic.deploy.operation.operator import Script
from genmimic.deploy.operation.replay import TRACKED_REFERENCE, load_log, write_replay
from genmimic.deploy.sim_robot.faults import Fault, FaultKind
from genmimic.deploy.sim_robot.loopback_link import LoopbackClock, LoopbackLink
from genmimic.deploy.sim_robot.robot import SimRobotOptions
from genmimic.motion.files import load_robot, save_robot
from genmimic.sim.record import load_rollout
from genmimic.sim.reference import prepare_reference

REFERENCE = prepare_reference(standing(0.5, wave=0.8))


def deploy(link, observers=(), script=None, seconds=30.0):
    controller = DeployController(REFERENCE, ReferenceTracker())
    steps = []
    script = script or Script(ready=0.2, hold=0.2)
    run_loop(
        link, controller, [script], [lambda step, timing: steps.append(step), *observers], seconds, LoopbackClock(link)
    )
    return steps


def strapped(*faults):
    return LoopbackLink(SimRobotOptions(hoist="keep", faults=faults, physics_hz=500))


def test_a_whole_deployment_is_logged_and_replayed(tmp_path):
    recorder = Recorder(tmp_path / "log", {"tracker": "reference", "balances": False})
    save_robot(REFERENCE.motion, recorder.folder / TRACKED_REFERENCE)
    steps = deploy(strapped(), [lambda step, timing: recorder.add(step, vars(timing))])
    recorder.close()
    assert steps[-1].phase is Phase.DONE
    assert not any(step.trips for step in steps)
    about, log = load_log(tmp_path / "log")
    assert len(log["now"]) == len(steps)
    assert about["events"] == []
    np.testing.assert_array_equal(log["joint_pos"][-1], steps[-1].low_state.joint_pos)
    write_replay(tmp_path / "log")
    rollout = load_rollout(tmp_path / "log" / "robot.npz")
    tracked = [step for step in steps if step.phase is Phase.TRACK]
    assert len(rollout) > len(tracked)
    assert len(load_robot(tmp_path / "log" / "reference.npz")) == len(rollout)
    errors = [np.abs(s.low_state.joint_pos - REFERENCE.motion.joint_pos[s.frame])[13:].max() for s in tracked]
    assert np.median(errors) < 0.1  # the arms are where the reference has them


@pytest.mark.parametrize(
    ("kind", "value", "cause"),
    [
        (FaultKind.SILENCE, 0.0, "state_age"),
        (FaultKind.NAN, 2.0, "finite_state"),
        (FaultKind.HOT, 95.0, "temperature"),
        (FaultKind.MOTOR, 3.0, "motor_fault"),
        (FaultKind.SECOND_PUBLISHER, 0.0, "others"),
    ],
)
def test_a_fault_of_the_robot_damps_it(kind, value, cause):
    steps = deploy(strapped(Fault(kind, value, start=2.0)), script=Script(ready=0.1))
    tripped = next(step for step in steps if step.trips)
    assert cause in tripped.trips
    assert not tripped.command.kp.any()
    assert all(not step.command.kp.any() for step in steps[steps.index(tripped) :])
    first = next(step.now for step in steps if step.command is not None)
    assert tripped.now - first - 2.0 < 0.02 + (0.042 if cause == "state_age" else 0.004)


def test_lost_messages_and_short_stalls_are_ridden_out():
    stall = Fault(FaultKind.STALL, start=2.0, seconds=0.02)
    steps = deploy(strapped(Fault(FaultKind.DROP, 0.05), stall), script=Script(ready=0.1))
    assert not any(step.trips for step in steps)
    longer = Fault(FaultKind.STALL, start=2.0, seconds=0.1)
    causes = {cause for step in deploy(strapped(longer), script=Script(ready=0.1)) for cause in step.trips}
    assert causes == {"state_age"}


def test_the_remote_stops_at_once():
    link = strapped()

    def press(step, timing):
        if step.phase is Phase.SOFT_START and link.now > 2.0:
            link.robot.remote = RemoteState(frozenset({"L2"}))

    steps = deploy(link, [press], script=Script(ready=0.1))
    assert next(list(step.trips) for step in steps if step.trips) == ["emergency"]


def test_it_ends_in_time_even_if_nobody_says_so():
    steps = deploy(LoopbackLink(), script=Script(ready=1e9), seconds=1.0)
    assert steps[-1].phase is Phase.DONE
    assert steps[-1].now < 4.0


def test_in_real_time_each_step_is_computed_ahead_once_and_none_is_early():
    calls, timings = [], []

    class Listening(DeployController):
        def warm_up(self, now, low, *, others=0):
            calls.append("warm")
            super().warm_up(now, low, others=others)

        def step(self, *words, **more):
            calls.append("step")
            return super().step(*words, **more)

    class Silent:
        def latest(self):
            return None

        def others(self):
            return 0

        def send(self, command):
            assert not command.kp.any()

    controller = Listening(REFERENCE, ReferenceTracker())
    last = run_loop(Silent(), controller, [], [lambda step, timing: timings.append(timing)], seconds=0.3)
    assert last.phase is Phase.DONE
    assert min(timing.late for timing in timings) >= 0.0
    # a warm-up's own step is heard, too; a late step, such as the first one, goes without
    assert calls.count("warm") >= 3
    assert calls.count("step") == len(timings) + calls.count("warm")
    assert "warm warm" not in " ".join(calls)
