"""The packaged GenMimicBench-Sim: the paper's composition, its checksum, and no clip that a policy was trained on."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from genmimic.benchmark import store
from genmimic.benchmark.entry import Benchmark
from genmimic.benchmark.overview import keypoint_errors
from genmimic.benchmark.rendering import rendered_slots
from genmimic.benchmark.store import ASSET, load_benchmark
from genmimic.benchmark.taxonomy import VIEWS, composition
from genmimic.dataset.held_out import read_held_out
from genmimic.errors import InputError
from genmimic.motion.corpus import load_corpus

CORPUS = Path(__file__).resolve().parents[2] / "corpora" / "permissive_v1.npz"


@pytest.fixture(scope="module")
def benchmark() -> Benchmark:
    return load_benchmark()


def test_it_is_the_428_in_their_order(benchmark: Benchmark) -> None:
    for entry, slot in zip(benchmark.entries, composition(), strict=True):
        told = (entry.name, entry.generator, entry.subject, entry.view, entry.action, entry.category, entry.table2)
        action = slot.action
        kept = (slot.generator, slot.subject.name, slot.view, action.name, action.category, action.table2)
        assert told == (slot.name, *kept)


def test_the_rendered_ones_are_those_of_the_plan(benchmark: Benchmark) -> None:
    rendered = [entry for entry in benchmark.entries if entry.kind == "rendered"]
    assert [entry.name for entry in rendered] == [s.name for s in composition() if s in rendered_slots(composition())]
    assert len(rendered) >= 64 and {entry.view for entry in rendered} >= set(VIEWS)
    cameras = Counter(entry.camera for entry in rendered)
    assert cameras["static"] >= 16 and len(rendered) - cameras["static"] >= 16


def test_it_is_small_and_frozen(benchmark: Benchmark, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ASSET.stat().st_size < 8e6
    assert benchmark.checksum == store.FROZEN and benchmark.version == 1
    monkeypatch.setattr(store, "FROZEN", "0" * 64)
    with pytest.raises(InputError, match="as it was frozen"):
        load_benchmark()


def test_no_entry_shares_a_clip_with_training(benchmark: Benchmark) -> None:
    used = {clip for entry in benchmark.entries for clip in entry.clips.split("; ") if clip}
    assert len(used) >= 20
    corpus = load_corpus(CORPUS)
    sides = dict(zip(corpus.names, corpus.splits, strict=True))
    held_out = set(read_held_out())
    for clip in used:
        assert sides[clip] == "test" and re.sub(r"#\d+$", "", clip) in held_out, clip
    for entry in benchmark.entries:
        # without a clip of its own an entry is a gesture of the family that training never draws from
        assert entry.clips or "family 'bench'" in entry.source, entry.name
        assert "family 'train'" not in entry.source


def test_every_motion_is_whole_and_noisy(benchmark: Benchmark) -> None:
    np.testing.assert_array_equal(benchmark.shown_motions.lengths, benchmark.clean_motions.lengths)
    assert benchmark.shown_motions.seconds.min() > 2.0 and benchmark.shown_motions.seconds.max() < 15.0
    assert all(entry.licence for entry in benchmark.entries)
    errors = keypoint_errors(benchmark)
    assert np.isfinite(errors).all()
    assert (errors[:, 0] > 0.01).all()  # nothing is shown as it is
    kinds = np.array([entry.kind for entry in benchmark.entries])
    for kind in ("modelled", "rendered"):
        assert 0.03 < errors[kinds == kind, 0].mean() < 0.09, kind  # the noise was measured at 5 cm
