"""Runs are put together from presets, checkpoints, files and options; the environment is not started here."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from learning.motions import corpus

from genmimic.errors import InputError
from genmimic.learning.checkpoint import Checkpoint, CorpusStamp
from genmimic.learning.config import FAST, PAPER
from genmimic.learning.env.config import EnvConfig
from genmimic.learning.env.presets import ENVIRONMENTS
from genmimic.learning.experiment import (
    FINE_TUNE_SAMPLES,
    begin,
    merged,
    metadata,
    read_settings,
    resume,
    training_and_test_clips,
)
from genmimic.robot.constants import KP
from genmimic.tracking.baseline_terms import TWIST_STEPS
from genmimic.tracking.layouts import FORESEEING_TEACHER
from genmimic.tracking.observations import TEACHER, layout_size

OURS, MINE = CorpusStamp("ours.npz", "a" * 64), CorpusStamp("mine.npz", "b" * 64)


def checkpoint(**changes) -> Checkpoint:
    made = begin(OURS, "fast", samples=5_000_000, **changes)
    return Checkpoint(made.train, made.env.to_json(), OURS, "unknown", {})


def test_a_new_run_is_its_preset_but_for_what_is_asked() -> None:
    made = begin(OURS, "paper", envs=512, symmetry=0.5)
    assert made.train == replace(PAPER, envs=512, symmetry=0.5)
    assert made.env.worlds == 512
    assert made.env.actor == FORESEEING_TEACHER


def test_options_go_before_files_and_files_before_presets(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"train": {"seed": 4, "entropy": 0.01}, "env": {"sampler": {"rewind": 0.1}}}))
    made = begin(OURS, "paper", settings=read_settings(path), seed=7)
    assert (made.train.seed, made.train.entropy) == (7, 0.01)
    assert made.env.sampler == replace(EnvConfig().sampler, rewind=0.1)


def test_a_run_is_described_by_what_it_writes(tmp_path: Path) -> None:
    made = begin(OURS, "fast", "ours", "dofs", "uniform", envs=64)
    path = tmp_path / "config.json"
    path.write_text(made.to_json())
    again = begin(OURS, "paper", settings=read_settings(path))
    assert (again.train, again.env) == (made.train, made.env)


def test_variants_are_those_of_the_tables() -> None:
    dofs = begin(OURS, goal="dofs", weights="uniform").env
    assert "goal_joint_pos" in dict(dofs.actor)
    assert "goal_keypoint_pos" not in dict(dofs.actor)
    assert (dofs.reward.weights, dofs.actions) == ("uniform", 23)
    learned = begin(OURS, weights="self-supervised").env
    assert learned.actions == 50
    assert layout_size(learned.actor) == 919 + 27
    (rate,) = [term for term in learned.reward.active if term.name == "weight_rate"]
    assert rate.weight < 0


def test_tasks_have_names() -> None:
    assert begin(OURS, task="twist", envs=8).env == ENVIRONMENTS["twist"].with_worlds(8)
    with pytest.raises(InputError, match="task 'walk' is unknown; known are ours, tuned, paper"):
        begin(OURS, task="walk")


def test_a_resumed_run_keeps_its_settings() -> None:
    before = checkpoint(envs=1024, seed=5)
    made = resume(OURS, before)
    assert made.train == before.train_config
    assert made.env == EnvConfig.from_json(before.env_config)
    assert not made.new_task
    more = resume(OURS, before, envs=2048, samples=9_000_000)
    assert (more.train.envs, more.env.worlds, more.train.samples, more.train.seed) == (2048, 2048, 9_000_000, 5)


def test_a_preset_for_a_resumed_run_leaves_the_network() -> None:
    made = resume(OURS, checkpoint(), "paper")
    assert (made.train.hidden, made.train.samples) == (FAST.hidden, 5_000_000)
    assert (made.train.envs, made.train.kl_interval) == (PAPER.envs, PAPER.kl_interval)


def test_another_corpus_is_another_task() -> None:
    made = resume(MINE, checkpoint())
    assert made.new_task
    assert made.train.samples == FINE_TUNE_SAMPLES
    assert resume(MINE, checkpoint(), samples=1000).train.samples == 1000


@pytest.mark.parametrize(
    ("settings", "changes", "message"),
    [
        ({}, {"hidden": (8, 8)}, "'hidden' is .*, but the checkpoint's network"),
        ({"env": {"actor": [["joint_pos", 1]]}}, {}, "other observations or actions"),
        ({"env": {"no_such": 1}}, {}, r"unknown setting\(s\) \['no_such'\]"),
        ({"train": {"no_such": 1}}, {}, r"unknown setting\(s\) \['no_such'\]"),
    ],
)
def test_what_does_not_fit_a_checkpoint_is_refused(settings: dict, changes: dict, message: str) -> None:
    with pytest.raises(InputError, match=message):
        resume(OURS, checkpoint(), settings=settings, **changes)


def test_files_of_settings_are_checked(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    for content, message in (("{", "not JSON"), ('{"learner": {}}', "'train' and 'env' at most")):
        path.write_text(content)
        with pytest.raises(InputError, match=message):
            read_settings(path)
    with pytest.raises(InputError, match="no such file"):
        read_settings(tmp_path / "none.json")


def test_nested_settings_leave_their_neighbours() -> None:
    changed = merged(EnvConfig(), {"physics": {"iterations": 9}, "start": {"joint_pos": 0}})
    assert changed.physics == replace(EnvConfig().physics, iterations=9)
    assert (changed.start.joint_pos, changed.start.joint_vel) == (0.0, EnvConfig().start.joint_vel)


def test_dropped_and_held_out_clips_are_not_trained_on() -> None:
    clips = replace(corpus(), splits=("train", "test", "train"), kept=np.array([True, True, False]))
    train, test = training_and_test_clips(clips, "c.npz")
    assert (train.names, test.names) == (("a",), ("b",))
    alone = replace(clips, splits=("train",) * 3)
    train, test = training_and_test_clips(alone, "c.npz")
    assert train.names == test.names == ("a", "b")
    drawn = replace(clips, splits=("test",) * 3)
    assert training_and_test_clips(drawn, "c.npz")[0].names == ("a", "b")
    with pytest.raises(InputError, match=r"holds no clip .* \(a: its licence makes it tier 'test-ood'\)"):
        training_and_test_clips(replace(drawn, tiers=("test-ood",) * 3, kept=np.ones(3, bool)), "c.npz")
    with pytest.raises(InputError, match="holds no clip that may be trained on"):
        training_and_test_clips(replace(clips, kept=np.zeros(3, bool)), "c.npz")


def test_metadata_is_the_environments() -> None:
    about = metadata(EnvConfig(), "teacher")
    assert (about.observations, about.name, about.physics_hz) == (TEACHER, "teacher", 200.0)
    assert about.kp is KP
    assert not about.residual_action and about.output_size == 23
    assert metadata(replace(EnvConfig(), residual_action=True), "teacher").residual_action
    assert metadata(ENVIRONMENTS["self-supervised"], "teacher").output_size == 50


def test_a_policy_says_which_frames_it_is_shown() -> None:
    assert metadata(ENVIRONMENTS["ours"], "teacher").goal_steps == (1, 6, 18)
    assert metadata(ENVIRONMENTS["twist"], "teacher").goal_steps == TWIST_STEPS
