from dataclasses import replace

import numpy as np
import pytest

from genmimic import rotation
from genmimic.evaluation import effort, errors
from genmimic.evaluation.metrics import compute_metrics
from genmimic.sim.record import Rollout

STEPS = 50


def perfect(**changes) -> Rollout:
    """One second of standing still, exactly on the reference."""
    rng = np.random.default_rng(0)
    keypoints = np.tile(rng.standard_normal((27, 3)), (STEPS, 1, 1))
    root, upright = np.tile([0.0, 0.0, 0.75], (STEPS, 1)), np.tile([1.0, 0, 0, 0], (STEPS, 1))
    foot_force = np.zeros((STEPS, 2, 3))
    foot_force[..., 2] = 150.0
    values = {
        "name": "clip",
        "fps": 50,
        "root_pos_w": root,
        "root_quat_w": upright,
        "joint_pos": np.zeros((STEPS, 23)),
        "joint_vel": np.zeros((STEPS, 23)),
        "torque": np.zeros((STEPS, 23)),
        "foot_force": foot_force,
        "foot_contact": np.ones((STEPS, 2), dtype=bool),
        "action": np.zeros((STEPS, 23)),
        "target_joint_pos": np.zeros((STEPS, 23)),
        "keypoint_pos_w": keypoints,
        "support_force_w": np.zeros((STEPS, 3)),
        "support_moment_w": np.zeros((STEPS, 3)),
        "support_fraction": np.zeros(STEPS),
        "reference_root_pos_w": root,
        "reference_root_quat_w": upright,
        "reference_joint_pos": np.zeros((STEPS, 23)),
        "reference_keypoint_pos_w": keypoints,
        "body_weight": 300.0,
        "controller": "policy",
        "held": False,
    }
    return Rollout(**{**values, **changes})


def test_a_perfect_rollout_succeeds_without_error():
    metrics = compute_metrics(perfect())
    assert metrics.success
    assert metrics.success_paper
    assert metrics.mpkpe_cm == metrics.lmpkpe_cm == metrics.mpkpe_nt_cm == 0.0
    assert metrics.mean_foot_force_bw == pytest.approx(1.0)
    assert metrics.foot_slip_cm_s == 0.0
    assert metrics.touchdown_impulse_ns is None
    assert metrics.lost_time_s is None


def test_a_shifted_robot_has_a_global_error_and_no_local_one():
    shift = np.array([0.03, 0.04, 0.0])
    rollout = perfect()
    rollout = replace(rollout, keypoint_pos_w=rollout.keypoint_pos_w + shift, root_pos_w=rollout.root_pos_w + shift)
    metrics = compute_metrics(rollout)
    assert metrics.mpkpe_cm == pytest.approx(5.0)
    assert metrics.lmpkpe_cm == pytest.approx(0.0, abs=1e-9)


def test_a_turned_robot_has_no_local_error():
    rollout = perfect()
    turn = rotation.from_axis_angle(np.array([0.2, 0.1, 0.5]))
    metrics = compute_metrics(
        replace(
            rollout,
            keypoint_pos_w=rotation.rotate(turn, rollout.keypoint_pos_w),
            root_pos_w=rotation.rotate(turn, rollout.root_pos_w),
            root_quat_w=np.tile(turn, (STEPS, 1)),
        )
    )
    assert metrics.lmpkpe_cm == pytest.approx(0.0, abs=1e-9)
    assert metrics.mpkpe_cm > 1.0


def test_losing_the_reference_ends_the_terminated_figures_only():
    """10 cm off for 0.6 s, then 1 m off: MPKPE sees the first part alone, MPKPE-NT the whole."""
    rollout = perfect()
    offset = np.where(np.arange(STEPS) < 30, 0.1, 1.0)[:, None, None] * [1.0, 0.0, 0.0]
    metrics = compute_metrics(replace(rollout, keypoint_pos_w=rollout.keypoint_pos_w + offset))
    assert metrics.lost_time_s == pytest.approx(0.6)
    assert not metrics.success
    assert not metrics.success_paper
    assert metrics.mpkpe_cm == pytest.approx(10.0)
    assert metrics.mpkpe_nt_cm == pytest.approx((30 * 10 + 20 * 100) / 50)
    assert metrics.max_keypoint_error_cm == pytest.approx(100.0)


def test_a_deep_bend_that_the_reference_asks_for_fails_the_papers_rule_only():
    bent = np.tile(rotation.from_axis_angle(np.array([0.0, 1.0, 0.0])), (STEPS, 1))
    metrics = compute_metrics(perfect(root_quat_w=bent, reference_root_quat_w=bent))
    assert metrics.success
    assert not metrics.success_paper
    assert metrics.fall_time_paper_s == 0.0
    assert metrics.reference_near_paper_fall


def test_a_fall_by_our_rule_is_no_success():
    metrics = compute_metrics(perfect(fall_time=0.4, fall_reason="pelvis at 0.20 m"))
    assert metrics.fall_time_s == 0.4
    assert metrics.success is False


def test_a_held_robot_never_succeeds_and_its_support_is_reported():
    force = np.zeros((STEPS, 3))
    force[:, 2] = 30.0
    metrics = compute_metrics(perfect(held=True, support_force_w=force, support_fraction=np.full(STEPS, 0.1)))
    assert metrics.success is None
    assert metrics.success_paper is None
    assert metrics.support_mean_percent == pytest.approx(10.0)
    assert metrics.support_vertical_percent == pytest.approx(10.0)


def test_metrics_are_plain_values():
    import json

    assert json.loads(json.dumps(compute_metrics(perfect()).to_dict()))["held"] is False


def test_limits_are_counted_per_joint_and_step():
    torque = np.array([[10.0, -49.5], [0.0, 30.0]])
    assert effort.share_at_torque_limit(torque, np.array([25.0, 50.0])) == 0.25
    joint_pos = np.array([[0.0, 0.995], [-1.2, 0.5]])
    assert effort.share_at_joint_limit(joint_pos, np.full(2, -1.0), np.full(2, 1.0)) == 0.5


def test_action_rate_and_energy_by_hand():
    assert effort.action_rate(np.array([[0.0, 0.0], [3.0, 4.0], [3.0, 4.0]])) == pytest.approx(12.5)
    energy = effort.mechanical_energy(np.array([[10.0, -2.0]]), np.array([[1.0, 3.0]]), fps=50)
    assert energy == pytest.approx(16.0 / 50)


def test_only_standing_feet_slip():
    pos = np.zeros((4, 2, 3))
    pos[:, 0, 0] = [0.0, 0.0, 0.01, 0.02]  # the left foot moves by 1 cm a step at the end
    pos[:, 1, 1] = [0.0, 1.0, 2.0, 3.0]  # the right foot swings
    contact = np.array([[True, False]] * 4)
    assert effort.foot_slip(pos, contact, fps=50) == pytest.approx((0 + 0.5 + 0.5) / 3)
    assert effort.foot_slip(pos, np.zeros((4, 2), dtype=bool), fps=50) is None


def test_the_impulse_of_a_touchdown_by_hand():
    force = np.zeros((20, 2, 3))
    force[5:, 0, 2] = 100.0
    contact = force[..., 2] > 1.0
    assert effort.touchdown_impulse(force, contact, fps=50) == pytest.approx(100.0 * 0.1)


def test_means_stop_at_the_termination():
    error = np.array([1.0, 3.0, 100.0])
    assert errors.mean_until(error, 0.04, 50) == 2.0
    assert errors.mean_until(error, None, 50) == pytest.approx(104 / 3)
    assert errors.mean_until(error, 0.0, 50) == 1.0
    assert errors.first_time(error > 2, 50) == 0.02
    assert errors.first_time(error > 200, 50) is None
