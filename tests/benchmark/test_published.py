"""The published set, fetched from a stand-in for the Hub: resumed, checked, read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hub_server import COMMIT, Hub, serve

from genmimic.benchmark import hub as hub_module
from genmimic.benchmark.hub import MANIFEST, list_files
from genmimic.benchmark.published import download, load_published
from genmimic.errors import InputError

VIDEO = b"\0\1\2\3" * 50_000
FILES = {
    "README.md": b"# GenMimicBench\n",
    "metadata.csv": b'file_name,prompt\nwan/s1_front_01.mp4,"A man touches his head, then folds his arms."\n',
    "wan/s1_front_01.mp4": VIDEO,
    "cosmos/0007.mp4": VIDEO[::-1],
}


@pytest.fixture
def hub() -> Iterator[Hub]:
    with serve(Hub(dict(FILES), large={"wan/s1_front_01.mp4", "cosmos/0007.mp4"})) as running:
        yield running


def test_everything_arrives_and_is_checked(hub: Hub, tmp_path: Path) -> None:
    seen = []
    listing = download(tmp_path, endpoint=hub.url, progress=lambda done, total: seen.append((done, total)))
    assert listing.commit == COMMIT and len(listing.files) == len(FILES)  # over two pages
    for name, content in FILES.items():
        assert (tmp_path / name).read_bytes() == content
    total = sum(map(len, FILES.values()))
    assert seen[-1] == (total, total) and [d for d, _ in seen] == sorted(d for d, _ in seen)
    load_published(tmp_path, verify=True)


def test_a_second_download_fetches_nothing(hub: Hub, tmp_path: Path) -> None:
    download(tmp_path, endpoint=hub.url)
    hub.asked.clear()
    download(tmp_path, endpoint=hub.url)
    assert not [path for path, _ in hub.asked if "/resolve/" in path]


def test_a_broken_connection_goes_on_where_it_was(hub: Hub, tmp_path: Path) -> None:
    name = "wan/s1_front_01.mp4"
    hub.break_after[name] = 70_000
    download(tmp_path, endpoint=hub.url)
    assert (tmp_path / name).read_bytes() == VIDEO
    ranges = [asked for path, asked in hub.asked if path.endswith(name)]
    assert ranges == ["", "bytes=70000-"]


def test_an_interrupted_download_goes_on_in_another_process(hub: Hub, tmp_path: Path) -> None:
    part = tmp_path / "cosmos" / ".0007.mp4.part"
    part.parent.mkdir()
    part.write_bytes(VIDEO[::-1][:1234])
    download(tmp_path, endpoint=hub.url)
    assert ("bytes=1234-" in [asked for _, asked in hub.asked]) and not part.exists()
    assert (tmp_path / "cosmos" / "0007.mp4").read_bytes() == VIDEO[::-1]


def test_a_server_without_ranges_starts_afresh(hub: Hub, tmp_path: Path) -> None:
    hub.ranges = False
    hub.break_after["cosmos/0007.mp4"] = 5000
    download(tmp_path, endpoint=hub.url)
    assert (tmp_path / "cosmos" / "0007.mp4").read_bytes() == VIDEO[::-1]


def test_a_wrong_checksum_is_refused_and_leaves_no_file(hub: Hub, tmp_path: Path) -> None:
    hub.wrong.add("cosmos/0007.mp4")
    with pytest.raises(InputError, match=r"0007\.mp4: could not be fetched \(its content does not have the checksum"):
        download(tmp_path, endpoint=hub.url)
    assert not (tmp_path / "cosmos" / "0007.mp4").exists()


def test_a_damaged_small_file_is_found_by_gits_hash(hub: Hub, tmp_path: Path) -> None:
    download(tmp_path, endpoint=hub.url)
    damaged = tmp_path / "README.md"
    damaged.write_bytes(b"# GenMimicBranch"[: len(FILES["README.md"])])
    with pytest.raises(InputError, match=r"README\.md: is missing or damaged"):
        load_published(tmp_path, verify=True)
    download(tmp_path, endpoint=hub.url)
    assert damaged.read_bytes() == FILES["README.md"]


@pytest.mark.parametrize(("status", "word"), [(404, "no such data set"), (401, "private or gated")])
def test_refusals_say_why(hub: Hub, tmp_path: Path, status: int, word: str) -> None:
    hub.status = status
    with pytest.raises(InputError, match=word):
        download(tmp_path, endpoint=hub.url)


def test_no_connection(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be reached"):
        download(tmp_path, endpoint="http://127.0.0.1:9")


def test_a_path_that_leaves_the_folder_is_refused(hub: Hub, tmp_path: Path) -> None:
    hub.files["../outside.mp4"] = b"x"
    with pytest.raises(InputError, match="outside"):
        download(tmp_path / "in", endpoint=hub.url)
    assert not (tmp_path / "outside.mp4").exists()


def test_what_is_understood_and_what_is_not(hub: Hub, tmp_path: Path) -> None:
    hub.files["notes/table.json"] = b'{"seed": 3}'
    download(tmp_path, endpoint=hub.url)
    published = load_published(tmp_path)
    first, second = published.videos
    assert (first.name, first.prompt, first.reading.action) == ("cosmos/0007.mp4", "", "")
    assert second.prompt == "A man touches his head, then folds his arms."
    reading = second.reading
    assert (reading.generator, reading.subject, reading.view) == ("Wan2.1", "s1", "front")
    assert (reading.action, reading.category, reading.table2) == ("head_fold", "composite", "sequence")
    notes = " ".join(published.notes)
    for words in ("2 videos, where the paper has 428", "the paper has 217", "the paper has 211"):
        assert words in notes
    assert "table.json: names no video" in notes and "the action of 1 videos was not understood" in notes
    assert published.commit == COMMIT


def test_ones_own_videos_are_read_with_the_prompts_beside_them(tmp_path: Path) -> None:
    (tmp_path / "wan-s1-front-walk.mp4").write_bytes(b"x")
    record = {"name": "wan-s1-front-walk", "prompt": "A man walks forward.", "seed": 3, "video": {"fps": 16}}
    (tmp_path / "wan-s1-front-walk.json").write_text(json.dumps(record))
    published = load_published(tmp_path)
    (video,) = published.videos
    assert (video.prompt, video.reading.action, video.reading.view) == ("A man walks forward.", "walk", "front")
    assert not any("left aside" in note for note in published.notes)


def test_a_folder_without_videos_and_a_damaged_list(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no videos"):
        load_published(tmp_path)
    (tmp_path / "a.mp4").write_bytes(b"x")
    assert load_published(tmp_path).commit == ""
    with pytest.raises(InputError, match="no checksums to check against"):
        load_published(tmp_path, verify=True)
    (tmp_path / MANIFEST).write_text("{")
    with pytest.raises(InputError, match="is not readable"):
        load_published(tmp_path)


def test_git_and_large_file_hashes_are_told_apart(hub: Hub) -> None:
    files = {file.path: file for file in list_files("x/y", endpoint=hub.url).files}
    assert files["README.md"].sha256 == ""
    assert files["cosmos/0007.mp4"].sha256 == hashlib.sha256(VIDEO[::-1]).hexdigest()
    assert hub_module.TRIES > 1
