"""The grid of ablations: what it asks for, and what it does with runs that end, break off or begin again.

Training itself is replaced by a script that writes what a run would leave; tests/learning trains for real.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
import tarfile
from pathlib import Path

import pytest

from genmimic.evaluation.paper import TABLE_1, TABLE_3, TABLE_4

TOOL = Path(__file__).resolve().parents[2] / "tools" / "ablation_grid.py"
STAND_IN = """
import json, os, sys
from pathlib import Path
run, samples, status = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
old = run / "curves.jsonl"
before = json.loads(old.read_text().splitlines()[-1])["samples"] if old.is_file() else 0
point = {"samples": before + samples, "seconds": 1.0, "gpu": os.environ.get("CUDA_VISIBLE_DEVICES")}
with old.open("a") as file: file.write(json.dumps(point) + "\\n")
for name in ("checkpoint.pt", "policy.onnx", "compact.pt"): (run / name).write_bytes(b"0" * 1000)
sys.exit(status)
"""


@pytest.fixture
def grid(monkeypatch):
    spec = importlib.util.spec_from_file_location("ablation_grid", TOOL)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "ablation_grid", module)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def asked(grid, monkeypatch) -> list[list[str]]:
    """The commands that the tool would have run; `samples_each` and `status` say what became of them."""
    asked, real = [], grid.command

    def stand_in(run, row, settings, minutes):
        asked.append(real(run, row, settings, minutes))
        return [sys.executable, "-c", STAND_IN, str(run), str(grid.samples_each), str(grid.status)]

    monkeypatch.setattr(grid, "command", stand_in)
    grid.samples_each, grid.status = 100, 0
    return asked


def call(grid, out: Path, *words: str) -> int:
    return grid.main(["--corpus", "c.npz", "--out", str(out), *words])


def rows(out: Path) -> dict[str, dict]:
    return {row["variant"]: row for row in json.loads((out / "grid.json").read_text())["rows"]}


def test_variants_are_options_that_training_takes(grid):
    presets = pytest.importorskip("genmimic.learning.env.presets", reason="needs the extra 'train'")
    experiment = pytest.importorskip("genmimic.learning.experiment")
    for base in (grid.PAPER, grid.OURS):
        seen = {}
        for name in grid.VARIANTS:
            options = grid.options_of(name, base)
            given = dict(zip(options[::2], options[1::2], strict=True))
            task = presets.ENVIRONMENTS[given["--task"]]
            env = experiment.variant(task, given.get("--goal"), given.get("--weights"))
            seen[name] = (env, given["--symmetry"])
        assert len({str(value) for value in seen.values()}) == len(grid.VARIANTS)
        assert [name for name, (_, symmetry) in seen.items() if symmetry == "1"] == [
            "dofs-weights-symmetry",
            "3dp-weights-symmetry",
        ]
    papers = {name: experiment.variant(presets.PAPER, *grid.VARIANTS[name][1:3]) for name in ("dofs", "3dp-weights")}
    assert papers == {"dofs": presets.DOFS, "3dp-weights": presets.PAPER}


def test_the_papers_tables_know_the_variants(grid):
    rows = {name for table in (TABLE_1, TABLE_3, TABLE_4) for row in table for name in row.ours}
    assert set(grid.VARIANTS) <= rows


def test_finished_variants_are_left_alone_and_others_resumed(grid, asked, tmp_path):
    words = ("--samples", "200", "--only", "dofs", "3dp")
    assert call(grid, tmp_path, *words, "--", "--envs", "4", "--hidden", "8", "8", "--quiet") == 1
    assert {name: row["samples"] for name, row in rows(tmp_path).items()} == {"dofs": 100, "3dp": 100}
    assert "--preset" in asked[0] and "--goal" in asked[0] and asked[0][-5:] == ["4", "--hidden", "8", "8", "--quiet"]
    assert call(grid, tmp_path, *words, "--", "--envs", "4", "--hidden", "8", "8", "--quiet") == 0
    assert all("--resume" in words and "--task" not in words and "--hidden" not in words for words in asked[2:4])
    assert asked[2][-3:] == ["--envs", "4", "--quiet"]
    assert call(grid, tmp_path, *words) == 0 and len(asked) == 4
    assert all(row["finished"] and row["samples"] == 200 for row in rows(tmp_path).values())


def test_a_leg_that_fails_is_not_finished(grid, asked, tmp_path):
    grid.status = 2
    assert call(grid, tmp_path, "--minutes", "5", "--only", "twist") == 1
    grid.status = 0
    assert call(grid, tmp_path, "--minutes", "5", "--only", "twist") == 0
    assert asked[1][asked[1].index("--minutes") + 1] == "5.000"


def test_time_is_never_asked_for_beyond_the_end(grid, asked, tmp_path):
    assert call(grid, tmp_path, "--minutes", "5", "--within", "2", "--only", "twist", "dofs") == 1
    minutes = [float(words[words.index("--minutes") + 1]) for words in asked]
    assert len(minutes) == 2 and all(1.0 < value < 1.26 for value in minutes)
    assert call(grid, tmp_path / "late", "--minutes", "5", "--within", "0.8", "--only", "twist") == 1
    assert len(asked) == 2


def test_each_gpu_trains_a_variant_of_its_own(grid, asked, tmp_path):
    assert call(grid, tmp_path, "--samples", "100", "--gpus", "3", "--only", "dofs", "3dp", "twist") == 0
    gpus = [json.loads((tmp_path / name / "curves.jsonl").read_text())["gpu"] for name in ("dofs", "3dp", "twist")]
    assert set(gpus) <= {"0", "1", "2"}
    assert rows(tmp_path).keys() == {"dofs", "3dp", "twist"}


def test_a_pack_keeps_its_limits_and_policies_go_first(grid, tmp_path, monkeypatch):
    for name in ("dofs", "3dp", "twist"):
        (tmp_path / name).mkdir()
        for file in ("policy.onnx", "compact.pt", "curves.jsonl"):
            (tmp_path / name / file).write_bytes(b"x" * 40_000)
    monkeypatch.setattr(grid, "FILE_LIMIT", 100_000)
    monkeypatch.setattr(grid, "FILES", 3)
    left = grid.pack(tmp_path, ["dofs", "3dp", "twist"], tmp_path / "pack")
    assert left == ["3dp/compact.pt", "twist/compact.pt"]
    packed = sorted((tmp_path / "pack").iterdir())
    assert [path.name for path in packed] == ["curves.tar.gz", "networks_0.tar", "networks_1.tar"]
    assert all(path.stat().st_size <= 110_000 for path in packed)
    names = []
    for path in packed[1:]:
        with tarfile.open(path) as archive:
            names += archive.getnames()
    assert names == ["dofs/policy.onnx", "3dp/policy.onnx", "twist/policy.onnx", "dofs/compact.pt"]


def test_one_budget_and_known_names_are_needed(grid, tmp_path, capsys):
    for words in ((), ("--samples", "1", "--minutes", "1"), ("--samples", "1", "--only", "gmt")):
        with pytest.raises(SystemExit):
            call(grid, tmp_path, *words)
    assert "gmt" in capsys.readouterr().err


def test_settings_reach_the_command(grid, tmp_path):
    settings = argparse.Namespace(corpus="c", samples=None, preset="paper", train=["--seed", "3"])
    row = grid.Row("dofs", grid.options_of("dofs", "paper"))
    words = grid.command(tmp_path, row, settings, None)
    assert words[-2:] == ["--seed", "3"] and "--minutes" not in words and "--samples" not in words
