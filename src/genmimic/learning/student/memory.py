"""What a student saw in one iteration and what its teacher says to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch


class Memory:
    """Tensors of `steps` steps of `envs` robots, kept in place.

    Attributes:
        values: One (steps, envs, width) for each width.
        step: The next one to be written.
    """

    def __init__(self, steps: int, envs: int, widths: Sequence[int], device: str) -> None:
        """Make room."""
        self.values = tuple(torch.zeros(steps, envs, width, device=device) for width in widths)
        self.step = 0

    def put(self, *values: torch.Tensor) -> None:
        """Keep one step's, (envs, width) each, without going on to the next step."""
        for memory, value in zip(self.values, values, strict=True):
            memory[self.step].copy_(value)

    def batches(self, count: int, epochs: int) -> Iterator[tuple[torch.Tensor, ...]]:
        """`epochs` times all samples in an order of their own, in `count` parts of one size."""
        flat = [memory.flatten(0, 1) for memory in self.values]
        size = len(flat[0]) // count
        for _ in range(epochs):
            order = torch.randperm(size * count, device=flat[0].device)
            for chosen in order.split(size):
                yield tuple(memory[chosen] for memory in flat)
