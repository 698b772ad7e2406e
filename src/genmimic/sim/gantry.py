"""The gantry: joints follow the reference by PD while a soft harness keeps the pelvis near the reference's.

It needs no training and shows what the reference asks of the motors and the floor. The torques that the reference
calls for are added to the PD's, so that the legs carry the weight and push off, and the harness gives little besides
what balance asks for; but it does give that: the results are always marked as held and never count as tracked.

A robot that cannot balance cannot recover a foot that has caught the floor either: it would stand on the dragged toe
for the rest of the motion. As a person at a hoist would, the gantry then lifts the robot until the foot has come back.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.ndimage import gaussian_filter1d

from genmimic.robot.names import FOOT_NAMES, KEYPOINT_NAMES
from genmimic.sim.harness import Harness, HarnessGains
from genmimic.sim.inverse_dynamics import inverse_dynamics
from genmimic.sim.reference import Reference
from genmimic.sim.world import DEFAULT_GAINS, JointGains
from genmimic.tracking.state import RobotState, SimulationParameters

LARGEST_LAG = 0.15
"""How far a foot may be, horizontally and relative to the pelvis, from where the reference has it, metres."""
LARGEST_LIFT = 0.1
"""How far the anchor is raised at most, metres; as much as the lag exceeds its limit by."""
LIFT_RATE, LOWER_RATE = 0.15, 0.03
"""Share of the way to the wanted lift that is gone in one control step, up and down."""

_FEET = [KEYPOINT_NAMES.index(name) for name in FOOT_NAMES]


class Gantry:
    """PD on the reference's joints under a harness; see `sim.controller.Controller`."""

    name = "gantry"
    held = True

    def __init__(self, harness_gains: HarnessGains | None = None) -> None:
        self.gains: JointGains = DEFAULT_GAINS
        self.harness_gains = harness_gains or HarnessGains()
        self._reference: Reference | None = None

    def reset(self, reference: Reference, parameters: SimulationParameters) -> None:
        """Begin a motion: all targets follow from the reference alone.

        They are the next frame's joints, ahead by what damping and load would hold a PD controller back.
        """
        # one frame of smoothing: the forces' share between the feet may change quickly
        torque = gaussian_filter1d(inverse_dynamics(reference).torque, 1.0, axis=0, mode="nearest")
        lead = (self.gains.kd * reference.kinematics.joint_vel + torque) / self.gains.kp
        self._reference, self._targets, self._lift = reference, reference.motion.joint_pos + lead, 0.0

    def act(self, state: RobotState, frame: int) -> np.ndarray:
        """Joint targets (23,), radians."""
        if self._reference is None:
            raise RuntimeError("reset() comes before act()")
        wanted = float(np.clip(_foot_lag(state, self._reference, frame) - LARGEST_LAG, 0.0, LARGEST_LIFT))
        self._lift += (LIFT_RATE if wanted > self._lift else LOWER_RATE) * (wanted - self._lift)
        return self._targets[min(frame + 1, len(self._targets) - 1)]

    def harness(self, frame: int) -> Harness:
        """Hold the pelvis to the next frame's, raised while a foot is left behind."""
        if self._reference is None:
            raise RuntimeError("reset() comes before harness()")
        anchor = self._reference.anchor(frame + 1)
        return Harness(replace(anchor, pos_w=anchor.pos_w + np.array([0.0, 0.0, self._lift])), self.harness_gains)


def _foot_lag(state: RobotState, reference: Reference, frame: int) -> float:
    """Largest horizontal distance of a foot from the reference's, both relative to their pelvis, metres."""
    feet = state.keypoint_pos_w[_FEET] - state.root_pos_w
    wanted = reference.kinematics.keypoint_pos_w[frame, _FEET] - reference.motion.root_pos_w[frame]
    return float(np.linalg.norm((feet - wanted)[:, :2], axis=-1).max())
