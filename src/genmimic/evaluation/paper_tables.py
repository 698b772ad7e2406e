"""The paper's tables 1, 3 and 4 with our figures under the paper's."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from genmimic.evaluation.columns import BY_NAME
from genmimic.evaluation.paper import AMASS, BENCH, FIGURES, TABLES, PaperRow, Printed
from genmimic.evaluation.text_tables import spread

TITLES = {
    1: "Table 1. Simulation results",
    3: "Table 3. Ablations",
    4: "Table 4. Additional ablations",
}
NOTE = (
    "The motions differ: the paper's figures are on its GenMimicBench (428 generated videos, 256 rollouts of each) and "
    "on AMASS (test), in IsaacGym; ours are on the sets that the rows name, in MuJoCo. So a row of the paper and ours "
    "below it do not compare two policies in one test; rows of ours on one set do. What the paper's ± is over it does "
    "not say; ours is the standard error of SR over motions, and the standard deviation of errors over motions, in "
    "brackets over seeds. 'not run': no results of such a policy were given."
)
_SHORT = FIGURES[:3]
_USUAL = {"friction": [0.4, 1.25], "motor_strength": [0.5, 1.5], "delay_steps": [0, 3]}


@dataclass(frozen=True)
class Tried:
    """A policy's figures on one set."""

    policy: Mapping[str, Any]
    content: Mapping[str, Any]

    @property
    def key(self) -> str:
        """The policy's name as `paper.PaperRow.ours` has it."""
        return normal(self.policy["name"])

    @property
    def on_corpus(self) -> bool:
        """Whether the set is a corpus, our counterpart of AMASS."""
        return self.content["set"]["kind"] == "corpus"

    @property
    def size(self) -> str:
        """The set, without its checksum, and the number of rollouts."""
        settings, motions = self.content["settings"], self.content["set"]
        name = re.sub(r" \([0-9a-f]{12}\)", "", motions["name"])
        return f"{name}, {motions['motions']} x {settings['rollouts'] * len(settings['seeds'])}"

    @property
    def conditions(self) -> str:
        """What differs from the usual conditions; empty if nothing does."""
        settings, ranges = self.content["settings"], self.content["settings"]["randomization"]
        if all(ranges[name][0] == ranges[name][1] for name in _USUAL) and not ranges.get("observation_noise", 1.0):
            parts = ["nominal robot"]
        else:
            parts = [f"{name.replace('_', ' ')} {ranges[name]}" for name, v in _USUAL.items() if ranges[name] != v]
        parts += [f"pushes of {ranges['push_velocity'][0]:g} m/s"] if any(ranges["push_velocity"]) else []
        parts += [f"video noise {settings['video_severity']:g}"] if settings["video_severity"] else []
        return ", ".join(parts)

    @property
    def where(self) -> str:
        """The set, the number of rollouts, and conditions that are not the usual ones."""
        return ", ".join(filter(None, [self.size, self.conditions]))

    def cell(self, name: str) -> str:
        """A figure: a share with its standard error, anything else with its spread."""
        figure, column = self.policy["all"][name], BY_NAME[name]
        if column.unit != "%" or figure["sd_motions"] is None:
            return spread(figure, name)
        error = figure["sd_motions"] / math.sqrt(self.content["set"]["motions"])
        return f"{column.text(figure['mean'])} ± {column.text(error)}"


def normal(name: str) -> str:
    """A policy's name in small letters, with dashes between words: '3DP+Weights' as '3dp-weights'."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def all_tried(results: Sequence[Mapping[str, Any]]) -> list[Tried]:
    """Every policy of several results.json, on its set."""
    return [Tried(policy, content) for content in results for policy in content["policies"]]


def table(number: int, results: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    """Rows of a table, the headings first.

    Args:
        number: 1, 3 or 4.
        results: Contents of several results.json.
    """
    tried = all_tried(results)
    with_amass = number != 1
    head = ["policy", "whose", "on"]
    head += [f"{BY_NAME[name].label} {AMASS}" for name in _SHORT] if with_amass else []
    rows = [head + [f"{BY_NAME[name].label} {BENCH}" if with_amass else BY_NAME[name].heading for name in FIGURES]]
    for row in TABLES[number]:
        rows.append([row.label, "paper", "its own", *_paper_cells(row)])
        ours = [each for each in tried if each.key in row.ours]
        rows += [["", *cells] for cells in _our_rows(ours, with_amass)] or [
            ["", "ours", "not run", *_blank(with_amass)]
        ]
    known = {name for part in TABLES.values() for row in part for name in row.ours}
    others = [each for each in tried if each.key not in known] if number == 1 else []
    rows += [["(no row)", *cells] for cells in _our_rows(others, with_amass)]
    return rows


def _paper_cells(row: PaperRow) -> list[str]:
    printed: list[Printed] = [*(row.amass or ()), *row.bench]
    return [f"{mean:.2f}" if deviation is None else f"{mean:.2f} ± {deviation:.2f}" for mean, deviation in printed]


def _our_rows(tried: Sequence[Tried], with_amass: bool) -> Iterator[list[str]]:
    """One row per result; in tables 3 and 4 results on a corpus and on a benchmark fill one row, as AMASS does."""
    if not with_amass:
        yield from ([each.policy["name"], each.where, *map(each.cell, FIGURES)] for each in tried)
        return
    for key in dict.fromkeys((each.policy["name"], each.conditions) for each in tried):
        alike = [each for each in tried if (each.policy["name"], each.conditions) == key]
        corpora = [each for each in alike if each.on_corpus]
        benches = [each for each in alike if each.content["set"]["kind"] == "benchmark"]
        others = [each for each in alike if each not in corpora and each not in benches]
        for pair in [*zip_longest(corpora, benches), *((None, each) for each in others)]:
            on = "; ".join(each.where for each in pair if each is not None)
            cells = (
                map(each.cell, names) if each is not None else ["-"] * len(names)
                for each, names in zip(pair, (_SHORT, FIGURES), strict=True)
            )
            yield [key[0], on, *(cell for part in cells for cell in part)]


def _blank(with_amass: bool) -> list[str]:
    return ["-"] * (len(FIGURES) + (len(_SHORT) if with_amass else 0))
