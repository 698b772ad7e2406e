"""A step computed ahead, only to warm the processor's caches, leaves no trace."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("onnx", reason="policies are built with onnx, which comes with the extra 'dev'")

from deploy.control.kinematic_robot import KinematicRobot
from sim.motions import standing
from sim.tiny_policy import metadata, write_policy

from genmimic.deploy.control.controller import DeployController
from genmimic.deploy.control.phases import Phase, Request
from genmimic.deploy.control.trackers import PolicyTracker, ReferenceTracker
from genmimic.sim.reference import prepare_reference
from genmimic.tracking.observations import STUDENT

REFERENCE = prepare_reference(standing(0.5, wave=0.8))


class WarmedRobot(KinematicRobot):
    """Warms up before each step, with what the robot says then and with nothing."""

    def step(self, request=None, **more):
        self.controller.warm_up(self.now - 0.004, self.low())
        self.controller.warm_up(self.now - 0.004, None, others=1)
        return super().step(request, **more)


@pytest.fixture(params=["policy", "reference"])
def tracker(request, tmp_path):
    """A maker of trackers; the policy's outputs depend on its whole history and on its last action."""
    if request.param == "reference":
        return ReferenceTracker
    about = metadata(STUDENT)
    weight = 0.001 * np.random.default_rng(0).normal(size=(about.observation_size, 23))
    path = write_policy(tmp_path / "random.onnx", weight, about=about)
    return lambda: PolicyTracker(path)


def run(robot: KinematicRobot):
    robot.to_track()
    robot.step()
    robot.until(Phase.PAUSED, Request.PAUSE)
    robot.step()
    robot.until(Phase.HOLD, Request.PAUSE)
    robot.until(Phase.DAMPING, Request.STOP)
    return robot.steps


def test_warming_up_changes_no_command_to_the_last_bit(tracker):
    cold = run(KinematicRobot(DeployController(REFERENCE, tracker()), np.zeros(23)))
    warm = run(WarmedRobot(DeployController(REFERENCE, tracker()), np.zeros(23)))
    assert [(step.phase, step.frame, step.trips) for step in warm] == [(s.phase, s.frame, s.trips) for s in cold]
    for ours, theirs in zip(warm, cold, strict=True):
        for name in ("joint_pos", "kp", "kd"):
            assert np.array_equal(getattr(ours.command, name, None), getattr(theirs.command, name, None)), name
    tracked = [step.action for step in cold if step.phase is Phase.TRACK]
    assert tracked[0] is None or not np.array_equal(tracked[0], tracked[1])
