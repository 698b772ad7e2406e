"""Presets and the configuration's JSON."""

from __future__ import annotations

import pytest

from genmimic.errors import InputError
from genmimic.learning.config import FAST, PAPER, PRESETS, TrainConfig


def test_the_paper_preset_is_table_5() -> None:
    assert (PAPER.envs, PAPER.epochs, PAPER.steps, PAPER.minibatch) == (4096, 5, 24, 24576)
    assert (PAPER.gamma, PAPER.gae_lambda, PAPER.clip, PAPER.entropy) == (0.99, 0.95, 0.2, 0.005)
    assert (PAPER.learning_rate, PAPER.desired_kl, PAPER.hidden) == (1e-3, 0.01, (512, 256, 128))
    assert PAPER.normalize_observations
    assert PAPER.minibatches == 4


@pytest.mark.parametrize("config", PRESETS.values())
def test_json_round_trip(config: TrainConfig) -> None:
    assert TrainConfig.from_json(config.to_json()) == config


def test_the_learning_rate_interval() -> None:
    assert PAPER.updates_between_kl == 1
    assert FAST.updates_between_kl == FAST.minibatches
    assert FAST.with_values({"kl_interval": "iteration"}).updates_between_kl == FAST.minibatches * FAST.epochs


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"envs": 0}, "'envs' is 0, expected above 0"),
        ({"gamma": 1.5}, "'gamma' is 1.5, expected 0 to 1"),
        ({"symmetry": -1.0}, "'symmetry' is -1.0, expected 0 or more"),
        ({"hidden": ()}, "widths of at least one layer"),
        ({"kl_interval": "never"}, "minibatch, epoch or iteration"),
        ({"batch": 3}, r"unknown setting\(s\) \['batch'\]"),
        ({"hidden": 3}, "training.hidden: expected a list"),
        ({"envs": "many"}, "training.envs: expected int, found 'many'"),
    ],
)
def test_what_cannot_be_is_refused(values: dict, message: str) -> None:
    with pytest.raises(InputError, match=message):
        PAPER.with_values(values)


def test_damaged_json_is_refused() -> None:
    with pytest.raises(InputError, match="not JSON"):
        TrainConfig.from_json("{")
