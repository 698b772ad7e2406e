"""Which motions went worst, and which of their rollouts shows it best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from genmimic.evaluation.campaign import Rollouts


@dataclass(frozen=True)
class Worst:
    """A rollout worth looking at.

    Attributes:
        policy: Index of the policy.
        motion: Index of the motion.
        seed: Its seed.
        rollout: Its number.
    """

    policy: int
    motion: int
    seed: int
    rollout: int


def ranking(rollouts: Rollouts) -> list[int]:
    """Motions from the worst to the best: by SR, then by MPKPE without termination."""
    motions = np.unique(rollouts.motion)
    keys = []
    for motion in motions:
        chosen = rollouts.motion == motion
        success, error = (np.nanmean(rollouts.figures[name][chosen]) for name in ("success_paper", "mpkpe_nt_cm"))
        keys.append((float(success), -float(error), int(motion)))
    return [motion for _, _, motion in sorted(keys)]


def worst_rollouts(policies: Sequence[Rollouts], count: int) -> list[Worst]:
    """About as many of each policy, `count` in all: of its worst motions the rollout with the median error.

    The median among those that failed, if any did: the very worst rollout is often a freak.
    """
    chosen: list[Worst] = []
    orders = [ranking(rollouts) for rollouts in policies]
    for rank in range(max((len(order) for order in orders), default=0)):
        for policy, order in enumerate(orders):
            if rank < len(order) and len(chosen) < count:
                chosen.append(_typical_failure(policies[policy], policy, order[rank]))
    return chosen


def _typical_failure(rollouts: Rollouts, policy: int, motion: int) -> Worst:
    rows = np.flatnonzero(rollouts.motion == motion)
    failed = rows[rollouts.figures["success_paper"][rows] == 0.0]
    rows = failed if len(failed) else rows
    row = rows[np.argsort(rollouts.figures["mpkpe_nt_cm"][rows], kind="stable")[len(rows) // 2]]
    return Worst(policy, motion, int(rollouts.seed[row]), int(rollouts.number[row]))
