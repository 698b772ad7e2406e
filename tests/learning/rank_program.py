"""What each of two processes does in test_ranks.py, under torchrun.

It learns from its half of the recorded samples, and then trains for two iterations.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # under torchrun there is no pytest to do this

from learning import small
from learning.tiny_env import TinyEnv

from genmimic.learning import ranks as ranks_module
from genmimic.learning.checkpoint import CorpusStamp
from genmimic.learning.learner import Learner
from genmimic.learning.progress import CurveFile
from genmimic.learning.train import Limits, Origin, train


def main(folder: Path) -> None:
    with ranks_module.join("cpu") as (ranks, device):
        mine = slice(8 * ranks.rank, 8 * ranks.rank + 8)
        config = replace(small.RANK_CONFIG, envs=8, minibatch=64, validation_interval=1, log_interval=2)
        made = Learner(TinyEnv(8, seed=ranks.rank), config, device, ranks)
        result = small.learn_from(made, torch.load(folder / "samples.pt"), mine)
        torch.save(result, folder / f"rank{ranks.rank}.pt")

        origin = Origin("{}", CorpusStamp("tiny.npz", "0" * 64))
        out = folder / f"out{ranks.rank}"
        # only one of them validates and writes, and yet neither waits for the other in vain
        sinks = [CurveFile(out)] if ranks.leads else []
        validate = (lambda policy, iteration: {"SR": 1.0}) if ranks.leads else None
        train(made, out, Limits(10**9, iterations=2), origin, sinks=sinks, validate=validate)
        torch.save(small.weights(made), folder / f"trained{ranks.rank}.pt")


main(Path(sys.argv[1]))
