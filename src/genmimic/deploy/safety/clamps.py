"""Bringing a proposed joint target within limits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genmimic.deploy.safety.limits import SafetyLimits
from genmimic.sim.world import CONTROL_HZ, JointGains


@dataclass(frozen=True)
class Clamped:
    """A target within limits, and which limits it met.

    Attributes:
        target_joint_pos: (23,), radians.
        rate: Joints whose target moved too fast, (23,), boolean.
        torque: Joints whose target asked for too much torque, (23,), boolean.
        position: Joints whose target was beyond the joint limits, (23,), boolean.
    """

    target_joint_pos: np.ndarray
    rate: np.ndarray
    torque: np.ndarray
    position: np.ndarray


def clamp_target(
    limits: SafetyLimits,
    proposed: np.ndarray,
    last_target: np.ndarray | None,
    joint_pos: np.ndarray,
    joint_vel: np.ndarray,
    gains: JointGains,
) -> Clamped:
    """Apply the limits on rate, predicted torque and position, in this order: where they disagree, the last one wins.

    Args:
        limits: What is allowed.
        proposed: Joint targets (23,), radians, finite.
        last_target: Targets sent in the step before, (23,); None if there were none.
        joint_pos: Measured, (23,), radians.
        joint_vel: Measured, (23,), rad/s.
        gains: Gains that the target will be sent with.
    """
    rated = proposed
    if last_target is not None:
        reach = limits.target_rate / CONTROL_HZ
        rated = np.clip(proposed, last_target - reach, last_target + reach)
    lower, upper = torque_bounds(limits, joint_pos, joint_vel, gains)
    eased = np.clip(rated, lower, upper)
    target = np.clip(eased, limits.lower, limits.upper)
    return Clamped(target, rate=rated != proposed, torque=eased != rated, position=target != eased)


def torque_bounds(
    limits: SafetyLimits, joint_pos: np.ndarray, joint_vel: np.ndarray, gains: JointGains
) -> tuple[np.ndarray, np.ndarray]:
    """Lowest and highest targets (23,) whose PD torque (equation 5) is now within limits.

    A joint so fast that its damping alone exceeds the limit is left to the damping: its target is where it is.
    """
    stiffness = np.maximum(gains.kp, 1e-6)
    damping = gains.kd * joint_vel
    lower = joint_pos + np.minimum(damping - limits.torque, 0.0) / stiffness
    upper = joint_pos + np.maximum(damping + limits.torque, 0.0) / stiffness
    return lower, upper
