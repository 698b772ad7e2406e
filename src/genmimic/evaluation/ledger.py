"""What has been rolled out already: a file that grows line by line, so that nothing finished is ever lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from genmimic.errors import InputError
from genmimic.evaluation.columns import FIGURES
from genmimic.evaluation.tasks import Figures

FILE_NAME = "ledger.jsonl"
_DIGITS = 6


class Ledger:
    """Figures of finished tasks by key.

    A line that was cut short by a crash is skipped; the next one begins anew.
    """

    def __init__(self, folder: Path) -> None:
        """Read what is there.

        Raises:
            InputError: The folder or file cannot be read or written.
        """
        self.path = folder / FILE_NAME
        try:
            folder.mkdir(parents=True, exist_ok=True)
            text = self.path.read_text(encoding="utf-8") if self.path.exists() else ""
            self._file = self.path.open("a", encoding="utf-8")
        except OSError as error:
            raise InputError(f"{self.path}: cannot be used ({error.strerror}); choose another --out.") from error
        if text and not text.endswith("\n"):
            self._file.write("\n")
        self._figures = dict(_entries(text))

    def __contains__(self, key: str) -> bool:
        """Whether a task has been finished."""
        return key in self._figures

    def __getitem__(self, key: str) -> Figures:
        """Figures of a finished task."""
        return self._figures[key]

    def add(self, key: str, motion: str, figures: Figures) -> None:
        """Keep a finished task, on the disk at once."""
        rounded = {name: [_rounded(value) for value in values] for name, values in figures.items()}
        self._figures[key] = rounded
        self._file.write(json.dumps({"key": key, "motion": motion, "figures": rounded}, allow_nan=False) + "\n")
        self._file.flush()

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _entries(text: str) -> Iterator[tuple[str, Figures]]:
    for line in text.splitlines():
        try:
            entry = json.loads(line)
            if set(FIGURES) <= set(entry["figures"]):
                yield entry["key"], entry["figures"]
        except (ValueError, KeyError, TypeError):
            continue


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.{_DIGITS}g}")
