"""One training run from files to files: what `genmimic train` does."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import torch

from genmimic.errors import InputError
from genmimic.learning.checkpoint import (
    MIB,
    Checkpoint,
    compact,
    load_checkpoint,
    save_checkpoint,
    stamp_corpus,
)
from genmimic.learning.config import Preset, TrainConfig
from genmimic.learning.env import TrackingEnv
from genmimic.learning.env_config import EnvConfig
from genmimic.learning.experiment import (
    Experiment,
    Goal,
    Weights,
    begin,
    metadata,
    read_settings,
    resume,
    training_and_test_clips,
)
from genmimic.learning.export import export_policy
from genmimic.learning.learner import Learner
from genmimic.learning.library import MotionLibrary
from genmimic.learning.progress import CurveFile, ProgressLine, Sink, TensorBoard, WeightsAndBiases
from genmimic.learning.ranks import Ranks, join
from genmimic.learning.records import to_plain
from genmimic.learning.train import CHECKPOINT, Limits, Origin, train
from genmimic.learning.validation import Validation
from genmimic.motion.corpus import Corpus, load_corpus
from genmimic.motion.files import atomic_path

CONFIG, POLICY, COMPACT, BROKEN = "config.json", "policy.onnx", "compact.pt", "broken_worlds.npz"
EXPORT_SECONDS = 5.0
"""Time that is left for what is written after training."""


def run(
    corpus_file: Path,
    out: Path,
    *,
    preset: Preset | None = None,
    resume_from: Path | None = None,
    settings_file: Path | None = None,
    task: str | None = None,
    goal: Goal | None = None,
    weights: Weights | None = None,
    changes: Mapping[str, Any],
    device: str | None = None,
    iterations: int | None = None,
    deadline: float | None = None,
    wandb: str | None = None,
    quiet: bool = False,
) -> bool:
    """Train and write `config.json`, `checkpoint.pt`, `compact.pt`, `policy.onnx`, `curves.jsonl`, `tensorboard/`.

    Args:
        corpus_file: The motions.
        out: Folder of the run.
        preset: Where settings come from; 'fast' for a new run, those of the checkpoint for a resumed one.
        resume_from: Checkpoint to go on from, or the folder that holds it.
        settings_file: JSON with settings of learner and environment.
        task: Which environment, 'ours' by default; for new runs only.
        goal: What the policy is shown; for new runs only.
        weights: Weights of keypoints in the reward; for new runs only.
        changes: Fields of `TrainConfig` that go before all others.
        device: 'cpu' or 'cuda:0'; a GPU where there is one by default.
        iterations: Stop after so many.
        deadline: `time.perf_counter()` by which everything must have been written.
        wandb: Project on wandb.ai; None for none.
        quiet: No progress line.

    Returns:
        False if it was interrupted; everything was written all the same.

    Raises:
        InputError: A file, setting or device is at fault.
    """
    with join(device or ("cuda:0" if torch.cuda.is_available() else "cpu")) as (ranks, place):
        corpus = load_corpus(corpus_file)
        experiment = _describe(corpus_file, corpus, preset, resume_from, settings_file, task, goal, weights, changes)
        experiment = replace(experiment, train=suited_to(experiment.train, place))
        learner, env = build(experiment, corpus, str(corpus_file), place, ranks)
        sinks: list[Sink] = []
        if ranks.leads:
            with atomic_path(out / CONFIG) as temporary:
                temporary.write_text(experiment.to_json(), encoding="utf-8")
            sinks = [CurveFile(out, learner.iteration), TensorBoard(out)]
            if wandb:
                sinks.append(WeightsAndBiases(wandb, out, {"train": to_plain(experiment.train)}))
            if not quiet:
                sinks.append(ProgressLine(experiment.train.samples))
        validate = None
        if ranks.leads and experiment.train.validation_interval > 0:
            _, held_out = training_and_test_clips(corpus, str(corpus_file))
            rollouts = experiment.train.validation_rollouts
            validate = Validation(experiment.env, held_out, place, rollouts=rollouts, seed=experiment.train.seed)
        limits = Limits(experiment.train.samples, iterations, deadline and deadline - EXPORT_SECONDS)
        origin = Origin(experiment.env.to_json(), experiment.corpus)
        look = partial(inspect, env, out)
        finished = train(learner, out, limits, origin, sinks=sinks, validate=validate, inspect=look)
        if ranks.leads:
            export(load_checkpoint(out / CHECKPOINT), out, out.name)
        return finished


def build(experiment: Experiment, corpus: Corpus, file: str, device: str, ranks: Ranks) -> tuple[Learner, TrackingEnv]:
    """The environment of an experiment and a learner in it, resumed if there is a checkpoint."""
    clips, _ = training_and_test_clips(corpus, file)
    checkpoint, before = experiment.checkpoint, 0
    if checkpoint is not None and not experiment.new_task:
        before = int(checkpoint.learner["iteration"])
    # a resumed process shall not draw again what it drew at first
    seed = experiment.train.seed + ranks.rank + 1000 * before
    env = TrackingEnv(experiment.env, MotionLibrary(clips, device), device, seed)
    learner = Learner(env, experiment.train, device, ranks)
    if checkpoint is not None:
        learner.load_state_dict(checkpoint.learner, new_task=experiment.new_task)
    return learner, env


def find_checkpoint(path: Path) -> Checkpoint:
    """Read a checkpoint, or the one in the folder of a run.

    Raises:
        InputError: There is none, or it is damaged.
    """
    return load_checkpoint(path / CHECKPOINT if path.is_dir() else path)


def suited_to(config: TrainConfig, device: str) -> TrainConfig:
    """The same settings without what only pays on a GPU, if the device is none."""
    if torch.device(device).type == "cuda":
        return config
    return replace(config, mixed_precision=False, tensor_cores=False, fused_optimizer=False, compile=False)


def inspect(env: TrackingEnv, out: Path) -> dict[str, float]:
    """Health of the simulation since the last look; lost contacts are told and counted, not fatal."""
    try:
        report = env.check(out / BROKEN)
    except OverflowError as error:
        print(f"\ngenmimic: warning: {error}", file=sys.stderr, flush=True)
        return {"physics/overflow": 1.0}
    return {
        "physics/overflow": 0.0,
        "physics/contacts_used": report.peak_contacts / report.contact_limit,
        "physics/constraints_used": report.peak_constraints / report.constraint_limit,
        "physics/broken_worlds": float(report.broken),
    }


def export(checkpoint: Checkpoint, out: Path, name: str, limit: int = 16 * MIB) -> list[Path]:
    """Write `policy.onnx`, and `compact.pt`, from which training can go on, in less than `limit` bytes.

    Returns:
        The files. The policy is not among them if it is of a kind that no file can express.

    Raises:
        InputError: The networks do not fit into `limit`, or a file cannot be written.
    """
    written = [out / COMPACT]
    save_checkpoint(compact(checkpoint, limit), out / COMPACT)
    try:
        about = metadata(EnvConfig.from_json(checkpoint.env_config), name)
    except InputError as error:
        print(f"genmimic: no {POLICY}: {error}", file=sys.stderr, flush=True)
        return written
    actor = checkpoint.learner["algorithm"]["actor_state_dict"]
    export_policy(actor, checkpoint.train_config.activation, about, out / POLICY)
    return [*written, out / POLICY]


def _describe(
    corpus_file: Path,
    corpus: Corpus,
    preset: Preset | None,
    resume_from: Path | None,
    settings_file: Path | None,
    task: str | None,
    goal: Goal | None,
    weights: Weights | None,
    changes: Mapping[str, Any],
) -> Experiment:
    stamp = stamp_corpus(corpus_file, corpus.tiers)
    settings = read_settings(settings_file) if settings_file is not None else {}
    if resume_from is None:
        return begin(stamp, preset or "fast", task or "ours", goal, weights, settings, **changes)
    if (task, goal, weights) != (None, None, None):
        raise InputError(
            "--task, --goal and --weights belong to new runs; a resumed one keeps those of its checkpoint."
        )
    return resume(stamp, find_checkpoint(resume_from), preset, settings, **changes)
