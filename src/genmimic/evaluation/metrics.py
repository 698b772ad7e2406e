"""The figures of one rollout: the paper's (SR, MPKPE, LMPKPE, -NT) and what the motion cost."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from genmimic.evaluation import effort, errors
from genmimic.robot import constants
from genmimic.robot.names import FOOT_NAMES, KEYPOINT_NAMES
from genmimic.sim.record import Rollout
from genmimic.tracking import frames, terminations


@dataclass(frozen=True)
class Metrics:
    """Figures of one rollout against the reference that the controller was given.

    Attributes:
        duration_s: Simulated time.
        held: Whether a harness held the pelvis: then success says nothing and is None.
        success_paper: Paper's SR: no fall by the paper's rule and keypoints never over 0.5 m away on average.
        success: The same with our fall rule.
        fall_time_paper_s: First fall by the paper's rule (gravity's x or y over 0.7), None without one.
        fall_time_s: First fall by our rule.
        fall_reason: Why, in words.
        lost_time_s: When the mean keypoint error first exceeded 0.5 m.
        reference_near_paper_fall: Whether the reference itself tilts beyond 0.65, close to the paper's rule.
        mpkpe_cm: Mean global keypoint error before the paper's termination.
        lmpkpe_cm: Mean local keypoint error before the paper's termination.
        mpkpe_nt_cm: Mean global keypoint error of the whole rollout.
        lmpkpe_nt_cm: Mean local keypoint error of the whole rollout.
        max_keypoint_error_cm: Largest mean global keypoint error of a step.
        joint_error_deg: Mean joint position error of the whole rollout.
        at_torque_limit_percent: Share of joint-steps at the motors' limits.
        at_joint_limit_percent: Share of joint-steps at the joints' limits.
        action_rate: Mean squared change of the action per step.
        energy_j: Energy through the joints.
        mean_power_w: The same per second.
        foot_slip_cm_s: Mean horizontal speed of standing feet, None if none stands.
        touchdown_impulse_ns: Mean impulse of the first 0.1 s after a foot comes down, None without touchdowns.
        peak_foot_force_bw: Largest force on one foot, body weights.
        mean_foot_force_bw: Mean vertical force on both feet together, body weights.
        support_mean_percent: Mean force of the harness, per cent of body weight.
        support_p95_percent: Its 95th percentile.
        support_max_percent: Its largest value.
        support_vertical_percent: Mean of its vertical part, upwards positive.
        support_moment_mean_nm: Mean moment of the harness.
    """

    duration_s: float
    held: bool
    success_paper: bool | None
    success: bool | None
    fall_time_paper_s: float | None
    fall_time_s: float | None
    fall_reason: str
    lost_time_s: float | None
    reference_near_paper_fall: bool
    mpkpe_cm: float
    lmpkpe_cm: float
    mpkpe_nt_cm: float
    lmpkpe_nt_cm: float
    max_keypoint_error_cm: float
    joint_error_deg: float
    at_torque_limit_percent: float
    at_joint_limit_percent: float
    action_rate: float
    energy_j: float
    mean_power_w: float
    foot_slip_cm_s: float | None
    touchdown_impulse_ns: float | None
    peak_foot_force_bw: float
    mean_foot_force_bw: float
    support_mean_percent: float
    support_p95_percent: float
    support_max_percent: float
    support_vertical_percent: float
    support_moment_mean_nm: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)


def compute_metrics(rollout: Rollout) -> Metrics:
    """Compute all figures of a rollout, which carries its reference."""
    fps, feet = rollout.fps, [KEYPOINT_NAMES.index(name) for name in FOOT_NAMES]
    error = errors.global_keypoint_error(rollout.keypoint_pos_w, rollout.reference_keypoint_pos_w)
    local_error = errors.local_keypoint_error(
        rollout.keypoint_pos_w,
        rollout.root_pos_w,
        rollout.root_quat_w,
        rollout.reference_keypoint_pos_w,
        rollout.reference_root_pos_w,
        rollout.reference_root_quat_w,
    )
    lost = errors.first_time(error > terminations.DEVIATION_LIMIT, fps)
    paper_fall = errors.first_time(terminations.fallen_by_paper(rollout.root_quat_w), fps)
    fall = rollout.fall_time if rollout.fell else None
    terminated = min((t for t in (lost, paper_fall) if t is not None), default=None)
    energy = effort.mechanical_energy(rollout.torque, rollout.joint_vel, fps)
    support = 100.0 * rollout.support_fraction
    # the first step's readings are those of the moment the robot is put down
    foot_force_bw = rollout.foot_force[1:] / rollout.body_weight
    slip = effort.foot_slip(rollout.keypoint_pos_w[:, feet], rollout.foot_contact, fps)
    return Metrics(
        duration_s=rollout.duration,
        held=rollout.held,
        success_paper=None if rollout.held else terminated is None,
        success=None if rollout.held else fall is None and lost is None,
        fall_time_paper_s=paper_fall,
        fall_time_s=fall,
        fall_reason=rollout.fall_reason,
        lost_time_s=lost,
        reference_near_paper_fall=bool(_largest_tilt(rollout.reference_root_quat_w) > terminations.RISKY_GRAVITY),
        mpkpe_cm=100.0 * errors.mean_until(error, terminated, fps),
        lmpkpe_cm=100.0 * errors.mean_until(local_error, terminated, fps),
        mpkpe_nt_cm=100.0 * float(error.mean()),
        lmpkpe_nt_cm=100.0 * float(local_error.mean()),
        max_keypoint_error_cm=100.0 * float(error.max()),
        joint_error_deg=float(np.degrees(np.abs(rollout.joint_pos - rollout.reference_joint_pos).mean())),
        at_torque_limit_percent=100.0 * effort.share_at_torque_limit(rollout.torque, constants.EFFORT_LIMIT),
        at_joint_limit_percent=100.0
        * effort.share_at_joint_limit(rollout.joint_pos, constants.JOINT_LOWER, constants.JOINT_UPPER),
        action_rate=effort.action_rate(rollout.action),
        energy_j=energy,
        mean_power_w=energy / max(rollout.duration, 1.0 / fps),
        foot_slip_cm_s=None if slip is None else 100.0 * slip,
        touchdown_impulse_ns=effort.touchdown_impulse(rollout.foot_force, rollout.foot_contact, fps),
        peak_foot_force_bw=float(np.linalg.norm(foot_force_bw, axis=-1).max(initial=0.0)),
        mean_foot_force_bw=float(foot_force_bw[..., 2].sum(-1).mean()) if len(foot_force_bw) else 0.0,
        support_mean_percent=float(support.mean()),
        support_p95_percent=float(np.percentile(support, 95)),
        support_max_percent=float(support.max()),
        support_vertical_percent=100.0 * float(rollout.support_force_w[:, 2].mean()) / rollout.body_weight,
        support_moment_mean_nm=float(np.linalg.norm(rollout.support_moment_w, axis=-1).mean()),
    )


def _largest_tilt(root_quat_w: np.ndarray) -> float:
    """Largest |x| or |y| of the projected gravity, the figure that the paper's fall rule looks at."""
    return float(np.abs(frames.projected_gravity_b(root_quat_w)[..., :2]).max())
