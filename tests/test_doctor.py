"""The doctor finds what is wrong, and says how to mend it."""

from __future__ import annotations

import hashlib
import re
from importlib import metadata, resources
from pathlib import Path

import pytest

from genmimic import doctor
from genmimic.doctor import ASSETS, CORE, EXTRAS, Finding
from genmimic.pipeline import policies

PACKAGE = Path(str(resources.files("genmimic")))


@pytest.mark.parametrize("name", ASSETS)
def test_recorded_hashes_are_those_of_the_files(name: str) -> None:
    found = hashlib.sha256((PACKAGE / name).read_bytes()).hexdigest()
    assert found == ASSETS[name], f"{name} was made anew: record its new hash in genmimic.doctor"


def test_every_dependency_is_looked_at() -> None:
    wanted: dict[bool, set[str]] = {False: set(), True: set()}
    for line in metadata.requires("genmimic") or []:
        wanted["extra ==" in line].add(re.split(r"[<>=~;\s]", line, maxsplit=1)[0])
    assert wanted[False] == set(CORE)
    assert wanted[True] >= {package for modules in EXTRAS.values() for package in modules}


def test_damaged_and_missing_assets(monkeypatch: pytest.MonkeyPatch) -> None:
    assets = {"human/assets/pose_detection.tflite": "0" * 64, "human/assets/nothing.tflite": "0" * 64}
    monkeypatch.setattr(doctor, "ASSETS", assets)
    damaged, missing = doctor._assets()
    assert (damaged.status, missing.status) == ("broken", "missing")
    assert "reinstall" in damaged.remedy
    assert not doctor.to_json([damaged])["ok"]


def test_policies_are_loaded_for_real(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("onnx", reason="policies are built with onnx, which comes with the extra 'dev'")
    from sim.tiny_policy import write_policy

    monkeypatch.setattr(policies, "FOLDER", tmp_path)
    teacher, student = doctor._policies()
    assert (teacher.status, student.status) == ("optional", "optional") and "gantry" in teacher.detail
    write_policy(tmp_path / "teacher.onnx")
    (tmp_path / "student.onnx").write_text("no network")
    teacher, student = doctor._policies()
    assert teacher.status == "ok" and re.search(r"\d+ inputs", teacher.detail)
    assert student.status == "broken" and "reinstall" in student.remedy


def test_missing_packages_name_their_remedy() -> None:
    absent = doctor._package("extra view", "no-such-package-of-ours", "nothing", "pip install 'genmimic[view]'")
    assert (absent.status, absent.remedy) == ("optional", "pip install 'genmimic[view]'")
    assert doctor.to_json([absent])["ok"], "an extra is not needed to run"


def test_package_whose_import_fails_is_broken() -> None:
    broken = doctor._package("packages", "numpy", "genmimic.no_such_module", "pip install numpy")
    assert broken.status == "broken"
    assert "import fails" in broken.detail


def test_healthy_means_nothing_needed_is_missing() -> None:
    fine = Finding("packages", "numpy", "ok", "2")
    assert doctor.to_json([fine])["ok"]
    assert not doctor.to_json([fine, Finding("packages", "av", "missing", "not installed")])["ok"]
