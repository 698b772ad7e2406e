"""A build of a few entries: modelled noise, resumed from the cache, deterministic."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from genmimic.benchmark.build import build
from genmimic.benchmark.store import load_benchmark
from genmimic.benchmark.taxonomy import Slot
from genmimic.errors import InputError
from genmimic.motion.noise import corrupt
from genmimic.motion.noise_model import load_noise_model

CORPUS = Path(__file__).resolve().parents[2] / "corpora" / "permissive_v1.npz"
NAMES = ("cosmos-s2-household", "cosmos-s2-walk")


def wanted(slot: Slot) -> bool:
    return slot.name in NAMES


def test_built_twice_it_is_the_same_and_resumes(tmp_path: Path) -> None:
    _, first = build(CORPUS, tmp_path / "a.npz", only=wanted)
    files = sorted((tmp_path / "a.cache").iterdir())
    assert len(files) == 2 * len(NAMES)
    times = [file.stat().st_mtime_ns for file in files]
    _, again = build(CORPUS, tmp_path / "b.npz", only=wanted, cache=tmp_path / "a.cache")
    assert [file.stat().st_mtime_ns for file in files] == times  # nothing was made again
    _, fresh = build(CORPUS, tmp_path / "c.npz", only=wanted)
    assert first == again == fresh
    benchmark = load_benchmark(tmp_path / "a.npz")
    assert sorted(entry.name for entry in benchmark.entries) == sorted(NAMES)
    for i, entry in enumerate(benchmark.entries):
        clean = benchmark.clean(i)
        assert clean is not None and len(clean) == len(benchmark.shown(i))
        assert entry.kind == "modelled" and entry.camera == "" and entry.licence
        assert 0.005 < np.abs(benchmark.shown(i).joint_pos - clean.joint_pos).mean() < 0.5
    assert {entry.clips.split("/")[0] for entry in benchmark.entries} == {"cmu_walks", "cmu_10_14"}


def test_the_noise_is_the_frozen_model_at_severity_1(tmp_path: Path) -> None:
    built, _ = build(CORPUS, tmp_path / "a.npz", only=lambda slot: slot.name == NAMES[1])
    from genmimic.benchmark.performing import entry_seed

    again = corrupt(built[0].clean, load_noise_model(), 1.0, entry_seed(NAMES[1], 1))
    np.testing.assert_allclose(again.joint_pos, built[0].shown.joint_pos, atol=1e-12)


def test_nothing_wanted(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no entry of the benchmark is wanted"):
        build(CORPUS, tmp_path / "a.npz", only=lambda slot: False)
