"""All that `genmimic tables` has to show, part by part."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from genmimic.evaluation import paper_findings
from genmimic.evaluation.paper import TABLES
from genmimic.evaluation.paper_tables import NOTE, TITLES, all_tried, table
from genmimic.evaluation.sources import sources
from genmimic.evaluation.text_tables import markdown
from genmimic.evaluation.visual_trials import human_rates, read_trials, simulated_rates, table_2


@dataclass(frozen=True)
class Part:
    """One table.

    Attributes:
        name: By which a page marks its place.
        title: Heading.
        rows: Cells, the headings first.
        note: What to say below it.
    """

    name: str
    title: str
    rows: list[list[str]]
    note: str = ""

    def text(self, lay_out: Callable[[Sequence[Sequence[str]]], str]) -> str:
        """The table and its note."""
        return f"{lay_out(self.rows)}\n\n{self.note}".rstrip()


def parts(results: Sequence[Mapping[str, Any]], trials: Path | None = None) -> list[Part]:
    """Tables 1 to 4, the findings, and where the figures are from.

    Args:
        results: Contents of several results.json.
        trials: CSV of real trials for table 2.

    Raises:
        InputError: The trials are not understood.
    """
    human = None if trials is None else human_rates(read_trials(trials))
    made = [Part(f"table {number}", TITLES[number], table(number, results)) for number in TABLES]
    made.append(Part("table 2", "Table 2. Visual success rate by action", table_2(human, _judged(results))))
    made.sort(key=lambda part: part.name)
    return [
        *made,
        Part("findings", "The paper's findings", paper_findings.findings(results), paper_findings.NOTE),
        Part("sources", "Where our figures are from", sources(results), NOTE),
    ]


def for_page(made: Sequence[Part]) -> dict[str, str]:
    """Markdown of each part by its name, for `marked_tables.fill`."""
    return {part.name: part.text(markdown) for part in made}


def _judged(results: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, tuple[int, float]]]:
    """The simulated stand-in of every policy that was tried on a benchmark."""
    judged = {
        ", ".join(filter(None, [each.policy["name"], each.conditions])): simulated_rates(each.policy)
        for each in all_tried(results)
        if each.content["set"]["kind"] == "benchmark"
    }
    return {name: rates for name, rates in judged.items() if rates}
