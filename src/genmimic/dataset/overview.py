"""A corpus in tables: how much of what, what was dropped and why, and how two corpora differ."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

from genmimic.dataset.content import NEEDS_SUPPORT
from genmimic.dataset.splits import checksum
from genmimic.motion.corpus import Corpus

Row = tuple[str | int | float, ...]


def summary(corpus: Corpus) -> dict[str, str | int | float]:
    """Clips, minutes, kept and tested, and what tells this corpus from others."""
    flat = np.array([not reason.startswith(NEEDS_SUPPORT) for reason in corpus.reasons], dtype=bool)
    test = np.array([split == "test" for split in corpus.splits], dtype=bool)
    return {
        "clips": len(corpus),
        "clips on flat ground": int(flat.sum()),
        "kept": int(corpus.kept.sum()),
        "kept % of those on flat ground": _percent(corpus.kept.sum(), flat.sum()),
        "minutes": _minutes(corpus, corpus.lengths > 0),
        "minutes kept": _minutes(corpus, corpus.kept),
        "minutes kept, train": _minutes(corpus, corpus.kept & ~test),
        "minutes kept, test": _minutes(corpus, corpus.kept & test),
        "frames": int(corpus.lengths.sum()),
        "frames/s": corpus.fps,
        "licences": "; ".join(sorted({licence or "unknown" for licence in corpus.licences})),
        "test list": checksum([n for n, t in zip(corpus.names, test & (corpus.lengths > 0), strict=True) if t])[:16],
    }


def by(corpus: Corpus, *fields: str) -> list[Row]:
    """A row for each combination of fields: clips, minutes, kept clips and minutes, train and test of these, dropped.

    Args:
        corpus: The corpus.
        fields: Names of text fields of the corpus, such as 'sources' or 'contents'.
    """
    keys = list(zip(*(getattr(corpus, field) for field in fields), strict=True))
    test = np.array([split == "test" for split in corpus.splits], dtype=bool)
    rows: list[Row] = []
    for key in sorted(set(keys)):
        inside = np.array([other == key for other in keys])
        kept = inside & corpus.kept
        rows.append(
            (
                *key,
                int(inside.sum()),
                _minutes(corpus, inside),
                int(kept.sum()),
                _minutes(corpus, kept),
                int((kept & ~test).sum()),
                int((kept & test).sum()),
                int((inside & ~corpus.kept).sum()),
            )
        )
    return rows


COLUMNS = ("clips", "min", "kept", "min kept", "train", "test", "dropped")
"""Heads of the columns that `by` adds to its fields."""


def reasons(corpus: Corpus, *fields: str) -> list[Row]:
    """A row for each kind of reason, the commonest first: clips dropped for it (one may have several), minutes.

    Args:
        corpus: The corpus.
        fields: Text fields by which the rows are told apart, too; they come first.
    """
    found: dict[tuple[str, ...], list[int]] = {}
    for i, reason in enumerate(corpus.reasons):
        own = tuple(getattr(corpus, field)[i] for field in fields)
        for kind in {kind_of(part) for part in reason.split("; ") if part}:
            found.setdefault((*own, kind), []).append(i)
    rows = [
        (*key, len(clips), _minutes(corpus, np.isin(np.arange(len(corpus)), clips))) for key, clips in found.items()
    ]
    return sorted(rows, key=lambda row: (row[: len(fields)], -int(row[-2]), row))


def kind_of(reason: str) -> str:
    """A reason without its figures and names: what it has in common with others."""
    head = re.split(r"[('\d]| by \d| at \d| in \d", reason, maxsplit=1)[0]
    if reason.startswith("failed: "):
        return "failed to be read or retargeted"
    for word in ("is at its limit", "links overlap", "sinks"):
        if word in reason:
            return {"is at its limit": "a joint is at its limit", "sinks": "a foot sinks into the floor"}.get(
                word, word
            )
    return head.strip(" :,") or reason


def differences(old: Corpus, new: Corpus) -> dict[str, list[str]]:
    """What changed from one corpus to another, as lists of clip names with what changed."""
    before, after = ({name: i for i, name in enumerate(c.names)} for c in (old, new))
    both = [name for name in before if name in after]

    def changed(tell: Callable[[Corpus, int], str]) -> list[str]:
        pairs = ((name, tell(old, before[name]), tell(new, after[name])) for name in both)
        return [f"{name}: {a or '-'} -> {b or '-'}" for name, a, b in pairs if a != b]

    return {
        "only in the first": [name for name in before if name not in after],
        "only in the second": [name for name in after if name not in before],
        "kept": changed(lambda c, i: "kept" if c.kept[i] else f"dropped ({c.reasons[i]})"),
        "split": changed(lambda c, i: c.splits[i]),
        "content": changed(lambda c, i: c.contents[i]),
        "licence": changed(lambda c, i: c.licences[i]),
        "motion": [text for name in both if (text := _moved(old, before[name], new, after[name]))],
    }


def _moved(old: Corpus, i: int, new: Corpus, j: int) -> str:
    """How two versions of one clip differ, '' where they are the same up to rounding."""
    if old.lengths[i] != new.lengths[j] or old.fps != new.fps:
        return f"{old.names[i]}: {old.lengths[i]} frames at {old.fps:g}/s -> {new.lengths[j]} at {new.fps:g}/s"
    if not old.lengths[i]:
        return ""
    a, b = (slice(c.starts[k], c.starts[k] + c.lengths[k]) for c, k in ((old, i), (new, j)))
    root = float(np.abs(old.root_pos_w[a] - new.root_pos_w[b]).max())
    joint = float(np.abs(old.joint_pos[a] - new.joint_pos[b]).max())
    if root < 2e-4 and joint < 5e-4:
        return ""
    return f"{old.names[i]}: pelvis by up to {root:.3f} m, joints by up to {joint:.3f} rad"


def table(head: Sequence[str], rows: Sequence[Row]) -> str:
    """Rows as text with aligned columns, numbers to the right."""
    cells = [list(head), *([_cell(value) for value in row] for row in rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(head))]
    numeric = [not any(isinstance(row[i], str) for row in rows) for i in range(len(head))]
    lines = []
    for row in cells:
        parts = [c.rjust(w) if n else c.ljust(w) for c, w, n in zip(row, widths, numeric, strict=True)]
        lines.append("  ".join(parts).rstrip())
    return "\n".join(lines)


def counts(texts: Sequence[str]) -> str:
    """How often each text occurs, the commonest first."""
    return ", ".join(f"{text or '-'} {count}" for text, count in Counter(texts).most_common())


def _cell(value: str | int | float) -> str:
    return f"{value:.1f}" if isinstance(value, float) else str(value)


def _minutes(corpus: Corpus, mask: np.ndarray) -> float:
    return round(float(corpus.seconds[mask].sum()) / 60.0, 2)


def _percent(part: float, whole: float) -> float:
    return round(100.0 * float(part) / float(whole), 1) if whole else 0.0
