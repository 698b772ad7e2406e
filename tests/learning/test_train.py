"""The loop: limits, curves, validation, checkpoints, interruption."""

from __future__ import annotations

import json
import os
import signal
import time
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from learning.small import CONFIG, learner, weights

from genmimic.errors import InputError
from genmimic.learning.checkpoint import CHECKPOINT, CorpusStamp, load_checkpoint
from genmimic.learning.learner import Learner
from genmimic.learning.progress import CurveFile, TensorBoard, describe, read_curves
from genmimic.learning.train import Diverged, Limits, Origin, train

ORIGIN = Origin('{"goal": "keypoints"}', CorpusStamp("tiny.npz", "0" * 64))
SAMPLES = 16 * 8


def test_it_stops_at_the_samples_and_writes_everything(tmp_path: Path) -> None:
    seen = []

    def validate(policy, iteration: int) -> dict[str, float]:
        actions = policy(made.env.get_observations())
        assert actions.shape == (16, 2)
        assert not actions.requires_grad
        seen.append(iteration)
        return {"SR": 0.25}

    made = learner(replace(CONFIG, log_interval=2, validation_interval=3))
    sinks = [CurveFile(tmp_path), TensorBoard(tmp_path)]
    assert train(made, tmp_path, Limits(6 * SAMPLES), ORIGIN, sinks=sinks, validate=validate)
    rows = read_curves(tmp_path / "curves.jsonl")
    assert [row["iteration"] for row in rows] == [2, 3, 4, 6]
    assert all(describe(row, 1000) for row in rows)
    assert [row.get("SR") for row in rows] == [None, 0.25, None, 0.25]
    assert seen == [3, 6]
    assert {"reward", "episode_length", "distance", "kl", "learning_rate", "samples_per_second"} <= set(rows[-1])
    assert rows[-1]["samples"] == 6 * SAMPLES
    assert list((tmp_path / "tensorboard").iterdir())
    checkpoint = load_checkpoint(tmp_path / CHECKPOINT)
    assert checkpoint.learner["iteration"] == 6
    assert checkpoint.env_config == ORIGIN.env_config
    assert checkpoint.corpus == ORIGIN.corpus
    assert checkpoint.train_config == made.config


def test_a_resumed_run_continues_its_curves(tmp_path: Path) -> None:
    first = learner()
    train(first, tmp_path, Limits(10**9, iterations=2), ORIGIN, sinks=[CurveFile(tmp_path)])
    with (tmp_path / "curves.jsonl").open("a", encoding="utf-8") as file:  # a run that was killed wrote on
        file.write(json.dumps({"iteration": 3, "samples": 0}) + "\n" + '{"iteration": 4, "sam')
    second = learner()
    second.load_state_dict(load_checkpoint(tmp_path / CHECKPOINT).learner)
    sink = CurveFile(tmp_path, second.iteration)
    train(second, tmp_path, Limits(10**9, iterations=2), ORIGIN, sinks=[sink])
    assert [row["iteration"] for row in read_curves(tmp_path / "curves.jsonl")] == [1, 2, 3, 4]


def test_a_deadline_is_kept(tmp_path: Path) -> None:
    made = learner()
    began = time.perf_counter()
    train(made, tmp_path, Limits(10**9, deadline=began + 4.0), ORIGIN)
    assert time.perf_counter() - began < 4.0
    assert made.iteration > 3
    assert load_checkpoint(tmp_path / CHECKPOINT).learner["iteration"] == made.iteration


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_writes_its_checkpoint(tmp_path: Path, number: signal.Signals) -> None:
    handler = signal.getsignal(number)

    def interrupt_later(policy, iteration: int) -> dict[str, float]:
        os.kill(os.getpid(), number)
        return {}

    made = learner(replace(CONFIG, validation_interval=2))
    assert not train(made, tmp_path, Limits(10**9, iterations=50), ORIGIN, validate=interrupt_later)
    # the iteration after the signal is finished, and the last
    assert made.iteration == 3
    assert load_checkpoint(tmp_path / CHECKPOINT).learner["iteration"] == 3
    assert signal.getsignal(number) == handler


def test_a_second_interrupt_does_not_wait(tmp_path: Path) -> None:
    def interrupt_twice(policy, iteration: int) -> dict[str, float]:
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)
        return {}

    with pytest.raises(KeyboardInterrupt):
        train(
            learner(replace(CONFIG, validation_interval=1)), tmp_path, Limits(10**9), ORIGIN, validate=interrupt_twice
        )


def test_checkpoints_are_written_on_the_way(tmp_path: Path, monkeypatch) -> None:
    made = learner(replace(CONFIG, checkpoint_minutes=0.0))
    written = []
    monkeypatch.setattr(
        "genmimic.learning.train.save_checkpoint", lambda content, path: written.append(content.learner["iteration"])
    )
    looks = iter([1.0, 2.0, 3.0])
    sink = CurveFile(tmp_path)
    train(made, tmp_path, Limits(10**9, iterations=3), ORIGIN, sinks=[sink], inspect=lambda: {"broken": next(looks)})
    assert written == [1, 2, 3]
    assert [row["broken"] for row in read_curves(tmp_path / "curves.jsonl")] == [1.0, 2.0, 3.0]


def test_the_last_iteration_is_always_a_point(tmp_path: Path) -> None:
    made = learner(replace(CONFIG, log_interval=10, validation_interval=0))
    train(made, tmp_path, Limits(10**9, iterations=3), ORIGIN, sinks=[CurveFile(tmp_path)])
    assert [row["iteration"] for row in read_curves(tmp_path / "curves.jsonl")] == [3]
    with pytest.raises(InputError, match=f"already seen {3 * SAMPLES} samples"):
        train(made, tmp_path, Limits(3 * SAMPLES), ORIGIN)


def test_divergence_stops_the_run_and_keeps_the_last_checkpoint(tmp_path: Path) -> None:
    made = learner()
    train(made, tmp_path, Limits(10**9, iterations=1), ORIGIN)
    before = (tmp_path / CHECKPOINT).read_bytes()
    with torch.no_grad():
        made.algorithm.critic.mlp[0].weight.fill_(float("nan"))
    with pytest.raises(Diverged, match="iteration 2"):
        train(made, tmp_path, Limits(10**9), ORIGIN)
    assert (tmp_path / CHECKPOINT).read_bytes() == before


def test_statistics_are_those_of_the_episodes() -> None:
    made: Learner = learner()
    rewards = []
    step = made.env.step

    def recording(actions: torch.Tensor):
        result = step(actions)
        rewards.append(result[1].clone())
        return result

    made.env.step = recording  # type: ignore[method-assign]
    for _ in range(6):
        made.iterate()
    figures = made.statistics()
    assert figures["reward"] == pytest.approx(float(torch.stack(rewards).mean()), rel=1e-5)
    assert 1 <= figures["episode_length"] <= 20
    assert figures["episode_return"] / figures["episode_length"] == pytest.approx(figures["reward"], rel=0.5)
    made.iterate()
    assert made.statistics()["reward"] == pytest.approx(float(torch.stack(rewards[-8:]).mean()), rel=1e-5)
    assert len(weights(made)) > 0
