"""Where the figures of several evaluations are from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from genmimic.evaluation.paper_tables import all_tried


def sources(results: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    """Rows of a table of sets, seeds, simulators and policies, the headings first.

    Args:
        results: Contents of several results.json.
    """
    found: dict[tuple[str, ...], list[str]] = {}
    dates: dict[tuple[str, ...], list[str]] = {}
    for each in all_tried(results):
        content = each.content
        seeds = ", ".join(map(str, content["settings"]["seeds"]))
        key = (each.where, content["set"]["digest"], seeds, content["backend"], content["device"])
        found.setdefault(key, []).append(f"{each.policy['name']} ({each.policy['sha256'][:8]})")
        dates.setdefault(key, []).append(content["date"][:10])
    head = ["on", "digest of the motions", "seeds", "simulator", "machine", "dates", "policies (sha256)"]
    return [head, *([*key, _span(dates[key]), ", ".join(names)] for key, names in found.items())]


def _span(dates: Sequence[str]) -> str:
    return " to ".join(dict.fromkeys([min(dates), max(dates)]))
