"""What other policies than the paper's own observe: its ablations (tables 3 and 4) and the baselines' teachers."""

from __future__ import annotations

from genmimic.tracking.observations import PROPRIOCEPTION, TEACHER, Layout
from genmimic.tracking.terms import LATER_STEPS

_KEYPOINT_GOALS = ("goal_keypoint_pos", "goal_keypoint_diff")
_DOF_GOALS = ("goal_joint_pos", "goal_joint_diff", "goal_root_pos", "goal_root_quat")
_FIRST_GOAL = [name for name, _ in TEACHER].index(_KEYPOINT_GOALS[0])

FORESEEING_TEACHER: Layout = (*TEACHER, ("later_keypoint_diff", 1))
"""Our teacher: table 6 and goals further ahead, 919 inputs; needs the goal frames `FORESEEN_STEPS`."""
FORESEEN_STEPS = (1, *LATER_STEPS)

DOF_TEACHER: Layout = (
    *(entry for entry in TEACHER[:_FIRST_GOAL]),
    *((name, 1) for name in _DOF_GOALS),
    *(entry for entry in TEACHER[_FIRST_GOAL:] if entry[0] not in _KEYPOINT_GOALS),
)
"""The teacher with goal joint angles and pelvis pose in place of goal keypoints."""

WEIGHING_TEACHER: Layout = (*TEACHER, ("last_weight_logits", 1))
"""The teacher that chooses its keypoint weights."""

OUR_STUDENT: Layout = (
    *((name, 10) for name in PROPRIOCEPTION),
    *((name, 1) for name in ("local_keypoint_pos", "root_lin_vel_b", *_KEYPOINT_GOALS, "later_keypoint_diff")),
    ("future_keypoint_pos", 1),
)
"""Our student, 1,968 inputs: the teacher's goals as seen from where the robot believes to be, so only with estimated
states (`tracking.estimated`). The past of its keypoints follows from that of its joints and is left out."""

BLIND_STUDENT: Layout = tuple(
    (name, steps)
    for name, steps in OUR_STUDENT
    if name in (*PROPRIOCEPTION, "local_keypoint_pos", "future_keypoint_pos")
)
"""The same without anything that it takes to know where the robot is, 1,641 inputs."""

_BEYONDMIMIC_GOALS = ("goal_joint_pos", "goal_joint_vel", "anchor_pos_b", "anchor_rot_b")
_BEYONDMIMIC_STATE = ("root_lin_vel_b", "root_ang_vel_b", "joint_pos_rel", "joint_vel", "last_action")

BEYONDMIMIC_ACTOR: Layout = tuple((name, 1) for name in (*_BEYONDMIMIC_GOALS, *_BEYONDMIMIC_STATE))
BEYONDMIMIC_CRITIC: Layout = tuple(
    (name, 1) for name in (*_BEYONDMIMIC_GOALS, "body_pos_anchor", "body_rot_anchor", *_BEYONDMIMIC_STATE)
)

TWIST_TEACHER: Layout = tuple(
    (name, 1)
    for name in (
        "twist_goals",
        *PROPRIOCEPTION,
        "root_lin_vel_b",
        "root_height",
        "twist_keypoint_pos",
        "foot_contact",
        "link_mass_scale",
        "base_com_offset",
        "foot_friction",
        "kp_scale",
        "kd_scale",
        "motor_strength",
    )
)
"""TWIST's privileged teacher, actor and critic alike; needs the goal frames `baseline_terms.TWIST_STEPS`."""
