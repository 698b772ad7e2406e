"""When points stand and when they move: whole stretches in one place against single frames in motion.

A hidden semi-Markov model. A point that stands is seen at one and the same place from landing to lift-off, so a
stretch of standing is judged as a whole; speed alone would miss slow steps and steps towards the camera, whose rise and
approach cancel each other in the picture for a moment. The recursions run over all stretches at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_MOVING_AT_FIRST = -1.0  # log odds of a point that moves when the clip begins


@dataclass(frozen=True)
class Changes:
    """Costs (negative log odds) of what can happen between two frames.

    Attributes:
        lift: A standing point begins to move.
        land: A moving point comes to stand, two frames later at the earliest.
        shift: A standing point is seen in another place from one frame to the next: the detector drifts.
    """

    lift: float
    land: float
    shift: float


def standing_probability(
    place: np.ndarray, precision: np.ndarray, odds: np.ndarray, prior: np.ndarray, changes: Changes
) -> np.ndarray:
    """Probability (T, P) that each of P points stands.

    Args:
        place: Where each point is seen, (T, P, D).
        precision: Inverse variance of `place` around where the point stands, (T, P).
        odds: Log odds, frame by frame, that a point stands rather than moves if its place agrees perfectly, (T, P).
        prior: Log probability (T + 1, T + 1) of a stretch of standing from frame a up to, not including, frame b.
        changes: Costs of lifting off, landing and drifting.
    """
    stretch = _stretches(place, precision, odds) + prior[..., None]
    stretch[np.tri(len(stretch), dtype=bool)] = -np.inf  # stretches have a < b
    begin, evidence = _forward(stretch, changes)
    after = _backward(stretch, changes)
    share = np.exp(begin[:, None] + stretch + after[None] - evidence)
    return np.clip(np.cumsum(share.sum(1) - share.sum(0), axis=0)[:-1], 0.0, 1.0)


def _stretches(place: np.ndarray, precision: np.ndarray, odds: np.ndarray) -> np.ndarray:
    """Log likelihood ratio (T + 1, T + 1, P) of standing from frame a to frame b around the mean place seen then."""

    def between(values: np.ndarray) -> np.ndarray:
        total = np.concatenate([np.zeros_like(values[:1]), np.cumsum(values, axis=0)])
        return total[None] - total[:, None]

    centred = place - place.mean(0)
    weight = between(precision)
    first = between(precision[..., None] * centred)
    second = between(precision * (centred**2).sum(-1))
    squared = second - (first**2).sum(-1) / np.maximum(weight, 1e-12)
    return between(odds) - 0.5 * np.maximum(squared, 0.0)


def _forward(stretch: np.ndarray, changes: Changes) -> tuple[np.ndarray, np.ndarray]:
    """Log weight of all that led to a stretch that begins at frame t, (T + 1, P), and of everything, (P,)."""
    shape = stretch.shape[1:]
    begin, stood = np.full(shape, -np.inf), np.full(shape, -np.inf)
    lifted, moved = np.full(shape, -np.inf), np.full(shape, -np.inf)
    begin[0], moved[0] = 0.0, _MOVING_AT_FIRST
    for t in range(1, len(stretch)):
        stood[t] = np.logaddexp.reduce(begin[:t] + stretch[:t, t], axis=0)
        moved[t] = np.logaddexp(moved[t - 1], lifted[t - 1])
        lifted[t] = stood[t - 1] - changes.lift
        begin[t] = np.logaddexp(moved[t] - changes.land, stood[t] - changes.shift)
    return begin, np.logaddexp(np.logaddexp(stood[-1], moved[-1]), lifted[-1])


def _backward(stretch: np.ndarray, changes: Changes) -> np.ndarray:
    """Log weight of all that can follow a stretch that ends before frame t, (T + 1, P)."""
    stood, lifted, moved = (np.zeros(stretch.shape[1:]) for _ in range(3))
    for t in range(len(stretch) - 2, -1, -1):
        again = np.logaddexp.reduce(stretch[t, t + 1 :] + stood[t + 1 :], axis=0)
        moved[t] = np.logaddexp(moved[t + 1], again - changes.land)
        lifted[t] = moved[t + 1]
        stood[t] = np.logaddexp(lifted[t + 1] - changes.lift, again - changes.shift)
    return stood
