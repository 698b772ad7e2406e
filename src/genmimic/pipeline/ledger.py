"""stages.json: which stage wrote which files from what, so that a second run reuses what is still true."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from genmimic.pipeline.fingerprint import file_hash

FILE_NAME = "stages.json"


@dataclass(frozen=True)
class Record:
    """One finished stage.

    Attributes:
        fingerprint: Hash of the stage's inputs, settings and program.
        outputs: Content hash of each file that it wrote, by file name.
        summary: What the stage found out, as JSON values; later stages and the report read it.
        seconds: Wall time that it took.
    """

    fingerprint: str
    outputs: Mapping[str, str]
    summary: Mapping[str, Any]
    seconds: float


@dataclass(frozen=True)
class Ledger:
    """The records of one output folder, by stage name."""

    records: Mapping[str, Record]

    def reusable(self, folder: Path, stage: str, fingerprint: str) -> bool:
        """Whether `stage` has run with this fingerprint and all its files are there as it left them."""
        record = self.records.get(stage)
        if record is None or record.fingerprint != fingerprint:
            return False
        return all((folder / n).is_file() and file_hash(folder / n) == h for n, h in record.outputs.items())

    def with_record(self, stage: str, record: Record) -> Ledger:
        """This ledger with one record added or replaced."""
        return replace(self, records={**self.records, stage: record})

    def without(self, stages: set[str]) -> Ledger:
        """This ledger without the records of `stages`."""
        return replace(self, records={n: r for n, r in self.records.items() if n not in stages})

    def write(self, folder: Path) -> None:
        """Write stages.json, whole or not at all."""
        temporary = folder / f".{FILE_NAME}.{os.getpid()}"
        try:
            temporary.write_text(json.dumps({n: asdict(r) for n, r in self.records.items()}, indent=2) + "\n")
            temporary.replace(folder / FILE_NAME)
        finally:
            temporary.unlink(missing_ok=True)


def read_ledger(folder: Path) -> Ledger:
    """Read a folder's stages.json; a missing or unreadable one means that nothing can be reused."""
    try:
        stored = json.loads((folder / FILE_NAME).read_text())
        return Ledger({name: Record(**record) for name, record in stored.items()})
    except (FileNotFoundError, NotADirectoryError, ValueError, TypeError, AttributeError):
        return Ledger({})
