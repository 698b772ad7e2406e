"""What one control step knows when its command goes through the safety filter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genmimic.deploy.link import LowState
from genmimic.sim.world import JointGains


@dataclass(frozen=True)
class Situation:
    """One control step, before its command is sent.

    Attributes:
        now: When the step began and read the state, seconds, on the clock of `LowState.stamp`.
        low_state: Latest message of the robot; None if none has ever come.
        target_joint_pos: Proposed joint targets, (23,), radians; they may be anything, NaN included.
        gains: Gains they will be sent with.
        ready_at: When the proposal was ready, on the same clock.
        action: The policy's action behind the proposal, (23,); None where no policy spoke.
        reference_quat_w: Orientation that the pelvis should have, (4,); None where there is no reference yet. Only its
            tilt counts.
        pelvis_height: Estimated height of the pelvis above the lower foot, metres; None where legs may hang.
        reference_height: What it should be, metres.
        step_time: Length of the control step before this one, seconds.
        others: How many other programs send commands to the robot.
        failure: Why the controller could not propose anything, in words; empty if it could.
        emergency: Whether the operator asks for the emergency stop.
    """

    now: float
    low_state: LowState | None
    target_joint_pos: np.ndarray
    gains: JointGains
    ready_at: float
    action: np.ndarray | None = None
    reference_quat_w: np.ndarray | None = None
    pelvis_height: float | None = None
    reference_height: float | None = None
    step_time: float = 0.02
    others: int = 0
    failure: str = ""
    emergency: bool = False
