"""When training ends an episode in failure: the paper's rule (B.1) and those of the baselines, as one configuration."""

from __future__ import annotations

from dataclasses import dataclass

from genmimic import rotation
from genmimic.robot.names import FOOT_NAMES, KEYPOINT_NAMES
from genmimic.rotation import Array
from genmimic.tracking import frames
from genmimic.tracking.baseline_reward_terms import TWIST_KEYPOINTS
from genmimic.tracking.robot_constants import TORSO
from genmimic.tracking.state import RobotState
from genmimic.tracking.terminations import DEVIATION_LIMIT, PAPER_GRAVITY_LIMIT, deviated, fallen_by_paper
from genmimic.tracking.transition import Reference

_WRISTS = ("left_wrist_roll_link", "right_wrist_roll_link")
LIMB_ENDS: tuple[int, ...] = tuple(KEYPOINT_NAMES.index(name) for name in (*FOOT_NAMES, *_WRISTS))


@dataclass(frozen=True)
class TerminationRules:
    """An episode fails when any limit is passed; None leaves a rule out.

    Attributes:
        gravity: |x| or |y| of gravity's unit vector in the pelvis frame (paper).
        deviation: Mean distance of the keypoints from the reference, metres (paper).
        root_height: Pelvis height against the reference's, metres (TWIST).
        key_body: Distance of any of TWIST's key bodies from the reference's, in pelvis frames, metres (TWIST).
        anchor_height: Torso height against the reference's, metres (BeyondMimic).
        anchor_gravity: Gravity along the torso's axis against the reference's (BeyondMimic).
        limb_height: Height of any foot or wrist against the reference's, metres (BeyondMimic).
    """

    gravity: float | None = PAPER_GRAVITY_LIMIT
    deviation: float | None = DEVIATION_LIMIT
    root_height: float | None = None
    key_body: float | None = None
    anchor_height: float | None = None
    anchor_gravity: float | None = None
    limb_height: float | None = None


PAPER = TerminationRules()
BEYONDMIMIC = TerminationRules(None, None, anchor_height=0.25, anchor_gravity=0.8, limb_height=0.25)
TWIST = TerminationRules(None, None, root_height=0.2, key_body=0.7)


def has_failed(rules: TerminationRules, state: RobotState, reference: Reference) -> Array:
    """Whether each world (...) has failed, boolean."""
    pos, goal = state.keypoint_pos_w, reference.keypoint_pos_w
    failed = state.root_pos_w[..., 2] < -1e9  # nowhere, of the right kind
    if rules.gravity is not None:
        failed = failed | fallen_by_paper(state.root_quat_w, rules.gravity)
    if rules.deviation is not None:
        failed = failed | deviated(pos, goal, rules.deviation)
    if rules.root_height is not None:
        failed = failed | (abs(state.root_pos_w[..., 2] - reference.root_pos_w[..., 2]) > rules.root_height)
    if rules.key_body is not None:
        failed = failed | (_key_body_error(state, reference) > rules.key_body)
    if rules.anchor_height is not None:
        failed = failed | (abs(pos[..., TORSO, 2] - goal[..., TORSO, 2]) > rules.anchor_height)
    if rules.anchor_gravity is not None:
        own = frames.projected_gravity_b(state.keypoint_quat_w[..., TORSO, :])
        wanted = frames.projected_gravity_b(reference.keypoint_quat_w[..., TORSO, :])
        failed = failed | (abs(own[..., 2] - wanted[..., 2]) > rules.anchor_gravity)
    if rules.limb_height is not None:
        for index in LIMB_ENDS:
            failed = failed | (abs(pos[..., index, 2] - goal[..., index, 2]) > rules.limb_height)
    return failed


def _key_body_error(state: RobotState, reference: Reference) -> Array:
    xp = rotation.namespace(state.root_pos_w)
    own = frames.points_to_body(state.root_pos_w, state.root_quat_w, state.keypoint_pos_w)
    wanted = frames.points_to_body(reference.root_pos_w, reference.root_quat_w, reference.keypoint_pos_w)
    distance = ((own - wanted) ** 2).sum(-1) ** 0.5
    worst = distance[..., TWIST_KEYPOINTS[0]]
    for index in TWIST_KEYPOINTS[1:]:
        worst = xp.maximum(worst, distance[..., index])
    return worst
