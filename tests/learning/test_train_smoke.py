"""Real training, with four robots: every file of a run, resumed and fine-tuned, for each kind of policy."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from learning.motions import swaying
from learning.small import weights

from genmimic.learning import session
from genmimic.learning.checkpoint import CorpusStamp, load_checkpoint
from genmimic.learning.experiment import begin, describe
from genmimic.learning.learner import Learner
from genmimic.learning.networks import evaluate
from genmimic.learning.progress import read_curves
from genmimic.learning.ranks import ALONE
from genmimic.learning.session import build
from genmimic.motion.corpus import Corpus, load_corpus, save_corpus
from genmimic.sim.policy import Policy
from genmimic.sim.rollout import simulate

CHANGES = {"envs": 4, "steps": 6, "epochs": 2, "minibatch": 12, "hidden": (32, 32), "validation_interval": 0}


@pytest.fixture(scope="module")
def corpus_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("corpus") / "clips.npz"
    save_corpus(clips(), path)
    return path


def clips() -> Corpus:
    """Two short clips, one of them held out."""
    motions = [swaying("a", 60), swaying("b", 40, speed=0.8, yaw=1.0)]
    return replace(Corpus.from_motions(motions, contents=["stand", "glide"]), splits=("train", "test"))


def run(corpus_file: Path, out: Path, iterations: int, **description) -> bool:
    """What `genmimic train --device cpu --quiet` does."""
    corpus = load_corpus(corpus_file)
    experiment = describe(corpus_file, corpus, **description)
    return session.run(experiment, corpus, out, device="cpu", iterations=iterations, quiet=True)


@pytest.fixture(scope="module")
def out(corpus_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a run of two iterations."""
    folder = tmp_path_factory.mktemp("run")
    changes = {**CHANGES, "validation_interval": 2, "validation_rollouts": 1}
    assert run(corpus_file, folder, preset="paper", changes=changes, iterations=2)
    return folder


def test_a_run_writes_everything(out: Path) -> None:
    assert {path.name for path in out.iterdir()} == {
        *("config.json", "checkpoint.pt", "compact.pt", "policy.onnx", "curves.jsonl", "tensorboard")
    }
    rows = read_curves(out / "curves.jsonl")
    assert [row["samples"] for row in rows] == [24, 48]
    assert all(np.isfinite(row[name]) for row in rows for name in ("reward", "kl", "value", "action_std"))
    assert rows[-1]["physics/overflow"] == 0.0
    assert "SR" not in rows[0]
    assert all(0.0 <= rows[1][name] <= 1.0 for name in ("SR", "noisy_SR"))
    assert rows[1]["MPKPE_cm"] > 0.0
    assert Policy(out / "policy.onnx").metadata.name == out.name


def test_the_exported_policy_is_the_checkpoints(out: Path, corpus_file: Path) -> None:
    checkpoint = load_checkpoint(out / "checkpoint.pt")
    experiment = begin(CorpusStamp("", ""), "paper", **CHANGES)
    learner, env = build(experiment, clips(), "cpu", ALONE)
    learner.load_state_dict(checkpoint.learner)
    observations = env.get_observations()["actor"]
    network = onnxruntime.InferenceSession(str(out / "policy.onnx"), providers=["CPUExecutionProvider"])
    (actions,) = network.run(None, {"observation": observations.numpy()})
    with torch.no_grad():
        expected = evaluate(learner.algorithm.actor, observations).numpy()
    np.testing.assert_allclose(actions, expected, rtol=0, atol=1e-5)


def test_a_run_goes_on_to_the_last_bit(corpus_file: Path) -> None:
    experiment = begin(CorpusStamp("", ""), "paper", **CHANGES)

    def new() -> Learner:
        return build(experiment, clips(), "cpu", ALONE)[0]

    whole = new()
    whole.iterate()
    state = whole.state_dict()
    state["algorithm"] = deepcopy(state["algorithm"])
    whole.iterate()
    again = new()
    again.load_state_dict(state)
    again.iterate()
    assert torch.equal(weights(whole), weights(again))


def test_fine_tuning_on_ones_own_clip(out: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine.npz"
    save_corpus(Corpus.from_motions([swaying("mine", 60)], contents=["mine"]), mine)
    assert run(mine, tmp_path / "tuned", resume_from=out / "compact.pt", changes={"envs": 3}, iterations=1)
    before, after = load_checkpoint(out / "checkpoint.pt"), load_checkpoint(tmp_path / "tuned" / "checkpoint.pt")
    assert after.learner["samples"] == 3 * 6
    assert after.corpus.name == "mine.npz"
    old, new = (c.learner["algorithm"]["actor_state_dict"]["mlp.0.weight"] for c in (before, after))
    assert 0 < (new - old).abs().max() < 0.1


def test_an_ablation_trains_and_exports(corpus_file: Path, tmp_path: Path) -> None:
    changes = {**CHANGES, "symmetry": 0.5}
    assert run(corpus_file, tmp_path, goal="dofs", weights="uniform", changes=changes, iterations=1)
    network = onnxruntime.InferenceSession(str(tmp_path / "policy.onnx"), providers=["CPUExecutionProvider"])
    assert network.get_outputs()[0].shape[1] == 23
    assert Policy(tmp_path / "policy.onnx").metadata.observation_size == network.get_inputs()[0].shape[1]


def test_a_policy_that_chooses_its_weights_trains_and_runs(corpus_file: Path, tmp_path: Path) -> None:
    assert run(corpus_file, tmp_path, weights="self-supervised", changes=CHANGES, iterations=1)
    rollout = simulate(swaying("mine", 60), Policy(tmp_path / "policy.onnx"))
    assert rollout.action.shape[1] == 23 and np.ptp(rollout.action, axis=0).max() > 0


def test_two_processes_train_one_policy(corpus_file: Path, tmp_path: Path) -> None:
    """As on two GPUs, by the command; each has robots of its own."""
    settings, out = tmp_path / "settings.json", tmp_path / "run"
    settings.write_text(json.dumps({"train": CHANGES}))
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    words = ["-m", "genmimic", "train", "--corpus", corpus_file, "--out", out, "--config", settings]
    done = subprocess.run(
        [str(word) for word in (*torchrun, *words, "--iterations", 2, "--device", "cpu")],
        capture_output=True,
        text=True,
        timeout=240,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stderr
    rows = read_curves(out / "curves.jsonl")
    assert rows[-1]["samples"] == 2 * 2 * 4 * 6
    assert rows[-1]["kl"] > 0.0
    spreads = {name: value for name, value in rows[-1].items() if name.startswith("ranks/spread_")}
    assert len(spreads) == 4 and set(spreads.values()) == {0.0}
    assert (out / "policy.onnx").is_file()


@pytest.mark.parametrize("task", ["beyondmimic", "twist"])
def test_the_baselines_teachers_train(corpus_file: Path, tmp_path: Path, task: str) -> None:
    changes = {**CHANGES, "symmetry": 0.0}
    assert run(corpus_file, tmp_path, task=task, changes=changes, iterations=3)
    rows = read_curves(tmp_path / "curves.jsonl")
    assert rows[-1]["iteration"] == 3
    assert np.isfinite(rows[-1]["reward"])
