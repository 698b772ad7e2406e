"""Which clip, and from where: the curriculum over a motion library.

Three sources of starts, mixed: a uniform share (content, then clip, then frame, so that a thousand walks do not drown
one bow); parts of clips in which worlds fail, by their failure rate; and, for a world that has just failed, a rewind
to shortly before its failure. Everything stays on the device: probabilities are drawn by searching a cumulative sum.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch

from genmimic.learning.env.library import MotionLibrary
from genmimic.sim.world import CONTROL_HZ


@dataclass(frozen=True)
class SamplerConfig:
    """How starts are chosen.

    Attributes:
        rewind: Probability that a failed world starts again shortly before its failure.
        rewind_seconds: Least and greatest rewind, seconds.
        uniform: Share of the other starts that is uniform over contents, clips and frames; the rest goes by failures.
        bin_seconds: Length of the parts of clips whose failures are counted together.
        forget: Factor by which counts shrink at each update: the window is about update_every / (1 - forget) steps.
        update_every: Control steps between two updates of the probabilities.
        cap: Largest failure rate, per second, that counts: what cannot be done at all must not take everything.
    """

    rewind: float = 0.5
    rewind_seconds: tuple[float, float] = (0.5, 2.5)
    uniform: float = 0.3
    bin_seconds: float = 1.0
    forget: float = 0.99
    update_every: int = 24
    cap: float = 0.5


class ClipSampler:
    """Draws starts and counts failures.

    Attributes:
        failures: Failures in each bin, decayed, (B,).
        visits: Seconds spent in each bin, decayed, (B,).
    """

    def __init__(
        self,
        library: MotionLibrary,
        config: SamplerConfig = SamplerConfig(),
        generator: torch.Generator | None = None,
    ) -> None:
        """Lay out the bins of a library's clips.

        Args:
            library: The clips.
            config: How starts are chosen.
            generator: Source of randomness on the library's device; the device's default one if None.
        """
        self.config, self._library, self._generator = config, library, generator
        self._bin_frames = max(1, round(config.bin_seconds * CONTROL_HZ))
        bins = torch.div(library.lengths - 1, self._bin_frames, rounding_mode="floor") + 1
        self._first_bin = torch.cumsum(bins, 0) - bins
        self._bin_clip = torch.repeat_interleave(torch.arange(len(library), device=library.device), bins)
        count = len(self._bin_clip)
        self._bin_frame = (torch.arange(count, device=library.device) - self._first_bin[self._bin_clip]) * (
            self._bin_frames
        )
        # uniform over contents, then over the clips of a content
        per_content = torch.bincount(library.contents, minlength=len(library.content_names))
        self._clip_cumulative = torch.cumsum(1.0 / per_content[library.contents].double(), 0).float()
        self.failures = torch.zeros(count, device=library.device)
        self.visits = torch.zeros(count, device=library.device)
        self._steps = 0
        self._update()

    def sample(self, count: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Draw clips and frames (count,) by the uniform and the failure share."""
        clip, frame = self._uniform(count)
        hard = self._search(self._bin_cumulative, count)
        hard_clip = self._bin_clip[hard]
        before = self._rand(count) * self._bin_frames + self._rewind_frames(count)
        hard_frame = (self._bin_frame[hard] + self._bin_frames - before.long()).clamp(min=0)
        hard_frame = torch.minimum(hard_frame, self._library.lengths[hard_clip] - 1)
        by_failure = self._rand(count) >= self.config.uniform
        return torch.where(by_failure, hard_clip, clip), torch.where(by_failure, hard_frame, frame)

    def restart(
        self, clip: torch.Tensor, frame: torch.Tensor, failed: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Draw a start (N,) for every world, some rewound.

        Args:
            clip: What each world was shown, (N,).
            frame: And where it was, (N,).
            failed: Whether it failed there (N,), in contrast to having run out of time.
        """
        new_clip, new_frame = self.sample(len(clip))
        rewound = failed & (self._rand(len(clip)) < self.config.rewind)
        earlier = torch.minimum(frame, self._library.lengths[clip] - 1) - self._rewind_frames(len(clip)).long()
        return torch.where(rewound, clip, new_clip), torch.where(rewound, earlier.clamp(min=0), new_frame)

    def record(self, clip: torch.Tensor, frame: torch.Tensor, failed: torch.Tensor) -> None:
        """Count one control step of all worlds: where each was (N,), and whether it failed there (N,)."""
        index = self._first_bin[clip] + torch.div(frame, self._bin_frames, rounding_mode="floor")
        self.failures.index_add_(0, index, failed.to(self.failures.dtype))
        self.visits.index_add_(0, index, torch.full_like(index, 1, dtype=self.visits.dtype) / CONTROL_HZ)
        self._steps += 1
        if self._steps % self.config.update_every == 0:
            self._update()
            self.failures *= self.config.forget
            self.visits *= self.config.forget

    def failure_rate(self) -> torch.Tensor:
        """Failures per second in each bin, (B,); bins not yet visited count as average ones."""
        mean = (self.failures.sum() + 0.1) / (self.visits.sum() + 1.0)
        return (self.failures + mean) / (self.visits + 1.0)

    def clip_failure_rate(self) -> torch.Tensor:
        """Failures per second in each clip, (C,)."""
        failures = torch.zeros(len(self._library), device=self.failures.device).index_add_(
            0, self._bin_clip, self.failures
        )
        visits = torch.zeros_like(failures).index_add_(0, self._bin_clip, self.visits)
        return failures / visits.clamp(min=1e-6)

    def state_dict(self) -> dict[str, Any]:
        """Counts and step number, for a checkpoint; valid for the same corpus and bins only."""
        return {
            "names": list(self._library.names),
            "failures": self.failures,
            "visits": self.visits,
            "steps": self._steps,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore counts; those of another corpus are dropped, since its bins mean something else."""
        if tuple(state["names"]) == self._library.names and len(state["failures"]) == len(self.failures):
            self.failures.copy_(state["failures"])
            self.visits.copy_(state["visits"])
            self._steps = int(state["steps"])
            self._update()

    def _update(self) -> None:
        self._bin_cumulative = torch.cumsum(self.failure_rate().clamp(max=self.config.cap).double(), 0).float()

    def _uniform(self, count: int) -> tuple[torch.Tensor, torch.Tensor]:
        clip = self._search(self._clip_cumulative, count)
        frame = (self._rand(count) * self._library.lengths[clip]).long()
        return clip, torch.minimum(frame, self._library.lengths[clip] - 1)

    def _search(self, cumulative: torch.Tensor, count: int) -> torch.Tensor:
        target = self._rand(count) * cumulative[-1]
        return torch.searchsorted(cumulative, target, right=True).clamp(max=len(cumulative) - 1)

    def _rewind_frames(self, count: int) -> torch.Tensor:
        least, greatest = self.config.rewind_seconds
        return (least + (greatest - least) * self._rand(count)) * CONTROL_HZ

    def _rand(self, count: int) -> torch.Tensor:
        return torch.rand(count, device=self._library.device, generator=self._generator)
