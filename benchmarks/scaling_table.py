"""Speed of training by the number of GPUs: figures from the curves of runs, and their table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

SPREAD = "ranks/spread_"
"""What the curves call differences between processes."""
HEADINGS = (
    *("GPUs", "environments", "samples/s", "slowest to fastest iteration", "efficiency"),
    *("collecting, s", "learning, s", "apart"),
)


@dataclass(frozen=True)
class Speed:
    """What one number of GPUs did.

    Attributes:
        ranks: Processes, one per GPU.
        envs: Environments of all together.
        iterations: Iterations that were measured.
        samples_per_second: Their median.
        slowest: The least samples a second of an iteration.
        fastest: The greatest.
        collect_seconds: Median of collecting.
        learn_seconds: Median of learning.
        wall_seconds: The whole command, from start to end.
        apart: Greatest difference between processes by what differs; nothing for one process.
    """

    ranks: int
    envs: int
    iterations: int
    samples_per_second: float
    slowest: float
    fastest: float
    collect_seconds: float
    learn_seconds: float
    wall_seconds: float
    apart: Mapping[str, float]


def speed(rows: Sequence[Mapping[str, Any]], ranks: int, envs: int, settle: int, wall_seconds: float) -> Speed:
    """Figures of a run from its curves.

    Args:
        rows: A point for every iteration.
        ranks: Processes.
        envs: Environments of each.
        settle: Iterations at the start that are left out.
        wall_seconds: How long it took.

    Raises:
        ValueError: There are no more iterations than are left out.
    """
    measured = rows[settle:]
    if not measured:
        raise ValueError(f"{len(rows)} iterations, of which the first {settle} do not count")
    rates = [row["samples_per_second"] for row in measured]
    return Speed(
        ranks=ranks,
        envs=ranks * envs,
        iterations=len(measured),
        samples_per_second=median(rates),
        slowest=min(rates),
        fastest=max(rates),
        collect_seconds=median(row["collect_seconds"] for row in measured),
        learn_seconds=median(row["learn_seconds"] for row in measured),
        wall_seconds=wall_seconds,
        apart={name.removeprefix(SPREAD): value for name, value in rows[-1].items() if name.startswith(SPREAD)},
    )


def efficiency(run: Speed, runs: Sequence[Speed]) -> float:
    """Samples a second and GPU, over those of the run with the fewest GPUs."""
    fewest = min(runs, key=lambda other: other.ranks)
    return run.samples_per_second / run.ranks / (fewest.samples_per_second / fewest.ranks)


def table(runs: Sequence[Speed]) -> str:
    """All runs as Markdown."""
    lines = [f"| {' | '.join(HEADINGS)} |", "|" + "---:|" * (len(HEADINGS) - 1) + "---|"]
    for run in sorted(runs, key=lambda run: run.ranks):
        cells = [
            f"{run.ranks}",
            f"{run.envs:,}",
            f"{run.samples_per_second:,.0f}",
            f"{run.slowest:,.0f} to {run.fastest:,.0f}",
            f"{efficiency(run, runs):.1%}",
            f"{run.collect_seconds:.3f}",
            f"{run.learn_seconds:.3f}",
            differences(run.apart),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def differences(apart: Mapping[str, float]) -> str:
    """What differs between processes, in words."""
    if not apart:
        return ""
    told = [f"{name} {value:.1e}" for name, value in apart.items() if value != 0.0]
    return ", ".join(told) or "nothing: " + ", ".join(apart)
