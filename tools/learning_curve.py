"""Draw a training run's curves as one picture: python tools/learning_curve.py CURVES.jsonl OUT.png."""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import numpy as np

from genmimic.learning.progress import read_curves

PANELS = {
    "success rate, held-out clips, %": (("SR", "clean", 100.0), ("noisy_SR", "with video noise", 100.0)),
    "keypoint error, held-out clips, cm": (("MPKPE_cm", "MPKPE", 1.0), ("LMPKPE_cm", "LMPKPE", 1.0)),
    "mean reward of a step": (("reward", "reward", 1.0),),
    "mean length of an episode, s": (("episode_length", "length", 0.02),),
}
WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 480, 300, 56, 40, 34
COLOURS = ((180, 110, 30), (40, 110, 230))


def panel(title: str, series: list[tuple[str, np.ndarray, np.ndarray]], span: float) -> np.ndarray:
    """One plot over millions of samples."""
    picture = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
    values = np.concatenate([y for _, _, y in series]) if series else np.array([0.0, 1.0])
    low, high = min(0.0, float(values.min())), max(1e-9, float(values.max())) * 1.05
    plot_width, plot_height = WIDTH - LEFT - 16, HEIGHT - TOP - BOTTOM

    def at(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        across = LEFT + x / span * plot_width
        up = HEIGHT - BOTTOM - (y - low) / (high - low) * plot_height
        return np.stack([across, up], -1).round().astype(np.int32)

    for tick in np.linspace(low, high / 1.05, 5):
        (x, y), (end, _) = at(np.array([0.0, span]), np.array([tick, tick]))
        cv2.line(picture, (int(x), int(y)), (int(end), int(y)), (228, 228, 228), 1)
        text(picture, f"{tick:.3g}", (6, int(y) + 4))
    for tick in np.linspace(0.0, span, 5):
        x, _ = at(np.array([tick]), np.array([low]))[0]
        text(picture, f"{tick:.0f}", (int(x) - 10, HEIGHT - 20))
    text(picture, title, (LEFT, 20), 0.48)
    text(picture, "million samples", (WIDTH - 120, HEIGHT - 4))
    for number, (label, x, y) in enumerate(series):
        colour = COLOURS[number % len(COLOURS)]
        points = at(x, y)
        cv2.polylines(picture, [points.reshape(-1, 1, 2)], False, colour, 2, cv2.LINE_AA)
        if len(points) < 40:
            for point in points:
                cv2.circle(picture, tuple(int(v) for v in point), 4, colour, -1, cv2.LINE_AA)
        text(picture, label, (WIDTH - 150, HEIGHT - BOTTOM - 12 - 18 * number), 0.42, colour)
    return picture


def text(picture: np.ndarray, words: str, place: tuple[int, int], size: float = 0.38, colour=(70, 70, 70)) -> None:
    """Write on a picture."""
    cv2.putText(picture, words, place, cv2.FONT_HERSHEY_SIMPLEX, size, colour, 1, cv2.LINE_AA)


def draw(curves: Path) -> np.ndarray:
    """All panels of one run."""
    rows = read_curves(curves)
    span = rows[-1]["samples"] / 1e6
    panels = []
    for title, wanted in PANELS.items():
        series = []
        for name, label, scale in wanted:
            points = [(row["samples"] / 1e6, scale * row[name]) for row in rows if row.get(name) is not None]
            if points:
                series.append((label, *np.array(points).T))
        panels.append(panel(title, series, span))
    return np.vstack([np.hstack(panels[i : i + 2]) for i in range(0, len(panels), 2)])


if __name__ == "__main__":
    cv2.imwrite(sys.argv[2], draw(Path(sys.argv[1])))
