"""What a student of a teacher is judged by: the mean square error of its actions, and figures for people."""

from __future__ import annotations

import torch

from genmimic.robot.constants import ACTION_SCALE
from genmimic.robot.names import JOINT_NAMES

JOINT_GROUPS = ("legs", "waist", "arms")
METRICS = ("imitation", "auxiliary", *(f"error_{group}" for group in JOINT_GROUPS))
"""Losses (without unit), and mean errors of the joint targets, radians."""


def weighted_mean(values: torch.Tensor, count: int, weight: float) -> torch.Tensor:
    """Mean of the first `count` values and, with a weight, of their mirror images after them."""
    mean = values[:count].mean()
    return mean if len(values) == count else (mean + weight * values[count:].mean()) / (1.0 + weight)


def joint_groups(device: str) -> torch.Tensor:
    """Matrix (3, 23) that turns numbers by joint into means over `JOINT_GROUPS`."""
    group = [
        "waist" if "waist" in n else "legs" if any(p in n for p in ("hip", "knee", "ankle")) else "arms"
        for n in JOINT_NAMES
    ]
    members = torch.tensor([[float(g == name) for g in group] for name in JOINT_GROUPS], device=device)
    return members / members.sum(1, keepdim=True)


def target_errors(errors: torch.Tensor, groups: torch.Tensor) -> torch.Tensor:
    """Mean errors (3,) of the joint targets by group, radians.

    Args:
        errors: Student less teacher, (B, 23), in units of the action.
        groups: From `joint_groups`.
    """
    return groups @ (ACTION_SCALE * errors.abs().mean(0))
