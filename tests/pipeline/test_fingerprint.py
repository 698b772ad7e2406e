"""Fingerprints see every source that they are told to look at."""

from __future__ import annotations

from pathlib import Path

import pytest

from genmimic.pipeline import fingerprint
from genmimic.pipeline.stages import STAGES


def test_sources_of_packages_and_modules_count(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(fingerprint.resources, "files", lambda _: tmp_path)
    (tmp_path / "human" / "deeper").mkdir(parents=True)
    files = [tmp_path / "human" / "deeper" / "fit.py", tmp_path / "rotation.py", tmp_path / "other.py"]
    for file in files:
        file.write_text("before")

    def hashed() -> str:
        return fingerprint.source_hash.__wrapped__(("human", "rotation"))

    seen = [hashed()]
    for file in files:
        file.write_text("after")
        seen.append(hashed())
    assert len(set(seen)) == 3
    assert seen[2] == seen[3], "a module that was not named does not count"


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)
def test_packages_of_the_stages_exist(stage) -> None:
    nothing = fingerprint.source_hash(())
    assert all(fingerprint.source_hash((package,)) != nothing for package in stage.packages)
