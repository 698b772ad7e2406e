"""The gantry: joints follow the reference by PD while a soft harness keeps the pelvis near the reference's.

It needs no training and shows what the reference asks of the motors and the floor. The legs are told to carry the
robot's weight (`sim.gravity`), so the harness gives little besides what balance asks for; but it does give that: the
results are always marked as held and never count as tracked.
"""

from __future__ import annotations

import numpy as np

from genmimic.sim.gravity import GravityCompensation
from genmimic.sim.harness import HarnessGains
from genmimic.sim.reference import Reference
from genmimic.sim.world import DEFAULT_GAINS, JointGains
from genmimic.tracking.state import RobotState, SimulationParameters


class Gantry:
    """PD on the reference's joints under a harness; see `sim.controller.Controller`."""

    name = "gantry"

    def __init__(self, harness: HarnessGains | None = None) -> None:
        self.gains: JointGains = DEFAULT_GAINS
        self.harness: HarnessGains | None = harness or HarnessGains()
        self._gravity = GravityCompensation()
        self._reference: Reference | None = None

    def reset(self, reference: Reference, parameters: SimulationParameters) -> None:
        """Begin a motion."""
        self._reference = reference

    def act(self, state: RobotState, frame: int) -> np.ndarray:
        """Joint targets (23,), radians: the next frame's joints, ahead by what damping and weight would hold back."""
        if self._reference is None:
            raise RuntimeError("reset() comes before act()")
        following = min(frame + 1, len(self._reference) - 1)
        damping = self.gains.kd * self._reference.kinematics.joint_vel[following]
        lead = (damping + self._gravity.torques(state)) / self.gains.kp
        return self._reference.motion.joint_pos[following] + lead
