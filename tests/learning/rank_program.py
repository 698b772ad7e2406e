"""What each of two processes does in test_ranks.py, under torchrun.

It learns from its half of the recorded samples, and then trains for two iterations. Then one process goes wrong.
"""

from __future__ import annotations

import sys
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # under torchrun there is no pytest to do this

from learning import small
from learning.tiny_env import TinyEnv

from genmimic.learning import ranks as ranks_module
from genmimic.learning.agreement import Disagreement, require_agreement
from genmimic.learning.checkpoint import CorpusStamp
from genmimic.learning.learner import Learner
from genmimic.learning.ppo import SymmetricPPO
from genmimic.learning.progress import CurveFile
from genmimic.learning.train import Limits, Origin, train


def tilt_normalizer(algorithm: SymmetricPPO) -> None:
    algorithm.critic.obs_normalizer._mean[0, 2] += 1e-4


def miscount(algorithm: SymmetricPPO) -> None:
    algorithm.actor.obs_normalizer.count += 8 * 8


def raise_learning_rate(algorithm: SymmetricPPO) -> None:
    algorithm.learning_rate *= 1.01


def raise_optimizers_learning_rate(algorithm: SymmetricPPO) -> None:
    algorithm.optimizer.param_groups[0]["lr"] *= 1.01


def nudge_weight(algorithm: SymmetricPPO) -> None:
    algorithm.actor.mlp[0].weight.data[1, 1] += 1e-4


def break_weight(algorithm: SymmetricPPO) -> None:
    algorithm.critic.mlp[0].bias.data[0] = torch.nan


def misread_kl(algorithm: SymmetricPPO) -> None:
    algorithm.kl = 1.01 * (algorithm.kl or 1.0)


def round_weight(algorithm: SymmetricPPO) -> None:
    weight = algorithm.actor.mlp[0].weight.data
    weight.copy_(torch.nextafter(weight, torch.ones_like(weight)))


WRONG = (
    *(tilt_normalizer, miscount, raise_learning_rate, raise_optimizers_learning_rate),
    *(nudge_weight, break_weight, misread_kl, round_weight),
)


def answers(made: Learner) -> dict[str, str | dict[str, float]]:
    """What `require_agreement` says when the second process alone goes wrong, in each of the ways."""
    found, algorithm = {}, made.algorithm
    assert isinstance(algorithm, SymmetricPPO)
    for go_wrong in WRONG:
        saved, kl = deepcopy(algorithm.save()), algorithm.kl
        if not made.ranks.leads:
            go_wrong(algorithm)
        try:
            found[go_wrong.__name__] = require_agreement(algorithm, made.ranks, made.iteration)
        except Disagreement as error:
            found[go_wrong.__name__] = str(error)
        algorithm.load(saved, None, strict=True)
        algorithm.kl = kl
    return found


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

        found = answers(made)
        if not ranks.leads:
            tilt_normalizer(made.algorithm)
        try:
            train(made, out, Limits(10**9, iterations=1), origin)
        except Disagreement as error:
            found["train"] = str(error)
        torch.save(found, folder / f"answers{ranks.rank}.pt")


main(Path(sys.argv[1]))
