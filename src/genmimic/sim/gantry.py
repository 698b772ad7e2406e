"""The gantry: joints follow the reference by PD while a soft harness keeps the pelvis near the reference's.

It needs no training and shows what the reference asks of the motors and the floor. The torques that the reference
calls for are added to the PD's, so that the legs carry the weight and push off, and the harness gives little besides
what balance asks for; but it does give that: the results are always marked as held and never count as tracked.
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter1d

from genmimic.sim.harness import HarnessGains
from genmimic.sim.inverse_dynamics import inverse_dynamics
from genmimic.sim.reference import Reference
from genmimic.sim.world import DEFAULT_GAINS, JointGains
from genmimic.tracking.state import RobotState, SimulationParameters


class Gantry:
    """PD on the reference's joints under a harness; see `sim.controller.Controller`."""

    name = "gantry"

    def __init__(self, harness: HarnessGains | None = None) -> None:
        self.gains: JointGains = DEFAULT_GAINS
        self.harness: HarnessGains | None = harness or HarnessGains()
        self._targets = np.zeros((0, 23))

    def reset(self, reference: Reference, parameters: SimulationParameters) -> None:
        """Begin a motion: all targets follow from the reference alone.

        They are the next frame's joints, ahead by what damping and load would hold a PD controller back.
        """
        # one frame of smoothing: the forces' share between the feet may change quickly
        torque = gaussian_filter1d(inverse_dynamics(reference).torque, 1.0, axis=0, mode="nearest")
        lead = (self.gains.kd * reference.kinematics.joint_vel + torque) / self.gains.kp
        self._targets = reference.motion.joint_pos + lead

    def act(self, state: RobotState, frame: int) -> np.ndarray:
        """Joint targets (23,), radians."""
        return self._targets[min(frame + 1, len(self._targets) - 1)]
