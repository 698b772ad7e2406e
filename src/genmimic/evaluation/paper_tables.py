"""The paper's tables 1, 3 and 4 with our figures under the paper's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
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
    "not say; ours is the standard deviation over motions, in brackets over seeds. 'not run': no results of such a "
    "policy were given."
)
_SHORT = FIGURES[:3]


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
    def where(self) -> str:
        """The set, the number of rollouts, and conditions that are not the usual ones."""
        settings = self.content["settings"]
        usual = {"friction": [0.4, 1.25], "motor_strength": [0.5, 1.5], "delay_steps": [0, 3]}
        ranges = settings["randomization"]
        unusual = [f"{name.replace('_', ' ')} {ranges[name]}" for name, value in usual.items() if ranges[name] != value]
        unusual += [f"pushes of {ranges['push_velocity'][0]:g} m/s"] if any(ranges["push_velocity"]) else []
        unusual += [f"video noise {settings['video_severity']:g}"] if settings["video_severity"] else []
        size = f"{self.content['set']['motions']} x {settings['rollouts'] * len(settings['seeds'])}"
        return ", ".join([f"{self.content['set']['name']}, {size}", *unusual])


def normal(name: str) -> str:
    """A policy's name in small letters, with dashes between words: '3DP+Weights' as '3dp-weights'."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def table(number: int, results: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    """Rows of a table, the headings first.

    Args:
        number: 1, 3 or 4.
        results: Contents of several results.json.
    """
    tried = [Tried(policy, content) for content in results for policy in content["policies"]]
    with_amass = number != 1
    head = ["policy", "whose", "on"]
    head += [f"{BY_NAME[name].label} {AMASS}" for name in _SHORT] if with_amass else []
    rows = [head + [f"{BY_NAME[name].label} {BENCH}" if with_amass else BY_NAME[name].heading for name in FIGURES]]
    known: set[str] = set()
    for row in TABLES[number]:
        known.update(row.ours)
        rows.append([row.label, "paper", "its own", *_paper_cells(row)])
        ours = [each for each in tried if each.key in row.ours]
        rows += [["", *cells] for cells in _our_rows(ours, with_amass)] or [
            ["", "ours", "not run", *_blank(with_amass)]
        ]
    others = [each for each in tried if each.key not in known] if number == 1 else []
    rows += [["(no row)", *cells] for cells in _our_rows(others, with_amass)]
    return rows


def _paper_cells(row: PaperRow) -> list[str]:
    printed: list[Printed] = [*(row.amass or ()), *row.bench]
    return [f"{mean:.2f}" if deviation is None else f"{mean:.2f} ± {deviation:.2f}" for mean, deviation in printed]


def _our_rows(tried: Sequence[Tried], with_amass: bool) -> Iterator[list[str]]:
    """One row per result; where table 3 or 4 has two sets of columns, a corpus fills the first."""
    for each in tried:
        on_corpus = each.content["set"]["kind"] == "corpus"
        figures = [spread(each.policy["all"][name], name) for name in FIGURES]
        if not with_amass:
            yield [each.policy["name"], each.where, *figures]
        elif on_corpus:
            yield [each.policy["name"], each.where, *figures[: len(_SHORT)], *["-"] * len(FIGURES)]
        else:
            yield [each.policy["name"], each.where, *["-"] * len(_SHORT), *figures]


def _blank(with_amass: bool) -> list[str]:
    return ["-"] * (len(FIGURES) + (len(_SHORT) if with_amass else 0))
