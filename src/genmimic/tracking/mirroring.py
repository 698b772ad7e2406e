"""The mirrored robot's state, goal and parameters, by the mirror of `robot.mirror`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from genmimic.robot import mirror
from genmimic.rotation import Array
from genmimic.tracking import symmetry
from genmimic.tracking.feet import FootSteps
from genmimic.tracking.state import Goal, RobotState, SimulationParameters
from genmimic.tracking.transition import Transition


def mirror_state(state: RobotState) -> RobotState:
    """State of the mirrored robot."""
    return RobotState(
        root_pos_w=mirror.mirror_vector(state.root_pos_w),
        root_quat_w=mirror.mirror_quat(state.root_quat_w),
        root_lin_vel_w=mirror.mirror_vector(state.root_lin_vel_w),
        root_ang_vel_w=mirror.mirror_axial(state.root_ang_vel_w),
        joint_pos=mirror.mirror_joint_pos(state.joint_pos),
        joint_vel=mirror.mirror_joint_pos(state.joint_vel),
        keypoint_pos_w=mirror.mirror_keypoint_pos(state.keypoint_pos_w),
        keypoint_quat_w=mirror.mirror_keypoint_quat(state.keypoint_quat_w),
        keypoint_lin_vel_w=mirror.mirror_keypoint_pos(state.keypoint_lin_vel_w),
        keypoint_ang_vel_w=mirror.mirror_keypoint_ang_vel(state.keypoint_ang_vel_w),
        foot_force_w=mirror.mirror_vector(state.foot_force_w[..., list(mirror.FOOT_PERMUTATION), :]),
        last_action=mirror.mirror_joint_pos(state.last_action),
        last_weight_logits=_if_there(mirror_keypoint_scale, state.last_weight_logits),
    )


def mirror_goal(goal: Goal) -> Goal:
    """Goal of the mirrored robot."""
    return Goal(
        keypoint_pos_w=mirror.mirror_keypoint_pos(goal.keypoint_pos_w),
        root_pos_w=mirror.mirror_vector(goal.root_pos_w),
        root_quat_w=mirror.mirror_quat(goal.root_quat_w),
        joint_pos=_if_there(mirror.mirror_joint_pos, goal.joint_pos),
        joint_vel=_if_there(mirror.mirror_joint_pos, goal.joint_vel),
        keypoint_quat_w=_if_there(mirror.mirror_keypoint_quat, goal.keypoint_quat_w),
        keypoint_lin_vel_w=_if_there(mirror.mirror_keypoint_pos, goal.keypoint_lin_vel_w),
        keypoint_ang_vel_w=_if_there(mirror.mirror_keypoint_ang_vel, goal.keypoint_ang_vel_w),
        steps=goal.steps,
    )


def mirror_parameters(parameters: SimulationParameters) -> SimulationParameters:
    """Parameters of the mirrored robot; factors swap sides and keep their sign."""
    return SimulationParameters(
        base_com_offset_b=mirror.mirror_vector(parameters.base_com_offset_b),
        foot_friction=mirror.mirror_feet(parameters.foot_friction),
        link_mass_scale=symmetry.MASSES.like(parameters.link_mass_scale)(parameters.link_mass_scale),
        kd_scale=mirror.mirror_joint_scale(parameters.kd_scale),
        kp_scale=mirror.mirror_joint_scale(parameters.kp_scale),
        motor_strength=mirror.mirror_joint_scale(parameters.motor_strength),
    )


def mirror_transition(transition: Transition, mirror_reference: Callable[[object], object]) -> Transition:
    """The mirrored robot's control step; `mirror_reference` mirrors whatever class the reference is of."""
    steps = transition.steps
    return replace(
        transition,
        state=mirror_state(transition.state),
        reference=mirror_reference(transition.reference),
        previous_action=mirror.mirror_joint_pos(transition.previous_action),
        previous_joint_vel=mirror.mirror_joint_pos(transition.previous_joint_vel),
        torque=mirror.mirror_joint_pos(transition.torque),
        steps=FootSteps(**{name: mirror.mirror_feet(value) for name, value in vars(steps).items()}),
        keypoint_weights=mirror_keypoint_scale(transition.keypoint_weights),
        joint_weights=mirror.mirror_joint_scale(transition.joint_weights),
        weight_logits=_if_there(mirror_keypoint_scale, transition.weight_logits),
        previous_weight_logits=_if_there(mirror_keypoint_scale, transition.previous_weight_logits),
    )


def mirror_keypoint_scale(scale: Array) -> Array:
    """Mirror per-keypoint numbers without a direction, such as weights, (..., 27)."""
    return scale[..., list(mirror.KEYPOINT_PERMUTATION)]


def _if_there(function: Callable[[Array], Array], value: Array | None) -> Array | None:
    return None if value is None else function(value)
