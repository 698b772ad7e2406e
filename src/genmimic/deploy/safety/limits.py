"""What the safety filter allows; every number in one place, with its reason."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from genmimic.robot import constants


@dataclass(frozen=True)
class SafetyLimits:
    """Limits of `deploy.safety.filter`. Those called *clamp* change a target, the others trip.

    None of them has been tried on a real robot. They leave room around what clean motions and a trained teacher do in
    simulation (`tests/deploy/safety/test_clean_motions.py`, docs/deploy.md).

    Attributes:
        stop_torque: Clamp: targets may lie beyond a joint limit, but only so far that the joint would lean against its
            stop with this share of its motor's torque. A policy that stands on the edge of a foot needs some of it:
            held to the limits themselves the student fell on one of thirteen video clips that it follows otherwise.
        target_rate: Clamp: fastest change of a target, rad/s. The teacher reached 27 on thirteen video clips.
        torque_share: Clamp: share of the motors' torque limits that a target may ask of the PD.
        joint_overrun: A joint measured this far beyond its limits has a wrong encoder, radians.
        velocity_share: Trip at this multiple of the motors' speed limits.
        tilt: Largest tilt of the pelvis, radians, whatever the reference does.
        tilt_from_reference: Largest difference from the reference's tilt, radians.
        pelvis_height: Lowest pelvis above the lower foot, metres, as estimated by the legs' kinematics.
        pelvis_drop: How much lower than the reference's it may be, metres.
        state_age: Oldest state of the robot, seconds: two control steps, so that one lost burst of 20 ms passes.
        command_age: Longest time from reading a state until the command computed from it is ready, seconds.
        step_time: A control step longer than this counts as late, seconds.
        late_steps: So many late steps in a row trip.
        longest_step: One step of this length trips by itself, seconds.
        temperature: Hottest motor, degrees Celsius.
        action: Largest magnitude of a policy's action counted as ordinary: the clip of equation 4.
        saturated_joints: So many joints beyond it at once ...
        saturated_steps: ... for so many steps in a row trip.
        action_jump: Largest mean change of the targets in one step that a policy may propose, radians; the teacher's
            largest was 0.09.
        frozen_steps: A policy that gives the very same output so many times in a row no longer sees the robot.
    """

    stop_torque: float = 0.3
    target_rate: float = 40.0
    torque_share: float = 1.0
    joint_overrun: float = 0.15
    velocity_share: float = 1.2
    tilt: float = math.radians(75.0)
    tilt_from_reference: float = math.radians(45.0)
    pelvis_height: float = 0.3
    pelvis_drop: float = 0.25
    state_age: float = 0.04
    command_age: float = 0.03
    step_time: float = 0.025
    late_steps: int = 3
    longest_step: float = 0.06
    temperature: float = 85.0
    action: float = constants.ACTION_CLIP
    saturated_joints: int = 6
    saturated_steps: int = 5
    action_jump: float = 0.4
    frozen_steps: int = 10

    @cached_property
    def lower(self) -> np.ndarray:
        """Lowest targets, (23,), radians."""
        return constants.JOINT_LOWER - self._beyond

    @cached_property
    def upper(self) -> np.ndarray:
        """Highest targets, (23,), radians."""
        return constants.JOINT_UPPER + self._beyond

    @property
    def _beyond(self) -> np.ndarray:
        return self.stop_torque * constants.EFFORT_LIMIT / constants.KP

    @cached_property
    def torque(self) -> np.ndarray:
        """Largest torque that a target may ask for, (23,), N m."""
        return self.torque_share * constants.EFFORT_LIMIT
