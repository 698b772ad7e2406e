"""GenMimicBench-Sim as data: entries of the paper's taxonomy, each with the motion shown and the one behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Literal

import numpy as np

from genmimic.errors import InputError
from genmimic.motion.corpus import Corpus
from genmimic.motion.robot_motion import RobotMotion

Kind = Literal["modelled", "rendered"]


@dataclass(frozen=True)
class Entry:
    """What one entry is.

    Attributes:
        name: Unique name (`taxonomy.Slot.name`).
        generator: 'Wan2.1' or 'Cosmos-Predict2': whose half of GenMimicBench it stands for.
        subject: s1, s2, ...
        view: From where the camera looks. Modelled noise does not depend on it.
        camera: How the camera moves; '' for a modelled entry, which no camera saw.
        action: Name of the action (`taxonomy.ACTIONS`).
        category: Of the paper's taxonomy (`taxonomy.CATEGORIES`).
        table2: Row of the paper's table 2 (`taxonomy.TABLE2`).
        kind: 'modelled': corrupted by the measured noise; 'rendered': reconstructed from a rendered video.
        licence: Of the motion.
        source: What the motion was made by.
        clips: Held-out clips of the corpus that it contains, '; ' between them; '' for none.
    """

    name: str
    generator: str
    subject: str
    view: str
    camera: str
    action: str
    category: str
    table2: str
    kind: str
    licence: str
    source: str
    clips: str


ENTRY_FIELDS: tuple[str, ...] = tuple(field.name for field in fields(Entry))


@dataclass(frozen=True)
class Benchmark:
    """All entries with their motions.

    Attributes:
        name: 'GenMimicBench-Sim'.
        version: Of its content; results are comparable within one version only.
        seed: It was built with.
        checksum: SHA-256 of the content (`store.checksum`).
        entries: One per motion.
        shown_motions: What a policy is given: one clip per entry at 50 Hz, all of split 'test'.
        clean_motions: What is behind it, with as many frames; no frames where that is unknown.
    """

    name: str
    version: int
    seed: int
    checksum: str
    entries: tuple[Entry, ...]
    shown_motions: Corpus
    clean_motions: Corpus

    def __len__(self) -> int:
        """Number of entries."""
        return len(self.entries)

    def shown(self, index: int) -> RobotMotion:
        """What a policy is given; `metadata` holds the entry's fields."""
        return self._of(self.shown_motions, index)

    def clean(self, index: int) -> RobotMotion | None:
        """The motion behind it; None where that is unknown."""
        return None if self.clean_motions.lengths[index] == 0 else self._of(self.clean_motions, index)

    def find(self, name: str) -> int:
        """Index of the entry of a name, or of the only one that has it in its name.

        Raises:
            InputError: There is none, or there are several.
        """
        names = [entry.name for entry in self.entries]
        fits = [names.index(name)] if name in names else [i for i, other in enumerate(names) if name in other]
        if len(fits) != 1:
            some = ", ".join(names[i] for i in fits[:6]) if fits else "list them with genmimic bench info --entries"
            raise InputError(f"{name}: {len(fits) or 'no'} entries of the benchmark are named so ({some}).")
        return fits[0]

    def select(self, wanted: Callable[[Entry], bool]) -> Benchmark:
        """The entries for which `wanted` is true; the checksum is given up."""
        which = np.array([wanted(entry) for entry in self.entries], dtype=bool)
        return replace(
            self,
            checksum="",
            entries=tuple(entry for entry, kept in zip(self.entries, which, strict=True) if kept),
            shown_motions=self.shown_motions.select(which),
            clean_motions=self.clean_motions.select(which),
        )

    def _of(self, motions: Corpus, index: int) -> RobotMotion:
        entry = self.entries[index]
        about: dict[str, str | float | bool] = {name: getattr(entry, name) for name in ENTRY_FIELDS}
        return replace(motions.clip(index), source=entry.source, metadata=about)
