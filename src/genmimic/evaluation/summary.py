"""From rollouts to figures of motions, groups and policies, with their spread.

A motion counts as much as any other, however many rollouts it has. Spread is given twice: over motions, and over seeds
(the standard deviation of each seed's own mean).
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from genmimic.evaluation.campaign import Rollouts
from genmimic.evaluation.columns import FIGURES
from genmimic.evaluation.motion_set import TrialMotion


def summarize(rollouts: Rollouts, motions: Sequence[TrialMotion]) -> dict[str, Any]:
    """All figures of one policy as plain values; a figure that does not exist is None.

    Returns:
        'rollouts': how many; 'all': by figure 'mean', 'sd_motions', 'sd_seeds'; 'macro': by figure the mean over the
        groups of the tag 'group'; 'groups': by tag a list of 'value', 'motions', 'rollouts', 'figures'; 'motions': for
        each 'name', 'tags', 'near_paper_fall', 'rollouts', 'fell' and 'lost' (shares, by the paper's rules), 'figures'.
    """
    seeds = np.unique(rollouts.seed)
    means = {name: _per_motion(rollouts, name, len(motions)) for name in FIGURES}
    by_seed = {name: [_mean(_per_motion(rollouts, name, len(motions), s)) for s in seeds] for name in FIGURES}
    counts = np.bincount(rollouts.motion, minlength=len(motions))
    fell, lost = (_share(rollouts, name, counts) for name in ("fall_time_paper_s", "lost_time_s"))
    tags = sorted({tag for motion in motions for tag in motion.tags})
    groups = {tag: _groups([m.tags.get(tag, "") for m in motions], means, counts) for tag in tags}
    return {
        "rollouts": len(rollouts.motion),
        "all": {
            name: {
                "mean": _plain(_mean(means[name])),
                "sd_motions": _plain(_deviation(means[name])),
                "sd_seeds": _plain(_deviation(np.array(by_seed[name]))),
            }
            for name in FIGURES
        },
        "macro": _macro(groups.get("group", [])),
        "groups": groups,
        "motions": [
            {
                "name": motion.name,
                "tags": dict(motion.tags),
                "near_paper_fall": motion.near_paper_fall,
                "rollouts": int(counts[index]),
                "fell": fell[index],
                "lost": lost[index],
                "figures": {name: _plain(means[name][index]) for name in FIGURES},
            }
            for index, motion in enumerate(motions)
        ],
    }


def _per_motion(rollouts: Rollouts, name: str, motions: int, seed: int | None = None) -> np.ndarray:
    """Mean of a figure over each motion's rollouts, (motions,); NaN where it does not exist."""
    value = rollouts.figures[name]
    known = np.isfinite(value) if seed is None else np.isfinite(value) & (rollouts.seed == seed)
    total = np.bincount(rollouts.motion[known], value[known], motions)
    count = np.bincount(rollouts.motion[known], minlength=motions)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _share(rollouts: Rollouts, name: str, counts: np.ndarray) -> list[float]:
    """Share of each motion's rollouts in which a moment exists."""
    known = np.isfinite(rollouts.figures[name])
    return (np.bincount(rollouts.motion[known], minlength=len(counts)) / counts).tolist()


def _groups(values: Sequence[str], means: Mapping[str, np.ndarray], counts: np.ndarray) -> list[dict[str, Any]]:
    rows = []
    for value in sorted(set(values)):
        chosen = np.array([v == value for v in values])
        figures = {name: _plain(_mean(mean[chosen])) for name, mean in means.items()}
        size = {"motions": int(chosen.sum()), "rollouts": int(counts[chosen].sum())}
        rows.append({"value": value, **size, "figures": figures})
    return rows


def _macro(groups: Sequence[Mapping[str, Any]]) -> dict[str, float | None]:
    """A thousand walks do not outweigh one bow."""
    rows = [row["figures"] for row in groups]
    values = {name: np.array([np.nan if r[name] is None else r[name] for r in rows]) for name in FIGURES}
    return {name: _plain(_mean(value)) for name, value in values.items()}


def _mean(values: np.ndarray) -> float:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of nothing but NaN
        return float(np.nanmean(values)) if values.size else float("nan")


def _deviation(values: np.ndarray) -> float:
    known = values[np.isfinite(values)]
    return float(known.std(ddof=1)) if len(known) > 1 else float("nan")


def _plain(value: float) -> float | None:
    return float(f"{value:.6g}") if np.isfinite(value) else None
