"""The card of a policy says what its file says, and takes no figures of another file."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="checkpoints are read with torch, which comes with the extra 'train'")
pytest.importorskip("onnx", reason="policies are read with onnx, which comes with the extra 'dev'")

from sim.tiny_policy import metadata, write_policy

from genmimic.errors import InputError
from genmimic.tracking.observations import STUDENT, TEACHER

TOOL = Path(__file__).resolve().parents[1] / "tools" / "model_card.py"


@pytest.fixture
def write_card(monkeypatch: pytest.MonkeyPatch):
    spec = importlib.util.spec_from_file_location("model_card", TOOL)
    assert spec is not None and spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)

    def write(*words: object) -> None:
        monkeypatch.setattr(sys, "argv", [str(TOOL), *map(str, words)])
        tool.main()

    return write


@pytest.mark.parametrize(("layout", "said"), [(TEACHER, "privileged"), (STUDENT, "Never run on a real robot")])
def test_the_card_is_made_of_the_files_own_metadata(write_card, tmp_path: Path, layout, said: str) -> None:
    policy = write_policy(tmp_path / "p.onnx", about=metadata(layout, name="walker", action_scale=0.3))
    write_card(policy, "--out", tmp_path / "walker.md")
    card = (tmp_path / "walker.md").read_text()
    assert card.startswith("# Walker\n")
    assert said in card
    assert "default pose + 0.3 rad x action" in card
    for name, steps in layout:
        assert f"| `{name}` | {steps} |" in card


def test_times_of_another_file_are_refused(write_card, tmp_path: Path) -> None:
    policy = write_policy(tmp_path / "p.onnx")
    times = {"p1_ms": 0.1, "p50_ms": 0.2, "p99_ms": 0.3, "p999_ms": 0.4, "steps": 9, "growth_kib": 0}
    (tmp_path / "t.json").write_text(json.dumps({"machine": "a core", "rows": [{"sha256": "0" * 64, **times}]}))
    with pytest.raises(InputError, match="times other files than this policy"):
        write_card(policy, "--timing", tmp_path / "t.json", "--out", tmp_path / "p.md")
    assert not (tmp_path / "p.md").exists()
