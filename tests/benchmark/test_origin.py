"""What a run remembers of its video, and what is told from it, on a stand-in for the published set."""

from __future__ import annotations

from pathlib import Path

import pytest

from genmimic.benchmark.hub import MANIFEST
from genmimic.benchmark.origin import FILE_NAME, Origin, find_origins, load_origin, save_origin
from genmimic.errors import InputError
from genmimic.pipeline.find import find_videos

FOLD = "A man touches his head, then folds his arms."
TABLE = f'file_name,prompt\nwan/s1/front/0001.mp4,"{FOLD}"\nwan/s1/left/0001.mp4,A man walks.\n'


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """Videos of one name in several folders, their prompts in a table."""
    folder = tmp_path / "set"
    for name in ("wan/s1/front", "wan/s1/left", "cosmos/s3"):
        (folder / name).mkdir(parents=True)
        (folder / name / "0001.mp4").write_bytes(b"x")
    (folder / "metadata.csv").write_text(TABLE)
    return folder


def test_origins_have_their_place_in_the_set_and_their_prompts(published: Path) -> None:
    origins = find_origins(find_videos([published]))
    assert {path.relative_to(published).as_posix(): origin for path, origin in origins.items()} == {
        "wan/s1/front/0001.mp4": Origin("wan/s1/front/0001.mp4", FOLD),
        "wan/s1/left/0001.mp4": Origin("wan/s1/left/0001.mp4", "A man walks."),
        "cosmos/s3/0001.mp4": Origin("cosmos/s3/0001.mp4"),
    }


def test_parts_of_a_download_keep_their_place_in_it(published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(published)
    one = Path("wan/s1/front/0001.mp4")
    assert find_origins(find_videos([one])) == {}, "a file by itself belongs to no set"
    (published / MANIFEST).write_text("{}")
    assert find_origins(find_videos([one])) == {one: Origin(one.as_posix(), FOLD)}
    (origin,) = find_origins(find_videos([Path("wan/../wan/s1/left")])).values()
    assert origin == Origin("wan/s1/left/0001.mp4", "A man walks.")


def test_a_name_that_is_unique_only_in_a_part_is_not_taken_for_another(published: Path) -> None:
    (published / MANIFEST).write_text("{}")
    (published / "metadata.csv").write_text("file_name,prompt\n0001.mp4,A man waves his arms.\n")
    (origin,) = find_origins(find_videos([published / "cosmos"])).values()
    assert origin.prompt == ""


def test_ones_own_videos_have_none(tmp_path: Path) -> None:
    (tmp_path / "left_wave.mp4").touch()
    assert find_origins(find_videos([tmp_path])) == {}


def test_tags_are_those_of_the_packaged_benchmark() -> None:
    assert Origin("wan/s1/front/0001.mp4", FOLD).tags() == {
        "group": "composite",
        "category": "composite",
        "action": "head_fold",
        "table 2": "sequence",
        "view": "front",
        "generator": "Wan2.1",
        "subject": "Wan2.1 s1",
    }
    assert Origin("wan/s1/left/0001.mp4").tags()["group"] == "Wan2.1"
    assert Origin("cosmos/s3/0001.mp4").tags()["group"] == "in_the_wild"


def test_nothing_is_read_into_ones_own_names() -> None:
    assert Origin("clips/left_wave.mp4").tags() == {}


def test_a_file_keeps_the_origin_until_another_video_comes(tmp_path: Path) -> None:
    assert load_origin(tmp_path) is None
    origin = Origin("wan/s1/front/0001.mp4", "Une femme lève le bras.")
    save_origin(tmp_path, origin)
    assert load_origin(tmp_path) == origin
    save_origin(tmp_path, None)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("content", ["{", "[]", '{"video": "a.mp4"}'])
def test_a_damaged_file_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE_NAME).write_text(content)
    with pytest.raises(InputError, match=r"source\.json: is not readable .* run the video again, or remove the file"):
        load_origin(tmp_path)
