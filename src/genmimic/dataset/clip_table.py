"""The table of all clips beside a corpus: one line each, for people and for spreadsheets."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from genmimic.dataset.clip_work import MEASURES
from genmimic.dataset.outcome import Outcome
from genmimic.motion.corpus import Corpus
from genmimic.motion.files import atomic_path

FIRST = ("name", "source", "subject", "content", "tier", "split", "kept", "seconds", "frames", "reason")
FIGURES = (*MEASURES, "person_foot_slip", "person_penetration")


def save_table(corpus: Corpus, outcomes: Sequence[Outcome], path: Path) -> None:
    """Write name, origin, split, reason and the figures of the retargeting of each clip, separated by tabs.

    Raises:
        InputError: The path cannot be written.
    """
    lines = ["\t".join((*FIRST, *FIGURES))]
    for i, outcome in enumerate(outcomes):
        row = [
            *(corpus.names[i], corpus.sources[i], corpus.subjects[i], corpus.contents[i], corpus.tiers[i]),
            *(corpus.splits[i], "yes" if corpus.kept[i] else "no", f"{outcome.seconds:.2f}", str(corpus.lengths[i])),
            " ".join(corpus.reasons[i].split()),
            *(f"{outcome.measures[name]:g}" if name in outcome.measures else "" for name in FIGURES),
        ]
        lines.append("\t".join(row))
    with atomic_path(path) as temporary:
        temporary.write_text("\n".join(lines) + "\n", encoding="utf-8")
