"""Observation noise of the paper's table 8, drawn by numpy (one robot) or torch (many worlds)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from genmimic.tracking.observations import Layout, layout_terms
from genmimic.tracking.state import Goal

GOAL_NOISE = 0.05
"""Standard deviation of the noise on the goal in each step: metres on keypoints, radians on joints where it has any
(the table has keypoints alone; ablations that are shown joints get the same number)."""
GOAL_OFFSET = 0.02
"""Half width of the uniform offset of each goal keypoint that stays for a whole episode, metres."""


def observation_noise(layout: Layout, rng: np.random.Generator, severity: float = 1.0) -> tuple[np.ndarray, ...]:
    """Gaussian noise for `observe`, one array (size,) per entry; `severity` scales table 8."""
    return tuple(severity * term.noise * rng.standard_normal(term.size) for term in layout_terms(layout))


def noisy_goal(goal: Goal, offset: np.ndarray, rng: np.random.Generator, severity: float = 1.0) -> Goal:
    """Goal with noise, as `learning.env.goals` shows it in training.

    Keypoints get a constant `offset` (27, 3) (see `goal_offset`) and fresh Gaussian noise, joints the latter alone.
    """

    def fresh(values: np.ndarray) -> np.ndarray:
        return severity * GOAL_NOISE * rng.standard_normal(np.shape(values))

    return replace(
        goal,
        keypoint_pos_w=goal.keypoint_pos_w + severity * offset + fresh(goal.keypoint_pos_w),
        joint_pos=None if goal.joint_pos is None else goal.joint_pos + fresh(goal.joint_pos),
    )


def goal_offset(rng: np.random.Generator, keypoints: int = 27) -> np.ndarray:
    """Offset (K, 3) of the goal keypoints for one episode, metres."""
    return rng.uniform(-GOAL_OFFSET, GOAL_OFFSET, (keypoints, 3))
