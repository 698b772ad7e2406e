"""What the paper found by comparing policies, and what the same comparisons say here."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from genmimic.evaluation.columns import BY_NAME
from genmimic.evaluation.paper import FIGURES, TABLES, PaperRow
from genmimic.evaluation.paper_tables import Tried, all_tried

SURE = 2.0
"""Standard errors that a difference needs to count."""
SHOWN = ("success_paper", "mpkpe_nt_cm", "lmpkpe_nt_cm")
NOTE = (
    "First minus second policy on the same motions with the same draws: mean of the motions' differences ± its "
    "standard error (on a benchmark over actions, whose performances are alike). SR in percentage points, the paper's "
    "on AMASS beside ours on a corpus, else on its benchmark; errors in cm over whole motions. 'yes': our difference "
    f"in SR has the paper's sign and is over {SURE:g} standard errors; 'no': it is that large with the other sign; "
    "'open': it is smaller. The standard errors are over motions and draws, not over trainings: each policy was "
    "trained once."
)


@dataclass(frozen=True)
class Comparison:
    """Two policies of the paper, the first of which it found to be the better one.

    Attributes:
        finding: In words.
        first: Our name of the one.
        second: Our name of the other.
        table: The paper's table that has both.
    """

    finding: str
    first: str
    second: str
    table: int

    def printed(self, corpus: bool) -> float | None:
        """The paper's difference in SR, points: on AMASS or on its benchmark."""
        rows = [next(row for row in TABLES[self.table] if name in row.ours) for name in (self.first, self.second)]
        rates = [_success(row, corpus) for row in rows]
        return None if None in rates else rates[0] - rates[1]  # type: ignore[operator]


COMPARISONS: tuple[Comparison, ...] = (
    Comparison("3D points over DoFs", "3dp", "dofs", 3),
    Comparison("... with weights", "3dp-weights", "dofs-weights", 4),
    Comparison("... with weights and symmetry", "3dp-weights-symmetry", "dofs-weights-symmetry", 4),
    Comparison("weights help 3D points", "3dp-weights", "3dp", 3),
    Comparison("weights help DoFs", "dofs-weights", "dofs", 4),
    Comparison("self-supervision helps 3D points", "self-supervised", "3dp", 3),
    Comparison("weights over self-supervision", "3dp-weights", "self-supervised", 3),
    Comparison("symmetry helps 3D points with weights", "3dp-weights-symmetry", "3dp-weights", 3),
    Comparison("symmetry helps DoFs with weights", "dofs-weights-symmetry", "dofs-weights", 4),
    Comparison("GenMimic over BeyondMimic", "3dp-weights-symmetry", "beyondmimic", 1),
    Comparison("GenMimic over TWIST", "3dp-weights-symmetry", "twist", 1),
)


def findings(results: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    """Rows of the table of comparisons, the headings first.

    Args:
        results: Contents of several results.json; two policies are compared where they were tried on the same motions
            in the same way.
    """
    tried = all_tried(results)
    headings = [f"{BY_NAME[name].label} {'points' if name == SHOWN[0] else 'cm'}" for name in SHOWN]
    rows = [["the paper found", "on", f"{headings[0]}, paper", *(f"{h}, ours" for h in headings), "as the paper"]]
    for comparison in COMPARISONS:
        pairs = list(_pairs(tried, comparison))
        rows += [_row(comparison, *pair) for pair in pairs] or [
            [comparison.finding, "not run", _signed(comparison.printed(False)), *["-"] * len(SHOWN), "-"]
        ]
    return rows


def difference(first: Mapping[str, Any], second: Mapping[str, Any], name: str) -> tuple[float, float]:
    """Mean of the motions' differences of a figure and its standard error, in the units that are shown.

    Performances of one action are alike, so a benchmark's entries are no independent draws: the error is that over
    actions (cluster-robust; where each motion is an action of its own, deviation over the root of the count).

    Args:
        first: A policy's part of results.json.
        second: Another's, on the same motions in the same order.
        name: The figure; motions for which either policy has none are left out.
    """
    values = [[motion["figures"][name] for motion in policy["motions"]] for policy in (first, second)]
    families = np.array([motion["tags"].get("action", motion["name"]) for motion in first["motions"]])
    apart = np.subtract(*np.array(values, dtype=np.float64)) * BY_NAME[name].factor
    known = np.isfinite(apart)
    members = np.unique(families[known], return_inverse=True)[1]
    count = len(np.unique(members))
    if count < 2:
        return float("nan"), float("nan")
    mean = float(apart[known].mean())
    sums = np.bincount(members, apart[known] - mean)
    return mean, math.sqrt(count / (count - 1) * float((sums**2).sum())) / int(known.sum())


def verdict(ours: float, error: float, papers: float) -> str:
    """Whether a difference in SR has the paper's sign: 'yes', 'no', or 'open' where it is too small to tell."""
    if not abs(ours) > SURE * error:  # nor where there is none
        return "open"
    return "yes" if ours * papers > 0 else "no"


def _pairs(tried: Sequence[Tried], comparison: Comparison) -> Iterator[tuple[Tried, Tried]]:
    seconds = {_circumstances(each): each for each in tried if each.key == comparison.second}
    for first in tried:
        second = seconds.get(_circumstances(first)) if first.key == comparison.first else None
        if second is not None:
            yield first, second


def _circumstances(tried: Tried) -> str:
    content = tried.content
    return json.dumps([content["set"]["digest"], content["backend"], content["settings"]], sort_keys=True)


def _row(comparison: Comparison, first: Tried, second: Tried) -> list[str]:
    papers = comparison.printed(first.on_corpus)
    papers = comparison.printed(False) if papers is None else papers
    pairs = [difference(first.policy, second.policy, name) for name in SHOWN]
    cells = [_signed(mean) + (f" ± {error:.1f}" if math.isfinite(error) else "") for mean, error in pairs]
    judged = "-" if papers is None else verdict(*pairs[0], papers)
    return [comparison.finding, first.where, _signed(papers), *cells, judged]


def _signed(value: float | None) -> str:
    return f"{value:+.1f}" if value is not None and math.isfinite(value) else "-"


def _success(row: PaperRow, corpus: bool) -> float | None:
    printed = row.amass if corpus else row.bench
    return None if printed is None else printed[FIGURES.index("success_paper")][0]
