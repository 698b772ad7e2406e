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
        assert ranks.agree(True, device)


@pytest.mark.parametrize("device", ["gpu", "cuda:17"])
def test_devices_that_do_not_exist_are_refused(device: str) -> None:
    with pytest.raises(InputError, match=device), join(device):
        pass
