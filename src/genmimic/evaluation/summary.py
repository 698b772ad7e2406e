"""Tables of many trials: by group, macro-averaged, and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from genmimic.evaluation.trials import Trial

COLUMNS: dict[str, str] = {
    "SR": "success_paper",
    "SR ours": "success",
    "MPKPE": "mpkpe_cm",
    "LMPKPE": "lmpkpe_cm",
    "MPKPE-NT": "mpkpe_nt_cm",
    "LMPKPE-NT": "lmpkpe_nt_cm",
    "action rate": "action_rate",
    "at torque limit %": "at_torque_limit_percent",
}
"""Heading and field of `Metrics` of each column; success in per cent, errors in centimetres."""
_NARROW = 5
MACRO, ALL = "mean of groups", "all rollouts"


def summarize(trials: Sequence[Trial], groups: Mapping[str, str]) -> list[dict[str, Any]]:
    """One row per group, then the mean of the groups and that of all rollouts.

    Args:
        trials: From `trials.run_trials`.
        groups: Group of each motion by its name, such as 'CMU/walk'.

    Returns:
        Rows with 'group', 'motions', 'rollouts' and `COLUMNS`. A motion counts as much as any other of its group,
        and a group as much as any other in the mean of groups.
    """
    by_group: dict[str, dict[str, list[Trial]]] = {}
    for trial in trials:
        by_group.setdefault(groups[trial.motion], {}).setdefault(trial.motion, []).append(trial)
    rows = [
        {"group": group, "motions": len(motions), "rollouts": sum(map(len, motions.values()))}
        | {name: float(np.mean([_mean(t, field) for t in motions.values()])) for name, field in COLUMNS.items()}
        for group, motions in sorted(by_group.items())
    ]
    total = {"motions": sum(row["motions"] for row in rows), "rollouts": len(trials)}
    macro = {name: float(np.mean([row[name] for row in rows])) for name in COLUMNS}
    every = {name: _mean(trials, field) for name, field in COLUMNS.items()}
    return [*rows, {"group": MACRO, **total, **macro}, {"group": ALL, **total, **every}]


def as_text(rows: Sequence[Mapping[str, Any]]) -> str:
    """The rows as a table for a terminal."""
    width = max(len(row["group"]) for row in rows)
    lines = [f"{'':<{width}}  motions  rollouts  " + "  ".join(f"{name:>{_NARROW}}" for name in COLUMNS)]
    for row in rows:
        cells = "  ".join(f"{_shown(name, row[name]):>{max(len(name), _NARROW)}}" for name in COLUMNS)
        lines.append(f"{row['group']:<{width}}  {row['motions']:>7}  {row['rollouts']:>8}  {cells}")
    return "\n".join(lines)


def as_records(trials: Sequence[Trial]) -> list[dict[str, Any]]:
    """Every rollout with all its figures, for JSON."""
    return [{"motion": t.motion, "rollout": t.rollout, **t.metrics.to_dict()} for t in trials]


def _mean(trials: Sequence[Trial], field: str) -> float:
    share = 100.0 if field.startswith("success") else 1.0
    return share * float(np.mean([float(getattr(trial.metrics, field)) for trial in trials]))


def _shown(name: str, value: float) -> str:
    return f"{value:.1f}" if name.startswith(("SR", "MP", "LMP")) else f"{value:.2f}"
