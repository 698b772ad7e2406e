"""Rollouts of one policy in plain MuJoCo."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("onnx", reason="policies are built with onnx, which comes with the extra 'dev'")

from evaluation.sets import motion
from sim.tiny_policy import write_policy

from genmimic.evaluation.trials import (
    AT_RESET,
    TrialConfig,
    draw_physics,
    load_controller,
    rollout_seed,
    run_trials,
    shown_motion,
)
from genmimic.tracking import randomization

TABLE_8 = TrialConfig()
NOMINAL = TrialConfig(randomization=replace(randomization.NONE, push_velocity=(0.0,) * 6))


@pytest.fixture(scope="module")
def policy(tmp_path_factory):
    return write_policy(tmp_path_factory.mktemp("trials") / "policy.onnx")


def _errors(policy, numbers, config=TABLE_8, seed=0, **change) -> list[float]:
    trials = run_trials(load_controller(policy, config.randomization), motion("a", **change), numbers, config, seed)
    assert [trial.rollout for trial in trials] == list(numbers)
    return [trial.metrics.mpkpe_nt_cm for trial in trials]


def test_every_rollout_differs_and_repeats_whatever_else_is_tried(policy):
    errors = _errors(policy, range(3))
    assert len(set(errors)) == 3
    assert _errors(policy, [2]) == errors[2:]
    assert _errors(policy, range(3), seed=1) != errors


def test_the_nominal_robot_differs_only_by_its_start(policy):
    assert _errors(policy, [0], NOMINAL) != _errors(policy, [0])
    assert len(set(_errors(policy, range(3), replace(NOMINAL, initial_noise=0.0)))) == 1


def test_pushes_are_felt_after_a_second(policy):
    pushed = replace(NOMINAL, randomization=replace(NOMINAL.randomization, push_velocity=(1.0, 1.0, 0, 0, 0, 0)))
    for seconds, felt in ((1.0, False), (1.2, True)):
        calm, shoved = (_errors(policy, [0], config, seconds=seconds)[0] for config in (NOMINAL, pushed))
        assert (shoved != calm) is felt


def test_noisy_copies_take_turns_and_know_the_clean_motion(policy):
    config, clean = TrialConfig(video_severity=1.0, noise_copies=2), motion("a", wave=1.0)
    first, second, again = (shown_motion(clean, config, 0, rollout % 2) for rollout in range(3))
    assert first.clean is clean.shown
    assert np.abs(first.shown.joint_pos - second.shown.joint_pos).max() > 1e-3
    assert np.array_equal(first.shown.joint_pos, again.shown.joint_pos)
    controller = load_controller(policy, config.randomization)
    metrics = [trial.metrics for trial in run_trials(controller, clean, range(2), config, 0)]
    assert all(m.mpkpe_clean_cm is not None and m.mpkpe_clean_cm != m.mpkpe_cm for m in metrics)
    assert run_trials(controller, clean, [0], TrialConfig(), 0)[0].metrics.mpkpe_clean_cm is None


def test_evaluations_do_not_push_and_show_goals_as_they_are():
    assert not AT_RESET.pushes and AT_RESET.goal_noise == AT_RESET.goal_offset == 0.0
    assert AT_RESET.friction == randomization.PAPER.friction and AT_RESET.observation_noise == 1.0


def test_robots_are_drawn_from_table_8():
    robots = [draw_physics(np.random.default_rng(seed)) for seed in range(300)]
    table = randomization.PAPER
    for name, (least, most) in (
        ("kp_scale", table.kp),
        ("kd_scale", table.kd),
        ("motor_strength", table.motor_strength),
    ):
        values = np.stack([getattr(robot, name) for robot in robots])
        assert values.shape == (300, 23)
        assert values.min() >= least and values.max() <= most
        assert values.mean() == pytest.approx(0.5 * (least + most), abs=0.01)
    assert {robot.delay_steps for robot in robots} == {0, 1, 2, 3}
    friction = [robot.friction for robot in robots]
    assert (min(friction) >= 0.4, max(friction) <= 1.25) == (True, True)
    assert np.abs([robot.base_com_offset_b for robot in robots]).max() <= 0.1


def test_seeds_depend_on_every_part():
    seeds = {rollout_seed(*parts) for parts in ((0, "a", 0), (1, "a", 0), (0, "b", 0), (0, "a", 1))}
    assert len(seeds) == 4
