"""Line plots over time as inline SVG: readable without JavaScript, coloured by the page's style sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

import numpy as np

MAX_POINTS = 500
"""Longer series are thinned to this many points per curve, keeping each interval's extremes."""


@dataclass(frozen=True)
class Series:
    """One curve.

    Attributes:
        label: Name for the legend.
        time: Seconds, (N,), ascending.
        value: (N,), in the plot's unit; gaps where it is not finite.
        style: Class of the style sheet: `robot`, `student`, `reference`, `left`, `right` or `warn`; with ` dashed` for
            dashes.
    """

    label: str
    time: np.ndarray
    value: np.ndarray
    style: str


@dataclass(frozen=True)
class Strip:
    """A bar under the plot that is filled while something holds, for instance while a foot stands.

    Attributes:
        label: Name at its left.
        time: Seconds, (N,), ascending.
        active: (N,) boolean.
        style: Class of the style sheet.
    """

    label: str
    time: np.ndarray
    active: np.ndarray
    style: str


@dataclass(frozen=True)
class Plot:
    """One picture.

    Attributes:
        key: Identifier within the page.
        title: What is shown.
        unit: Unit of the values.
        duration: End of the time axis, seconds.
        series: The curves.
        limits: Values that must not be passed; drawn as lines with the forbidden side shaded.
        strips: Bars below the curves.
        marks: Instants (seconds, text) drawn as vertical lines.
        low, high: Range of the value axis; None fits the data.
        digits: Decimals of values read off.
        note: A sentence under the title.
    """

    key: str
    title: str
    unit: str
    duration: float
    series: Sequence[Series]
    limits: Sequence[float] = ()
    strips: Sequence[Strip] = ()
    marks: Sequence[tuple[float, str]] = ()
    low: float | None = None
    high: float | None = None
    digits: int = 1
    note: str = ""


@dataclass(frozen=True)
class Frame:
    """Size of a plot and of its margins, in SVG units."""

    width: int = 960
    height: int = 200
    left: int = 58
    right: int = 14
    top: int = 10
    bottom: int = 26
    font: int = 12
    ticks: int = 5


SMALL = Frame(width=200, height=112, left=32, right=6, top=6, bottom=18, font=11, ticks=3)
STRIP_HEIGHT = 15


@dataclass(frozen=True)
class _Axes:
    """The rectangle of the curves in SVG units and what its sides stand for."""

    frame: Frame
    duration: float
    low: float
    high: float

    @property
    def right(self) -> int:
        return self.frame.width - self.frame.right

    @property
    def floor(self) -> int:
        return self.frame.height - self.frame.bottom

    def x(self, time: np.ndarray | float) -> np.ndarray:
        share = np.clip(np.asarray(time) / max(self.duration, 1e-9), 0.0, 1.0)
        return self.frame.left + share * (self.right - self.frame.left)

    def y(self, value: np.ndarray | float) -> np.ndarray:
        share = (np.clip(value, self.low, self.high) - self.low) / (self.high - self.low)
        return self.floor - share * (self.floor - self.frame.top)


def to_svg(plot: Plot, frame: Frame | None = None) -> str:
    """Draw a plot; curves and cursor take their colours from the page."""
    frame = frame or Frame()
    axes = _Axes(frame, plot.duration, *_range(plot))
    height = frame.height + STRIP_HEIGHT * len(plot.strips)
    words = escape(f"{plot.title}, {plot.unit}. {describe(plot)}")
    curves = [
        f'<path class="curve {s.style}" d="{_path(axes.x(t), axes.y(np.where(np.isfinite(v), v, np.nan)))}"/>'
        for s in plot.series
        for t, v in [thin(s.time, s.value)]
    ]
    return "".join(
        [
            f'<svg viewBox="0 0 {frame.width} {height}" role="img" tabindex="0" data-plot="{escape(plot.key)}" '
            f'data-left="{frame.left}" data-right="{axes.right}" font-size="{frame.font}" aria-label="{words}">',
            *_grid(axes, plot.limits),
            *(_forbidden(axes, limit) for limit in plot.limits),
            *curves,
            *(_mark(axes, time, text) for time, text in plot.marks),
            *(_strip(axes, row, strip) for row, strip in enumerate(plot.strips)),
            f'<line class="cursor" x1="-9" x2="-9" y1="{frame.top}" y2="{height - 2}"/></svg>',
        ]
    )


def _grid(axes: _Axes, limits: Sequence[float]) -> list[str]:
    frame, parts = axes.frame, []
    # between two limits the limits are what one wants to read off
    levels = sorted({*limits, 0.0}) if len(limits) == 2 else ticks(axes.low, axes.high, frame.ticks)
    for level in levels:
        y = float(axes.y(level))
        parts.append(f'<line class="grid" x1="{frame.left}" x2="{axes.right}" y1="{y:.1f}" y2="{y:.1f}"/>')
        crowded = level == 0.0 and any(limit and abs(y - float(axes.y(limit))) < frame.font for limit in limits)
        if not crowded:
            text = f"{round(level)}" if len(limits) == 2 else f"{level:g}"
            parts.append(_text("tick", frame.left - 5, y + 0.35 * frame.font, text.replace("-", "\u2212"), "end"))
    for tick in ticks(0.0, axes.duration, frame.ticks if frame.width < 500 else 2 * frame.ticks):
        text, anchor = (f"{tick:g} s", "start") if tick == 0 else (f"{tick:g}", "middle")
        parts.append(_text("tick", float(axes.x(tick)), axes.floor + 1.25 * frame.font, text, anchor))
    return parts


def _forbidden(axes: _Axes, limit: float) -> str:
    """The line of a limit, with the side away from the middle of the plot shaded."""
    y, left, right = float(axes.y(limit)), axes.frame.left, axes.right
    above = limit >= 0.5 * (axes.low + axes.high)
    top, height = (axes.frame.top, y - axes.frame.top) if above else (y, axes.floor - y)
    return (
        f'<rect class="forbidden" x="{left}" y="{top:.1f}" width="{right - left}" height="{max(height, 0.0):.1f}"/>'
        f'<line class="limit" x1="{left}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}"/>'
    )


def _mark(axes: _Axes, time: float, text: str) -> str:
    x, top = float(axes.x(time)), axes.frame.top
    line = f'<line class="mark" x1="{x:.1f}" x2="{x:.1f}" y1="{top}" y2="{axes.floor}"/>'
    return line + _text("mark", x + 4, top + axes.frame.font, text, "start")


def _strip(axes: _Axes, row: int, strip: Strip) -> str:
    left, top = axes.frame.left, axes.frame.height + STRIP_HEIGHT * row - 2
    bars = [f'<rect class="strip" x="{left}" y="{top}" width="{axes.right - left}" height="10"/>']
    for start, end in _runs(strip):
        a, b = float(axes.x(start)), float(axes.x(end))
        bars.append(f'<rect class="on {strip.style}" x="{a:.1f}" y="{top}" width="{max(b - a, 0.5):.1f}" height="10"/>')
    return _text("tick", left - 5, top + 9, strip.label, "end") + "".join(bars)


def _text(style: str, x: float, y: float, text: str, anchor: str) -> str:
    return f'<text class="{style}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def ticks(low: float, high: float, count: int) -> list[float]:
    """Round numbers, about `count` of them, from `low` to `high`."""
    raw = max(high - low, 1e-9) / max(count, 1)
    power = 10.0 ** np.floor(np.log10(raw))
    step = power * next(factor for factor in (1, 2, 5, 10) if factor * power >= raw * 0.999)
    first = np.ceil(low / step - 1e-9) * step
    return [float(np.round(first + i * step, 10)) + 0.0 for i in range(int((high - first) / step + 1e-6) + 1)]


def thin(time: np.ndarray, value: np.ndarray, most: int = MAX_POINTS) -> tuple[np.ndarray, np.ndarray]:
    """At most about `most` points of a curve: the lowest and highest of each interval."""
    time, value = np.asarray(time, np.float64), np.asarray(value, np.float64)
    if len(time) <= most:
        return time, value
    edges = np.linspace(0, len(time), most // 2 + 1).astype(int)
    filled = np.where(np.isfinite(value), value, 0.0)
    keep = sorted({int(a + pick(filled[a:b])) for a, b in pairwise(edges) for pick in (np.argmin, np.argmax)})
    return time[keep], value[keep]


def describe(plot: Plot) -> str:
    """The curves in words: mean and range of each."""
    sentences = []
    for series in plot.series:
        value = np.asarray(series.value)[np.isfinite(series.value)]
        if len(value):
            mean, least, most = (f"{v:.{plot.digits}f}" for v in (value.mean(), value.min(), value.max()))
            sentences.append(f"{series.label}: mean {mean}, from {least} to {most}.")
    return " ".join(sentences)


def readings(plot: Plot) -> dict[str, object]:
    """What the page's cursor reads off the curves, as JSON values."""
    curves = []
    for series in plot.series:
        time, value = thin(series.time, series.value)
        values = [round(float(v), plot.digits) if np.isfinite(v) else None for v in value]
        curves.append({"t": [round(float(t), 3) for t in time], "v": values})
    return {"unit": plot.unit, "digits": plot.digits, "curves": curves}


def _range(plot: Plot) -> tuple[float, float]:
    finite = [np.asarray(s.value)[np.isfinite(s.value)] for s in plot.series]
    values = np.concatenate([*finite, np.asarray(plot.limits, np.float64)])
    low = float(values.min()) if plot.low is None and len(values) else (plot.low or 0.0)
    high = float(values.max()) if plot.high is None and len(values) else (plot.high or 1.0)
    room = 0.06 * max(high - low, 1e-6)
    low, high = (low if plot.low is not None else low - room), (high if plot.high is not None else high + room)
    return low, high if high > low else low + 1.0


def _path(x: np.ndarray, y: np.ndarray) -> str:
    """An SVG path that lifts the pen over values that are not finite."""
    words, down = [], False
    for px, py in zip(x.tolist(), y.tolist(), strict=True):
        if np.isfinite(py):
            words.append(f"{'L' if down else 'M'}{px:.1f} {py:.1f}")
            down = True
        else:
            down = False
    return "".join(words)


def _runs(strip: Strip) -> list[tuple[float, float]]:
    """Start and end, seconds, of the intervals in which a strip is active."""
    active = np.asarray(strip.active, bool)
    change = np.flatnonzero(np.diff(np.concatenate([[False], active, [False]]).astype(int)))
    step = float(np.median(np.diff(strip.time))) if len(strip.time) > 1 else 0.0
    return [
        (float(strip.time[a]), float(strip.time[b - 1]) + step) for a, b in zip(change[::2], change[1::2], strict=True)
    ]
