"""Speed by the number of GPUs: figures and table from curves, runs that fail, calls that go on from earlier ones.

Training itself is replaced by a script that writes what a run would leave; tests/learning trains for real.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
STAND_IN = """
import json, sys
from pathlib import Path
out, ranks = Path(sys.argv[1]), int(sys.argv[2])
if ranks == 4: sys.exit("only two GPUs here")
assert json.loads((out / "every.json").read_text()) == {"train": {"log_interval": 1}}
(out / "config.json").write_text(json.dumps({"train": {"envs": 100}}))
rows = [{"samples_per_second": rate * ranks, "collect_seconds": 0.5, "learn_seconds": 0.25} for rate in (1, 900, 1000)]
(out / "curves.jsonl").write_text("\\n".join(json.dumps(row) for row in rows))
"""


@pytest.fixture
def scaling(monkeypatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return importlib.import_module("scaling")


def rows(*rates: float, **last: float) -> list[dict[str, float]]:
    made = [{"samples_per_second": r, "collect_seconds": 100 / r, "learn_seconds": 50 / r} for r in rates]
    return [*made[:-1], {**made[-1], **last}]


def test_the_first_iterations_do_not_count(scaling) -> None:
    found = scaling.speed(rows(1, 2, 200, 100, 400), 1, 16, 2, 60.0)
    assert (found.iterations, found.samples_per_second, found.slowest, found.fastest) == (3, 200, 100, 400)
    assert (found.collect_seconds, found.learn_seconds) == (0.5, 0.25)
    with pytest.raises(ValueError, match="2 iterations, of which the first 2"):
        scaling.speed(rows(1, 2), 1, 16, 2, 60.0)


def test_the_table_has_efficiency_and_agreement(scaling) -> None:
    agreeing = {"ranks/spread_parameters": 0.0, "ranks/spread_kl": 0.0}
    runs = [
        scaling.speed(rows(3600, ranks=9, **{"ranks/spread_parameters": 0.0, "ranks/spread_kl": 2e-9}), 4, 16, 0, 70.0),
        scaling.speed(rows(1000), 1, 16, 0, 60.0),
        scaling.speed(rows(1950, **agreeing), 2, 16, 0, 60.0),
    ]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in scaling.table(runs).splitlines()[2:]]
    assert [line[:5] for line in cells] == [
        ["1", "16", "1,000", "1,000 to 1,000", "100.0%"],
        ["2", "32", "1,950", "1,950 to 1,950", "97.5%"],
        ["4", "64", "3,600", "3,600 to 3,600", "90.0%"],
    ]
    assert [line[-1] for line in cells] == ["", "nothing: parameters, kl", "kl 2.0e-09"]


def test_efficiency_is_told_without_a_single_gpu(scaling) -> None:
    two, four = scaling.speed(rows(2000), 2, 16, 0, 60.0), scaling.speed(rows(3000), 4, 16, 0, 60.0)
    assert (scaling.efficiency(two, [four, two]), scaling.efficiency(four, [four, two])) == (1.0, 0.75)


@pytest.mark.parametrize(("gpus", "counts"), [(1, [1]), (2, [1, 2]), (7, [1, 2, 4]), (8, [1, 2, 4, 8])])
def test_numbers_of_gpus(scaling, gpus: int, counts: list[int]) -> None:
    assert scaling.powers_of_two(gpus) == counts


@pytest.fixture
def call(scaling, monkeypatch, tmp_path, capsys):
    """Calls the benchmark with the stand-in; its exit code and what it printed."""

    def stand_in(ranks: int, out: Path, options, others) -> list[str]:
        return [sys.executable, "-c", STAND_IN, str(out), str(ranks)]

    def call(*words: str) -> tuple[int, str]:
        always = ["--device", "cpu", "--iterations", "3", "--settle", "1", "--out", str(tmp_path)]
        monkeypatch.setattr(sys, "argv", ["scaling.py", *always, *words])
        return scaling.main(), capsys.readouterr().out

    monkeypatch.setattr(scaling, "command", stand_in)
    return call


def test_a_call_goes_on_from_the_last_unless_it_asks_for_something_else(call, tmp_path) -> None:
    status, told = call("--ranks", "1")
    assert status == 0 and "| 1 | 100 | 950 | 900 to 1,000 | 100.0% | 0.500 | 0.250 |  |" in told
    status, told = call("--ranks", "2")
    assert status == 0 and "| 1 | 100 |" in told and "| 2 | 200 | 1,900 |" in told
    assert [run["efficiency"] for run in json.loads((tmp_path / "scaling.json").read_text())["runs"]] == [1.0, 1.0]
    assert (tmp_path / "ranks2_curves.jsonl").is_file()
    status, told = call("--ranks", "2", "--envs", "8")
    assert status == 0 and "| 1 | 100 |" not in told


def test_a_run_that_fails_is_told_and_the_others_stay(call) -> None:
    status, told = call("--ranks", "1", "4")
    assert status == 1 and "4 processes: exit code 1" in told and "only two GPUs here" in told
    assert "| 1 | 100 | 950 |" in told


def test_a_run_that_takes_too_long_is_ended(scaling, tmp_path) -> None:
    words = [sys.executable, "-c", "import time; print('here', flush=True); time.sleep(60)"]
    assert scaling.run(words, 1, tmp_path / "log.txt", 0.5) == scaling.TOO_LONG


def test_several_gpus_are_started_by_torchrun(scaling, tmp_path) -> None:
    options = scaling.argparse.Namespace(corpus="c.npz", iterations=9, resume=None, envs=32, device=None)
    one, two = (scaling.command(ranks, tmp_path, options, ["--minibatch", "64"]) for ranks in (1, 2))
    assert one[1:4] == ["-m", "genmimic", "train"]
    assert two[two.index("--nproc-per-node") + 1 :][:4] == ["2", "-m", "genmimic", "train"]
    assert (
        one[3:] == two[-len(one[3:]) :] and "--resume" not in one and one[-4:] == ["--minibatch", "64", "--envs", "32"]
    )
