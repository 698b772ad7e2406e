"""The figures of one rollout: the paper's (SR, MPKPE, LMPKPE, -NT) and what the motion cost."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from genmimic.evaluation.figures import rollout_figures
from genmimic.evaluation.readings import Readings, Target
from genmimic.evaluation.series import step_figures
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
        lmpkpe_cm: Mean local keypoint error (in pelvis frames) before the paper's termination.
        mpkpe_nt_cm: Mean global keypoint error of the whole rollout.
        lmpkpe_nt_cm: Mean local keypoint error of the whole rollout.
        max_keypoint_error_cm: Largest mean keypoint error of any step.
        joint_error_deg: Mean joint error.
        at_torque_limit_percent: Share of joint-steps at the torque limit.
        at_joint_limit_percent: Share of joint-steps at a position limit.
        action_rate: Mean squared change of the action (table 7).
        energy_j: Mechanical energy through the joints.
        mean_power_w: The same per second.
        foot_slip_cm_s: Mean horizontal speed of standing feet, None if none stands.
        touchdown_impulse_ns: Mean impulse of the first 0.1 s after a foot comes down, None without one.
        peak_foot_force_bw: Largest force on one foot, in body weights.
        mean_foot_force_bw: Mean vertical force on both feet, in body weights: 1 for a robot that carries itself.
        visual_success: The stand-in for the paper's VSR (`evaluation.visual`); None for a held robot.
        stumbles: Steps that the reference does not ask for.
        missed_hands: Hands that lost their reference, 0 to 2.
        missed_feet: Feet that lost their reference, 0 to 2.
        missed_heading: Whether the robot faced elsewhere.
        support_mean_percent: Mean force of the harness, per cent of the body weight; zero without a harness.
        support_p95_percent: Its 95th percentile.
        support_max_percent: Its largest.
        support_vertical_percent: Mean upward force of the harness, per cent of the body weight.
        support_moment_mean_nm: Mean moment of the harness.
        mpkpe_clean_cm: As `mpkpe_cm`, against the clean motion behind a noisy reference; None where it is not known.
        lmpkpe_clean_cm: Likewise.
        mpkpe_clean_nt_cm: Likewise.
        lmpkpe_clean_nt_cm: Likewise.
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
    visual_success: bool | None
    stumbles: int
    missed_hands: int
    missed_feet: int
    missed_heading: bool
    support_mean_percent: float
    support_p95_percent: float
    support_max_percent: float
    support_vertical_percent: float
    support_moment_mean_nm: float
    mpkpe_clean_cm: float | None = None
    lmpkpe_clean_cm: float | None = None
    mpkpe_clean_nt_cm: float | None = None
    lmpkpe_clean_nt_cm: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)


def compute_metrics(rollout: Rollout, clean: Target | None = None) -> Metrics:
    """Compute all figures of a rollout, which carries its reference.

    Args:
        rollout: What the robot did.
        clean: The motion behind the reference at the same steps (T, ...), where it is known.
    """
    readings = Readings(
        root_pos_w=rollout.root_pos_w,
        root_quat_w=rollout.root_quat_w,
        joint_pos=rollout.joint_pos,
        joint_vel=rollout.joint_vel,
        torque=rollout.torque,
        foot_force_w=rollout.foot_force,
        keypoint_pos_w=rollout.keypoint_pos_w,
        action=rollout.action,
    )
    reference = Target(
        root_pos_w=rollout.reference_root_pos_w,
        root_quat_w=rollout.reference_root_quat_w,
        joint_pos=rollout.reference_joint_pos,
        keypoint_pos_w=rollout.reference_keypoint_pos_w,
    )
    steps = np.arange(len(rollout))
    fallen = steps >= (round(rollout.fall_time * rollout.fps) if rollout.fell else np.inf)
    series = step_figures(readings, readings.step_before(), reference, clean, fallen, rollout.fps)
    values: dict[str, Any] = rollout_figures(series, steps >= 0, rollout.fps, rollout.body_weight)
    if rollout.held:
        values |= dict.fromkeys(("success_paper", "success", "visual_success"))
    return Metrics(
        **{name: _plain(value) for name, value in values.items()},
        held=rollout.held,
        fall_reason=rollout.fall_reason,
        reference_near_paper_fall=near_paper_fall(rollout.reference_root_quat_w),
        **_support(rollout),
    )


def near_paper_fall(root_quat_w: np.ndarray) -> bool:
    """Whether a reference (T, 4) itself comes close to falling by the paper's rule, as a deep bend does."""
    largest = np.abs(frames.projected_gravity_b(root_quat_w)[..., :2]).max()
    return bool(largest > terminations.RISKY_GRAVITY)


def _support(rollout: Rollout) -> dict[str, Any]:
    """What the harness gave."""
    support = 100.0 * rollout.support_fraction
    return {
        "support_mean_percent": float(support.mean()),
        "support_p95_percent": float(np.percentile(support, 95)),
        "support_max_percent": float(support.max()),
        "support_vertical_percent": 100.0 * float(rollout.support_force_w[:, 2].mean()) / rollout.body_weight,
        "support_moment_mean_nm": float(np.linalg.norm(rollout.support_moment_w, axis=-1).mean()),
    }


def _plain(value: Any) -> Any:
    """A number or truth value of Python; None for NaN."""
    value = value.item() if hasattr(value, "item") else value
    return None if isinstance(value, float) and math.isnan(value) else value
