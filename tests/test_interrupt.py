"""Ctrl-C in each stage: exit code 130, no traceback, and only whole files of finished stages."""

from __future__ import annotations

import shutil
import signal
import sys
from pathlib import Path

import pytest
from command_line import genmimic, interrupt_at_stage

from genmimic.pipeline.stages import STAGES

GANTRY = ("--controller", "gantry")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="process groups and SIGINT are POSIX")


@pytest.mark.parametrize("number", range(len(STAGES)), ids=[stage.name for stage in STAGES])
def test_interrupt(number: int, finished_run: Path, example_video: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out" / finished_run.name
    shutil.copytree(finished_run, folder)
    for file in STAGES[number].outputs:
        (folder / file).unlink()
    code, errors = interrupt_at_stage(STAGES[number].name, "run", example_video, *GANTRY, cwd=tmp_path)
    assert code == 130, errors
    assert "Traceback" not in errors
    assert "interrupted" in errors
    missing = set(STAGES[number].outputs)
    assert {path.name for path in folder.iterdir()} == {path.name for path in finished_run.iterdir()} - missing
    for path in folder.iterdir():
        assert path.read_bytes() == (finished_run / path.name).read_bytes()


def test_interrupt_of_the_first_run_leaves_nothing(example_video: Path, tmp_path: Path) -> None:
    code, errors = interrupt_at_stage("reconstruct", "run", example_video, cwd=tmp_path)
    assert code == 130, errors
    assert not (tmp_path / "out").exists()


def test_interrupted_run_goes_on_where_it_stopped(finished_run: Path, example_video: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out" / finished_run.name
    shutil.copytree(finished_run, folder)
    (folder / "report.html").unlink()
    interrupt_at_stage("report", "run", example_video, *GANTRY, cwd=tmp_path)
    done = genmimic("run", example_video, *GANTRY, "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count('"stage_reused"') == len(STAGES) - 1
    assert (folder / "report.html").is_file()


def test_termination_removes_half_written_files_too(example_video: Path, tmp_path: Path) -> None:
    code, _ = interrupt_at_stage("reconstruct", "run", example_video, cwd=tmp_path, by=signal.SIGTERM)
    assert code == 143
    assert not (tmp_path / "out").exists()


def test_interrupt_of_several_processes(example_video: Path, tmp_path: Path) -> None:
    (tmp_path / "clips").mkdir()
    for name in ("one.mp4", "two.mp4"):
        shutil.copy(example_video, tmp_path / "clips" / name)
    code, errors = interrupt_at_stage("reconstruct", "run", "clips", "--jobs", "2", cwd=tmp_path)
    assert code == 130, errors
    assert "Traceback" not in errors
    assert not (tmp_path / "out").exists()
