"""Evaluation in many worlds at once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from learning.env_scene import NOISY, QUIET, environment
from learning.motions import corpus, swaying

from genmimic.learning.env.config import StartNoise
from genmimic.learning.env.library import MotionLibrary
from genmimic.learning.scores import RolloutScores, scores_of
from genmimic.learning.validation import NOISY as MARK
from genmimic.learning.validation import Validation, corrupted, evaluate, validation_config
from genmimic.motion.corpus import Corpus
from genmimic.robot.constants import DEFAULT_JOINT_POS


def test_scores_are_figures_by_other_names():
    """Three rollouts: a success, one that fell and was lost later, one that was lost."""
    nan = np.nan
    figures = {
        "success_paper": [True, False, False],
        "success": [True, True, False],
        "fall_time_paper_s": [nan, 0.4, nan],
        "lost_time_s": [nan, 0.6, 0.2],
        **{name: [1.0, 2.0, 3.0] for name in ("mpkpe_cm", "lmpkpe_cm", "mpkpe_nt_cm", "lmpkpe_nt_cm")},
    }
    scores = scores_of(np.array([0, 0, 1]), {name: torch.tensor(value) for name, value in figures.items()})
    assert scores.fell.tolist() == [False, True, False] and scores.lost.tolist() == [False, True, True]
    assert scores.failure_time == pytest.approx([nan, 0.4, 0.2], nan_ok=True)
    assert scores.success_ours.tolist() == [True, True, False]
    assert scores.per_clip("success") == {0: 0.5, 1: 0.0}


def test_groups_count_alike_however_many_clips_they_have():
    names = RolloutScores.__annotations__
    scores = RolloutScores(
        **{name: np.array([1.0, 0.0, 0.0, 0.0]) for name in names} | {"clip": np.array([0, 1, 2, 2])}
    )
    assert scores.macro("success", ["cmu/bow", "cmu/walk", "cmu/walk"]) == pytest.approx(0.5)


def test_a_robot_that_copies_the_reference_in_the_air_is_scored_as_it_falls():
    """Zero actions hold the default pose: the standing clip succeeds, the same clip two metres up does not."""
    stand = swaying("stand", 25)
    stand = replace(stand, joint_pos=np.tile(DEFAULT_JOINT_POS, (25, 1)), root_pos_w=np.tile([0, 0, 0.785], (25, 1)))
    high = replace(stand, name="high", root_pos_w=stand.root_pos_w + np.array([0, 0, 2.0]))
    library = MotionLibrary(Corpus.from_motions([stand, high], contents=["stand", "fall"]))
    config = replace(validation_config(QUIET, 4), start=StartNoise(*(0.0,) * 6))
    env = environment(config, clips=library)
    scores = evaluate(env, lambda observations: torch.zeros(4, 23), rollouts=3)
    assert scores.clip.tolist() == [0, 0, 0, 1, 1, 1]
    assert scores.per_clip("success") == {0: 1.0, 1: 0.0}
    assert scores.per_clip("lost")[1] == 1.0
    # half a metre of free fall takes 0.32 s
    assert scores.failure_time[3:] == pytest.approx([0.32] * 3, abs=0.05)


def test_corrupted_copies_are_marked_and_differ():
    clean = corpus()
    noisy = corrupted(clean, 1.0)
    assert noisy.names == tuple(f"{name} 0{MARK}" for name in clean.names)
    assert noisy.contents == clean.contents and noisy.sources == clean.sources
    assert np.abs(noisy.joint_pos - clean.joint_pos).max() > 0.02
    assert np.array_equal(corrupted(clean, 1.0).joint_pos, noisy.joint_pos)


def test_validation_while_training_tells_clean_and_noisy_apart():
    figures = Validation(NOISY, corpus().select([0]), "cpu", rollouts=2, seconds=0.2)(lambda o: torch.zeros(4, 23), 1)
    assert set(figures) == {f"{kind}{name}" for kind in ("", "noisy_") for name in ("SR", "MPKPE_cm", "LMPKPE_cm")}
    assert 0.0 <= figures["SR"] <= 1.0 and figures["MPKPE_cm"] > 0.0
