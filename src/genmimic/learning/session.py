"""One training run from files to files: what `genmimic train` and `genmimic distill` do."""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import torch

from genmimic.errors import InputError
from genmimic.learning.checkpoint import CHECKPOINT, MIB, Checkpoint, compact, load_checkpoint, save_checkpoint
from genmimic.learning.config import TrainConfig
from genmimic.learning.env.config import EnvConfig
from genmimic.learning.env.library import MotionLibrary
from genmimic.learning.env.tracking_env import TrackingEnv
from genmimic.learning.experiment import Experiment, metadata, training_and_test_clips
from genmimic.learning.export import export_policy
from genmimic.learning.learner import Learner, make_ppo
from genmimic.learning.progress import CurveFile, ProgressLine, Sink, TensorBoard, WeightsAndBiases
from genmimic.learning.ranks import Ranks, join
from genmimic.learning.records import to_plain
from genmimic.learning.student.distill import SymmetricDistillation
from genmimic.learning.student.finetune import ImitatingPPO
from genmimic.learning.train import Limits, Origin, train
from genmimic.learning.validation import Validation
from genmimic.motion.corpus import Corpus
from genmimic.motion.files import atomic_path

CONFIG, COMPACT, BROKEN = "config.json", "compact.pt", "broken_worlds.npz"
POLICY, STUDENT = "policy.onnx", "student.onnx"
EXPORT_SECONDS = 5.0
"""Time that is left for what is written after training."""


def run(
    experiment: Experiment,
    corpus: Corpus,
    out: Path,
    *,
    device: str | None = None,
    iterations: int | None = None,
    deadline: float | None = None,
    wandb: str | None = None,
    quiet: bool = False,
) -> bool:
    """Train and write `config.json`, `checkpoint.pt`, `compact.pt`, the policy, `curves.jsonl`, `tensorboard/`.

    Args:
        experiment: What to do.
        corpus: The motions, all splits.
        out: Folder of the run.
        device: 'cpu' or 'cuda:0'; a GPU where there is one by default.
        iterations: Stop after so many.
        deadline: `time.perf_counter()` by which everything must have been written.
        wandb: Project on wandb.ai; None for none.
        quiet: No progress line.

    Returns:
        False if it was interrupted; everything was written all the same.

    Raises:
        InputError: The corpus holds nothing to train on, the device does not exist, or files cannot be written.
    """
    with join(device or ("cuda:0" if torch.cuda.is_available() else "cpu")) as (ranks, place):
        experiment = replace(experiment, train=suited_to(experiment.train, place))
        learner, env = build(experiment, corpus, place, ranks)
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
            _, held_out = training_and_test_clips(corpus, experiment.corpus.name)
            rollouts = experiment.train.validation_rollouts
            validate = Validation(experiment.env, held_out, place, rollouts=rollouts, seed=experiment.train.seed)
        limits = Limits(experiment.train.samples, iterations, deadline and deadline - EXPORT_SECONDS)
        origin = Origin(experiment.env.to_json(), experiment.corpus)
        look = partial(inspect, env, out)
        finished = train(learner, out, limits, origin, sinks=sinks, validate=validate, inspect=look)
        if ranks.leads:
            export(load_checkpoint(out / CHECKPOINT), out, out.name)
        return finished


def build(experiment: Experiment, corpus: Corpus, device: str, ranks: Ranks) -> tuple[Learner, TrackingEnv]:
    """The environment of an experiment and a learner in it, resumed if there is a checkpoint.

    Raises:
        InputError: It is a student's without its teacher.
    """
    if (experiment.train.distillation is None) != (experiment.teacher is None):
        raise InputError("a student goes on learning from its teacher: use `genmimic distill`.")
    clips, _ = training_and_test_clips(corpus, experiment.corpus.name)
    checkpoint, before = experiment.checkpoint, 0
    if checkpoint is not None and not experiment.new_task:
        before = int(checkpoint.learner["iteration"])
    # a resumed process shall not draw again what it drew at first
    seed = experiment.train.seed + ranks.rank + 1000 * before
    env = TrackingEnv(experiment.env, MotionLibrary(clips, device), device, seed)
    make = make_ppo
    if experiment.teacher is not None:
        assert experiment.train.distillation is not None
        kind = ImitatingPPO if experiment.train.distillation.fine_tunes else SymmetricDistillation
        make = partial(kind, experiment.teacher.to(device))
    learner = Learner(env, experiment.train, device, ranks, make)
    if checkpoint is not None:
        learner.load_state_dict(checkpoint.learner, new_task=experiment.new_task)
    return learner, env


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
    """Write `compact.pt`, from which training can go on, in less than `limit` bytes, and the policy as ONNX.

    A teacher's is called `policy.onnx`, a student's `student.onnx`.

    Returns:
        The files.

    Raises:
        InputError: The networks do not fit into `limit`, or a file cannot be written.
    """
    written, file = [out / COMPACT], POLICY if checkpoint.train_config.distillation is None else STUDENT
    save_checkpoint(compact(checkpoint, limit), out / COMPACT)
    about = metadata(EnvConfig.from_json(checkpoint.env_config), name)
    actor = checkpoint.learner["algorithm"]["actor_state_dict"]
    export_policy(actor, checkpoint.train_config.activation, about, out / file)
    return [*written, out / file]
