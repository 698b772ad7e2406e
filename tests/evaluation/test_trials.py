"""Many rollouts of one policy in plain MuJoCo."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("onnx", reason="policies are built with onnx, which comes with the extra 'dev'")

from sim.motions import standing
from sim.tiny_policy import write_policy

from genmimic.evaluation.trials import Trial, TrialConfig, draw_physics, rollout_seed, run_trials
from genmimic.tracking import randomization


@pytest.fixture(scope="module")
def policy(tmp_path_factory):
    return write_policy(tmp_path_factory.mktemp("trials") / "policy.onnx")


def _figures(trials: list[Trial]) -> list[float]:
    return [trial.metrics.mpkpe_nt_cm for trial in trials]


def test_every_rollout_differs_and_repeats_whatever_else_is_tried(policy):
    motions = [standing(0.4), replace(standing(0.4, wave=1.0), name="wave")]
    both = run_trials(policy, motions, TrialConfig(rollouts=2))
    assert [(trial.motion, trial.rollout) for trial in both] == [
        (motion.name, rollout) for motion in motions for rollout in range(2)
    ]
    assert len(set(_figures(both))) == 4
    alone = run_trials(policy, motions[1:], TrialConfig(rollouts=2))
    assert _figures(alone) == _figures(both)[2:]
    assert _figures(run_trials(policy, motions[1:], TrialConfig(rollouts=2, seed=1))) != _figures(alone)


def test_processes_do_not_change_results(policy):
    motions, config, seen = [standing(0.3)], TrialConfig(rollouts=3), []
    together = run_trials(policy, motions, config, jobs=2, progress=lambda done, total: seen.append((done, total)))
    assert _figures(together) == _figures(run_trials(policy, motions, config))
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_the_nominal_robot_differs_only_by_its_start(policy):
    nominal = run_trials(policy, [standing(0.3)], TrialConfig(rollouts=1, sensor_noise=0.0, randomize=False))
    drawn = run_trials(policy, [standing(0.3)], TrialConfig(rollouts=1))
    assert _figures(nominal) != _figures(drawn)


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
