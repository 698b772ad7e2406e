"""The page of an evaluation."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest
from evaluation.sets import motion

from genmimic.evaluation.campaign import Rollouts
from genmimic.evaluation.columns import FIGURES
from genmimic.evaluation.motion_set import MotionSet
from genmimic.evaluation.policies import TriedPolicy
from genmimic.evaluation.results import document
from genmimic.evaluation.summary import summarize
from genmimic.evaluation.tasks import Plan
from genmimic.evaluation.trials import TrialConfig
from genmimic.view import results_page
from genmimic.view.results_film import Film
from genmimic.view.results_page import render_page

VOID = {"meta", "input", "br"}


class Page(HTMLParser):
    """Checks that elements are closed in order, and gathers the rows of the table of motions."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.rows: list[str] = []
        self.bars: list[str] = []
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        if "data-text" in values:
            self.rows.append(values["data-text"])
        if values.get("class") == "bar":
            self.bars.append(values["title"])

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.fixture
def content() -> dict:
    import numpy as np

    motions = [motion("good", view="front"), motion("<bad> & ugly", view="left")]
    plan = Plan((TriedPolicy("a<b", "p.onnx", "", True),), MotionSet("set", "motions", motions), TrialConfig())
    figures = {name: np.full(4, np.nan) for name in FIGURES}
    figures |= {
        "success_paper": np.array([1.0, 1.0, 0.0, 0.0]),
        "mpkpe_nt_cm": np.array([3.0, 4.0, 50.0, 60.0]),
        "fall_time_paper_s": np.array([np.nan, np.nan, 0.2, np.nan]),
        "lost_time_s": np.array([np.nan, np.nan, np.nan, 0.1]),
    }
    rollouts = Rollouts(np.array([0, 0, 1, 1]), np.zeros(4, int), np.array([0, 1, 0, 1]), figures)
    found = {**plan.policies[0].to_plain(), **summarize(rollouts, motions)}
    return document(plan, [found], backend="mujoco-warp cuda", device="H100", seconds=1.0)


def test_motions_are_ranked_by_failure_and_names_escaped(content):
    text = render_page(content, [])
    page = Page(text)
    assert [row.split()[0] for row in page.rows] == ["<bad>", "good"]
    assert page.bars[0] == "fell 50 %, over 0.5 m off 50 %"
    assert "<bad>" not in text and "By view" in text and "rolled out anew in plain MuJoCo" in text
    assert "No videos were made" in text


def test_videos_are_embedded_until_the_page_is_full(content, tmp_path, monkeypatch):
    films = []
    for number in range(2):
        path = tmp_path / f"{number}.mp4"
        path.write_bytes(b"x" * 300)
        films.append(Film(0, "good", Path(path), "Falls."))
    monkeypatch.setattr(results_page, "MOST_VIDEO_BYTES", 500)
    text = render_page(content, films)
    Page(text)
    assert text.count("data:video/mp4;base64,") == 1 and 'href="videos/1.mp4"' in text
