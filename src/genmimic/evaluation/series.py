"""The figures of single control steps: defined once, for rollouts in plain MuJoCo and for thousands of worlds."""

from __future__ import annotations

from dataclasses import dataclass, fields

from genmimic import rotation
from genmimic.evaluation import effort, errors
from genmimic.evaluation.readings import Readings, Target
from genmimic.robot.names import FOOT_NAMES, KEYPOINT_NAMES
from genmimic.rotation import Array
from genmimic.sim.rollout import CONTACT_FORCE
from genmimic.tracking import frames, terminations
from genmimic.tracking.robot_constants import constant

FEET = [KEYPOINT_NAMES.index(name) for name in FOOT_NAMES]
LIMBS = [KEYPOINT_NAMES.index(name) for name in ("left_hand", "right_hand")] + FEET
"""Both hands, then both feet: what a spectator looks at."""


@dataclass(frozen=True)
class Series:
    """One or many control steps, leading dimensions (...): (T,) of one rollout, (N,) of N worlds, (T, N) of both.

    Attributes:
        world_error: Mean global keypoint error, (...), metres.
        local_error: The same in pelvis frames.
        clean_world_error: Likewise against the clean motion; None where it is not known.
        clean_local_error: Likewise.
        tipped: Fallen by the paper's rule, (...), boolean.
        fallen: Fallen by ours.
        joint_error: Mean joint error, (...), radians.
        at_torque_limit: Share of joints at their torque limits, (...).
        at_joint_limit: Share of joints at their position limits, (...).
        action_rate: Squared change of the action, (...).
        power: Through the joints, (...), watts.
        foot_speed: Horizontal, (..., 2), m/s.
        foot_contact: (..., 2), boolean.
        foot_force: Size, (..., 2), newtons.
        floor_force: Upward force on both feet, (...), newtons.
        limb_pos_b: `LIMBS` in the robot's pelvis frame, (..., 4, 3), metres.
        reference_limb_pos_b: The reference's in its own.
        heading_error: (...), radians.
        reference_foot_pos_w: (..., 2, 3), metres.
    """

    world_error: Array
    local_error: Array
    clean_world_error: Array | None
    clean_local_error: Array | None
    tipped: Array
    fallen: Array
    joint_error: Array
    at_torque_limit: Array
    at_joint_limit: Array
    action_rate: Array
    power: Array
    foot_speed: Array
    foot_contact: Array
    foot_force: Array
    floor_force: Array
    limb_pos_b: Array
    reference_limb_pos_b: Array
    heading_error: Array
    reference_foot_pos_w: Array


def step_figures(
    now: Readings, before: Readings, reference: Target, clean: Target | None, fallen: Array, fps: float
) -> Series:
    """Figures of steps.

    Args:
        now: The robot after the step.
        before: The robot a step earlier; the same in the first step.
        reference: What the policy was given, at the same time.
        clean: The motion behind it, where that is known.
        fallen: Whether the robot has fallen by our rule, (...), boolean.
        fps: Steps per second.
    """
    limits = [constant(name, now.torque) for name in ("effort_limit", "joint_lower", "joint_upper")]
    foot_force = (now.foot_force_w**2).sum(-1) ** 0.5
    local_pos = frames.points_to_body(now.root_pos_w, now.root_quat_w, now.keypoint_pos_w)
    wanted = frames.points_to_body(reference.root_pos_w, reference.root_quat_w, reference.keypoint_pos_w)
    foot_pos_w, previous_foot_pos_w = now.keypoint_pos_w[..., FEET, :], before.keypoint_pos_w[..., FEET, :]
    clean_errors = (None, None) if clean is None else _keypoint_errors(now, clean)
    world_error, local_error = _keypoint_errors(now, reference)
    return Series(
        world_error,
        local_error,
        *clean_errors,
        tipped=terminations.fallen_by_paper(now.root_quat_w),
        fallen=fallen,
        joint_error=abs(now.joint_pos - reference.joint_pos).mean(-1),
        at_torque_limit=effort.share_at_torque_limit(now.torque, limits[0]),
        at_joint_limit=effort.share_at_joint_limit(now.joint_pos, limits[1], limits[2]),
        action_rate=effort.action_rate(now.action, before.action),
        power=effort.mechanical_power(now.torque, now.joint_vel),
        foot_speed=effort.horizontal_speed(foot_pos_w, previous_foot_pos_w, fps),
        foot_contact=foot_force > CONTACT_FORCE,
        foot_force=foot_force,
        floor_force=now.foot_force_w[..., 2].sum(-1),
        limb_pos_b=local_pos[..., LIMBS, :],
        reference_limb_pos_b=wanted[..., LIMBS, :],
        heading_error=errors.heading_error(now.root_quat_w, reference.root_quat_w),
        reference_foot_pos_w=reference.keypoint_pos_w[..., FEET, :],
    )


def stacked(steps: list[Series]) -> Series:
    """Steps one after another, time first; the list is emptied on the way, to halve the memory that this takes."""
    xp = rotation.namespace(steps[0].world_error)
    rows = [vars(step) for step in steps]
    steps.clear()
    joined = {}
    for field in fields(Series):
        parts = [row.pop(field.name) for row in rows]
        joined[field.name] = None if parts[0] is None else xp.stack(parts)
    return Series(**joined)


def _keypoint_errors(now: Readings, target: Target) -> tuple[Array, Array]:
    """Global and local keypoint errors, (...), metres."""
    return (
        errors.global_keypoint_error(now.keypoint_pos_w, target.keypoint_pos_w),
        errors.local_keypoint_error(
            now.keypoint_pos_w,
            now.root_pos_w,
            now.root_quat_w,
            target.keypoint_pos_w,
            target.root_pos_w,
            target.root_quat_w,
        ),
    )
