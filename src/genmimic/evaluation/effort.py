"""What a motion costs the robot: limits reached, energy, jerky commands, sliding and stamping feet.

Figures of single steps have any leading dimensions (...); what is taken over time has time T first. Arrays are
numpy's or torch's.
"""

from __future__ import annotations

from genmimic import rotation
from genmimic.evaluation.reductions import masked_mean
from genmimic.rotation import Array

TOUCHDOWN_WINDOW = 0.1
"""Seconds after a foot comes down over which its impulse is taken."""


def share_at_torque_limit(torque: Array, effort_limit: Array, margin: float = 0.02) -> Array:
    """Share (...) of the joints whose torque (..., J) is within `margin` (relative) of the motor's limit or beyond."""
    return _share(abs(torque) >= (1.0 - margin) * effort_limit)


def share_at_joint_limit(joint_pos: Array, lower: Array, upper: Array, margin: float = 0.01) -> Array:
    """Share (...) of the joints whose position (..., J) is within `margin` radians of a limit or beyond."""
    return _share((joint_pos <= lower + margin) | (joint_pos >= upper - margin))


def action_rate(action: Array, previous_action: Array) -> Array:
    """Squared length (...) of the action's change, table 7's |a_{t-1} - a_t|^2, of actions (..., J)."""
    return ((action - previous_action) ** 2).sum(-1)


def mechanical_power(torque: Array, joint_vel: Array) -> Array:
    """Power (...) in watts that goes through joints (..., J), braking counted like driving: sum of |torque * vel|."""
    return abs(torque * joint_vel).sum(-1)


def horizontal_speed(pos_w: Array, previous_pos_w: Array, fps: float) -> Array:
    """Horizontal speed (...) in m/s of points (..., 3) since the step before."""
    return ((pos_w - previous_pos_w)[..., :2] ** 2).sum(-1) ** 0.5 * fps


def foot_slip(foot_speed: Array, foot_contact: Array, counted: Array) -> Array:
    """Mean horizontal speed (...) of feet while they stand, m/s; NaN if no foot ever stands.

    Args:
        foot_speed: Since the step before, (T, ..., 2).
        foot_contact: (T, ..., 2), boolean; a foot stands between two steps when it is in contact in both.
        counted: Steps that count, (T, ...), boolean.
    """
    standing = foot_contact[1:] & foot_contact[:-1] & (counted[1:] & counted[:-1])[..., None]
    return masked_mean(_feet_first(foot_speed[1:]), _feet_first(standing))


def touchdown_impulse(foot_force: Array, foot_contact: Array, counted: Array, fps: float) -> Array:
    """Mean impulse (...) of the first 0.1 s after a foot comes down, N s; NaN without a touchdown.

    Args:
        foot_force: Size of the force, (T, ..., 2), newtons.
        foot_contact: (T, ..., 2), boolean.
        counted: Steps that count, (T, ...), boolean.
        fps: Steps per second.
    """
    xp = rotation.namespace(foot_force)
    force = xp.where(counted[..., None], foot_force, xp.zeros_like(foot_force))
    impulse = xp.zeros_like(force)
    for step in range(min(max(1, round(TOUCHDOWN_WINDOW * fps)), len(force))):
        impulse[: len(force) - step] += force[step:] / fps
    down = foot_contact[1:] & ~foot_contact[:-1] & (counted[1:] & counted[:-1])[..., None]
    return masked_mean(_feet_first(impulse[1:]), _feet_first(down))


def _share(condition: Array) -> Array:
    return condition.sum(-1) / condition.shape[-1]


def _feet_first(per_foot: Array) -> Array:
    """(T, ..., 2) as (2 T, ...): both feet's steps one after another."""
    xp = rotation.namespace(per_foot)
    return xp.concatenate([per_foot[..., 0], per_foot[..., 1]], 0)
