"""A way for messages that takes time, loses some and can be blocked, on a clock of its user's."""

from __future__ import annotations

from collections import deque

import numpy as np


class Channel:
    """Messages put in come out later, in order, or not at all.

    Attributes:
        delay: Seconds from in to out.
        loss: Share of the messages that get lost, 0 to 1.
    """

    def __init__(self, delay: float = 0.0, loss: float = 0.0, seed: int = 0) -> None:
        """Begin empty."""
        self.delay, self.loss = delay, loss
        self._rng = np.random.default_rng(seed)
        self._under_way: deque[tuple[float, np.ndarray]] = deque()

    def put(self, message: np.ndarray, now: float, more_loss: float = 0.0) -> None:
        """Put a message in; `more_loss` is lost besides."""
        if self._rng.random() >= self.loss and self._rng.random() >= more_loss:
            self._under_way.append((now + self.delay, message))

    def take(self, now: float) -> list[np.ndarray]:
        """All that have come out by now, oldest first."""
        arrived = []
        while self._under_way and self._under_way[0][0] <= now + 1e-9:
            arrived.append(self._under_way.popleft()[1])
        return arrived
