"""What people and programs are told."""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path

import pytest

from genmimic.errors import InputError
from genmimic.learning.progress import CurveFile, WeightsAndBiases, clock, describe, read_curves

ROW = {
    "iteration": 120,
    "samples": 47_200_000,
    "seconds": 150.0,
    "samples_per_second": 312_000.0,
    "reward": 1.234,
    "episode_length": 345.2,
    "SR": 0.821,
    "kl": 0.0102,
    "learning_rate": 3e-4,
}


def test_the_line_says_all_that_matters() -> None:
    line = describe(ROW, 100_000_000)
    for part in ("iteration 120", "47.2 of 100 M samples (47%)", "312 k/s", "reward 1.234", "length 345", "SR 82.1%"):
        assert part in line
    assert line.endswith("2:49 left")
    assert "SR" not in describe({k: v for k, v in ROW.items() if k != "SR"}, 10**9)


@pytest.mark.parametrize(("seconds", "text"), [(0, "0:00"), (59.6, "1:00"), (3723, "1:02:03"), (-5, "0:00")])
def test_clock(seconds: float, text: str) -> None:
    assert clock(seconds) == text


def test_curves_are_strict_json(tmp_path: Path) -> None:
    sink = CurveFile(tmp_path)
    sink.write({**ROW, "odd": math.nan})
    sink.close()
    (line,) = (tmp_path / "curves.jsonl").read_text().splitlines()
    assert json.loads(line, parse_constant=lambda name: pytest.fail(name))["odd"] is None


def test_damaged_curves_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "curves.jsonl"
    path.write_text('{"iteration": 1}\n{"iter\n{"iteration": 3}\n')
    with pytest.raises(InputError, match="line 2 is not JSON"):
        read_curves(path)
    with pytest.raises(InputError, match="no such file"):
        read_curves(tmp_path / "none.jsonl")


def test_without_wandb_one_sentence_says_so(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "wandb", None)
    with pytest.raises(InputError, match="wandb is not installed"):
        WeightsAndBiases("project", tmp_path, {})
