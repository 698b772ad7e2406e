"""Success and tracking errors of many rollouts, clip by clip, gathered step by step on the device."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from genmimic.evaluation.errors import global_keypoint_error, local_keypoint_error
from genmimic.learning.reference_rows import ReferenceFrame
from genmimic.tracking import terminations
from genmimic.tracking.state import RobotState


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


class ScoreKeeper:
    """Adds up the steps of N rollouts without waiting for the device."""

    def __init__(self, worlds: int, device: torch.device) -> None:
        """Begin N rollouts."""
        false = torch.zeros(worlds, dtype=torch.bool, device=device)
        self._fell, self._lost, self._fell_ours = false, false.clone(), false.clone()
        zeros = torch.zeros(worlds, device=device)
        self._steps, self._alive_steps = zeros, zeros.clone()
        self._sums = torch.zeros(4, worlds, device=device)

    def add(self, state: RobotState, reference: ReferenceFrame, broken: torch.Tensor, playing: torch.Tensor) -> None:
        """Count one step.

        Args:
            state: The robots after the step.
            reference: Where they should be now, leading dimension N.
            broken: Worlds (N,) whose simulation came apart: they count as fallen.
            playing: Worlds (N,) whose clip was not over before the step; the others are not counted.
        """
        pos_w, quat_w = state.keypoint_pos_w, state.root_quat_w
        world_error = global_keypoint_error(pos_w, reference.keypoint_pos_w)
        local_error = local_keypoint_error(
            pos_w,
            state.root_pos_w,
            quat_w,
            reference.keypoint_pos_w,
            reference.root_pos_w,
            reference.root_quat_w,
        )
        self._fell = self._fell | (playing & (terminations.fallen_by_paper(quat_w) | broken))
        self._lost = self._lost | (playing & (world_error > terminations.DEVIATION_LIMIT))
        ours = terminations.tilted(quat_w, reference.root_quat_w) | terminations.sunk(state.root_pos_w) | broken
        self._fell_ours = self._fell_ours | (playing & ours)
        alive = (playing & ~self._fell & ~self._lost).float()
        errors = torch.stack([world_error, local_error])
        self._steps = self._steps + playing
        self._alive_steps = self._alive_steps + alive
        self._sums = self._sums + torch.cat([torch.where(alive > 0, errors, 0.0), torch.where(playing, errors, 0.0)])

    def read(self, clips: torch.Tensor, control_hz: float) -> RolloutScores:
        """Wait for the device and return what the rollouts of clips (N,) scored."""
        fell, lost, fell_ours = (x.cpu().numpy() for x in (self._fell, self._lost, self._fell_ours))
        alive_steps, steps = self._alive_steps.cpu().numpy(), self._steps.cpu().numpy()
        sums = 100.0 * self._sums.cpu().numpy()
        success = ~(fell | lost)
        return RolloutScores(
            clip=clips.cpu().numpy(),
            success=success,
            fell=fell,
            lost=lost,
            success_ours=~(fell_ours | lost),
            failure_time=np.where(success, np.nan, alive_steps / control_hz),
            mpkpe_cm=sums[0] / np.maximum(alive_steps, 1.0),
            lmpkpe_cm=sums[1] / np.maximum(alive_steps, 1.0),
            mpkpe_nt_cm=sums[2] / np.maximum(steps, 1.0),
            lmpkpe_nt_cm=sums[3] / np.maximum(steps, 1.0),
        )
