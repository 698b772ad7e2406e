"""Two processes under torchrun learn what one learns from twice the environments."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from learning import small
from learning.tiny_env import TinyEnv

from genmimic.errors import InputError
from genmimic.learning.checkpoint import load_checkpoint
from genmimic.learning.learner import Learner
from genmimic.learning.progress import read_curves
from genmimic.learning.ranks import ALONE, join


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict]:
    """What two processes left in a folder, and what one process made of the same samples."""
    folder = tmp_path_factory.mktemp("ranks")
    alone = small.learner(small.RANK_CONFIG)
    samples = small.record(alone)
    torch.save(samples, folder / "samples.pt")
    program = Path(__file__).with_name("rank_program.py")
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2", program, folder]
    done = subprocess.run(
        [str(word) for word in command],
        capture_output=True,
        text=True,
        timeout=240,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stderr
    return folder, small.learn_from(alone, samples, slice(0, 16))


@pytest.mark.parametrize("rank", [0, 1])
def test_gradients_and_normaliser_are_those_of_twice_the_environments(finished, rank: int) -> None:
    folder, expected = finished
    found = torch.load(folder / f"rank{rank}.pt")
    for part in ("gradients", "states"):
        assert found[part].keys() == expected[part].keys()
        for name, value in expected[part].items():
            torch.testing.assert_close(found[part][name], value, rtol=1e-3, atol=2e-6)
    assert int(found["states"]["actor.obs_normalizer.count"]) == 16 * 8
    assert found["learning_rate"] == expected["learning_rate"] != small.RANK_CONFIG.learning_rate
    assert found["metrics"] == pytest.approx(expected["metrics"], rel=1e-3, abs=1e-6)


def test_both_processes_have_the_same_weights_and_one_writes(finished) -> None:
    folder, _ = finished
    first, second = (torch.load(folder / f"trained{rank}.pt") for rank in (0, 1))
    assert torch.equal(first, second)
    assert (folder / "out0" / "checkpoint.pt").is_file()
    assert not (folder / "out1").exists()
    rows = read_curves(folder / "out0" / "curves.jsonl")
    assert [(row["samples"], row["SR"]) for row in rows] == [(128, 1.0), (256, 1.0)]


def test_a_run_tells_that_its_processes_agree_to_the_last_bit(finished) -> None:
    folder, _ = finished
    *_, last = read_curves(folder / "out0" / "curves.jsonl")
    spreads = {name: value for name, value in last.items() if name.startswith("ranks/")}
    names = ("parameters", "normalizers", "learning_rate", "kl")
    assert spreads == {f"ranks/spread_{name}": 0.0 for name in names}


@pytest.mark.parametrize(
    ("wrong", "difference"),
    [
        ("tilt_normalizer", "normalizers by 0.0001;"),
        ("miscount", "normalizers by 64;"),
        ("raise_learning_rate", "learning_rate by "),
        ("raise_optimizers_learning_rate", "learning_rate by "),
        ("nudge_weight", "parameters by 0.0001;"),
        ("break_weight", "parameters by inf;"),
        ("misread_kl", "kl by "),
    ],
)
def test_a_process_that_went_wrong_is_found_by_all(finished, wrong: str, difference: str) -> None:
    folder, _ = finished
    first, second = (torch.load(folder / f"answers{rank}.pt")[wrong] for rank in (0, 1))
    assert first == second
    assert f"the 2 processes have come apart by iteration 2: they differ in {difference}" in first
    assert "," not in first.split(";")[0]  # in nothing else


def test_rounding_is_told_and_no_error(finished) -> None:
    folder, _ = finished
    spreads = torch.load(folder / "answers1.pt")["round_weight"]
    assert 0.0 < spreads.pop("ranks/spread_parameters") < 1e-6
    assert set(spreads.values()) == {0.0}


def test_a_run_whose_processes_come_apart_ends_and_keeps_its_last_checkpoint(finished) -> None:
    folder, _ = finished
    for rank in (0, 1):
        assert "by iteration 3: they differ in normalizers by" in torch.load(folder / f"answers{rank}.pt")["train"]
    assert load_checkpoint(folder / "out0" / "checkpoint.pt").learner["iteration"] == 2


def test_one_process_goes_on_from_two(finished) -> None:
    folder, _ = finished
    checkpoint = load_checkpoint(folder / "out0" / "checkpoint.pt")
    assert checkpoint.learner["samples"] == 2 * 2 * 8 * 8
    made = Learner(TinyEnv(16), small.RANK_CONFIG)
    made.load_state_dict(checkpoint.learner)
    assert torch.equal(small.weights(made), torch.load(folder / "trained0.pt"))
    made.iterate()
    assert torch.isfinite(small.weights(made)).all()


def test_without_torchrun_there_is_one(monkeypatch) -> None:
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    with join("cpu") as (ranks, device):
        assert (ranks, device) == (ALONE, "cpu")
        assert ranks.rsl_config is None
        assert [end.tolist() for end in ranks.extremes(torch.tensor([2.0, torch.nan]))] == [
            [2.0, -torch.inf],
            [2.0, torch.inf],
        ]
        assert ranks.agree(True, device)


@pytest.mark.parametrize("device", ["gpu", "cuda:17"])
def test_devices_that_do_not_exist_are_refused(device: str) -> None:
    with pytest.raises(InputError, match=device), join(device):
        pass
