"""Keeping a loop at a steady rate in real time."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from genmimic.deploy.lateness import Lateness

LARGEST_LAG = 0.1
"""A loop that is behind by more than this forgets the time that it has lost, seconds, instead of hurrying after it."""
_PRIORITY = 20


class Pacer:
    """Sleeps until the next beat.

    Attributes:
        lateness: How late each beat came.
        lost: Seconds that the loop has given up.
    """

    def __init__(self, period: float) -> None:
        """Begin now."""
        self.period, self.lateness, self.lost = period, Lateness(), 0.0
        self._due = time.monotonic() + period

    def wait(self) -> float:
        """Sleep until the next beat; returns the time, seconds, on `time.monotonic`'s clock."""
        ahead = self._due - time.monotonic()
        if ahead > 0.0:
            time.sleep(ahead)
        now = time.monotonic()
        late = now - self._due
        self.lateness.add(max(late, 0.0), self.period)
        if late > LARGEST_LAG:
            self.lost += late
            self._due = now
        self._due += self.period
        return now


@contextmanager
def steady(*, priority: bool = True) -> Iterator[bool]:
    """Keep what would make a loop wait away from it: garbage collection and, where allowed, other programs.

    Args:
        priority: Ask for a real-time priority; Linux grants it to root or with `ulimit -r`.

    Yields:
        Whether the real-time priority was granted.
    """
    granted = False
    if priority and hasattr(os, "sched_setscheduler"):
        with suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(_PRIORITY))
            granted = True
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield granted
    finally:
        gc.enable()
        gc.unfreeze()
        if granted:
            with suppress(OSError):
                os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
