"""From a policy's action to joint targets and torques: equations 4 and 5 of the paper."""

from __future__ import annotations

from genmimic import rotation
from genmimic.robot.constants import ACTION_CLIP, ACTION_SCALE
from genmimic.rotation import Array


def joint_targets(
    action: Array, default_joint_pos: Array, scale: float = ACTION_SCALE, clip: float = ACTION_CLIP
) -> Array:
    """Equation 4: q_des = q_default + scale * clip(action), (..., 23), radians.

    Args:
        action: Policy output, (..., 23).
        default_joint_pos: (23,), radians.
        scale: Action scale c of the paper.
        clip: Largest action magnitude, a_clip of the paper.
    """
    return default_joint_pos + scale * rotation.namespace(action).clip(action, -clip, clip)


def action_of_targets(target_joint_pos: Array, default_joint_pos: Array, scale: float = ACTION_SCALE) -> Array:
    """Inverse of equation 4 within the clip: the action (..., 23) that asks for joint targets (..., 23)."""
    return (target_joint_pos - default_joint_pos) / scale


def pd_torque(
    target_joint_pos: Array,
    joint_pos: Array,
    joint_vel: Array,
    kp: Array,
    kd: Array,
    effort_limit: Array,
    motor_strength: Array | float = 1.0,
) -> Array:
    """Equation 5 with the motors' limits: clip(strength * (kp (q_des - q) - kd qdot), +-limit), (..., 23), N m.

    The simulators compute the same law inside each physics step; this function serves checks, safety filters and
    rewards.
    """
    torque = motor_strength * (kp * (target_joint_pos - joint_pos) - kd * joint_vel)
    return rotation.namespace(torque).clip(torque, -effort_limit, effort_limit)
