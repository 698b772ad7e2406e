"""How good a retargeted motion is, and why not better: the basis of the paper's filter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genmimic import rotation
from genmimic.retarget import tasks
from genmimic.retarget.balance import support_excess
from genmimic.retarget.collision import PAIR_NAMES, find_contacts
from genmimic.retarget.config import QualityThresholds
from genmimic.retarget.jacobian import Configuration, Kinematics, centre_of_mass
from genmimic.retarget.stance import segments
from genmimic.retarget.targets import Targets
from genmimic.robot.constants import JOINT_LOWER, JOINT_UPPER, VELOCITY_LIMIT
from genmimic.robot.names import JOINT_NAMES
from genmimic.tracking.terminations import RISKY_GRAVITY

_NEAR_LIMIT = 0.03
"""Distance from a joint limit that counts as lying at it, rad; the solver itself keeps 0.02."""
_ALOFT = 0.02
"""Height of the soles above the floor that counts as flight, metres."""
_MAY_REST_AT_LIMIT = ("knee", "elbow", "ankle")
"""Joints that a person, too, keeps at their limits: straight limbs, flat feet under leaning legs, limp feet."""


@dataclass(frozen=True)
class RetargetQuality:
    """Measures of a retargeted motion; lengths in metres, angles in radians, shares of frames in [0, 1].

    Attributes:
        score: 1 for a perfect motion, 0.5 where all measures lie at their thresholds, towards 0 beyond.
        reasons: One sentence for each measure beyond its threshold.
        hand_error: Mean distance of the palms from their targets, relative to the shoulders.
        foot_error: Mean distance of the ankles from their targets in the world.
        elbow_error: Mean distance of the elbows from their targets, relative to the shoulders.
        hips_error: Mean distance of the middle of the hips from its target in the world.
        trunk_error: Mean angle between torso and target.
        limit_share: Frames with a joint at its limit, straight knees and elbows apart.
        limit_joint: The joint that is most often at its limit, '' for none.
        foot_slip: Mean speed of the soles in stance, m/s.
        sole_error: 95th percentile of the distance of the soles' corners from the floor in stance.
        penetration: Deepest point of a sole below the floor in any frame.
        joint_speed_share: Frames in which a joint exceeds its motor's top speed.
        joint_acc: 99th percentile of the joint accelerations, rad/s^2.
        joint_jerk: 99th percentile of the joint jerks, rad/s^3.
        unbalanced_share: Frames at rest, as a share of all, whose centre of mass lies outside the support polygon.
        self_collision: 99th percentile over frames of the deepest overlap of two links.
        colliding_links: The pair of links that overlaps most, '' for none.
        tilt: Largest inclination of the trunk.
        flight_time: Longest time for which both soles are more than 2 cm above the floor, seconds.
        stance_share: Frames in which a foot stands; their soles are flat on the floor.
        confidence: Mean confidence of the person's joints.
    """

    score: float
    reasons: tuple[str, ...]
    hand_error: float
    foot_error: float
    elbow_error: float
    hips_error: float
    trunk_error: float
    limit_share: float
    limit_joint: str
    foot_slip: float
    sole_error: float
    penetration: float
    joint_speed_share: float
    joint_acc: float
    joint_jerk: float
    unbalanced_share: float
    self_collision: float
    colliding_links: str
    tilt: float
    flight_time: float
    stance_share: float
    confidence: float

    @property
    def feasible(self) -> bool:
        """Whether no measure lies beyond its threshold."""
        return not self.reasons

    @property
    def tilts_like_a_fall(self) -> bool:
        """Whether the reference itself comes near the paper's rule of a fall (gravity beyond 0.7 across the pelvis).

        Such a motion is flagged, not dropped: a robot without a waist pitch joint cannot bow otherwise.
        """
        return float(np.sin(min(self.tilt, 0.5 * np.pi))) > RISKY_GRAVITY


_SENTENCES: dict[str, str] = {
    "hand_error": "hands miss their targets by {value:.3f} m on average (limit {limit:.3f} m)",
    "foot_error": "feet miss their targets by {value:.3f} m on average (limit {limit:.3f} m)",
    "limit_share": "{limit_joint} or another joint is at its limit in {value:.0%} of the frames (limit {limit:.0%})",
    "foot_slip": "standing feet slip at {value:.3f} m/s on average (limit {limit:.3f} m/s)",
    "sole_error": "soles are off the floor by {value:.3f} m in stance (limit {limit:.3f} m)",
    "penetration": "a foot sinks {value:.3f} m into the floor (limit {limit:.3f} m)",
    "joint_speed_share": "joints exceed their top speed in {value:.0%} of the frames (limit {limit:.0%})",
    "joint_acc": "joint accelerations reach {value:.0f} rad/s^2 (limit {limit:.0f} rad/s^2)",
    "unbalanced_share": "at rest, but not over its feet in {value:.0%} of the frames (limit {limit:.0%})",
    "self_collision": "links overlap by {value:.3f} m: {colliding_links} (limit {limit:.3f} m)",
    "tilt": "the trunk tilts by {value:.2f} rad (limit {limit:.2f} rad)",
    "flight_time": "no foot touches the floor for {value:.2f} s (limit {limit:.2f} s)",
}


def assess(
    solution: Configuration, targets: Targets, fps: float, thresholds: QualityThresholds, confidence: float = 1.0
) -> RetargetQuality:
    """Measure a solution against its targets.

    Args:
        solution: The robot's motion (T,).
        targets: What it should have been (T,).
        fps: Frames per second.
        thresholds: Where the filter draws its lines.
        confidence: Mean confidence of the person's joints.

    Returns:
        All measures, the reasons against the motion and the score: the mean over the measures of 2 to the power of
        minus the square of the measure over its threshold.
    """
    kinematics = Kinematics.of(solution)
    measures = {
        **_tracking_measures(kinematics, targets),
        **_limit_measures(solution.joint_pos, fps),
        **_foot_measures(kinematics, targets.stance, fps),
        **_collision_measures(kinematics),
        "unbalanced_share": _unbalanced_share(kinematics, targets, fps),
        "tilt": float(np.arccos(np.clip(rotation.to_matrix(kinematics.body_quat[:, 0])[:, 2, 2], -1.0, 1.0)).max()),
        "stance_share": float(targets.stance.any(axis=1).mean()),
        "confidence": confidence,
    }
    limits = vars(thresholds)
    reasons = tuple(
        _SENTENCES[name].format(
            value=measures[name], limit=limit, **{k: v for k, v in measures.items() if isinstance(v, str)}
        )
        for name, limit in limits.items()
        if measures[name] > limit
    )
    score = float(np.mean([2.0 ** -((measures[name] / limit) ** 2) for name, limit in limits.items()]))
    return RetargetQuality(score=score, reasons=reasons, **measures)


def _tracking_measures(kinematics: Kinematics, targets: Targets) -> dict[str, float]:
    errors = tasks.tracking_errors(kinematics, targets)
    torso = rotation.angle_between(targets.torso_quat_w, kinematics.body_quat[:, tasks.TORSO])
    return {f"{name}_error": float(value.mean()) for name, value in errors.items()} | {
        "trunk_error": float(torso.mean())
    }


def _limit_measures(joint_pos: np.ndarray, fps: float) -> dict[str, float | str]:
    at_limit = (joint_pos < JOINT_LOWER + _NEAR_LIMIT) | (joint_pos > JOINT_UPPER - _NEAR_LIMIT)
    excused = [any(part in name for part in _MAY_REST_AT_LIMIT) for name in JOINT_NAMES]
    at_limit[:, excused] = False
    share = at_limit.mean(axis=0)
    velocity, acc, jerk = (np.diff(joint_pos, n, axis=0) * fps**n for n in (1, 2, 3))
    return {
        "limit_share": float(at_limit.any(axis=1).mean()),
        "limit_joint": JOINT_NAMES[int(share.argmax())] if share.any() else "",
        "joint_speed_share": float((np.abs(velocity) > VELOCITY_LIMIT).any(axis=1).mean()) if len(velocity) else 0.0,
        "joint_acc": float(np.percentile(np.abs(acc), 99)) if len(acc) else 0.0,
        "joint_jerk": float(np.percentile(np.abs(jerk), 99)) if len(jerk) else 0.0,
    }


def _foot_measures(kinematics: Kinematics, stance: np.ndarray, fps: float) -> dict[str, float]:
    corners = tasks.sole_corners(kinematics)  # (T, 2, 4, 3)
    both = stance[1:] & stance[:-1]
    speed = np.linalg.norm(np.diff(corners[..., :2], axis=0), axis=-1).mean(-1) * fps
    aloft = corners[..., 2].min(axis=(1, 2)) > _ALOFT
    heights = np.abs(corners[..., 2])[stance]
    return {
        "foot_slip": float(speed[both].mean()) if both.any() else 0.0,
        "sole_error": float(np.percentile(heights, 95)) if heights.size else 0.0,
        "penetration": float(max(0.0, -corners[..., 2].min())),
        "flight_time": max((end - start for start, end in segments(aloft)), default=0) / fps,
    }


def _collision_measures(kinematics: Kinematics) -> dict[str, float | str]:
    contacts = find_contacts(kinematics, 0.0)
    depth = np.zeros(len(kinematics.body_pos))
    np.maximum.at(depth, contacts.frame, -contacts.distance)
    worst = " and ".join(PAIR_NAMES[contacts.pair[contacts.distance.argmin()]]) if len(contacts.frame) else ""
    return {"self_collision": float(np.percentile(depth, 99)), "colliding_links": worst.replace("_collision", "")}


def _unbalanced_share(kinematics: Kinematics, targets: Targets, fps: float) -> float:
    _, com = centre_of_mass(kinematics)
    bears = tasks.bearing(targets.stance, fps)
    excess, _ = support_excess(com[:, :2], tasks.sole_lines(kinematics), bears, tasks.SOLE_HALF_WIDTH)
    weight = tasks.slowness(targets.hips_pos_w, fps) * targets.stance.any(axis=1)
    # a centimetre beyond does not count: the polygon is smaller than the real soles
    return float((weight * (excess > 0.01)).mean())
