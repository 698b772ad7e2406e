"""Every kind of bad input through the real command line: one sentence, exit code 2, nothing half-written."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import clips
import numpy as np
import pytest
from command_line import assert_refused, genmimic, sentences

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="uses POSIX limits and mounts")


@pytest.fixture(scope="module")
def person(example_video: Path) -> list[np.ndarray]:
    """Frames that show a person, about two seconds of them."""
    return clips.read_frames(example_video, 60)


@pytest.fixture(scope="module")
def bad_videos(tmp_path_factory: pytest.TempPathFactory, person: list[np.ndarray]) -> Path:
    """A folder of videos that cannot be used, each for a reason of its own."""
    folder = tmp_path_factory.mktemp("bad")
    noise = [*np.random.default_rng(0).integers(0, 255, (40, 120, 160, 3), dtype=np.uint8)]
    wall = [np.full_like(person[0], 90) + (index % 8) for index in range(60)]
    times = np.arange(60) / 20.0
    (folder / "text.mp4").write_text("this is no video")
    (folder / "nothing.mp4").touch()
    clips.write_empty(folder / "noframes.mp4")
    clips.write_sound(folder / "sound.mp4")
    clips.write_clip(folder / "nobody.mp4", noise, times)
    clips.write_clip(folder / "glimpse.mp4", [*person[:12], *wall[:48]], times)
    clips.write_clip(folder / "short.mp4", person[:2], times)
    for name, index_first in (("cut", False), ("cut_late", True)):
        whole = clips.write_clip(folder / f"{name}.mp4", noise, times, index_first=index_first).read_bytes()
        (folder / f"{name}.mp4").write_bytes(whole[: int(0.6 * len(whole))])
    return folder


def test_unusable_videos(bad_videos: Path, tmp_path: Path) -> None:
    done = genmimic("run", bad_videos, "--json", cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    said = {line.split(": ")[1].rsplit("/")[-1]: line for line in sentences(done)[:-1]}
    reasons = {
        "text.mp4": "not a video",
        "nothing.mp4": "not a video",
        "noframes.mp4": "no video",
        "sound.mp4": "sound",
        "nobody.mp4": "no person",
        "glimpse.mp4": "found in only",
        "short.mp4": "at least 1 s",
        "cut.mp4": "cut off",
        "cut_late.mp4": "cut off",
    }
    assert said.keys() == reasons.keys()
    for name, reason in reasons.items():
        assert reason in said[name], said[name]
    assert sentences(done)[-1].startswith("genmimic: 9 of 9 videos failed: ")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("run", "missing.mp4"), ("missing.mp4", "no such file")),
        (("run", ".", "--jobs", "2"), ("no video in this folder",)),
        (("reconstruct", "missing.mp4"), ("missing.mp4", "no such file")),
        (("retarget", "missing.npz"), ("missing.npz", "no such file")),
        (("simulate", "."), ("reference.npz", "no such file")),
        (("view", "missing"), ("missing",)),
        (("run", "x.mp4", "--start", "5", "--end", "4"), ("--end",)),
        (("run", "x.mp4", "--controller", "gantry", "--policy", "teacher"), ("--policy", "gantry")),
        (("run", "x.mp4", "--fps", "0"), ("--fps",)),
        (("run", "x.mp4", "--controller", "gantry", "--noise", "1"), ("--noise", "gantry")),
        (("simulate", "x.npz", "--friction", "-1"), ("--friction",)),
    ],
)
def test_wrong_words(arguments: tuple[str, ...], words: tuple[str, ...], tmp_path: Path) -> None:
    assert_refused(genmimic(*arguments, cwd=tmp_path), *words)
    assert not list(tmp_path.iterdir())


def test_programs_hear_of_a_single_failure(bad_videos: Path, tmp_path: Path) -> None:
    done = genmimic("run", bad_videos / "text.mp4", "--json", cwd=tmp_path)
    assert_refused(done, "not a video")
    (last,) = [json.loads(line) for line in done.stdout.splitlines() if '"failed"' in line]
    assert last["event"] == "failed"
    assert last["video"] == str(bad_videos / "text.mp4")
    assert "not a video" in last["error"]


@pytest.mark.parametrize("command", ["run", "reconstruct"])
@pytest.mark.parametrize("name", ["..", "a/b", ""])
def test_name_that_leads_elsewhere(command: str, name: str, example_video: Path, tmp_path: Path) -> None:
    assert_refused(genmimic(command, example_video, "--name", name, cwd=tmp_path), "--name")
    assert not list(tmp_path.iterdir())


def test_unusual_but_good_videos_work(person: list[np.ndarray], tmp_path: Path) -> None:
    """Variable frame rate, a sideways phone video, and 8K: none of them is an error."""
    uneven = np.cumsum(np.random.default_rng(1).uniform(0.02, 0.05, 40))
    clips.write_clip(tmp_path / "uneven.mp4", person[:40], uneven)
    sideways = [np.rot90(image) for image in person[:36]]
    clips.write_clip(tmp_path / "sideways.mp4", sideways, np.arange(36) / 30.0, rotation=90)
    huge = (np.repeat(np.repeat(image, 4320 // len(image), axis=0), 4320 // len(image), axis=1) for image in person)
    clips.write_clip(
        tmp_path / "huge.mp4", (image for image, _ in zip(huge, range(12), strict=False)), np.arange(12) / 10
    )
    for name in ("uneven", "sideways", "huge"):
        done = genmimic("reconstruct", f"{name}.mp4", "--quiet", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert {path.name for path in (tmp_path / "out" / name).iterdir()} == {
            *("human.npz", "human_amass.npz", "stages.json")
        }


def test_output_folder_that_cannot_be_made(example_video: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    done = genmimic("run", example_video, "--out", "file", "--quiet", cwd=tmp_path)
    assert_refused(done, "file", "--out")


@pytest.fixture
def forbidden_folder(tmp_path: Path) -> Iterator[Path]:
    """A folder in which nobody, not even root, may write."""
    if os.geteuid() == 0:
        yield Path("/sys/kernel")
        return
    folder = tmp_path / "forbidden"
    folder.mkdir(mode=0o500)
    yield folder
    folder.chmod(0o700)


def test_output_folder_that_may_not_be_written(example_video: Path, forbidden_folder: Path, tmp_path: Path) -> None:
    done = genmimic("run", example_video, "--out", forbidden_folder, "--quiet", cwd=tmp_path)
    assert_refused(done, str(forbidden_folder), "--out")


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """A folder that takes 32 KiB, and what to run commands with: a mounted tmpfs, else a limit on the file size."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=32k", "tmpfs", folder], capture_output=True)
    if mounted.returncode == 0:
        yield folder, {}
        subprocess.run(["umount", folder], check=True)
        return
    limit = 32 * 1024
    yield folder, {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))}


@pytest.mark.parametrize("stage", ["reconstruct", "retarget", "simulate", "run"])
def test_full_disk(
    stage: str, finished_run: Path, example_video: Path, tiny_disk: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    folder, options = tiny_disk
    source = {
        "reconstruct": example_video,
        "run": example_video,
        "retarget": finished_run / "human.npz",
        "simulate": finished_run / "reference.npz",
    }[stage]
    done = genmimic(stage, source, "--out", folder, "--quiet", cwd=tmp_path, **options)
    assert_refused(done, str(folder))
    assert not list(folder.iterdir()), "nothing half-written stays"


def _spoil(path: Path, target: Path, field: str, change: Any) -> Path:
    with np.load(path) as archive:
        fields = dict(archive)
    fields[field] = change(fields[field])
    np.savez(target, **fields)
    return target


def _with_nan(array: np.ndarray) -> np.ndarray:
    array = array.copy()
    array[7] = np.nan
    return array


def _renamed(names: np.ndarray) -> np.ndarray:
    return np.array(["left_wing_joint", *names[1:]])


@pytest.mark.parametrize(
    ("file", "field", "change", "words"),
    [
        ("human.npz", "local_quat", _with_nan, ("'local_quat'", "frame 7")),
        ("human.npz", "root_pos_w", lambda a: 100 * a + 300, ("'root_pos_w'", "centimetres")),
        ("human.npz", "offsets", lambda a: 100 * a, ("'offsets'", "centimetres")),
        ("human.npz", "joint_names", _renamed, ("'joint_names'", "left_wing_joint")),
        ("human.npz", "quaternion_order", lambda a: np.array("xyzw"), ("'quaternion_order'", "wxyz")),
        ("human.npz", "fps", lambda a: np.array(0.0), ("'fps'",)),
        ("reference.npz", "joint_pos", _with_nan, ("'joint_pos'", "frame 7")),
        ("reference.npz", "joint_pos", np.degrees, ("'joint_pos'", "radians")),
        ("reference.npz", "root_pos_w", lambda a: 100 * a + 300, ("'root_pos_w'", "centimetres")),
        ("reference.npz", "joint_names", _renamed, ("'joint_names'", "left_wing_joint")),
        ("reference.npz", "joint_names", lambda a: a[::-1], ("'joint_names'", "position 0")),
        ("reference.npz", "root_quat_w", lambda a: 2 * a, ("'root_quat_w'", "frame 0")),
    ],
)
def test_spoilt_motion(
    file: str, field: str, change: Any, words: tuple[str, ...], finished_run: Path, tmp_path: Path
) -> None:
    spoilt = _spoil(finished_run / file, tmp_path / file, field, change)
    stage = "retarget" if file == "human.npz" else "simulate"
    assert_refused(genmimic(stage, spoilt, "--quiet", cwd=tmp_path), file, *words)
    assert [path.name for path in tmp_path.iterdir()] == [file]


def test_file_of_the_wrong_kind(finished_run: Path, tmp_path: Path) -> None:
    done = genmimic("simulate", finished_run / "human.npz", "--out", "here", "--quiet", cwd=tmp_path)
    assert_refused(done, "human.npz")
    assert not (tmp_path / "here").exists()


def test_npz_that_is_none_or_holds_objects(tmp_path: Path) -> None:
    (tmp_path / "text.npz").write_text("this is no archive")
    np.savez(tmp_path / "objects.npz", name=np.array([{"a": 1}], dtype=object))
    for name in ("text.npz", "objects.npz"):
        assert_refused(genmimic("retarget", name, "--quiet", cwd=tmp_path), name)
