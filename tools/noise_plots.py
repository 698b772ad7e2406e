"""Small plots drawn with OpenCV: curves and bars."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from genmimic.view.plots import ticks

INK, GRID, PAPER = (40, 40, 40), (225, 225, 225), (255, 255, 255)
COLOURS = ((176, 88, 24), (36, 116, 224), (80, 150, 60), (150, 70, 150))
"""BGR: blue measured, orange generated, then green and violet."""
WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 420, 230, 44, 26, 26
_FONT = cv2.FONT_HERSHEY_SIMPLEX


def panel(
    title: str, x: np.ndarray, curves: Sequence[np.ndarray], names: Sequence[str], low: float | None = None
) -> np.ndarray:
    """A picture (230, 420, 3), BGR, of curves over a common x; the legend is in the colours of the curves."""
    image = np.full((HEIGHT, WIDTH, 3), PAPER, np.uint8)
    values = np.concatenate(curves)
    bottom = min(float(values.min()), 0.0) if low is None else low
    top = float(values.max()) + 0.05 * (float(values.max()) - bottom) + 1e-9
    _frame(image, title, bottom, top)
    for tick in ticks(float(x[0]), float(x[-1]), 5):
        _text(image, f"{tick:g}", (int(_x(tick, x[0], x[-1])) - 8, HEIGHT - 8))
    for number, curve in enumerate(curves):
        points = np.stack([_x(x, x[0], x[-1]), _y(curve, bottom, top)], axis=1)
        colour = COLOURS[number % len(COLOURS)]
        cv2.polylines(image, [np.rint(points).astype(np.int32)], False, colour, 1, cv2.LINE_AA)
    _legend(image, names)
    return image


def bars(title: str, labels: Sequence[str], series: Sequence[np.ndarray], names: Sequence[str]) -> np.ndarray:
    """A picture of groups of bars, one group per label, wider the more there are."""
    width = max(WIDTH, LEFT + 54 * len(labels) + 10)
    image = np.full((HEIGHT, width, 3), PAPER, np.uint8)
    top = 1.1 * float(np.max(series)) + 1e-9
    _frame(image, title, 0.0, top)
    each = (width - LEFT - 10) / len(labels)
    bar = 0.8 * each / len(series)
    for group, label in enumerate(labels):
        for number, values in enumerate(series):
            x = LEFT + group * each + 0.1 * each + number * bar
            corner, opposite = (int(x), int(_y(values[group], 0.0, top))), (int(x + bar) - 1, HEIGHT - BOTTOM)
            cv2.rectangle(image, corner, opposite, COLOURS[number % len(COLOURS)], -1)
        _text(image, label, (int(LEFT + group * each), HEIGHT - 8), 0.33)
    _legend(image, names)
    return image


def save(path: Path, rows: Sequence[Sequence[np.ndarray]]) -> None:
    """Write panels, row by row, as one PNG of few colours."""
    width = max(sum(p.shape[1] for p in row) for row in rows)
    lines = []
    for row in rows:
        line = np.concatenate(list(row), axis=1)
        lines.append(np.pad(line, ((0, 0), (0, width - line.shape[1]), (0, 0)), constant_values=255))
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), np.concatenate(lines), [cv2.IMWRITE_PNG_COMPRESSION, 9])


def _frame(image: np.ndarray, title: str, low: float, high: float) -> None:
    for level in ticks(low, high, 5):
        y = int(_y(level, low, high))
        cv2.line(image, (LEFT, y), (image.shape[1] - 8, y), GRID, 1)
        _text(image, f"{level:.3g}", (4, y + 4))
    _text(image, title, (LEFT, 16), 0.45)


def _legend(image: np.ndarray, names: Sequence[str]) -> None:
    x = image.shape[1] - 8
    for number in reversed(range(len(names))):
        x -= 7 * len(names[number]) + 8
        cv2.putText(image, names[number], (x, 16), _FONT, 0.38, COLOURS[number % len(COLOURS)], 1, cv2.LINE_AA)


def _text(image: np.ndarray, text: str, at: tuple[int, int], size: float = 0.36) -> None:
    cv2.putText(image, text, at, _FONT, size, INK, 1, cv2.LINE_AA)


def _x(value: np.ndarray | float, low: float, high: float) -> np.ndarray:
    return LEFT + (np.asarray(value) - low) / max(high - low, 1e-9) * (WIDTH - LEFT - 10)


def _y(value: np.ndarray | float, low: float, high: float) -> np.ndarray:
    return HEIGHT - BOTTOM - (np.asarray(value) - low) / max(high - low, 1e-9) * (HEIGHT - BOTTOM - TOP)
