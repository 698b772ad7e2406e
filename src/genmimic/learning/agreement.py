"""Whether the processes of one training run still have the same policy.

Each has networks, normalisers and a learning rate of its own. They begin alike, and what changes them is averaged over
the processes first: gradients, statistics of observations, KL divergence. An all-reduce gives all of them the same
bits, and the rest is computed from these alike; so they stay equal to the last bit, as long as nothing goes wrong.
"""

from __future__ import annotations

from collections.abc import Iterable

import torch

from genmimic.learning.ranks import Ranks
from genmimic.learning.roles import Algorithm

NETWORKS = ("actor_state_dict", "critic_state_dict", "predictor_state_dict")
"""Parts of `Algorithm.save()` that hold parameters and normalisers; not every algorithm has all of them."""
NORMALIZER = "obs_normalizer."
RTOL, ATOL = 1e-5, 1e-7
"""Rounding: what processes may differ by, relative to a value and at least. Equal bits are expected."""


class Disagreement(RuntimeError):
    """The processes of a training run have come to differ."""


def shared(algorithm: Algorithm) -> dict[str, torch.Tensor]:
    """What all processes must have alike, each (N,) in double precision.

    Returns:
        'parameters' of all networks; 'normalizers', their means, variances, deviations and counts; 'learning_rate',
        the algorithm's and the optimiser's; 'kl', which chose it, once there is one. What is empty is left out.
    """
    saved = algorithm.save()
    states = [item for part in NETWORKS for item in saved.get(part, {}).items()]
    device = states[0][1].device
    rates = [algorithm.learning_rate, *(group["lr"] for group in saved["optimizer_state_dict"]["param_groups"])]
    values = {
        "parameters": _flat(value for name, value in states if not name.startswith(NORMALIZER)),
        "normalizers": _flat(value for name, value in states if name.startswith(NORMALIZER)),
        "learning_rate": torch.tensor(rates, dtype=torch.float64, device=device),
        "kl": torch.tensor([] if algorithm.kl is None else [algorithm.kl], dtype=torch.float64, device=device),
    }
    return {name: value for name, value in values.items() if len(value)}


def require_agreement(algorithm: Algorithm, ranks: Ranks, iteration: int) -> dict[str, float]:
    """Compare what the processes must have alike; all must call it, and all get the same answer.

    Args:
        algorithm: What learns in this process.
        ranks: The processes.
        iteration: For the message.

    Returns:
        Greatest difference between processes, 'ranks/spread_NAME' for each name of `shared`; nothing for one process.

    Raises:
        Disagreement: One is greater than by rounding.
    """
    if ranks.count == 1:
        return {}
    extremes = {name: ranks.extremes(value) for name, value in shared(algorithm).items()}
    spreads = {name: float((greatest - least).max()) for name, (least, greatest) in extremes.items()}
    apart = [name for name, ends in extremes.items() if not torch.allclose(*ends, rtol=RTOL, atol=ATOL)]
    if apart:
        raise Disagreement(
            f"the {ranks.count} processes have come apart by iteration {iteration}: they differ in "
            f"{', '.join(f'{name} by {spreads[name]:.3g}' for name in apart)}; resume from the last checkpoint, and "
            "check the GPUs and what connects them if it happens again."
        )
    return {f"ranks/spread_{name}": spread for name, spread in spreads.items()}


def _flat(tensors: Iterable[torch.Tensor]) -> torch.Tensor:
    return torch.cat([tensor.detach().flatten().double() for tensor in tensors] or [torch.zeros(0)])
