"""The figures of whole rollouts from those of their steps: success, errors, what is seen, what it cost."""

from __future__ import annotations

import math

from genmimic import rotation
from genmimic.evaluation import effort, visual
from genmimic.evaluation.reductions import before_first, first_time, masked_max, masked_mean
from genmimic.evaluation.series import Series
from genmimic.rotation import Array
from genmimic.tracking import terminations


def rollout_figures(series: Series, counted: Array, fps: float, body_weight: Array | float) -> dict[str, Array]:
    """Figures of one rollout, or of N at once, by the names of `metrics.Metrics`.

    Args:
        series: Its steps, (T,) or (T, N).
        counted: Steps that belong to the motion, (T,) or (T, N), boolean: from the first on, without a gap.
        fps: Steps per second.
        body_weight: Newtons, () or (N,).

    Returns:
        Arrays () or (N,); booleans, or numbers with NaN for what does not exist.
    """
    xp = rotation.namespace(series.world_error)
    lost = counted & (series.world_error > terminations.DEVIATION_LIMIT)
    tipped, fallen = counted & series.tipped, counted & series.fallen
    alive = counted & before_first(tipped | lost)
    seconds = (counted.sum(0) - 1) / fps
    # the first step's torques and forces are those of the moment the robot is put down
    felt = xp.concatenate([counted[:1] & False, counted[1:]], 0)
    fell = fallen.any(0)
    stumbled = visual.stumbles(series.foot_contact, series.reference_foot_pos_w, counted, fps)
    missed = visual.missed_limbs(series.limb_pos_b, series.reference_limb_pos_b, counted, fps)
    turned_away = visual.missed_heading(series.heading_error, counted, fps)
    energy = xp.where(felt, series.power, xp.zeros_like(series.power)).sum(0) / fps
    largest_force = masked_max(series.foot_force, felt[..., None])
    return {
        "duration_s": seconds,
        "success_paper": ~(tipped | lost).any(0),
        "success": ~(fallen | lost).any(0),
        "fall_time_paper_s": first_time(tipped, fps),
        "fall_time_s": first_time(fallen, fps),
        "lost_time_s": first_time(lost, fps),
        **_errors(series, alive, counted),
        "max_keypoint_error_cm": 100.0 * masked_max(series.world_error, counted),
        "joint_error_deg": math.degrees(1.0) * masked_mean(series.joint_error, counted),
        "visual_success": visual.resembles(stumbled, missed, turned_away, fell, seconds),
        "stumbles": stumbled,
        "missed_hands": missed[..., :2].sum(-1),
        "missed_feet": missed[..., 2:].sum(-1),
        "missed_heading": turned_away,
        "at_torque_limit_percent": 100.0 * masked_mean(series.at_torque_limit, felt, empty=0.0),
        "at_joint_limit_percent": 100.0 * masked_mean(series.at_joint_limit, counted),
        "action_rate": masked_mean(series.action_rate[1:], counted[1:], empty=0.0),
        "energy_j": energy,
        "mean_power_w": energy / xp.where(seconds > 0, seconds, 1.0 / fps),
        "foot_slip_cm_s": 100.0 * effort.foot_slip(series.foot_speed, series.foot_contact, felt),
        "touchdown_impulse_ns": effort.touchdown_impulse(series.foot_force, series.foot_contact, felt, fps),
        "peak_foot_force_bw": xp.amax(largest_force, -1) / body_weight,
        "mean_foot_force_bw": masked_mean(series.floor_force, felt, empty=0.0) / body_weight,
    }


def _errors(series: Series, alive: Array, counted: Array) -> dict[str, Array]:
    """MPKPE, LMPKPE and their variants without termination (-NT), against reference and clean motion, cm."""
    figures = {}
    for suffix, world_error, local_error in (
        ("", series.world_error, series.local_error),
        ("_clean", series.clean_world_error, series.clean_local_error),
    ):
        for name, error in (("mpkpe", world_error), ("lmpkpe", local_error)):
            for ending, steps in (("", alive), ("_nt", counted)):
                if error is not None:
                    figures[f"{name}{suffix}{ending}_cm"] = 100.0 * masked_mean(error, steps)
    return figures
