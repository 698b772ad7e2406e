"""Several videos: one failure among successes, in one process and in several."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from genmimic.cores import usable_cores
from genmimic.errors import InputError
from genmimic.pipeline.batch import run_all


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
