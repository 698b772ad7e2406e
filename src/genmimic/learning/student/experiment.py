"""What making a student consists of: `learning.experiment` with a teacher."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from genmimic.errors import InputError
from genmimic.learning.checkpoint import Checkpoint, find_checkpoint, stamp_corpus
from genmimic.learning.experiment import Experiment, merged, read_settings, resume
from genmimic.learning.student.presets import FINE_TUNE_SAMPLES, STUDENTS, fine_tuned, task_with, training_with
from genmimic.learning.student.teacher import Teacher
from genmimic.motion.corpus import Corpus


def describe_student(
    corpus_file: Path,
    corpus: Corpus,
    teacher: Teacher,
    *,
    preset: str | None = None,
    resume_from: Path | None = None,
    fine_tune: bool = False,
    settings_file: Path | None = None,
    changes: Mapping[str, Any],
) -> Experiment:
    """Describe how a student is made.

    Args:
        corpus_file: The motions.
        corpus: The same, read.
        teacher: Whom it learns from.
        preset: Name in `student.presets.STUDENTS`, 'ours' if None; a resumed student keeps its own.
        resume_from: Checkpoint of a student, or the folder of a run, to go on from.
        fine_tune: From now on by PPO with imitation beside it; for a student that has learned to imitate.
        settings_file: Settings that go before the preset's; see `experiment.read_settings`.
        changes: Fields of `TrainConfig` that go before everything else.

    Raises:
        InputError: A file or setting is at fault, or the checkpoint does not fit the teacher.
    """
    stamp = stamp_corpus(corpus_file, corpus.tiers)
    settings = read_settings(settings_file) if settings_file is not None else {}
    if resume_from is None:
        if fine_tune:
            raise InputError("--fine-tune goes on from a distilled student; give it with --resume.")
        chosen = STUDENTS[preset or "ours"]
        train = training_with(teacher, chosen.train).with_values(settings.get("train", {})).with_values(changes)
        env = merged(task_with(teacher, chosen.env), settings.get("env", {})).with_worlds(train.envs)
        experiment = Experiment(train, env, stamp)
    else:
        if preset is not None:
            raise InputError("--preset belongs to new students; a resumed one keeps that of its checkpoint.")
        checkpoint = find_checkpoint(resume_from)
        if fine_tune:
            checkpoint = _to_fine_tune(checkpoint)
        experiment = resume(stamp, checkpoint, None, settings, **changes)
    distillation = experiment.train.distillation
    if distillation is None:
        raise InputError(f"{resume_from}: is not a student's checkpoint; go on with `genmimic train --resume`.")
    if experiment.env.critic != teacher.task.actor:
        raise InputError("the teacher observes other terms than the one that the student began with; begin anew.")
    train = replace(experiment.train, distillation=replace(distillation, teacher=teacher.sha256))
    return replace(experiment, train=train, teacher=teacher)


def _to_fine_tune(checkpoint: Checkpoint) -> Checkpoint:
    """The same checkpoint with the settings of fine-tuning, unless it has them already."""
    distillation = checkpoint.train_config.distillation
    if distillation is None or distillation.fine_tunes:
        return checkpoint
    until = int(checkpoint.learner["samples"]) + FINE_TUNE_SAMPLES
    return replace(checkpoint, train_config=fine_tuned(checkpoint.train_config, until))
