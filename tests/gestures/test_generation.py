from __future__ import annotations

import time

import numpy as np
import pytest

from genmimic.errors import InputError
from genmimic.gestures import generate
from genmimic.gestures.catalogue import CATALOGUE, CATEGORIES
from genmimic.gestures.checks import check
from genmimic.gestures.generation import draw_entry, one


def test_motions_are_feasible_labelled_and_quickly_made() -> None:
    begin = time.process_time()
    motions = list(generate(12, seed=5))
    assert sum(map(len, motions)) / (time.process_time() - begin) > 100.0  # frames per CPU second
    entries = {entry.name: entry for entry in CATALOGUE}
    for m in motions:
        assert check(m).failures() == ()
        entry = entries[str(m.metadata["entry"])]
        assert m.metadata["category"] == entry.category
        assert m.metadata["gestures"] == ">".join(a.gesture for a in entry.actions)
        assert m.metadata["locomotion"] in entry.locomotions
        assert m.metadata["family"] == "train"
    assert len({m.name for m in motions}) == 12


def test_a_motion_depends_on_seed_family_and_index_alone() -> None:
    run = list(generate(3, seed=1))
    again = one(2, seed=1)
    assert run[2].name == again.name
    assert (run[2].joint_pos == again.joint_pos).all()
    for other in (one(2, seed=2), one(2, seed=1, family="bench")):
        assert other.joint_pos.shape != again.joint_pos.shape or (other.joint_pos != again.joint_pos).any()


def test_the_benchmark_has_layouts_of_its_own() -> None:
    bench = list(generate(6, seed=0, family="bench"))
    assert {m.metadata["family"] for m in bench} == {"bench"}
    assert not any("random" in str(m.metadata["variants"]) for m in bench)
    assert all(check(m).failures() == () for m in bench)


def test_all_categories_are_drawn_about_as_often_as_they_should() -> None:
    rng = np.random.default_rng(0)
    drawn = [draw_entry("train", rng).category for _ in range(1000)]
    assert all(120 < drawn.count(category) < 280 for category in CATEGORIES)
    assert not any(draw_entry("bench", rng).name == "random_arms" for _ in range(300))


def test_wrong_wishes_are_refused() -> None:
    with pytest.raises(InputError, match="count is -1"):
        list(generate(-1, seed=0))
    with pytest.raises(InputError, match="unknown family"):
        list(generate(1, seed=0, family="test"))  # type: ignore[arg-type]
    assert list(generate(0, seed=0)) == []
