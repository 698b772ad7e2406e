from dataclasses import fields, replace

import numpy as np
import pytest

from genmimic import rotation
from genmimic.evaluation import effort, errors, reductions
from genmimic.evaluation.figures import rollout_figures
from genmimic.evaluation.metrics import compute_metrics
from genmimic.evaluation.readings import Readings, Target
from genmimic.evaluation.series import stacked, step_figures
from genmimic.sim.record import SHAPES, Rollout

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


def test_the_error_against_the_clean_motion_stands_beside_that_against_the_reference():
    """The reference is 6 cm off the clean motion; the robot follows half of it."""
    rollout = perfect()
    clean = Target(
        rollout.reference_root_pos_w, rollout.reference_root_quat_w, rollout.joint_pos, rollout.reference_keypoint_pos_w
    )
    shift = np.array([0.06, 0.0, 0.0])
    noisy = replace(
        rollout,
        keypoint_pos_w=rollout.keypoint_pos_w + 0.5 * shift,
        root_pos_w=rollout.root_pos_w + 0.5 * shift,
        reference_keypoint_pos_w=rollout.reference_keypoint_pos_w + shift,
        reference_root_pos_w=rollout.reference_root_pos_w + shift,
    )
    metrics = compute_metrics(noisy, clean)
    assert metrics.mpkpe_cm == metrics.mpkpe_nt_cm == pytest.approx(3.0)
    assert metrics.mpkpe_clean_cm == metrics.mpkpe_clean_nt_cm == pytest.approx(3.0)
    assert metrics.lmpkpe_clean_cm == pytest.approx(0.0, abs=1e-9)
    assert compute_metrics(noisy).mpkpe_clean_cm is None


def test_figures_of_many_worlds_are_those_of_each_on_numpy_and_torch():
    """Three rollouts of different length at once, in torch: a slipping one, one that is lost, one that falls."""
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(1)
    force = perfect().foot_force * (rng.random((STEPS, 2, 1)) < 0.7)
    slipping = perfect(
        keypoint_pos_w=perfect().keypoint_pos_w + 0.01 * rng.standard_normal((STEPS, 27, 3)),
        torque=rng.uniform(-60, 60, (STEPS, 23)),
        joint_vel=rng.standard_normal((STEPS, 23)),
        joint_pos=rng.uniform(-3, 3, (STEPS, 23)),
        action=rng.standard_normal((STEPS, 23)),
        foot_force=force,
    )
    offset = np.where(np.arange(STEPS) < 30, 0.1, 1.0)[:, None, None] * [1.0, 0.0, 0.0]
    lost = replace(slipping, keypoint_pos_w=slipping.keypoint_pos_w + offset)
    rollouts, lengths = [slipping, lost, replace(slipping, fall_time=0.4, fall_reason="x")], [50, 50, 30]
    expected = [compute_metrics(cut(r, n)) for r, n in zip(rollouts, lengths, strict=True)]
    steps = [[readings_of(r, t) for r in rollouts] for t in range(STEPS)]
    series = stacked(
        [
            step_figures(
                Readings(**together(torch, now, vars(now[0][0]))),
                Readings(**together(torch, steps[max(t - 1, 0)], vars(now[0][0]))),
                Target(**together(torch, [(target,) for _, target in now], vars(now[0][1]))),
                None,
                torch.tensor([False, False, t >= 20]),
                50.0,
            )
            for t, now in enumerate(steps)
        ]
    )
    counted = torch.arange(STEPS)[:, None] < torch.tensor(lengths)
    figures = rollout_figures(series, counted, 50.0, torch.full((3,), 300.0, dtype=torch.float64))
    for name, values in figures.items():
        for value, metrics in zip(values.tolist(), expected, strict=True):
            wanted = getattr(metrics, name)
            assert value == pytest.approx(np.nan if wanted is None else wanted, nan_ok=True), name


def readings_of(rollout: Rollout, t: int) -> tuple[Readings, Target]:
    names = [field.name for field in fields(Readings) if field.name != "foot_force_w"]
    now = {name: getattr(rollout, name)[t] for name in names}
    target = {field.name: getattr(rollout, f"reference_{field.name}")[t] for field in fields(Target)}
    return Readings(**now, foot_force_w=rollout.foot_force[t]), Target(**target)


def together(torch, items, names):
    return {name: torch.tensor(np.array([getattr(item[0], name) for item in items])) for name in names}


def cut(rollout: Rollout, steps: int) -> Rollout:
    return replace(rollout, **{name: getattr(rollout, name)[:steps] for name in SHAPES})


def test_limits_are_counted_per_joint():
    torque = np.array([[10.0, -49.5], [0.0, 30.0]])
    assert effort.share_at_torque_limit(torque, np.array([25.0, 50.0])).tolist() == [0.5, 0.0]
    joint_pos = np.array([[0.0, 0.995], [-1.2, 0.5]])
    assert effort.share_at_joint_limit(joint_pos, np.full(2, -1.0), np.full(2, 1.0)).tolist() == [0.5, 0.5]


def test_action_rate_and_power_by_hand():
    assert effort.action_rate(np.array([3.0, 4.0]), np.zeros(2)) == pytest.approx(25.0)
    assert effort.mechanical_power(np.array([10.0, -2.0]), np.array([1.0, 3.0])) == pytest.approx(16.0)
    action = np.zeros((STEPS, 23))
    action[1:, :2] = 3.0, 4.0
    rollout = perfect(action=action, torque=np.full((STEPS, 23), 2.0), joint_vel=np.full((STEPS, 23), -0.5))
    metrics = compute_metrics(rollout)
    assert metrics.action_rate == pytest.approx(25.0 / 49)
    assert metrics.energy_j == pytest.approx(23.0 * 0.98)
    assert metrics.mean_power_w == pytest.approx(23.0)


def test_only_standing_feet_slip():
    pos = np.zeros((4, 2, 3))
    pos[:, 0, 0] = [0.0, 0.0, 0.01, 0.02]  # the left foot moves by 1 cm a step at the end
    pos[:, 1, 1] = [0.0, 1.0, 2.0, 3.0]  # the right foot swings
    speed = effort.horizontal_speed(pos, np.concatenate([pos[:1], pos[:-1]]), fps=50)
    contact, counted = np.array([[True, False]] * 4), np.ones(4, dtype=bool)
    assert effort.foot_slip(speed, contact, counted) == pytest.approx((0 + 0.5 + 0.5) / 3)
    assert effort.foot_slip(speed, contact, np.arange(4) < 3) == pytest.approx(0.25)
    assert np.isnan(effort.foot_slip(speed, np.zeros((4, 2), dtype=bool), counted))
    assert compute_metrics(perfect(foot_force=np.zeros((STEPS, 2, 3)))).foot_slip_cm_s is None


def test_the_impulse_of_a_touchdown_by_hand():
    force = np.zeros((20, 2))
    force[5:, 0] = 100.0
    force[17:, 1] = 50.0  # three steps of it only
    everything = np.ones(20, dtype=bool)
    impulse = effort.touchdown_impulse(force, force > 1.0, everything, fps=50)
    assert impulse == pytest.approx((100.0 * 0.1 + 50.0 * 0.06) / 2)
    assert effort.touchdown_impulse(force, force > 1.0, np.arange(20) < 8, fps=50) == pytest.approx(100.0 * 0.06)
    assert np.isnan(effort.touchdown_impulse(force, force > 1000.0, everything, fps=50))


def test_headings_differ_by_yaw_alone():
    quat = rotation.from_axis_angle(np.array([0.0, 0.0, 2.5]))
    tilted = rotation.multiply(
        rotation.from_axis_angle(np.array([0.0, 0.0, -2.5])), rotation.from_axis_angle(np.array([0.3, 0, 0]))
    )
    assert errors.heading_error(quat, tilted) == pytest.approx(2 * np.pi - 5.0, abs=1e-6)
    assert errors.heading_error(quat, -quat) == pytest.approx(0.0, abs=1e-6)


def test_time_is_reduced_by_hand():
    error = np.array([1.0, 3.0, 100.0])
    assert reductions.masked_mean(error, reductions.before_first(error > 2)) == 1.0
    assert reductions.masked_mean(error, reductions.before_first(error > 0)) == 1.0
    assert reductions.masked_mean(error, reductions.before_first(error > 200)) == pytest.approx(104 / 3)
    assert reductions.first_time(error > 2, 50) == 0.02
    assert np.isnan(reductions.first_time(error > 200, 50))
    held = np.array([True, True, False, True, True, True])
    assert reductions.lasts(held, 3) and not reductions.lasts(held, 4) and not reductions.lasts(held, 7)
    assert reductions.windowed_count(held, 3).tolist() == [1, 2, 2, 2, 2, 3]
    assert reductions.later(error, -1).tolist() == [1.0, 1.0, 3.0]
