"""Draw curves of training as one picture: python tools/learning_curve.py CURVES.jsonl... OUT.png.

One run shows several figures in each panel; of several runs each panel compares one figure, under the names of the
runs' folders.
"""

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
COMPARED = {
    "success rate, held-out clips, %": ("SR", 100.0),
    "success rate with video noise, held-out clips, %": ("noisy_SR", 100.0),
    "keypoint error, held-out clips, cm": ("MPKPE_cm", 1.0),
    "mean length of an episode, s": ("episode_length", 0.02),
    "failures in 100 s of training": ("Step/failed", 5000.0),
}
"""Figures that mean the same in every task, which rewards do not."""
WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 480, 300, 56, 40, 34
LEGEND = 40
COLOURS = (
    *((180, 110, 30), (40, 110, 230), (60, 150, 60), (40, 40, 190), (160, 60, 150), (70, 80, 110)),
    *((190, 100, 220), (110, 110, 110), (170, 170, 30)),
)
AVERAGED = 7
"""Points of training that a compared curve averages."""


Series = list[tuple[str, np.ndarray, np.ndarray]]
"""Name, millions of samples, values."""


def panel(title: str, series: Series, span: float, named: bool = True) -> np.ndarray:
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
        if named:
            text(picture, label, (WIDTH - 150, HEIGHT - BOTTOM - 12 - 18 * number), 0.42, colour)
    return picture


def legend(names: list[str], width: int) -> np.ndarray:
    """Names in their colours, in two rows."""
    picture = np.full((LEGEND, width, 3), 255, np.uint8)
    columns = -(-len(names) // 2)
    for number, name in enumerate(names):
        place = (LEFT + number % columns * (width - LEFT) // columns, 16 + 18 * (number // columns))
        text(picture, name, place, 0.42, COLOURS[number % len(COLOURS)])
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
        found = [(label, *points(rows, name, scale)) for name, label, scale in wanted]
        panels.append(panel(title, [each for each in found if each[1].size], span))
    return tiled(panels)


def compare(curves: list[Path]) -> np.ndarray:
    """Those panels for which every run has points."""
    runs = {path.resolve().parent.name: read_curves(path) for path in curves}
    span = max(rows[-1]["samples"] for rows in runs.values()) / 1e6
    panels = []
    for title, (figure, scale) in COMPARED.items():
        series = [(name, *points(rows, figure, scale)) for name, rows in runs.items()]
        if all(x.size for _, x, _ in series):
            panels.append(panel(title, [(name, *averaged(x, y)) for name, x, y in series], span, named=False))
    picture = tiled(panels)
    return np.vstack([picture, legend(list(runs), picture.shape[1])])


def points(rows: list[dict], name: str, scale: float) -> tuple[np.ndarray, np.ndarray]:
    """Millions of samples and values of one figure; empty where a run does not have it."""
    known = [row for row in rows if row.get(name) is not None]
    return np.array([row["samples"] / 1e6 for row in known]), np.array([scale * row[name] for row in known])


def averaged(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A running mean of a long curve; a short one, such as that of validations, as it is."""
    if len(x) < 10 * AVERAGED:
        return x, y
    kernel = np.full(AVERAGED, 1.0 / AVERAGED)
    return np.convolve(x, kernel, "valid"), np.convolve(y, kernel, "valid")


def tiled(panels: list[np.ndarray]) -> np.ndarray:
    """Panels in two columns."""
    panels = [*panels, np.full_like(panels[0], 255)] if len(panels) % 2 else panels
    return np.vstack([np.hstack(panels[i : i + 2]) for i in range(0, len(panels), 2)])


if __name__ == "__main__":
    paths = [Path(word) for word in sys.argv[1:]]
    cv2.imwrite(str(paths[-1]), draw(paths[0]) if len(paths) == 2 else compare(paths[:-1]))
