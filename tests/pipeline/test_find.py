"""Which videos folders stand for, and where their results go."""

from __future__ import annotations

from pathlib import Path

import pytest

from genmimic.errors import InputError
from genmimic.pipeline.find import FoundVideo, find_videos
from genmimic.pipeline.run import clip_name


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.mp4", "A.MOV", "notes.txt"):
        (tmp_path / name).touch()
    return tmp_path


def touch(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


def test_a_folder_is_replaced_by_its_videos(folder: Path) -> None:
    found = find_videos([folder, Path("x.bin")])
    assert [video.path for video in found] == [folder / "A.MOV", folder / "b.mp4", Path("x.bin")]
    assert [video.clip for video in found] == ["A", "b", "x"]


def test_videos_of_one_name_below_a_folder_keep_their_subfolders(folder: Path) -> None:
    for name in ("wan/s1/b.mp4", "cosmos/b.mp4", ".cache/c.mp4"):
        touch(folder / name)
    assert [video.clip for video in find_videos([folder])] == ["A", "b", "cosmos/b", "wan/s1/b"]


def test_results_below_a_folder_are_no_videos_to_run(folder: Path) -> None:
    for name in ("out/b/stages.json", "out/b/video.mp4", "out/evaluation/results.json", "out/evaluation/videos/0.mp4"):
        touch(folder / name)
    assert [video.clip for video in find_videos([folder])] == ["A", "b"]
    # unless they are named
    assert [video.clip for video in find_videos([folder / "out" / "b"])] == ["video"]


def test_a_folder_without_videos_is_refused(tmp_path: Path) -> None:
    (tmp_path / "deep" / "below").mkdir(parents=True)
    with pytest.raises(InputError, match=r"no video in this folder or below it; looked for .*\.mp4"):
        find_videos([tmp_path])


def test_two_videos_of_one_output_folder_are_refused(folder: Path) -> None:
    with pytest.raises(InputError, match="both write to a folder named 'b'; name a folder above both instead"):
        find_videos([folder, Path("elsewhere/b.mp4")])
    touch(folder / "deep" / "c.mp4")
    touch(folder / "deep" / "c.mov")
    with pytest.raises(InputError, match="both write to a folder named 'deep/c'"):
        find_videos([folder])


def test_a_video_named_twice_counts_once(folder: Path) -> None:
    below = touch(folder / "deep" / "c.mp4")
    assert find_videos([folder, folder / "b.mp4", folder / "deep"]) == [
        *(FoundVideo(folder / name, folder) for name in ("A.MOV", "b.mp4")),
        FoundVideo(below, folder),
    ]


def test_links_of_two_names_to_one_file_are_two_videos(folder: Path) -> None:
    for name in ("one", "two"):
        (folder / f"{name}.mp4").symlink_to(folder / "b.mp4")
    assert [video.clip for video in find_videos([folder])] == ["A", "b", "one", "two"]


def test_a_clip_in_a_subfolder_stays_in_the_output_folder() -> None:
    assert clip_name(Path("x/b.mp4"), None, "wan/s1") == "wan/s1/b"
    assert clip_name(Path("x/b.mp4"), "c") == "c"
    for bad in ("../wan", "/wan"):
        with pytest.raises(InputError, match="leads out of the output folder"):
            clip_name(Path("b.mp4"), None, bad)
