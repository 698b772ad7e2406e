"""Several videos: folders, name clashes, and one failure among successes, in one process and in several."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from genmimic.cores import usable_cores
from genmimic.errors import InputError
from genmimic.pipeline.batch import find_videos, run_all


def work(video: Path) -> dict[str, Any]:
    """Stands in for a run; at module level so that other processes can import it."""
    if video.stem == "empty":
        raise InputError(f"{video}: no frames.")
    if video.stem == "crash":
        os._exit(11)
    if video.stem == "cores":
        return {"cores": usable_cores()}
    if video.stem == "bug":
        raise ZeroDivisionError("ours")
    return {"clip": video.stem}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.mp4", "A.MOV", "notes.txt"):
        (tmp_path / name).touch()
    return tmp_path


def test_folder_is_replaced_by_its_videos(folder: Path) -> None:
    assert find_videos([folder, Path("x.bin")]) == [folder / "A.MOV", folder / "b.mp4", Path("x.bin")]


def test_folder_without_videos_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no video in this folder; looked for .*\.mp4"):
        find_videos([tmp_path])
    (tmp_path / "deep" / "below").mkdir(parents=True)
    (tmp_path / "deep" / "below" / "a.mp4").touch()
    with pytest.raises(InputError, match=r"no video in this folder; name those below it: \S+/deep/below\.$"):
        find_videos([tmp_path])


def test_two_videos_of_one_name_are_refused(folder: Path) -> None:
    with pytest.raises(InputError, match="both write to a folder named 'b'"):
        find_videos([folder, Path("elsewhere/b.mp4")])


def test_a_video_named_twice_counts_once(folder: Path) -> None:
    assert find_videos([folder, folder / "b.mp4"]) == [folder / "A.MOV", folder / "b.mp4"]


@pytest.mark.parametrize("jobs", [1, 2])
def test_one_failure_does_not_stop_the_others(jobs: int) -> None:
    videos = [Path(f"{name}.mp4") for name in ("one", "empty", "two")]
    outcomes = {outcome.video.stem: outcome for outcome in run_all(videos, work, jobs=jobs)}
    assert outcomes["one"].result == {"clip": "one"}
    assert outcomes["two"].result == {"clip": "two"}
    assert outcomes["empty"].error == "empty.mp4: no frames."
    assert not outcomes["empty"].bug


def test_a_dying_process_fails_its_video_only() -> None:
    outcomes = {o.video.stem: o for o in run_all([Path("crash.mp4"), Path("one.mp4")], work, jobs=2)}
    assert outcomes["one"].result == {"clip": "one"}
    assert "exit code 11" in (outcomes["crash"].error or "")
    assert outcomes["crash"].bug


def test_jobs_share_the_cores() -> None:
    (outcome,) = run_all([Path("cores.mp4")], work, jobs=2)
    assert outcome.result == {"cores": max(1, usable_cores() // 2)}


def test_a_bug_keeps_its_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    (outcome,) = run_all([Path("bug.mp4")], work)
    assert outcome.bug
    assert "Traceback" in capsys.readouterr().err
