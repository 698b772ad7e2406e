"""Observation terms of policies that are shown joint angles instead of keypoints, and of those that weigh keypoints.

The goal of the paper's 'DoFs' ablation (tables 3 and 4) is named only as goal joint angles. Angles alone do not say
where to go, so the pelvis' goal pose comes with them: what keypoints tell, in the other representation.
"""

from __future__ import annotations

from genmimic import rotation
from genmimic.robot import mirror
from genmimic.rotation import Array
from genmimic.tracking import frames, symmetry
from genmimic.tracking.state import Goal, RobotState, SimulationParameters
from genmimic.tracking.term import ObservationTerm, given


def goal_joint_pos(state: RobotState, goal: Goal, parameters: SimulationParameters) -> Array:
    """Goal joint positions of the next frame, radians."""
    return given(goal.joint_pos, "joint_pos")[..., 0, :]


def goal_joint_diff(state: RobotState, goal: Goal, parameters: SimulationParameters) -> Array:
    """Goal joint positions of the next frame minus the robot's, radians."""
    return given(goal.joint_pos, "joint_pos")[..., 0, :] - state.joint_pos


def goal_root_pos(state: RobotState, goal: Goal, parameters: SimulationParameters) -> Array:
    """Goal pelvis of the next frame in the robot's heading frame, height above the floor, metres."""
    root = goal.keypoint_pos_w[..., 0, :1, :]
    return frames.points_to_heading(state.root_pos_w, state.root_quat_w, root)[..., 0, :]


def goal_root_quat(state: RobotState, goal: Goal, parameters: SimulationParameters) -> Array:
    """Goal pelvis orientation of the next frame in the robot's heading frame, w >= 0."""
    root = given(goal.keypoint_quat_w, "keypoint_quat_w")[..., 0, 0, :]
    quat = rotation.multiply(rotation.conjugate(rotation.heading(state.root_quat_w)), root)
    xp = rotation.namespace(quat)
    return xp.where(quat[..., :1] < 0, -quat, quat)


def last_weight_logits(state: RobotState, goal: Goal, parameters: SimulationParameters) -> Array:
    """The keypoint weights' alpha of the step before: its change is penalised, so it has to be known."""
    return given(state.last_weight_logits, "last_weight_logits")


DOF_TERMS: tuple[ObservationTerm, ...] = (
    ObservationTerm("goal_joint_pos", 23, goal_joint_pos, symmetry.JOINTS),
    ObservationTerm("goal_joint_diff", 23, goal_joint_diff, symmetry.JOINTS),
    ObservationTerm("goal_root_pos", 3, goal_root_pos, symmetry.VECTOR),
    ObservationTerm("goal_root_quat", 4, goal_root_quat, symmetry.of_group((0,), mirror.QUAT_SIGNS)),
    ObservationTerm("last_weight_logits", 27, last_weight_logits, symmetry.of_group(mirror.KEYPOINT_PERMUTATION)),
)
