"""From a folder of published videos to an evaluation by taxonomy: `genmimic run FOLDER`, `genmimic evaluate`."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("onnx", reason="policies are built with onnx, which comes with the extra 'dev'")

from evaluation.sets import named
from sim.tiny_policy import write_policy

from genmimic.benchmark.hub import MANIFEST
from genmimic.cli import main
from genmimic.commands.motion_sets import collect
from genmimic.errors import InputError
from genmimic.motion.files import load_robot, save_robot
from genmimic.pipeline.result import Result
from genmimic.pipeline.run import clip_name
from genmimic.pipeline.verdict import Verdict

TABLE = """file_name,prompt
wan/s1/front/0001.mp4,"A man touches his head, then folds his arms."
wan/s1/left/0001.mp4,A man waves both arms.
"""


def stand_in(video: Path, out: Path, *, name: str | None, subfolder: str, **_: Any) -> Result:
    """What a run leaves, without what it takes: the reference stands still."""
    clip = clip_name(video, name, subfolder)
    if video.read_bytes() == b"broken":
        (out / clip).parent.mkdir(parents=True, exist_ok=True)  # as a process that another one ran beside
        raise InputError(f"{video}: is not a video.")
    save_robot(named(clip), out / clip / "reference.npz")
    return Result(clip, out / clip, {}, {}, Verdict("tracked", "Tracked."), {}, ())


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three videos of one name and one that is broken, and a run that takes no time."""
    folder = tmp_path / "set"
    for name in ("wan/s1/front/0001", "wan/s1/left/0001", "cosmos/s3/0001", "cosmos/s3/0002"):
        video = folder / f"{name}.mp4"
        video.parent.mkdir(parents=True, exist_ok=True)
        video.write_bytes(b"broken" if name.endswith("2") else b"video")
    (folder / "metadata.csv").write_text(TABLE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("genmimic.pipeline.run.run", stand_in)
    return folder


def test_the_taxonomy_comes_from_the_videos_to_the_page(published: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "set", "--quiet"]) == 2, "one of the four is broken"
    assert "1 of 4 videos failed: cosmos/s3/0002.mp4." in capsys.readouterr().err
    policy = write_policy(published.parent / "tiny.onnx")
    arguments = ["evaluate", str(policy), "--motions", "out", "--out", "results", "--quiet", "--jobs", "1"]
    assert main([*arguments, "--rollouts", "1", "--videos", "0"]) == 0
    content = json.loads(Path("results/results.json").read_text())
    (tried,) = content["policies"]
    assert content["set"]["kind"] == "benchmark"
    assert [motion["name"] for motion in tried["motions"]] == [
        *("cosmos/s3/0001", "wan/s1/front/0001", "wan/s1/left/0001")
    ]
    values = {tag: [row["value"] for row in rows] for tag, rows in tried["groups"].items()}
    assert values["group"] == ["composite", "in_the_wild", "simple"]
    assert values["table 2"] == ["", "raise", "sequence"] and values["view"] == ["", "front", "left"]
    assert values["subject"] == ["Cosmos-Predict2 s3", "Wan2.1 s1"]
    page = Path("results/index.html").read_text()
    assert all(f"<h3>By {tag}</h3>" in page for tag in ("category", "table 2", "view", "generator", "subject"))
    capsys.readouterr()
    assert main(["tables", "results"]) == 0
    assert "tiny, simulated" in capsys.readouterr().out, "table 2 has a column of the policy's"


def test_parts_of_a_download_go_where_they_went_before_and_keep_their_taxonomy(published: Path) -> None:
    (published / MANIFEST).write_text("{}")
    assert main(["run", "set/wan/s1/front", "--quiet"]) == 0
    assert main(["run", "set/wan/s1/left/0001.mp4", "--name", "left", "--quiet"]) == 0
    assert sorted(path.parent.as_posix() for path in Path("out").rglob("reference.npz")) == ["out/0001", "out/left"]
    assert [motion.tags["view"] for motion in collect([Path("out")]).motions] == ["front", "left"]


def test_another_video_of_that_name_is_not_taken_for_the_first(published: Path) -> None:
    for part in ("cosmos_1", "mine"):
        Path(part).mkdir()
    Path("cosmos_1/cosmos_walk.mp4").touch()
    Path("mine/cosmos_walk.mp4").touch()
    assert main(["run", "cosmos_1", "--quiet"]) == 0
    assert collect([Path("out")]).motions[0].tags["table 2"] == "walk"
    assert main(["run", "mine/cosmos_walk.mp4", "--quiet"]) == 0
    assert dict(collect([Path("out")]).motions[0].tags) == {"group": "cosmos_walk"}


def test_nothing_is_left_of_folders_whose_videos_all_fail(published: Path) -> None:
    for folder in ("a", "b/c"):
        (published / "bad" / folder).mkdir(parents=True)
        (published / "bad" / folder / "0003.mp4").write_bytes(b"broken")
    assert main(["run", "set/bad", "--quiet", "--out", "new"]) == 2
    assert not Path("new").exists()


def test_a_real_run_of_a_video_in_a_subfolder(
    finished_run: Path, example_video: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its stages have run before, elsewhere: here they are reused."""
    video = tmp_path / "set" / "wan" / "s2_right" / example_video.name
    video.parent.mkdir(parents=True)
    shutil.copy(example_video, video)
    video.with_suffix(".txt").write_text("A woman waves both arms while walking.")
    run = tmp_path / "out" / "wan" / "s2_right" / example_video.stem
    shutil.copytree(finished_run, run)
    monkeypatch.chdir(tmp_path)
    assert main(["run", "set", "--controller", "gantry", "--quiet"]) == 0
    (motion,) = collect([Path("out")]).motions
    assert motion.tags["category"] == "simple_locomotion" and motion.tags["table 2"] == "walk+action"
    assert (motion.tags["view"], motion.tags["subject"]) == ("right", "Wan2.1 s2")
    assert motion.name == load_robot(run / "reference.npz").name
    (run / "source.json").write_text("{")
    with pytest.raises(InputError, match=r"source\.json: is not readable"):
        collect([Path("out")])
