"""The processes of one training run: one per GPU, started by torchrun, or just this one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
import torch.distributed as dist

from genmimic.errors import InputError


@dataclass(frozen=True)
class Ranks:
    """This process among those that train together.

    Attributes:
        rank: Number of this process; 0 writes files and talks.
        count: How many there are.
    """

    rank: int = 0
    count: int = 1

    @property
    def leads(self) -> bool:
        """Whether this process writes files and talks."""
        return self.rank == 0

    @property
    def rsl_config(self) -> dict[str, int] | None:
        """What rsl-rl calls the multi-GPU configuration; None for one process."""
        return None if self.count == 1 else {"global_rank": self.rank, "world_size": self.count}

    def mean(self, value: torch.Tensor) -> torch.Tensor:
        """Mean over all processes, the same on each; all must call it."""
        if self.count == 1:
            return value
        value = value.clone()
        dist.all_reduce(value)
        return value / self.count

    def extremes(self, values: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Least and greatest of each of the values (N,) over all processes, the same on each; all must call it.

        They are minus and plus infinity for a value that is not a number on any of them.
        """
        ends = torch.stack([-values, values])
        # a comparison would lose what is not a number on one process alone
        ends.masked_fill_(ends.isnan(), torch.inf)
        if self.count > 1:
            dist.all_reduce(ends, op=dist.ReduceOp.MAX)
        return -ends[0], ends[1]

    def agree(self, decision: bool, device: str | torch.device) -> bool:
        """Decision of the leading process, on each; all must call it."""
        if self.count == 1:
            return decision
        flag = torch.tensor([int(decision)], device=device)
        dist.broadcast(flag, src=0)
        return bool(flag.item())

    def mean_and_std(self, values: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Mean and (unbiased) standard deviation over equally many values of each process."""
        if self.count == 1:
            return values.mean(), values.std()
        mean = self.mean(values.mean())
        squares = self.mean((values - mean).square().sum()) * self.count
        return mean, (squares / (values.numel() * self.count - 1)).sqrt()


ALONE = Ranks()
"""One process, no others."""


@contextmanager
def join(device: str) -> Iterator[tuple[Ranks, str]]:
    """Join the processes that torchrun started; without torchrun, just this one.

    Args:
        device: 'cpu', 'cuda' or 'cuda:N'; under torchrun each process takes the GPU of its local rank.

    Yields:
        This process's place and its device.

    Raises:
        InputError: The device does not exist.
    """
    count, local = int(os.environ.get("WORLD_SIZE", "1")), int(os.environ.get("LOCAL_RANK", "0"))
    cuda = torch.device(_known(device)).type == "cuda"
    if cuda and count > 1:
        device = f"cuda:{local}"
    if cuda:
        index = torch.device(device).index or 0
        if index >= torch.cuda.device_count():
            raise InputError(
                f"device '{device}': this machine has {torch.cuda.device_count()} CUDA GPUs; use --device."
            )
        torch.cuda.set_device(index)
    if count == 1:
        yield ALONE, device
        return
    dist.init_process_group(backend="nccl" if cuda else "gloo")
    try:
        yield Ranks(dist.get_rank(), count), device
    finally:
        dist.destroy_process_group()


def _known(device: str) -> str:
    try:
        torch.device(device)
    except RuntimeError as error:
        raise InputError(f"device '{device}' is unknown; use cpu, cuda or cuda:0.") from error
    return device
