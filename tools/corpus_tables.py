"""The tables of docs/corpus.md: `python tools/corpus_tables.py CORPUS.npz ...`; its `.clips.tsv` lies beside each."""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from genmimic.dataset import overview
from genmimic.motion.corpus import Corpus, load_corpus

# measure, its heading, its factor
MEASURES = (
    ("hand_error", "hands from their targets, cm", 100.0),
    ("elbow_error", "elbows, cm", 100.0),
    ("foot_error", "ankles, cm", 100.0),
    ("hips_error", "hips, cm", 100.0),
    ("trunk_error", "trunk, degrees", 180.0 / np.pi),
    ("person_foot_slip", "slip in stance, the person, cm/s", 100.0),
    ("foot_slip", "slip in stance, the robot, cm/s", 100.0),
    ("person_penetration", "deepest toe below its stance, the person, cm", 100.0),
    ("penetration", "deepest sole below the floor, the robot, cm", 100.0),
    ("sole_error", "soles off the floor in stance, 95th percentile, cm", 100.0),
    ("self_collision", "overlap of links, 99th percentile, cm", 100.0),
    ("score", "score", 1.0),
)
PERCENTILES = (5, 50, 95, 100)


def markdown(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table; numbers to the right."""
    cells = [[f"{v:.1f}" if isinstance(v, float) else str(v) for v in row] for row in rows]
    marks = ["---:" if rows and not isinstance(rows[0][i], str) else "---" for i in range(len(head))]
    return "\n".join("| " + " | ".join(row) + " |" for row in (list(head), marks, *cells))


def distribution(path: Path, corpus: Corpus) -> str:
    """Percentiles over the clips that were kept and have the measure."""
    with path.with_suffix(".clips.tsv").open(encoding="utf-8") as file:
        clips = [row for row in csv.DictReader(file, delimiter="\t") if row["kept"] == "yes"]
    assert len(clips) == corpus.kept.sum(), "the table is not of this corpus"
    rows = []
    for name, title, factor in MEASURES:
        values = factor * np.array([float(row[name]) for row in clips if row["person_foot_slip"]])
        rows.append((title, float(values.mean()), *(float(v) for v in np.percentile(values, PERCENTILES))))
    digits = [(row[0], *(f"{value:.2f}" for value in row[1:])) for row in rows]
    return markdown(("over clips", "mean", *(f"{p} %" for p in PERCENTILES[:-1]), "worst"), digits)


def main() -> None:
    """Print all tables of all corpora."""
    for path in map(Path, sys.argv[1:]):
        corpus = load_corpus(path)
        size = path.stat().st_size / 1e6
        print(f"## {path.name} ({size:.1f} MB)\n")
        print("\n".join(f"- {key}: {value}" for key, value in overview.summary(corpus).items() if key != "licences"))
        for fields in (("tiers", "sources"), ("contents",)):
            head = (*(field.removesuffix("s") for field in fields), *overview.COLUMNS)
            print("\n" + markdown(head, overview.by(corpus, *fields)))
        print("\n" + markdown(("dropped because", "clips", "min"), overview.reasons(corpus)))
        print("\n" + distribution(path, corpus) + "\n")


if __name__ == "__main__":
    main()
