"""What a motion costs the robot: limits reached, energy, jerky commands, sliding and stamping feet."""

from __future__ import annotations

import numpy as np

TOUCHDOWN_WINDOW = 0.1
"""Seconds after a foot comes down over which its impulse is taken."""


def share_at_torque_limit(torque: np.ndarray, effort_limit: np.ndarray, margin: float = 0.02) -> float:
    """Share of joint-steps (T, J) whose torque is within `margin` (relative) of the motor's limit or beyond."""
    return float((np.abs(torque) >= (1.0 - margin) * effort_limit).mean())


def share_at_joint_limit(joint_pos: np.ndarray, lower: np.ndarray, upper: np.ndarray, margin: float = 0.01) -> float:
    """Share of joint-steps (T, J) whose position is within `margin` radians of a limit or beyond."""
    return float(((joint_pos <= lower + margin) | (joint_pos >= upper - margin)).mean())


def action_rate(action: np.ndarray) -> float:
    """Mean over the steps of the squared length of the action's change, table 7's |a_{t-1} - a_t|^2."""
    return float((np.diff(action, axis=0) ** 2).sum(-1).mean()) if len(action) > 1 else 0.0


def mechanical_energy(torque: np.ndarray, joint_vel: np.ndarray, fps: float) -> float:
    """Energy in joules that goes through the joints, braking counted like driving: sum of |torque * velocity| dt."""
    return float(np.abs(torque * joint_vel).sum() / fps)


def foot_slip(foot_pos_w: np.ndarray, foot_contact: np.ndarray, fps: float) -> float | None:
    """Mean horizontal speed of feet while they stand, m/s.

    Args:
        foot_pos_w: (T, 2, 3), metres.
        foot_contact: (T, 2), boolean; a foot stands between two steps when it is in contact in both.
        fps: Steps per second.

    Returns:
        The speed, None if no foot ever stands.
    """
    speed = np.linalg.norm(np.diff(foot_pos_w[..., :2], axis=0), axis=-1) * fps
    standing = foot_contact[1:] & foot_contact[:-1]
    return float(speed[standing].mean()) if standing.any() else None


def touchdown_impulse(foot_force: np.ndarray, foot_contact: np.ndarray, fps: float) -> float | None:
    """Mean impulse of the first 0.1 s after a foot comes down, N s, of forces (T, 2, 3); None without a touchdown."""
    window = max(1, round(TOUCHDOWN_WINDOW * fps))
    magnitude = np.linalg.norm(foot_force, axis=-1)
    steps, feet = np.nonzero(foot_contact[1:] & ~foot_contact[:-1])
    impulses = [
        magnitude[step + 1 : step + 1 + window, foot].sum() / fps for step, foot in zip(steps, feet, strict=True)
    ]
    return float(np.mean(impulses)) if impulses else None
