"""The command line and `genmimic.run` on the embedded example, from video to report."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import av
import numpy as np
import pytest
from command_line import genmimic, sentences

import genmimic as package
from genmimic import cli
from genmimic.human.reconstruct import load_reconstruction
from genmimic.motion.files import load_human
from genmimic.pipeline.stages import STAGES
from genmimic.sim.rollout import load_rollout

OUTPUTS = {
    *("human.npz", "human_amass.npz", "reference.npz", "reference.csv", "robot.npz"),
    *("metrics.json", "video.mp4", "report.html", "stages.json"),
}


GANTRY = ("--controller", "gantry")


@pytest.fixture
def copied_run(finished_run: Path, tmp_path: Path) -> Path:
    """A finished run that a test may change, in `out/` of its folder."""
    return Path(shutil.copytree(finished_run, tmp_path / "out" / finished_run.name))


@pytest.mark.parametrize(
    "command", [(), ("run",), ("reconstruct",), ("retarget",), ("simulate",), ("view",), ("doctor",)]
)
def test_help_shows_an_example(command: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main([*command, "--help"])
    assert stopped.value.code == 0
    shown = capsys.readouterr().out
    assert f"  genmimic {command[0] if command else 'run'}" in shown
    assert "(default: None)" not in shown


def test_the_list_of_commands_is_short_and_each_tells_the_rest(capsys: pytest.CaptureFixture[str]) -> None:
    shown = {}
    for arguments in ([], ["--help"], ["retarget", "--help"]):
        with pytest.raises(SystemExit):
            cli.main(arguments)
        shown[len(shown)] = capsys.readouterr().out
    assert shown[0] == shown[1] and len(shown[0].splitlines()) < 60
    words = "Writes reference.npz and reference.csv."
    assert words not in shown[0] and words in shown[2]


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == f"genmimic {package.__version__}\n"


def test_unknown_option_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(["run", "--nonsense"])
    assert stopped.value.code == 2
    assert "--nonsense" in capsys.readouterr().err


def test_a_bug_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(arguments: list[str]) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr(cli, "_dispatch", broken)
    with pytest.raises(ZeroDivisionError):
        cli.main([])


def test_doctor(capsys: pytest.CaptureFixture[str]) -> None:
    code = cli.main(["doctor", "--json"])
    report = json.loads(capsys.readouterr().out)
    assert code == 0, report
    assert report["ok"]
    found = {finding["name"]: finding for finding in report["findings"]}
    assert found["mujoco"]["detail"].startswith("3.17")
    assert found["human/assets/pose_landmark_full.tflite"]["status"] == "ok"


def test_run_writes_exactly_its_files(finished_run: Path) -> None:
    assert {path.name for path in finished_run.iterdir()} == OUTPUTS


def test_csv_is_what_unitree_reads(finished_run: Path, tmp_path: Path) -> None:
    rows = list(csv.reader((finished_run / "reference.csv").open()))
    values = np.array(rows, dtype=float)
    assert values.shape[1] == 7 + 29
    assert np.all(values[:, 7 + np.array([13, 14, 20, 21, 27, 28])] == 0.0)
    np.testing.assert_allclose(np.linalg.norm(values[:, 3:7], axis=1), 1.0, atol=1e-4)
    done = genmimic("retarget", finished_run, "--dof", "23", "--out", tmp_path, "--quiet", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    short = np.loadtxt(tmp_path / "reference.csv", delimiter=",")
    assert short.shape == (len(values), 7 + 23)


def test_metrics_say_that_the_robot_was_held(finished_run: Path) -> None:
    metrics = json.loads((finished_run / "metrics.json").read_text())
    assert metrics["robot"]["held"] is True
    assert metrics["robot"]["support_mean_percent"] > 0.0
    assert metrics["verdict"]["kind"] != "tracked"
    assert "gantry held the pelvis" in metrics["verdict"]["sentence"]
    assert metrics["human"]["person_found_percent"] >= 95.0


def test_video_is_h264_at_30_fps_and_480_pixels_high(finished_run: Path) -> None:
    with av.open(str(finished_run / "video.mp4")) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.height, float(stream.average_rate or 0)) == ("h264", 480, 30.0)
        assert sum(1 for _ in container.decode(stream)) > 60


def test_second_run_reuses_everything(copied_run: Path, example_video: Path, tmp_path: Path) -> None:
    done = genmimic("run", example_video, *GANTRY, "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert [event["event"] for event in events] == ["stage_reused"] * len(STAGES) + ["finished"]
    assert events[-1]["reused"] == [stage.name for stage in STAGES]
    assert set(events[-1]["files"]) == OUTPUTS - {"stages.json"}


def test_each_stage_alone_gives_the_same(copied_run: Path, finished_run: Path, tmp_path: Path) -> None:
    for stage, source, outputs in (
        ("retarget", "human.npz", ("reference.npz", "reference.csv")),
        ("simulate", "reference.npz", ("robot.npz",)),
    ):
        options = GANTRY if stage == "simulate" else ()
        done = genmimic(stage, copied_run / source, *options, "--out", tmp_path / stage, "--json", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        for file in outputs:
            assert (tmp_path / stage / file).read_bytes() == (finished_run / file).read_bytes()


def test_slippery_floor_and_late_targets_change_the_rollout(finished_run: Path, tmp_path: Path) -> None:
    words = (*GANTRY, "--friction", "0.2", "--delay-steps", "2", "--motor-strength", "0.8", "--quiet")
    done = genmimic("simulate", finished_run / "reference.npz", "--out", tmp_path, *words, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    nominal, changed = (load_rollout(folder / "robot.npz") for folder in (finished_run, tmp_path))
    assert np.abs(nominal.joint_pos - changed.joint_pos).max() > 0.02


def test_given_frame_rate_stretches_the_motion(finished_run: Path, example_video: Path, tmp_path: Path) -> None:
    done = genmimic("reconstruct", example_video, "--fps", "10", "--quiet", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    usual = load_human(finished_run / "human.npz")
    slow = load_human(tmp_path / "out" / example_video.stem / "human.npz")
    assert (usual.assumptions["fps_given"], slow.assumptions["fps_given"]) == (False, True)
    assert slow.fps == 10.0
    assert len(slow) == len(usual)


def test_given_focal_length_scales_depth(finished_run: Path, example_video: Path, tmp_path: Path) -> None:
    usual = load_reconstruction(finished_run / "human.npz")
    focal = 1.5 * float(usual.evidence.focal_px[0])
    done = genmimic("reconstruct", example_video, "--focal", f"{focal:.3f}", "--quiet", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    given = load_reconstruction(tmp_path / "out" / example_video.stem / "human.npz")
    flags = tuple(r.human.assumptions["focal_length_given"] for r in (usual, given))
    assert flags == (False, True)
    assert given.evidence.focal_px == pytest.approx(focal, abs=1e-3)
    usual_depth, depth = (np.linalg.norm(r.evidence.camera_pos_w[:2]) for r in (usual, given))
    assert depth / usual_depth == pytest.approx(1.5, rel=0.1)


def test_stage_alone_removes_what_it_makes_stale(copied_run: Path, example_video: Path, tmp_path: Path) -> None:
    done = genmimic("retarget", copied_run, "--dof", "23", "--quiet", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert {path.name for path in copied_run.iterdir()} == OUTPUTS, "only the csv changed, which no stage reads"
    done = genmimic("reconstruct", example_video, "--end", "2", "--quiet", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert {path.name for path in copied_run.iterdir()} == {"human.npz", "human_amass.npz", "stages.json"}


def test_python_result_reads_its_motions(copied_run: Path, example_video: Path, tmp_path: Path) -> None:
    result = package.run(example_video, tmp_path / "out", controller="gantry")
    assert result.reused == tuple(stage.name for stage in STAGES)
    assert result.verdict.sentence == result.metrics["verdict"]["sentence"]
    assert len(result.human) == result.metrics["human"]["frames"]
    assert result.reference.joint_pos.shape == (len(result.reference), 23)
    assert result.robot.held
    assert set(result.timings) == {stage.name for stage in STAGES}


def test_several_videos_with_one_failure(example_video: Path, tmp_path: Path) -> None:
    (tmp_path / "clips").mkdir()
    shutil.copy(example_video, tmp_path / "clips" / "good.mp4")
    (tmp_path / "clips" / "bad.mp4").write_text("this is no video")
    words = ("run", "clips", *GANTRY, "--jobs", "2", "--no-video", "--end", "1.5", "--quiet")
    done = genmimic(*words, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert sentences(done)[-1] == "genmimic: 1 of 2 videos failed: bad.mp4."
    assert {path.name for path in (tmp_path / "out" / "good").iterdir()} == OUTPUTS - {"video.mp4"}
    assert not (tmp_path / "out" / "bad").exists()


def test_example_is_embedded(tmp_path: Path) -> None:
    done = genmimic("run", "examples/wave.mp4", "--no-video", "--end", "0.2", cwd=tmp_path)
    assert done.returncode == 2, "a fifth of a second is too short"
    assert "running the embedded copy" in done.stderr
