"""The reward terms of the paper's table 7 and one of ours, each a function of one transition, before weights and signs.

Every term takes a transition and one scale and gives (...): for the tracking terms the scale is sigma^2 of equation 1
(the paper names none), for the others a threshold or unused, as each says. What the table leaves open is settled here:
tracking errors are weighted means (weights sum to 1) and the exponent is negative; energy is torque times joint
*velocity*; feet are judged at touchdown (see `low_swing`). None changes when the scene is mirrored or moved.
"""

from __future__ import annotations

from genmimic import rotation
from genmimic.rotation import Array
from genmimic.tracking import frames
from genmimic.tracking.robot_constants import constant, of_feet
from genmimic.tracking.transition import Transition

MOVING_SPEED = 0.1
"""The reference is on its way when its pelvis moves faster than this, m/s (design: air time counts only then)."""


def tracking_joint_pos(transition: Transition, sigma_squared: float) -> Array:
    """exp(-sum_j w_j (q_j - q_j^goal)^2 / sigma^2), sigma^2 in rad^2."""
    difference = transition.state.joint_pos - transition.reference.joint_pos
    return _kernel((transition.joint_weights * difference * difference).sum(-1), sigma_squared)


def tracking_joint_vel(transition: Transition, sigma_squared: float) -> Array:
    """exp(-sum_j w_j (qdot_j - qdot_j^goal)^2 / sigma^2), sigma^2 in (rad/s)^2."""
    difference = transition.state.joint_vel - transition.reference.joint_vel
    return _kernel((transition.joint_weights * difference * difference).sum(-1), sigma_squared)


def tracking_keypoint_pos(transition: Transition, sigma_squared: float) -> Array:
    """Equation 1: exp(-sum_j w_j |p_j - p_j^goal|^2 / sigma^2), sigma^2 in m^2."""
    difference = transition.state.keypoint_pos_w - transition.reference.keypoint_pos_w
    return _kernel((transition.keypoint_weights * (difference * difference).sum(-1)).sum(-1), sigma_squared)


def tracking_local_keypoint_pos(transition: Transition, sigma_squared: float) -> Array:
    """Ours: equation 1 with both robots' keypoints in their own pelvis frames, as LMPKPE compares them; in m^2.

    Whoever has drifted from the reference still gains by holding its pose.
    """
    robot, goal = (
        frames.points_to_body(body.root_pos_w, body.root_quat_w, body.keypoint_pos_w)
        for body in (transition.state, transition.reference)
    )
    difference = robot - goal
    return _kernel((transition.keypoint_weights * (difference * difference).sum(-1)).sum(-1), sigma_squared)


def tracking_keypoint_rot(transition: Transition, sigma_squared: float) -> Array:
    """exp(-sum_j w_j angle(r_j, r_j^goal)^2 / sigma^2), sigma^2 in rad^2."""
    angle = rotation.angle_between(transition.state.keypoint_quat_w, transition.reference.keypoint_quat_w)
    return _kernel((transition.keypoint_weights * angle * angle).sum(-1), sigma_squared)


def action_rate(transition: Transition, scale: float) -> Array:
    """|a_{t-1} - a_t|^2."""
    return _squared(transition.previous_action - transition.state.last_action)


def energy(transition: Transition, scale: float) -> Array:
    """|T * qdot|^2, W^2: the table prints T * q, which is no power."""
    return _squared(transition.torque * transition.state.joint_vel)


def dof_acceleration(transition: Transition, scale: float) -> Array:
    """|qddot|^2, (rad/s^2)^2, by the difference of the step's two joint velocities."""
    return _squared(transition.state.joint_vel - transition.previous_joint_vel) / transition.dt**2


def dof_limits(transition: Transition, scale: float) -> Array:
    """Number of joints past their limits."""
    return dof_limits_by(transition, 0.0)


def dof_limits_by(transition: Transition, tolerance: float) -> Array:
    """Number of joints past their limits by more than `tolerance`, radians.

    MuJoCo's limits are springs: an ankle that rests on its limit is a few milliradians past it. Tracking references
    of our corpus with no action at all, 0.24 joints a step are past their limits, 0.07 of them by more than 0.02.
    """
    joint_pos = transition.state.joint_pos
    above = joint_pos > constant("joint_upper", joint_pos) + tolerance
    return _count(above | (joint_pos < constant("joint_lower", joint_pos) - tolerance), joint_pos)


def feet_slip(transition: Transition, scale: float) -> Array:
    """Horizontal speed of the feet that touch the floor, m/s, summed."""
    velocity = of_feet(transition.state.keypoint_lin_vel_w)[..., :2]
    return (_length(velocity) * transition.steps.contact).sum(-1)


def orientation(transition: Transition, scale: float) -> Array:
    """|g_xy|^2 of gravity's unit vector in the pelvis frame: the squared sine of the tilt."""
    return _squared(frames.projected_gravity_b(transition.state.root_quat_w)[..., :2])


def feet_contact_force(transition: Transition, scale: float) -> Array:
    """Forces on both feet, newtons, summed."""
    return _length(transition.state.foot_force_w).sum(-1)


def feet_orientation(transition: Transition, scale: float) -> Array:
    """|g_xy|^2 of gravity's unit vector in each foot's frame, summed: feet should stay level."""
    gravity = frames.projected_gravity_b(of_feet(transition.state.keypoint_quat_w))
    return _squared(gravity[..., :2]).sum(-1)


def low_swing(transition: Transition, desired_height: float) -> Array:
    """How far a swing that ends now stayed below `desired_height`, metres, summed over the feet.

    The table's 'feet max height' in the reading of H2O, from which its weight comes: a foot should be lifted. The
    paper's text says that it discourages high steps; that is `high_swing`.
    """
    steps = transition.steps
    missing = desired_height - steps.peak_height
    return (missing * (missing > 0) * steps.touchdown).sum(-1)


def high_swing(transition: Transition, desired_height: float) -> Array:
    """How far feet in the air are above `desired_height` now, metres, summed: the text's reading of that row."""
    steps = transition.steps
    excess = steps.height - desired_height
    return (excess * (excess > 0) * (steps.air_time > 0)).sum(-1)


def feet_air_time(transition: Transition, desired_time: float) -> Array:
    """Time in the air minus `desired_time`, seconds, at touchdown, summed; while the reference stands it is zero."""
    steps = transition.steps
    velocity = transition.reference.root_lin_vel_w[..., :2]
    moves = _length(velocity) > MOVING_SPEED
    return ((steps.air_time - desired_time) * steps.touchdown).sum(-1) * moves


def termination(transition: Transition, scale: float) -> Array:
    """1 where the episode ends in failure."""
    return transition.terminated + 0.0 * transition.state.root_pos_w[..., 0]


def alive(transition: Transition, scale: float) -> Array:
    """1 in every step that does not end in failure."""
    return 1.0 - termination(transition, scale)


def weight_rate(transition: Transition, scale: float) -> Array:
    """|alpha_t - alpha_{t-1}|^2 of self-supervised weights (paper 5.5); 0 where weights are fixed."""
    if transition.weight_logits is None or transition.previous_weight_logits is None:
        return 0.0 * transition.state.root_pos_w[..., 0]
    return _squared(transition.weight_logits - transition.previous_weight_logits)


def _kernel(error: Array, sigma_squared: float) -> Array:
    return rotation.namespace(error).exp(-error / sigma_squared)


def _squared(x: Array) -> Array:
    return (x * x).sum(-1)


def _length(x: Array) -> Array:
    return _squared(x) ** 0.5


def _count(flags: Array, like: Array) -> Array:
    return (flags + 0.0 * like).sum(-1)
