"""Videos made by a stand-in command: resumed, looked at, failures told."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path

import numpy as np
import pytest

from genmimic.benchmark.generate import FORMATS, Job, command_maker, frame_name, generate, look, plan
from genmimic.benchmark.taxonomy import composition
from genmimic.errors import InputError

STAND_IN = """
import sys, numpy as np, cv2
frame, prompt, out, width, height, frames, fps, seed = sys.argv[1:]
if "thumbs" in prompt:
    sys.exit("out of memory")
first = cv2.imread(frame)
writer = cv2.VideoWriter(out, cv2.VideoWriter_fourcc(*"mp4v"), float(fps), (int(width), int(height)))
for _ in range(int(frames) if "waves" not in prompt else 7):
    writer.write(cv2.resize(first, (int(width), int(height))))
writer.release()
with open(out + ".calls", "w") as calls:
    calls.write(prompt + "|" + seed)
"""
SLOTS = [s for s in composition() if s.name in ("wan-s1-front-touch_head", "wan-s1-front-wave_arms")]
THUMB = next(s for s in composition() if s.name == "wan-s1-front-thumbs_up")


@pytest.fixture
def frames(tmp_path: Path) -> Path:
    import cv2

    folder = tmp_path / "frames"
    folder.mkdir()
    cv2.imwrite(str(folder / "wan-s1-front.png"), np.full((48, 83, 3), 90, np.uint8))
    return folder


@pytest.fixture
def command(tmp_path: Path) -> str:
    script = tmp_path / "make it.py"
    script.write_text(STAND_IN)
    places = "{frame} {prompt} {out} {width} {height} {frames} {fps} {seed}"
    return f"{shlex.quote(sys.executable)} {shlex.quote(str(script))} {places}"


def test_formats_are_the_papers() -> None:
    wan, cosmos = FORMATS["Wan2.1"], FORMATS["Cosmos-Predict2"]
    assert (wan.width, wan.height, wan.fps, (wan.frames - 1) / wan.fps) == (832, 480, 16, 5.0)
    assert (cosmos.width, cosmos.height, cosmos.fps, round(cosmos.frames / cosmos.fps, 1)) == (768, 432, 16, 5.8)


def test_made_once_then_kept_then_made_again_when_something_changed(frames: Path, command: str, tmp_path: Path) -> None:
    out, maker = tmp_path / "out", command_maker(command)
    jobs, missing = plan(SLOTS[:1], frames)
    assert not missing
    assert [o.state for o in generate(jobs, out, maker, "a")] == ["made"]
    video = out / "wan-s1-front-touch_head.mp4"
    assert look(video) == {"width": 832.0, "height": 480.0, "frames": 81.0, "fps": 16.0}
    record = json.loads((out / "wan-s1-front-touch_head.json").read_text())
    assert record["prompt"] == jobs[0].prompt and record["made_by"] == "a" and record["video"]["frames"] == 81
    before = video.stat().st_mtime_ns
    assert [o.state for o in generate(jobs, out, maker, "a")] == ["kept"]
    assert video.stat().st_mtime_ns == before
    assert [o.state for o in generate(jobs, out, maker, "b")] == ["made"]
    (frames / "wan-s1-front.png").write_bytes((frames / "wan-s1-front.png").read_bytes() + b"x")
    assert [o.state for o in generate(jobs, out, maker, "b")] == ["made"]
    assert not [p for p in out.iterdir() if p.name.startswith(".") and p.suffix == ".mp4"]


def test_one_that_fails_does_not_stop_the_others(frames: Path, command: str, tmp_path: Path) -> None:
    jobs, _ = plan([THUMB, SLOTS[1]], frames)
    failed, made = generate(jobs, tmp_path / "out", command_maker(command), "a")
    assert failed.state == "failed" and "code 1 (out of memory)" in failed.note
    assert made.state == "made" and made.note == "frames is 7, the paper's 81"
    assert not (tmp_path / "out" / "wan-s1-front-thumbs_up.mp4").exists()


def test_a_command_that_writes_nothing_fails(frames: Path, tmp_path: Path) -> None:
    jobs, _ = plan(SLOTS[:1], frames)
    maker = command_maker(f"{shlex.quote(sys.executable)} -c pass {{out}} {{prompt}}")
    (outcome,) = generate(jobs, tmp_path / "out", maker, "a")
    assert outcome.state == "failed" and "is missing or no video" in outcome.note


def test_prompts_cannot_run_anything(frames: Path, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    code = f"import sys; open({str(seen)!r}, 'w').write(repr(sys.argv[1:]))"
    maker = command_maker(f"{shlex.quote(sys.executable)} -c {shlex.quote(code)} {{prompt}} {{out}}")
    job = Job(SLOTS[0], frames / "wan-s1-front.png", "A man; touch pwned $(touch pwned) {seed}", 0)
    maker(job, tmp_path / "x.mp4")
    assert repr(job.prompt) in seen.read_text() and not (tmp_path / "pwned").exists()


@pytest.mark.parametrize("command", ["", "make {prompt}", "make {out} {prompt} {speed}", "make '{out} {prompt}"])
def test_bad_commands(command: str) -> None:
    with pytest.raises(InputError, match="--command"):
        command_maker(command)


def test_a_missing_program(frames: Path, tmp_path: Path) -> None:
    jobs, _ = plan(SLOTS[:1], frames)
    (outcome,) = generate(jobs, tmp_path / "out", command_maker("no-such-program {out} {prompt}"), "a")
    assert outcome.state == "failed" and "no program 'no-such-program'" in outcome.note


def test_missing_frames_are_named(frames: Path, tmp_path: Path) -> None:
    jobs, missing = plan([s for s in composition() if s.generator == "Wan2.1"], frames)
    assert {frame_name(job.slot) for job in jobs} == {"wan-s1-front"}
    assert len(missing) == 14 and "wan-s5-right" in missing
    with pytest.raises(InputError, match="holds none of the first frames"):
        plan(SLOTS, tmp_path)
