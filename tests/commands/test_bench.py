"""`genmimic bench`: its sub-commands from end to end, and what they refuse."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hub_server import Hub, serve

from genmimic.cli import main
from genmimic.motion.files import load_robot


def told(capsys: pytest.CaptureFixture[str]) -> dict:
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def test_info_tells_the_composition(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "info", "--json"]) == 0
    facts = told(capsys)
    assert facts["entries"] == 428 and facts["rendered"] >= 64
    assert main(["bench", "info"]) == 0
    assert "composite_locomotion" in capsys.readouterr().out


def test_export_writes_what_view_and_simulate_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "export", "wan-s5-front-touch_head_walk", "--out", str(tmp_path)]) == 0
    folder = tmp_path / "wan-s5-front-touch_head_walk"
    shown, clean = load_robot(folder / "reference.npz"), load_robot(folder / "clean.npz")
    assert len(shown) == len(clean) and shown.metadata["category"] == "simple_locomotion"
    assert main(["bench", "export", "touch_head", "--out", str(tmp_path)]) == 2
    assert "entries of the benchmark are named so" in capsys.readouterr().err


def test_prompts(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "prompts"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 428 and all(line.count("\t") == 1 for line in lines)
    assert main(["bench", "prompts", "--check", "A woman gracefully waves."]) == 1
    assert "rule 2" in capsys.readouterr().out
    assert main(["bench", "prompts", "--only", "zebra"]) == 2


def test_download_and_info_of_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = str(tmp_path / "set")
    with serve(Hub({"wan/s1_front_touch_head.mp4": b"video" * 100})) as hub:
        assert main(["bench", "download", "--out", out, "--endpoint", hub.url, "--json"]) == 0
    facts = told(capsys)
    assert facts["videos"] == 1 and any("the paper has 217" in note for note in facts["notes"])
    assert main(["bench", "info", out, "--verify", "--entries", "--json"]) == 0
    (video,) = told(capsys)["entries"]
    assert (video["generator"], video["view"], video["action"]) == ("Wan2.1", "front", "touch_head")
    assert main(["bench", "info", str(tmp_path / "nowhere")]) == 2


def test_generate_needs_a_maker_and_frames(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["bench", "generate", "--frames", str(tmp_path), "--out", str(tmp_path / "o")]
    assert main(arguments) == 2
    assert "--command COMMAND or --diffusers" in capsys.readouterr().err
    assert main([*arguments, "--command", "x {out} {prompt}"]) == 2
    assert "first frames" in capsys.readouterr().err
    assert main([*arguments, "--command", "x {out} {prompt}", "--steps", "3"]) == 2
    assert "--model and --steps are for --diffusers" in capsys.readouterr().err
    (tmp_path / "wan-s1-front.png").write_bytes(b"x")
    command = ["--command", "false {out} {prompt}", "--only", "wan-s1-front-walk"]
    assert main([*arguments, *command]) == 2
    assert "wan-s1-front-walk: the command ended with code 1" in capsys.readouterr().err


def test_build_refuses_nonsense(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "build", "--corpus", str(tmp_path / "no.npz"), "--out", str(tmp_path / "a.npz")]) == 2
    assert "no such file" in capsys.readouterr().err
    assert main(["bench", "build", "--out", str(tmp_path / "a.txt")]) == 2
