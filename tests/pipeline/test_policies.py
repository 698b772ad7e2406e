"""Which policies a run rolls out, what it writes of them and what it says where one is missing; made-up policies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("onnx", reason="policies are built with onnx, which comes with the extra 'dev'")

from sim.motions import standing
from sim.tiny_policy import metadata, write_policy

from genmimic.errors import InputError
from genmimic.motion.files import save_robot
from genmimic.pipeline import policies
from genmimic.pipeline.execute import execute
from genmimic.pipeline.progress import Silent
from genmimic.pipeline.settings import Settings
from genmimic.pipeline.stages import STAGES
from genmimic.sim.rollout import load_rollout
from genmimic.tracking.observations import STUDENT

BOTH = {"robot.npz", "robot_student.npz", "metrics.json", "stages.json"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation's policies: a teacher that asks for the default pose, a student that lifts its arms."""
    place = tmp_path / "policies"
    place.mkdir()
    write_policy(place / "teacher.onnx", about=metadata(name="old hand"))
    lift = np.zeros(23)
    lift[[14, 19]] = 4.0, -4.0
    write_policy(place / "student.onnx", bias=lift, about=metadata(STUDENT, name="novice"))
    monkeypatch.setattr(policies, "FOLDER", place)
    return place


def test_both_by_default_and_one_by_name_or_path(folder: Path) -> None:
    teacher, student = folder / "teacher.onnx", folder / "student.onnx"
    assert policies.sources(Settings()) == {"policy": teacher, "second_policy": student}
    assert policies.sources(Settings(policy="student")) == {"policy": student}
    assert policies.sources(Settings(policy=str(teacher))) == {"policy": teacher}
    assert policies.sources(Settings(controller="gantry")) == {}
    assert policies.remark(Settings()) is None


def test_a_run_does_with_what_is_installed_and_says_so(folder: Path) -> None:
    (folder / "student.onnx").unlink()
    assert policies.sources(Settings()) == {"policy": folder / "teacher.onnx"}
    assert policies.remark(Settings()) == "this installation has no student policy: only the teacher is rolled out."
    with pytest.raises(InputError, match="student: this installation has no such policy; name an ONNX file"):
        policies.sources(Settings(policy="student"))
    with pytest.raises(InputError, match=r"nowhere.onnx: no such policy file"):
        policies.sources(Settings(policy="nowhere.onnx"))
    (folder / "teacher.onnx").unlink()
    assert policies.sources(Settings()) == {}
    assert "a gantry holds the robot" in (policies.remark(Settings()) or "")
    assert policies.remark(Settings(controller="gantry")) is None


class Simulation:
    """The stage `simulate` alone, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.reference, self.out = folder / "reference.npz", folder / "out"
        save_robot(standing(0.6), self.reference)

    def run(self, **settings: Any) -> dict[str, Any]:
        """Run it; return metrics.json."""
        chosen = Settings(**settings)
        (stage,) = (stage for stage in STAGES if stage.name == "simulate")
        sources = {"reference.npz": self.reference, **policies.sources(chosen)}
        options = {"settings": chosen, "reporter": Silent(), "pipeline": STAGES}
        _, self.reused = execute([stage], name="stand", folder=self.out, sources=sources, **options)
        return json.loads((self.out / "metrics.json").read_text())

    def files(self) -> set[str]:
        """Names of the files written."""
        return {path.name for path in self.out.iterdir()}


@pytest.fixture
def simulation(folder: Path, tmp_path: Path) -> Simulation:
    return Simulation(tmp_path)


def test_both_rollouts_are_written_and_judged(simulation: Simulation) -> None:
    metrics = simulation.run()
    assert simulation.files() == BOTH
    teacher, student = (load_rollout(simulation.out / f"robot{which}.npz") for which in ("", "_student"))
    assert (teacher.controller, student.controller) == ("old hand", "novice")
    assert np.abs(teacher.target_joint_pos - student.target_joint_pos).max() == pytest.approx(1.0)
    assert metrics["robot"]["mpkpe_nt_cm"] < metrics["robot_student"]["mpkpe_nt_cm"]
    assert metrics["verdict"]["kind"] == metrics["verdict_student"]["kind"] == "tracked"
    assert metrics["verdict"]["sentence"] != metrics["verdict_student"]["sentence"]


def test_a_students_rollout_goes_when_it_is_not_asked_for_any_more(simulation: Simulation) -> None:
    simulation.run()
    metrics = simulation.run(policy="student")
    assert simulation.files() == BOTH - {"robot_student.npz"}
    assert load_rollout(simulation.out / "robot.npz").controller == "novice"
    assert "verdict_student" not in metrics and "robot_student" not in metrics
    assert simulation.run(controller="gantry")["verdict"]["kind"] == "held"
    simulation.run()
    assert simulation.files() == BOTH


def test_a_new_policy_of_the_same_name_is_rolled_out_anew(simulation: Simulation, folder: Path) -> None:
    simulation.run()
    simulation.run()
    assert simulation.reused == ("simulate",)
    write_policy(folder / "student.onnx", about=metadata(STUDENT, name="learned since"))
    simulation.run()
    assert simulation.reused == ()
    assert load_rollout(simulation.out / "robot_student.npz").controller == "learned since"


def test_without_any_policy_a_gantry_holds_the_robot(simulation: Simulation, folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()
    assert simulation.run()["verdict"]["kind"] == "held"


def test_a_fall_is_told_with_both_rules_and_no_error(simulation: Simulation) -> None:
    save_robot(standing(3.0), simulation.reference)
    metrics = simulation.run(motor_strength=0.3)
    assert metrics["verdict"]["kind"] == "fell"
    assert "by the paper's rule" in metrics["verdict"]["sentence"]
    assert metrics["robot"]["fall_time_s"] is not None
