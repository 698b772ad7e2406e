"""Reward terms of the two teachers that the paper compares with: BeyondMimic and TWIST.

Written anew from their public descriptions and configurations: BeyondMimic after `whole_body_tracking` (MIT) as it
stands in mjlab 1.6's tracking task, TWIST's teacher after its `g1_mimic` task. Both were made for G1s with other
joints; what our 23-DoF robot lacks falls back on the nearest link, as each says. The one scale of a term is
BeyondMimic's standard deviation, or the factor in TWIST's exponent.
"""

from __future__ import annotations

from genmimic import rotation
from genmimic.robot.names import KEYPOINT_NAMES
from genmimic.rotation import Array
from genmimic.tracking import frames
from genmimic.tracking.robot_constants import TORSO, constant, of_feet
from genmimic.tracking.transition import Transition

BEYONDMIMIC_BODIES: tuple[int, ...] = tuple(
    KEYPOINT_NAMES.index(name)
    for name in (
        "pelvis",
        *(f"{side}_{link}_link" for side in ("left", "right") for link in ("hip_roll", "knee", "ankle_roll")),
        "torso_link",
        *(f"{side}_{link}_link" for side in ("left", "right") for link in ("shoulder_roll", "elbow", "wrist_roll")),
    )
)
"""The 14 bodies that BeyondMimic tracks on the G1; wrist roll stands for its wrist yaw."""

TWIST_KEYPOINTS: tuple[int, ...] = tuple(
    KEYPOINT_NAMES.index(name)
    for name in (
        "left_hand",
        "right_hand",
        *(f"{side}_{link}_link" for link in ("ankle_roll", "knee", "elbow") for side in ("left", "right")),
        "head",
    )
)
"""TWIST's nine key bodies."""

MAX_CONTACT_FORCE = 100.0
"""TWIST: vertical force on the feet beyond which it is penalised, newtons."""
SOFT_TORQUE_LIMIT = 0.95
"""TWIST: share of the effort limit beyond which torques are penalised."""
SOFT_JOINT_RANGE = 0.9
"""BeyondMimic: share of each joint's range that is free."""


# BeyondMimic ---------------------------------------------------------------------------------------------------------


def anchor_pos(transition: Transition, std: float) -> Array:
    """exp(-|torso - goal|^2 / std^2)."""
    return _gauss(
        _squared(_anchor(transition.reference.keypoint_pos_w) - _anchor(transition.state.keypoint_pos_w)), std
    )


def anchor_rot(transition: Transition, std: float) -> Array:
    """exp(-angle(torso, goal)^2 / std^2)."""
    state, reference = transition.state, transition.reference
    angle = rotation.angle_between(_anchor(state.keypoint_quat_w), _anchor(reference.keypoint_quat_w))
    return _gauss(angle * angle, std)


def relative_body_pos(transition: Transition, std: float) -> Array:
    """Body positions against the reference moved to the robot's torso in xy and yaw; mean over the bodies."""
    turn, goal_origin, origin = _alignment(transition)
    goal = rotation.rotate(turn, _bodies(transition.reference.keypoint_pos_w) - goal_origin) + origin
    return _gauss(_squared(goal - _bodies(transition.state.keypoint_pos_w)).mean(-1), std)


def relative_body_rot(transition: Transition, std: float) -> Array:
    """Body orientations against the reference turned to the robot's torso in yaw; mean of squared angles."""
    turn, _, _ = _alignment(transition)
    goal = rotation.multiply(turn, _bodies(transition.reference.keypoint_quat_w))
    angle = rotation.angle_between(_bodies(transition.state.keypoint_quat_w), goal)
    return _gauss((angle * angle).mean(-1), std)


def body_lin_vel(transition: Transition, std: float) -> Array:
    """Global body velocities; mean over the bodies."""
    state, reference = transition.state, transition.reference
    difference = _bodies(reference.keypoint_lin_vel_w) - _bodies(state.keypoint_lin_vel_w)
    return _gauss(_squared(difference).mean(-1), std)


def body_ang_vel(transition: Transition, std: float) -> Array:
    """Global body angular velocities; mean over the bodies."""
    state, reference = transition.state, transition.reference
    difference = _bodies(reference.keypoint_ang_vel_w) - _bodies(state.keypoint_ang_vel_w)
    return _gauss(_squared(difference).mean(-1), std)


def soft_joint_limits(transition: Transition, scale: float) -> Array:
    """How far joints are past the middle 90 % of their ranges, radians, summed."""
    joint_pos = transition.state.joint_pos
    lower, upper = constant("joint_lower", joint_pos), constant("joint_upper", joint_pos)
    free = 0.5 * SOFT_JOINT_RANGE * (upper - lower)
    return _above(abs(joint_pos - 0.5 * (lower + upper)), free).sum(-1)


def undesired_contact(transition: Transition, scale: float) -> Array:
    """1 where a body other than a foot touches the floor."""
    return transition.grounded + 0.0 * transition.state.root_pos_w[..., 0]


def _alignment(transition: Transition) -> tuple[Array, Array, Array]:
    """Yaw (..., 1, 4), the reference's torso (..., 1, 3) and where that goes: over the robot's, at its own height."""
    state, reference = transition.state, transition.reference
    xp = rotation.namespace(state.root_pos_w)
    turn = rotation.multiply(_anchor(state.keypoint_quat_w), rotation.conjugate(_anchor(reference.keypoint_quat_w)))
    goal_origin, robot = _anchor(reference.keypoint_pos_w), _anchor(state.keypoint_pos_w)
    origin = xp.concatenate([robot[..., :2], goal_origin[..., 2:]], -1)
    return rotation.heading(turn)[..., None, :], goal_origin[..., None, :], origin[..., None, :]


def _anchor(keypoints: Array) -> Array:
    return keypoints[..., TORSO, :]


def _bodies(keypoints: Array) -> Array:
    xp = rotation.namespace(keypoints)
    return xp.stack([keypoints[..., index, :] for index in BEYONDMIMIC_BODIES], -2)


# TWIST ---------------------------------------------------------------------------------------------------------------


def twist_joint_pos(transition: Transition, scale: float) -> Array:
    """exp(-scale * sum_j w_j (q_j - q_j^goal)^2); weights not normalised."""
    difference = transition.state.joint_pos - transition.reference.joint_pos
    return _decay(_twist_error(difference), scale)


def twist_joint_vel(transition: Transition, scale: float) -> Array:
    """exp(-scale * sum_j w_j (qdot_j - qdot_j^goal)^2)."""
    difference = transition.state.joint_vel - transition.reference.joint_vel
    return _decay(_twist_error(difference), scale)


def twist_root_pose(transition: Transition, scale: float) -> Array:
    """exp(-scale (height error^2 + 0.1 angle^2)): no horizontal position."""
    state, reference = transition.state, transition.reference
    height = reference.root_pos_w[..., 2] - state.root_pos_w[..., 2]
    angle = rotation.angle_between(state.root_quat_w, reference.root_quat_w)
    return _decay(height * height + 0.1 * angle * angle, scale)


def twist_root_vel(transition: Transition, scale: float) -> Array:
    """exp(-scale (|v - v^goal|^2 + 0.5 |w - w^goal|^2)), each in its own pelvis frame."""
    state, reference = transition.state, transition.reference
    linear = rotation.rotate_inverse(reference.root_quat_w, reference.root_lin_vel_w)
    linear = linear - rotation.rotate_inverse(state.root_quat_w, state.root_lin_vel_w)
    angular = rotation.rotate_inverse(reference.root_quat_w, reference.root_ang_vel_w)
    angular = angular - rotation.rotate_inverse(state.root_quat_w, state.root_ang_vel_w)
    return _decay(_squared(linear) + 0.5 * _squared(angular), scale)


def twist_keypoint_pos(transition: Transition, scale: float) -> Array:
    """exp(-scale * sum of squared distances of key bodies), each relative to its own pelvis and heading."""
    return _decay(_squared(_local_keys(transition.state) - _local_keys(transition.reference)).sum(-1), scale)


def twist_feet_slip(transition: Transition, scale: float) -> Array:
    """Square roots of the horizontal speeds of standing feet, summed."""
    speed = _squared(of_feet(transition.state.keypoint_lin_vel_w)[..., :2]) ** 0.25
    return (speed * transition.steps.contact).sum(-1)


def twist_contact_force(transition: Transition, scale: float) -> Array:
    """Vertical force beyond `MAX_CONTACT_FORCE`, newtons."""
    vertical = _squared(transition.state.foot_force_w[..., 2]) ** 0.5
    return (vertical - MAX_CONTACT_FORCE) * (vertical > MAX_CONTACT_FORCE)


def twist_stumble(transition: Transition, scale: float) -> Array:
    """1 where a foot is pushed sideways more than four times as hard as upwards."""
    force = transition.state.foot_force_w
    sideways = _squared(force[..., :2]) ** 0.5 > 4.0 * abs(force[..., 2])
    return (sideways[..., 0] | sideways[..., 1]) + 0.0 * force[..., 0, 0]


def twist_joint_limits(transition: Transition, scale: float) -> Array:
    """How far joints are past their limits, radians, summed."""
    joint_pos = transition.state.joint_pos
    beyond = _above(joint_pos, constant("joint_upper", joint_pos))
    return (beyond + _above(constant("joint_lower", joint_pos), joint_pos)).sum(-1)


def twist_torque_limits(transition: Transition, scale: float) -> Array:
    """How far torques are past 95 % of the effort limits, as shares of them, summed."""
    torque = transition.torque
    return _above(abs(torque) / constant("effort_limit", torque), SOFT_TORQUE_LIMIT).sum(-1)


def twist_action_rate(transition: Transition, scale: float) -> Array:
    """|a_{t-1} - a_t|, not squared."""
    return _squared(transition.previous_action - transition.state.last_action) ** 0.5


def dof_vel(transition: Transition, scale: float) -> Array:
    """|qdot|^2."""
    return _squared(transition.state.joint_vel)


def ankle_dof_vel(transition: Transition, scale: float) -> Array:
    """|qdot|^2 of the ankles."""
    joint_vel = transition.state.joint_vel
    return _squared(joint_vel * constant("is_ankle", joint_vel))


def ankle_dof_acceleration(transition: Transition, scale: float) -> Array:
    """|qddot|^2 of the ankles."""
    change = transition.state.joint_vel - transition.previous_joint_vel
    return _squared(change * constant("is_ankle", change)) / transition.dt**2


def ang_vel_xy(transition: Transition, scale: float) -> Array:
    """Squared roll and pitch rate of the pelvis in its own frame."""
    state = transition.state
    return _squared(rotation.rotate_inverse(state.root_quat_w, state.root_ang_vel_w)[..., :2])


def twist_air_time(transition: Transition, desired_time: float) -> Array:
    """Missing time in the air at touchdown, seconds, not positive, summed; while the reference stands it is zero."""
    steps = transition.steps
    missing = -_above(desired_time, steps.air_time)
    moves = _squared(transition.reference.root_lin_vel_w[..., :2]) > 0.05**2
    return (missing * steps.touchdown).sum(-1) * moves


def _twist_error(difference: Array) -> Array:
    return (constant("twist_joint_weights", difference) * difference * difference).sum(-1)


def _local_keys(pose: object) -> Array:
    """Key bodies (..., 9, 3) relative to the pelvis, along its heading."""
    keypoint_pos_w, root_pos_w, root_quat_w = pose.keypoint_pos_w, pose.root_pos_w, pose.root_quat_w  # type: ignore
    xp = rotation.namespace(keypoint_pos_w)
    keys = xp.stack([keypoint_pos_w[..., index, :] for index in TWIST_KEYPOINTS], -2)
    return frames.vectors_to_heading(root_quat_w, keys - root_pos_w[..., None, :])


def _gauss(squared_error: Array, std: float) -> Array:
    return _decay(squared_error, 1.0 / std**2)


def _decay(error: Array, factor: float) -> Array:
    return rotation.namespace(error).exp(-factor * error)


def _squared(x: Array) -> Array:
    return (x * x).sum(-1)


def _above(x: Array, limit: Array | float) -> Array:
    return (x - limit) * (x > limit)
