"""SVG plots: values land where the axes say, gaps stay gaps, long series keep their extremes."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from genmimic.view.plots import SMALL, Frame, Plot, Series, Strip, describe, readings, thin, ticks, to_svg


def plot(**changes) -> Plot:
    time = np.linspace(0.0, 2.0, 5)
    values = {
        "key": "k",
        "title": 'Error <of> "x" & y',
        "unit": "cm",
        "duration": 2.0,
        "series": [Series("robot", time, np.array([0.0, 1.0, 4.0, 1.0, 0.0]), "robot")],
        "low": 0.0,
        "high": 4.0,
    }
    return Plot(**{**values, **changes})


def points(svg: str) -> list[list[tuple[float, float]]]:
    """Strokes of the first curve: lists of points."""
    path = ElementTree.fromstring(svg).find("path").get("d")
    return [[tuple(map(float, p.split())) for p in stroke.split("L")] for stroke in path.split("M")[1:]]


def test_values_land_where_the_axes_say():
    frame = Frame()
    (stroke,) = points(to_svg(plot()))
    right, floor = frame.width - frame.right, frame.height - frame.bottom
    assert stroke[0] == pytest.approx((frame.left, floor))
    assert stroke[2] == pytest.approx(((frame.left + right) / 2, frame.top))
    assert stroke[4] == pytest.approx((right, floor))


def test_svg_is_well_formed_and_escaped():
    svg = to_svg(plot(strips=[Strip("a<b", np.arange(3.0), np.array([1, 0, 1]), "robot")], marks=[(1.0, "fell & lay")]))
    root = ElementTree.fromstring(svg)
    assert root.get("aria-label").startswith('Error <of> "x" & y, cm. robot: mean 1.2, from 0.0 to 4.0.')
    assert "fell & lay" in [text.text for text in root.iter("text")]


def test_gaps_lift_the_pen():
    time = np.arange(6.0) / 3.0
    values = np.array([1.0, 2.0, np.nan, np.inf, 1.0, 2.0])
    assert [len(stroke) for stroke in points(to_svg(plot(series=[Series("r", time, values, "robot")])))] == [2, 2]


def test_values_beyond_the_axis_are_drawn_at_its_end():
    (stroke,) = points(to_svg(plot(high=2.0)))
    assert stroke[2][1] == Frame().top


def test_limits_shade_the_forbidden_sides():
    svg = to_svg(plot(low=None, high=None, limits=(-10.0, 30.0)), SMALL)
    areas = [r for r in ElementTree.fromstring(svg).iter("rect") if r.get("class") == "forbidden"]
    tops = [float(r.get("y")) for r in areas]
    assert len(areas) == 2 and tops[0] > tops[1] and tops[1] == SMALL.top
    labels = [t.text for t in ElementTree.fromstring(svg).iter("text")]
    assert "30" in labels and "\u221210" in labels


def test_strip_is_filled_while_active():
    time = np.arange(10) / 10.0
    active = np.zeros(10, bool)
    active[2:5] = True
    svg = to_svg(plot(duration=1.0, strips=[Strip("touching", time, active, "robot")]))
    (bar,) = [r for r in ElementTree.fromstring(svg).iter("rect") if "on " in r.get("class")]
    frame, width = Frame(), Frame().width - Frame().right - Frame().left
    assert float(bar.get("x")) == pytest.approx(frame.left + 0.2 * width, abs=0.2)
    assert float(bar.get("width")) == pytest.approx(0.3 * width, abs=0.2)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(0.0, 10.0, [0, 2, 4, 6, 8, 10]), (-0.31, 0.42, [-0.2, 0, 0.2, 0.4]), (3.0, 3.0, [3.0])],
)
def test_ticks_are_round_numbers(low: float, high: float, expected: list[float]):
    assert ticks(low, high, 5) == pytest.approx(expected)


def test_thinning_keeps_extremes_and_order():
    time = np.arange(10_000) / 50.0
    value = np.sin(time)
    value[4321] = 9.0
    value[1234] = np.nan
    thin_time, thin_value = thin(time, value)
    assert len(thin_time) <= 500
    assert np.nanmax(thin_value) == 9.0 and (np.diff(thin_time) > 0).all()


def test_readings_are_json_and_what_the_text_says():
    values = np.array([0.123, np.nan, 2.0, 3.0, 4.0])
    shown = plot(series=[Series("r", np.linspace(0, 2, 5), values, "robot")])
    assert readings(shown)["curves"] == [{"t": [0.0, 0.5, 1.0, 1.5, 2.0], "v": [0.1, None, 2.0, 3.0, 4.0]}]
    assert re.fullmatch(r"r: mean 2\.3, from 0\.1 to 4\.0\.", describe(shown))
