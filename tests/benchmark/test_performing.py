"""Performances are the same for the same seed, start at the origin, and use held-out motions only."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from genmimic.benchmark.performing import Performance, entry_seed, held_out, perform
from genmimic.benchmark.recipes import RECIPES
from genmimic.benchmark.taxonomy import composition
from genmimic.errors import InputError
from genmimic.gestures.bench_templates import BENCH_TEMPLATES
from genmimic.gestures.checks import check
from genmimic.motion.corpus import Corpus, load_corpus

CORPUS = Path(__file__).resolve().parents[2] / "corpora" / "permissive_v1.npz"
SLOTS = {slot.name: slot for slot in composition()}


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return load_corpus(CORPUS)


@pytest.fixture(scope="module")
def tested(corpus: Corpus) -> Corpus:
    return held_out(corpus)


def assert_same(one: Performance, other: Performance) -> None:
    assert one.clips == other.clips
    for field in ("root_pos_w", "root_quat_w", "joint_pos", "foot_contact"):
        np.testing.assert_array_equal(getattr(one.motion, field), getattr(other.motion, field))


@pytest.mark.parametrize("name", ["wan-s1-front-thumbs_up", "wan-s2-left-walk", "cosmos-s1-household"])
def test_the_same_seed_gives_the_same_performance(name: str, tested: Corpus) -> None:
    first = perform(SLOTS[name], tested, 1)
    assert_same(first, perform(SLOTS[name], tested, 1))
    other = perform(SLOTS[name], tested, 2).motion
    shortest = min(len(other), len(first.motion))
    assert np.abs(other.joint_pos[:shortest] - first.motion.joint_pos[:shortest]).max() > 0.01
    motion = first.motion
    assert motion.name == name and motion.fps == 50.0
    assert np.abs(motion.root_pos_w[0, :2]).max() < 1e-9
    w, x, y, z = motion.root_quat_w[0]
    assert abs(np.arctan2(2 * (w * z + x * y), 1 - 2 * (y * y + z * z))) < 0.2  # heads along x


def test_gestures_pass_their_checks(tested: Corpus) -> None:
    motion = perform(SLOTS["cosmos-s3-lift"], tested, 1).motion
    assert check(motion).failures() == ()
    assert motion.metadata["family"] == "bench"


def test_subjects_take_different_parts_of_a_clip(tested: Corpus) -> None:
    turns = [perform(SLOTS[f"cosmos-s{i}-walk_turn"], tested, 1) for i in (1, 2, 8)]
    assert {one.clips for one in turns} == {("o3de_locomotion/WalkPivotTurn1",)}
    starts = [one.motion.joint_pos[0] for one in turns]
    assert min(np.abs(starts[i] - starts[j]).max() for i, j in ((0, 1), (0, 2), (1, 2))) > 0.05
    assert all(one.motion.duration == pytest.approx(5.8) for one in turns)


def test_held_out_is_the_captured_test_split(corpus: Corpus, tested: Corpus) -> None:
    assert 20 < len(tested) < len(corpus)
    assert set(tested.splits) == {"test"} and "gestures" not in tested.sources
    with pytest.raises(InputError, match="no captured clip"):
        held_out(corpus.select(np.array([split == "train" for split in corpus.splits])))


def test_a_corpus_without_the_clip_is_refused(tested: Corpus) -> None:
    walks = tested.select(np.array([name.startswith("cmu_walks") for name in tested.names]))
    with pytest.raises(InputError, match="no held-out clip o3de"):
        perform(SLOTS["cosmos-s1-walk_turn"], walks, 1)


def test_every_gesture_of_the_recipes_has_a_layout_of_the_bench_family() -> None:
    known = {template.gesture for template in BENCH_TEMPLATES}
    used = {g.gesture for recipes in RECIPES.values() for recipe in recipes.values() for g in recipe.gestures}
    assert used <= known


def test_seeds_differ_between_entries() -> None:
    assert len({entry_seed(name, 1) for name in SLOTS}) == len(SLOTS)
