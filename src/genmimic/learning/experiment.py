"""What a training run consists of, put together from a preset, a checkpoint, a file of settings and single options."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

from genmimic.dataset.tiers import OUT_OF_DISTRIBUTION
from genmimic.errors import InputError
from genmimic.learning.checkpoint import Checkpoint, CorpusStamp, find_checkpoint, stamp_corpus
from genmimic.learning.config import PRESETS, Preset, TrainConfig
from genmimic.learning.env.config import EnvConfig
from genmimic.learning.env.presets import ENVIRONMENTS, SELF_SUPERVISED
from genmimic.learning.networks import ARCHITECTURE
from genmimic.learning.records import from_plain, to_plain
from genmimic.learning.student.teacher import Teacher
from genmimic.motion.corpus import Corpus
from genmimic.robot import constants
from genmimic.sim.policy_metadata import PolicyMetadata
from genmimic.tracking.layouts import DOF_TEACHER
from genmimic.tracking.observations import TEACHER

Goal = Literal["keypoints", "dofs"]
Weights = Literal["table", "uniform", "self-supervised"]

FINE_TUNE_SAMPLES = 100_000_000
"""How long to go on with a checkpoint on another corpus, unless told otherwise."""


@dataclass(frozen=True)
class Experiment:
    """A complete description of a run.

    Attributes:
        train: How it learns.
        env: What it learns.
        corpus: What it learns from.
        checkpoint: What it goes on from; None to begin anew.
        new_task: The checkpoint comes from another corpus: keep what it has learned, count from zero.
        teacher: Whom a student imitates; None for a policy that learns from rewards.
    """

    train: TrainConfig
    env: EnvConfig
    corpus: CorpusStamp
    checkpoint: Checkpoint | None = None
    new_task: bool = False
    teacher: Teacher | None = None

    def to_json(self) -> str:
        """Both configurations, readable, as `read_settings` takes them."""
        return json.dumps({"train": to_plain(self.train), "env": to_plain(self.env)}, indent=1)


def describe(
    corpus_file: Path,
    corpus: Corpus,
    *,
    preset: Preset | None = None,
    resume_from: Path | None = None,
    settings_file: Path | None = None,
    task: str | None = None,
    goal: Goal | None = None,
    weights: Weights | None = None,
    changes: Mapping[str, Any],
) -> Experiment:
    """Describe a run by what the command line takes: see `begin`, and with a checkpoint `resume`.

    Raises:
        InputError: A file or setting is at fault.
    """
    stamp = stamp_corpus(corpus_file, corpus.tiers)
    settings = read_settings(settings_file) if settings_file is not None else {}
    if resume_from is None:
        return begin(stamp, preset or "fast", task or "ours", goal, weights, settings, **changes)
    if (task, goal, weights) != (None, None, None):
        raise InputError(
            "--task, --goal and --weights belong to new runs; a resumed one keeps those of its checkpoint."
        )
    return resume(stamp, find_checkpoint(resume_from), preset, settings, **changes)


def begin(
    corpus: CorpusStamp,
    preset: Preset = "fast",
    task: str = "ours",
    goal: Goal | None = None,
    weights: Weights | None = None,
    settings: Mapping[str, Any] | None = None,
    **changes: Any,
) -> Experiment:
    """Describe a new run.

    Args:
        corpus: What it learns from.
        preset: Where the learner's settings come from.
        task: The environment, by its name in `env.presets.ENVIRONMENTS`.
        goal: What the policy is shown of the reference: 3D points, or joint angles and the pelvis' pose; None for the
            task's own.
        weights: Weights of keypoints in the reward: the paper's, all equal, or chosen by the policy; None likewise.
        settings: Settings that go before the preset's, {'train': {...}, 'env': {...}}; see `read_settings`.
        **changes: Fields of `TrainConfig` that go before everything else.

    Raises:
        InputError: A setting is unknown or out of range.
    """
    settings = settings or {}
    train = PRESETS[preset].with_values(settings.get("train", {})).with_values(changes)
    if task not in ENVIRONMENTS:
        raise InputError(f"task '{task}' is unknown; known are {', '.join(ENVIRONMENTS)}.")
    env = merged(variant(ENVIRONMENTS[task], goal, weights), settings.get("env", {}))
    return Experiment(train, env.with_worlds(train.envs), corpus)


def resume(
    corpus: CorpusStamp,
    checkpoint: Checkpoint,
    preset: Preset | None = None,
    settings: Mapping[str, Any] | None = None,
    **changes: Any,
) -> Experiment:
    """Describe how a run goes on: with the settings of the checkpoint but for those that are given.

    On another corpus it is fine-tuning: networks, normaliser and optimiser are kept, counters and sampler begin anew.

    Raises:
        InputError: A setting is unknown or out of range, or does not fit the checkpoint's network.
    """
    settings = settings or {}
    train, old = checkpoint.train_config, checkpoint.train_config
    if preset is not None:
        kept = {name: to_plain(old)[name] for name in (*ARCHITECTURE, "samples", "seed")}
        train = PRESETS[preset].with_values(kept)
    new_task = checkpoint.corpus.sha256 != corpus.sha256
    if new_task:
        train = replace(train, samples=FINE_TUNE_SAMPLES)
    train = train.with_values(settings.get("train", {})).with_values(changes)
    for name in ARCHITECTURE:
        if getattr(train, name) != getattr(old, name):
            raise InputError(
                f"training setting '{name}' is {getattr(train, name)}, but the checkpoint's network has "
                f"{getattr(old, name)}; leave it, or begin a new run."
            )
    before = EnvConfig.from_json(checkpoint.env_config)
    env = merged(before, settings.get("env", {}))
    if (env.actor, env.critic, env.actions) != (before.actor, before.critic, before.actions):
        raise InputError("the checkpoint's network has other observations or actions; begin a new run for these.")
    return Experiment(train, env.with_worlds(train.envs), corpus, checkpoint, new_task)


def variant(base: EnvConfig, goal: Goal | None, weights: Weights | None) -> EnvConfig:
    """The same task with another goal, or other weights of keypoints: the ablations of tables 3 and 4."""
    if goal is not None:
        layout = TEACHER if goal == "keypoints" else DOF_TEACHER
        base = replace(base, actor=layout, critic=layout)
    if weights == "self-supervised":
        logits = ("last_weight_logits", 1)
        others = tuple(term for term in base.reward.terms if term.name != "weight_rate")
        rate = next(term for term in SELF_SUPERVISED.reward.terms if term.name == "weight_rate")
        reward = replace(base.reward, terms=(*others, rate), weights="learned")
        base = replace(base, actor=(*base.actor, logits), critic=(*base.critic, logits), reward=reward)
    elif weights is not None:
        base = replace(base, reward=replace(base.reward, weights=weights))
    return base


def merged(base: EnvConfig, changes: Mapping[str, Any]) -> EnvConfig:
    """The same environment but for some settings, nested as in its JSON.

    Raises:
        InputError: A setting is unknown or out of range.
    """
    return from_plain(EnvConfig, _merge(to_plain(base), changes), "environment")


def read_settings(path: str | Path) -> dict[str, Any]:
    """Read {'train': {...}, 'env': {...}} from a JSON file; each may name some of the settings only.

    Raises:
        InputError: The file is missing or something else.
    """
    path = Path(path)
    if not path.is_file():
        raise InputError(f"{path}: no such file of settings; check the path.")
    try:
        settings = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise InputError(f"{path}: is not JSON ({error}).") from error
    if not isinstance(settings, dict) or set(settings) - {"train", "env"}:
        raise InputError(f"{path}: expected an object with 'train' and 'env' at most.")
    return settings


def training_and_test_clips(corpus: Corpus, file: str) -> tuple[Corpus, Corpus]:
    """The kept clips to train on, and those to validate on; the same ones where one of the splits is empty.

    Raises:
        InputError: There is nothing to train on.
    """
    usable = corpus.kept & (corpus.lengths > 1)
    is_test = np.array([split == "test" for split in corpus.splits], dtype=bool)
    never = np.array([tier == OUT_OF_DISTRIBUTION for tier in corpus.tiers], dtype=bool)
    train, test = corpus.select(usable & ~is_test & ~never), corpus.select(usable & is_test)
    if len(train) == 0:  # a few clips of one's own may all have been drawn for the test
        train = corpus.select(usable & ~never)
    if len(train) == 0:
        reasons = zip(corpus.names, corpus.reasons, strict=True)
        told = [f"{name}: {reason}" for name, reason in reasons if reason]
        if usable.any():  # then nothing but their licences forbids it
            told = [f"{corpus.names[int(usable.argmax())]}: its licence makes it tier '{OUT_OF_DISTRIBUTION}'"]
        why = f" ({told[0]})" if told else ""
        raise InputError(f"{file}: holds no clip that may be trained on{why}; its table tells the reasons.")
    return train, test if len(test) else train


def metadata(env: EnvConfig, name: str) -> PolicyMetadata:
    """What the exported policy says about itself."""
    return PolicyMetadata(
        observations=env.actor,
        goal_steps=env.goal_steps,
        residual_action=env.residual_action,
        estimated_state=env.sensors is not None,
        action_scale=env.action_scale,
        action_clip=env.action_clip,
        default_joint_pos=constants.DEFAULT_JOINT_POS,
        kp=constants.KP,
        kd=constants.KD,
        physics_hz=1.0 / env.physics.timestep,
        name=name,
    )


def _merge(base: dict[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    nested = {
        name: _merge(base[name], value)
        for name, value in changes.items()
        if isinstance(value, Mapping) and isinstance(base.get(name), dict)
    }
    return {**base, **changes, **nested}
