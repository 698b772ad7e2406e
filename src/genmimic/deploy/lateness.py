"""How late a periodic loop wakes up: a histogram that a loop can keep at 500 Hz without slowing down."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

EDGES = np.geomspace(1e-6, 10.0, 281)
"""Bounds of the bins, seconds, 40 to a decade: a percentile is right within 6 percent."""


class Lateness:
    """Counts of delays.

    Attributes:
        counts: In each bin, (282,).
        overruns: How often a whole period or more was lost.
        largest: Seconds.
    """

    def __init__(self) -> None:
        """Nothing counted yet."""
        self.counts = np.zeros(len(EDGES) + 1, dtype=np.int64)
        self.overruns, self.largest = 0, 0.0

    def add(self, seconds: float, period: float) -> None:
        """Count one wake-up that came `seconds` late."""
        self.counts[int(np.searchsorted(EDGES, seconds))] += 1
        self.overruns += seconds >= period
        self.largest = max(self.largest, seconds)

    def percentiles(self, shares: tuple[float, ...] = (0.5, 0.99, 0.999)) -> Mapping[str, float]:
        """Delays that those shares of the wake-ups stay under, seconds, by names such as 'p99.9'."""
        total = np.cumsum(self.counts)
        found = {}
        for share in shares:
            index = int(np.searchsorted(total, share * total[-1])) if total[-1] else 0
            found[f"p{100 * share:g}"] = float(EDGES[min(index, len(EDGES) - 1)])
        return found
