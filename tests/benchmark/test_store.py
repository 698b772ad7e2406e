"""The file of a benchmark: what goes in comes out, and what was changed is noticed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from genmimic.benchmark.entry import Entry
from genmimic.benchmark.store import load_benchmark, save_benchmark
from genmimic.errors import InputError
from genmimic.motion.files import load_arrays, save_arrays
from genmimic.motion.robot_motion import RobotMotion
from genmimic.robot.kinematics import forward_kinematics


def motion(name: str, frames: int, seed: int) -> RobotMotion:
    rng = np.random.default_rng(seed)
    smooth = np.cumsum(0.01 * rng.standard_normal((frames, 23)), axis=0)
    quat = np.array([1.0, 0.0, 0.0, 0.0]) + np.cumsum(0.005 * rng.standard_normal((frames, 4)), axis=0)
    return RobotMotion(
        name=name,
        fps=50.0,
        root_pos_w=np.array([0.0, 0.0, 0.78]) + np.cumsum(0.002 * rng.standard_normal((frames, 3)), axis=0),
        root_quat_w=quat / np.linalg.norm(quat, axis=1, keepdims=True),
        joint_pos=smooth,
        foot_contact=np.ones((frames, 2)),
        confidence=np.full(frames, 0.5),
        licence="free",
    )


def entry(name: str, kind: str = "modelled") -> Entry:
    about = ("Wan2.1", "s1", "front", "", "walk", "simple_locomotion", "walk", kind, "free", "a test", "")
    return Entry(name, *about)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    shown = [motion("a", 60, 0), motion("b", 40, 1)]
    save_benchmark([entry("a"), entry("b", "rendered")], shown, [motion("a", 60, 2), None], tmp_path / "b.npz", seed=5)
    return tmp_path / "b.npz"


def test_motions_and_entries_come_back(saved: Path) -> None:
    benchmark = load_benchmark(saved)
    assert len(benchmark) == 2 and benchmark.seed == 5 and benchmark.version == 1
    assert benchmark.entries == (entry("a"), entry("b", "rendered"))
    clean = benchmark.clean(0)
    assert benchmark.clean(1) is None and clean is not None
    for stored, wanted in ((benchmark.shown(0), motion("a", 60, 0)), (clean, motion("a", 60, 2))):
        points = [forward_kinematics(m.root_pos_w, m.root_quat_w, m.joint_pos)[0] for m in (stored, wanted)]
        assert np.abs(points[0] - points[1]).max() < 1e-3
        assert stored.name == "a" and stored.fps == 50.0 and stored.licence == "free"
        assert stored.metadata["action"] == "walk" and stored.source == "a test"
    assert len(benchmark.shown(1)) == 40
    only = benchmark.select(lambda e: e.kind == "rendered")
    assert len(only) == 1 and only.shown(0).name == "b" and only.clean(0) is None
    assert benchmark.find("a") == 0


def test_names_that_fit_none_or_several(saved: Path) -> None:
    benchmark = load_benchmark(saved)
    with pytest.raises(InputError, match="no entries"):
        benchmark.find("zebra")
    with pytest.raises(InputError, match="2 entries"):
        benchmark.find("")


def test_the_same_content_has_the_same_checksum_and_other_content_another(tmp_path: Path, saved: Path) -> None:
    motions = [motion("a", 60, 0), motion("b", 40, 1)], [motion("a", 60, 2), None]
    same = save_benchmark([entry("a"), entry("b", "rendered")], *motions, tmp_path / "c.npz", seed=5)
    other = save_benchmark([entry("a"), entry("b")], *motions, tmp_path / "d.npz", seed=5)
    assert load_benchmark(saved).checksum == same != other


@pytest.mark.parametrize("field", ["shown_joint_pos", "clean_root_pos_w", "entries", "seed"])
def test_a_changed_file_is_noticed(saved: Path, field: str) -> None:
    data = load_arrays(saved)
    if field == "entries":
        data[field] = np.array(str(data[field]).replace("walk", "wave"))
    else:
        data[field] = data[field] + 1
    save_arrays(saved, data)
    with pytest.raises(InputError, match="does not have the checksum"):
        load_benchmark(saved)


def test_other_files(tmp_path: Path, saved: Path) -> None:
    save_arrays(tmp_path / "x.npz", {"kind": "genmimic corpus"})
    with pytest.raises(InputError, match="is not a benchmark"):
        load_benchmark(tmp_path / "x.npz")
    data = load_arrays(saved)
    del data["clean_lengths"]
    save_arrays(tmp_path / "y.npz", data)
    with pytest.raises(InputError, match="lacks the fields"):
        load_benchmark(tmp_path / "y.npz")
    with pytest.raises(InputError, match="no such file"):
        load_benchmark(tmp_path / "z.npz")


def test_shown_and_clean_must_have_the_same_frames(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="60 frames, but 59"):
        save_benchmark([entry("a")], [motion("a", 60, 0)], [motion("a", 59, 0)], tmp_path / "b.npz")
    with pytest.raises(InputError, match="at least one"):
        save_benchmark([], [], [], tmp_path / "b.npz")


def test_other_frame_rates_are_brought_to_50_hz(tmp_path: Path) -> None:
    slow = replace(motion("a", 31, 0), fps=30.0)
    save_benchmark([entry("a")], [slow], [None], tmp_path / "b.npz")
    assert len(load_benchmark(tmp_path / "b.npz").shown(0)) == 51
