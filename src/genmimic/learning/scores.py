"""Success and tracking errors of many rollouts, clip by clip, as training watches them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch


@dataclass(frozen=True)
class RolloutScores:
    """How R rollouts went; errors against the reference that was tracked.

    Attributes:
        clip: Index of the clip, (R,).
        success: No fall by the paper's rule, and the keypoints never over 0.5 m away on average, (R,) bool.
        fell: By the paper's rule, (R,) bool.
        lost: Keypoints over 0.5 m away on average, (R,) bool.
        success_ours: The same with our fall rule (tilt away from the reference's, pelvis on the ground), (R,) bool.
        failure_time: Seconds to the paper's termination, NaN without one, (R,).
        mpkpe_cm: Mean global keypoint error before the termination, (R,).
        lmpkpe_cm: Mean local keypoint error before the termination, (R,).
        mpkpe_nt_cm: Mean global keypoint error of the whole clip, (R,).
        lmpkpe_nt_cm: Mean local keypoint error of the whole clip, (R,).
    """

    clip: np.ndarray
    success: np.ndarray
    fell: np.ndarray
    lost: np.ndarray
    success_ours: np.ndarray
    failure_time: np.ndarray
    mpkpe_cm: np.ndarray
    lmpkpe_cm: np.ndarray
    mpkpe_nt_cm: np.ndarray
    lmpkpe_nt_cm: np.ndarray

    def per_clip(self, field: str) -> dict[int, float]:
        """Mean of a field over each clip's rollouts."""
        values = getattr(self, field)
        return {int(clip): float(values[self.clip == clip].mean()) for clip in np.unique(self.clip)}

    def macro(self, field: str, groups: Sequence[str]) -> float:
        """Mean over groups of the mean over their clips: a thousand walks do not outweigh one bow.

        Args:
            field: Which figure.
            groups: The group of each clip, by clip index, such as 'cmu/walk'.
        """
        by_group: dict[str, list[float]] = {}
        for clip, value in self.per_clip(field).items():
            by_group.setdefault(groups[clip], []).append(value)
        return float(np.mean([np.mean(values) for values in by_group.values()]))


def join(parts: Sequence[RolloutScores]) -> RolloutScores:
    """All rollouts of several batches."""
    return RolloutScores(**{f: np.concatenate([getattr(p, f) for p in parts]) for f in RolloutScores.__annotations__})


def scores_of(clips: np.ndarray, figures: Mapping[str, torch.Tensor]) -> RolloutScores:
    """Scores of the rollouts of clips (R,), of figures (R,) from `batch_rollout.roll_out`; waits for the device."""
    host = {name: value.cpu().numpy() for name, value in figures.items()}
    return RolloutScores(
        clip=clips,
        success=host["success_paper"],
        fell=np.isfinite(host["fall_time_paper_s"]),
        lost=np.isfinite(host["lost_time_s"]),
        success_ours=host["success"],
        failure_time=np.fmin(host["fall_time_paper_s"], host["lost_time_s"]),
        **{name: host[name] for name in ("mpkpe_cm", "lmpkpe_cm", "mpkpe_nt_cm", "lmpkpe_nt_cm")},
    )
