"""What processes must have alike; that they are compared is tested with two of them, in test_ranks.py."""

from __future__ import annotations

from dataclasses import replace

import torch
from learning.small import CONFIG, learner, weights
from learning.student_scene import distillation

from genmimic.learning.agreement import require_agreement, shared
from genmimic.learning.ranks import ALONE


def test_everything_that_is_learned_is_shared() -> None:
    made = learner()
    assert set(shared(made.algorithm)) == {
        "parameters",
        "normalizers",
        "learning_rate",
    }  # no KL before the first update
    made.iterate()
    values = shared(made.algorithm)
    assert torch.equal(values["parameters"].sort().values, weights(made).double().sort().values)
    observed = 16 * 8
    assert (values["normalizers"] == observed).sum() == 2  # counts of actor and critic
    assert len(values["normalizers"]) == 3 * (8 + 6) + 2  # mean, variance and deviation of each number
    assert values["learning_rate"].unique().tolist() == [made.algorithm.learning_rate]
    assert values["kl"].item() == made.algorithm.kl > 0.0


def test_without_normalisers_they_are_left_out() -> None:
    made = learner(replace(CONFIG, normalize_observations=False))
    assert set(shared(made.algorithm)) == {"parameters", "learning_rate"}


def test_a_student_shares_what_predicts_for_it(tmp_path) -> None:
    made = distillation(tmp_path, auxiliary=("root_ang_vel_b",), auxiliary_weight=0.5)
    values = shared(made)
    assert set(values) == {"parameters", "normalizers", "learning_rate"}
    networks = (made.actor, made.predictor)
    assert len(values["parameters"]) == sum(p.numel() for network in networks for p in network.parameters())


def test_one_process_agrees_with_itself() -> None:
    assert require_agreement(learner().algorithm, ALONE, 0) == {}
