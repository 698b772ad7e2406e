"""Real trials judged by people: a CSV file, aggregated as in the paper's table 2, beside the simulated stand-in.

The file has one row per trial, with a heading. Columns: `motion` (what was done), `category` (of table 2, see
`paper.TABLE_2`) and `success` (1 or 0: whether what the robot did resembles the video; excessive stumbling, or a hand
or foot that visibly does not follow, is a failure). Further columns, such as `trial`, `policy`, `judge` or `note`, may
be there and are not read. Trials of one motion are averaged first, then the motions of a category.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from genmimic.errors import InputError
from genmimic.evaluation.paper import SUMS, TABLE_2

COLUMNS = ("motion", "category", "success")
_ANSWERS = {"1": 1.0, "yes": 1.0, "true": 1.0, "0": 0.0, "no": 0.0, "false": 0.0}

Rates = dict[str, tuple[int, float]]
"""Number of motions and visual success rate by category."""


def read_trials(path: Path) -> list[tuple[str, str, float]]:
    """Motion, category and success (0 or 1) of every trial.

    Raises:
        InputError: The file is missing, lacks a column, or a row is not understood.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path}: cannot be read as CSV ({error}).") from error
    missing = [name for name in COLUMNS if not rows or name not in rows[0]]
    if missing:
        raise InputError(f"{path}: lacks trials, or the columns {missing}; see docs/evaluation.md.")
    return [_trial(path, number, row) for number, row in enumerate(rows, start=2)]


def human_rates(trials: Iterable[tuple[str, str, float]]) -> Rates:
    """Rates by category of trials from `read_trials`."""
    by_motion: dict[tuple[str, str], list[float]] = {}
    for motion, category, success in trials:
        by_motion.setdefault((category, motion), []).append(success)
    return _rates((category, sum(answers) / len(answers)) for (category, _), answers in by_motion.items())


def simulated_rates(policy: Mapping[str, Any]) -> Rates:
    """Rates by category of a policy in results.json: the stand-in of `evaluation.visual`."""
    motions = [motion for motion in policy["motions"] if motion["tags"].get("table 2")]
    return _rates((motion["tags"]["table 2"], motion["figures"]["visual_success"]) for motion in motions)


def table_2(human: Rates | None, simulated: Mapping[str, Rates]) -> list[list[str]]:
    """Rows of the table, the headings first.

    Args:
        human: Rates of real trials; None for none.
        simulated: Rates by policy.
    """
    columns: Sequence[tuple[str, Rates]] = [
        ("paper, real", TABLE_2),
        *([("real trials", human)] if human is not None else []),
        *((f"{name}, simulated", rates) for name, rates in simulated.items()),
    ]
    rows = [["action type", *(f"{what} {name}" for name, _ in columns for what in ("#", "VSR"))]]
    summed = {part for parts in SUMS.values() for part in parts}
    for category in TABLE_2:
        cells = [cell for _, rates in columns for cell in _cells(rates.get(category))]
        rows.append([f"  {category}" if category in summed else category, *cells])
    return rows


def _cells(rate: tuple[int, float] | None) -> list[str]:
    return ["-", "-"] if rate is None else [str(rate[0]), f"{rate[1]:.2f}"]


def _trial(path: Path, line: int, row: Mapping[str, str | None]) -> tuple[str, str, float]:
    motion, category, answer = ((row[name] or "").strip() for name in COLUMNS)
    if category not in TABLE_2:
        raise InputError(f"{path}: line {line}: category '{category}' is none of {', '.join(TABLE_2)}.")
    if answer.lower() not in _ANSWERS or not motion:
        raise InputError(f"{path}: line {line}: expected a motion and a success of 1 or 0, found '{answer}'.")
    return motion, category, _ANSWERS[answer.lower()]


def _rates(motions: Iterable[tuple[str, float]]) -> Rates:
    """Means over the motions (category, rate) of each category and of those that sum others up."""
    found: dict[str, list[float]] = {}
    parents = {part: whole for whole, parts in SUMS.items() for part in parts}
    for category, rate in motions:
        for name in (category, parents.get(category)):
            if name is not None:
                found.setdefault(name, []).append(rate)
    return {name: (len(rates), sum(rates) / len(rates)) for name, rates in found.items()}
