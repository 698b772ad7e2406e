"""How a run tells where it is: bars for people, JSON lines for programs, or nothing."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

Advance = Callable[[int, int], None]
"""Called by long functions with (done, total)."""


class Reporter(Protocol):
    """Hears about the stages of a run."""

    def stage(self, clip: str, stage: str) -> Any:
        """Context manager around one running stage; it yields the function that takes (done, total)."""
        ...

    def reused(self, clip: str, stage: str) -> None:
        """A finished stage was reused."""
        ...


class Silent:
    """Says nothing."""

    @contextmanager
    def stage(self, clip: str, stage: str) -> Iterator[Advance]:
        """Run one stage without a word."""
        yield lambda done, total: None

    def reused(self, clip: str, stage: str) -> None:
        """Nothing."""


class Lines:
    """One line per stage on standard error, for logs and other places that cannot redraw a bar."""

    @contextmanager
    def stage(self, clip: str, stage: str) -> Iterator[Advance]:
        """Print the stage's time when it is done."""
        began = time.perf_counter()
        yield lambda done, total: None
        print(f"{clip}: {stage:<14} {time.perf_counter() - began:.1f} s", file=sys.stderr, flush=True)

    def reused(self, clip: str, stage: str) -> None:
        """One line per reused stage."""
        print(f"{clip}: {stage:<14} unchanged, reused", file=sys.stderr, flush=True)


class Bars(Lines):
    """One progress bar per stage on standard error."""

    @contextmanager
    def stage(self, clip: str, stage: str) -> Iterator[Advance]:
        """Show a bar while the stage runs and leave it there, finished, with its time."""
        from tqdm import tqdm

        with tqdm(
            desc=f"{clip}: {stage}",
            total=1,
            file=sys.stderr,
            bar_format="{desc:<34} {bar:24} {n_fmt}/{total_fmt} {elapsed}",
        ) as bar:

            def advance(done: int, total: int) -> None:
                bar.total = max(total, 1)
                bar.update(min(done, bar.total) - bar.n)

            yield advance
            bar.n = bar.total
            bar.refresh()


def for_people() -> Reporter:
    """Bars on a terminal, lines elsewhere."""
    return Bars() if sys.stderr.isatty() else Lines()


class JsonLines:
    """One JSON object per line on standard output."""

    def __init__(self, interval: float = 0.5) -> None:
        self._interval = interval

    @staticmethod
    def emit(event: str, fields: Mapping[str, Any]) -> None:
        """Print one line at once: {"event": event, ...}."""
        print(json.dumps({"event": event, **fields}, allow_nan=False), flush=True)

    @contextmanager
    def stage(self, clip: str, stage: str) -> Iterator[Advance]:
        """Emit stage_started, stage_progress (at most one per interval) and stage_finished."""
        self.emit("stage_started", {"clip": clip, "stage": stage})
        began = spoke = time.perf_counter()

        def advance(done: int, total: int) -> None:
            nonlocal spoke
            now = time.perf_counter()
            if now - spoke >= self._interval:
                spoke = now
                self.emit("stage_progress", {"clip": clip, "stage": stage, "done": int(done), "total": int(total)})

        yield advance
        seconds = round(time.perf_counter() - began, 3)
        self.emit("stage_finished", {"clip": clip, "stage": stage, "seconds": seconds})

    def reused(self, clip: str, stage: str) -> None:
        """Emit stage_reused."""
        self.emit("stage_reused", {"clip": clip, "stage": stage})
