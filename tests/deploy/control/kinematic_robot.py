"""A robot without physics for tests of the state machine: joints are where the last command asked, on a clock."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from deploy.safety.situations import low_state

from genmimic import rotation
from genmimic.deploy.control.controller import DeployController, Step
from genmimic.deploy.control.phases import Phase, Request
from genmimic.deploy.link import LowState
from genmimic.robot import constants


class KinematicRobot:
    """Steps a controller 50 times a second; `spoil` turns a state into a faulty one."""

    def __init__(self, controller: DeployController, joint_pos=None, yaw: float = 0.0) -> None:
        self.controller, self.now, self.steps = controller, 10.0, []
        self.joint_pos = np.array(constants.DEFAULT_JOINT_POS if joint_pos is None else joint_pos)
        self.joint_vel = np.zeros(23)
        self.quat = rotation.from_axis_angle(np.array([0.0, 0.0, yaw]))
        self.spoil = lambda low: low

    def low(self) -> LowState:
        low = low_state(
            stamp=self.now - 0.001,
            joint_pos=self.joint_pos.copy(),
            joint_vel=self.joint_vel.copy(),
            imu_quat_w=self.quat,
        )
        return self.spoil(replace(low, tick=round(1e3 * self.now)))

    def step(self, request: Request | None = None, **more) -> Step:
        step = self.controller.step(self.now, self.low(), request, **more)
        if step.command is not None and step.command.kp.any():
            self.joint_vel = (step.command.joint_pos - self.joint_pos) / 0.02
            self.joint_pos = np.array(step.command.joint_pos)
        self.now += 0.02
        self.steps.append(step)
        return step

    def until(self, phase: Phase, request: Request | None = None, limit: int = 1000) -> Step:
        """Ask once, then go on until a phase."""
        step = self.step(request)
        for _ in range(limit):
            if step.phase is phase:
                return step
            step = self.step()
        raise AssertionError(f"never came to '{phase}', still '{step.phase}'")

    def to_track(self) -> Step:
        self.until(Phase.DAMPING)
        self.until(Phase.READY, Request.START)
        return self.until(Phase.TRACK, Request.START)
