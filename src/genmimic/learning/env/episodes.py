"""Statistics of a roll-out, gathered on the device and read once in a while."""

from __future__ import annotations

from collections.abc import Mapping

import torch

from genmimic.learning.ranks import ALONE, Ranks


class EpisodeStatistics:
    """Mean reward, return and length of finished episodes, and the means of what the environment reports."""

    def __init__(self, envs: int, device: str | torch.device) -> None:
        """Start empty."""
        self._return = torch.zeros(envs, device=device)
        self._length = torch.zeros(envs, device=device)
        self._totals = torch.zeros(4, device=device)
        self._steps = 0
        # sums of figures that are reported together, and how often they were
        self._reported: dict[tuple[str, ...], torch.Tensor] = {}

    def add(self, rewards: torch.Tensor, dones: torch.Tensor, reported: Mapping[str, torch.Tensor | float]) -> None:
        """Take one control step of all environments: rewards (N,), dones (N,), and named figures."""
        self._return += rewards
        self._length += 1
        done = dones.to(self._return.dtype)
        self._totals += torch.stack(
            [rewards.mean(), (self._return * done).sum(), (self._length * done).sum(), done.sum()]
        )
        # not a product: the return of a world that went wrong may be infinite
        ended = dones > 0
        self._return.masked_fill_(ended, 0.0)
        self._length.masked_fill_(ended, 0.0)
        self._steps += 1
        if reported:
            names = tuple(reported)
            values = [torch.as_tensor(reported[name], dtype=torch.float32, device=done.device) for name in names]
            values = [value.mean() if value.ndim else value for value in values]
            if names not in self._reported:
                self._reported[names] = torch.zeros(len(names) + 1, device=done.device)
            self._reported[names] += torch.stack([*values, torch.ones_like(values[0])])

    def read(self, ranks: Ranks = ALONE) -> dict[str, float]:
        """Figures since the last read, over all processes; waits for the device."""
        names = [name for group in self._reported for name in group]
        means = [sums[:-1] / sums[-1] for sums in self._reported.values()]
        reward, returned, length, finished, *values = ranks.mean(torch.cat([self._totals, *means])).tolist()
        figures = {"reward": reward / max(self._steps, 1)}
        if finished > 0:
            figures |= {"episode_return": returned / finished, "episode_length": length / finished}
        self._totals.zero_()
        self._steps = 0
        self._reported.clear()
        return figures | dict(zip(names, values, strict=True))
