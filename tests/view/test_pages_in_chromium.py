"""The report and the viser page in a real browser."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from view.chromium import SOFTWARE_WEBGL, Chromium, find_chromium
from view.samples import METRICS, person, rollout, wave, write_grey_video

from genmimic.human.evidence import save_reconstruction
from genmimic.human.video import open_video
from genmimic.motion.files import save_robot
from genmimic.sim.record import save_rollout
from genmimic.view.report import write_report
from genmimic.view.side_by_side import write_video

pytestmark = pytest.mark.skipif(find_chromium() is None, reason="no Chromium here: apt-get install chromium")


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run's folder, made from the samples."""
    import json

    folder = tmp_path_factory.mktemp("pages") / "wave"
    folder.mkdir()
    reference = wave(1.0)
    record, seen = rollout(reference), person()
    save_reconstruction(seen, folder / "human.npz")
    save_robot(reference, folder / "reference.npz")
    save_rollout(record, folder / "robot.npz")
    (folder / "metrics.json").write_text(json.dumps(METRICS))
    source = open_video(write_grey_video(folder / "input.mp4"))
    write_video(folder / "video.mp4", source, seen, reference, record, verdicts=[("held", "Held.")])
    write_report(
        folder / "report.html",
        reconstruction=seen,
        reference=reference,
        rollout=record,
        metrics=METRICS,
        video=folder / "video.mp4",
    )
    return folder


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Chromium]:
    page = Chromium(tmp_path / "profile", (1200, 900))
    yield page
    page.close()


def picture(png: bytes) -> np.ndarray:
    image = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR)
    assert image is not None
    return image


def test_report_opens_without_errors_or_requests(browser: Chromium, run_folder: Path):
    url = (run_folder / "report.html").as_uri()
    browser.open(url)
    browser.wait_until("document.getElementById('video').readyState >= 2")
    assert browser.evaluate("document.getElementById('video').duration") == pytest.approx(31 / 30 + 1.5, abs=0.05)
    assert browser.evaluate("document.getElementById('video').videoWidth") == 560 + 800
    assert browser.evaluate("document.querySelector('.verdict').innerText").startswith("Held by the gantry")
    assert [r for r in browser.requests if not r.startswith(("data:", "blob:", "file:", "about:"))] == []
    assert browser.errors == []


def test_plots_follow_video_mouse_and_keys(browser: Chromium, run_folder: Path):
    browser.open((run_folder / "report.html").as_uri())
    browser.wait_until("document.getElementById('video').readyState >= 2")
    shown = "document.querySelector('output[data-of=\"support\"]').textContent"
    cursor = "Number(document.querySelector('svg[data-plot=\"keypoint-error\"] .cursor').getAttribute('x1'))"
    assert browser.evaluate(shown) == "20.0"
    assert browser.evaluate(cursor) == pytest.approx(58, abs=1)
    browser.evaluate("document.getElementById('video').currentTime = 0.5")
    browser.wait_until(f"{cursor} > 400")
    assert browser.evaluate(cursor) == pytest.approx((58 + 946) / 2, abs=12)
    browser.evaluate("document.querySelector('svg[data-plot=\"left-foot\"]').scrollIntoView({block: 'center'})")
    left, top, width, height = browser.evaluate(
        "(r => [r.left, r.top, r.width, r.height])"
        "(document.querySelector('svg[data-plot=\"left-foot\"]').getBoundingClientRect())"
    )
    x = left + width * (58 + 0.25 * (946 - 58)) / 960
    for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
        browser.mouse(kind, x, top + height / 2)
    browser.wait_until("Math.abs(document.getElementById('video').currentTime - 0.25) < 0.03")
    browser.evaluate(
        "document.querySelector('svg[data-plot=\"left-foot\"]')"
        ".dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowRight'}))"
    )
    browser.wait_until("Math.abs(document.getElementById('video').currentTime - 0.2833) < 0.02")
    assert browser.errors == []


def test_report_is_readable_in_light_and_dark_wide_and_narrow(browser: Chromium, run_folder: Path):
    browser.open((run_folder / "report.html").as_uri())
    browser.wait_until("document.getElementById('video').readyState >= 2")
    brightness = {}
    for theme in ("light", "dark"):
        browser.prefer(theme)
        browser.wait_until(f"document.documentElement.dataset.theme === '{theme}'")
        brightness[theme] = picture(browser.screenshot())[:80, :200].mean()
    assert brightness["light"] > 200 and brightness["dark"] < 70
    browser.resize(390, 800)
    browser.wait(0.3)
    assert browser.evaluate("document.documentElement.scrollWidth") <= 390
    assert browser.errors == []


def test_viser_page_shows_robots_person_and_picture(run_folder: Path, tmp_path: Path):
    pytest.importorskip("viser", reason="viser is not installed: pip install 'genmimic[view]'")
    code = "import sys; from genmimic.view.viewer import serve; serve(sys.argv[1], port=int(sys.argv[2]))"
    server = subprocess.Popen([sys.executable, "-c", code, str(run_folder), "18099"], stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    browser = None
    try:
        url = next(line.split()[1] for line in server.stdout if line.startswith("Open "))
        browser = Chromium(tmp_path / "profile", (1200, 800), SOFTWARE_WEBGL)
        browser.open(url)
        browser.wait_until("document.querySelector('canvas') !== null && document.body.innerText.includes('Play')", 60)
        browser.wait_until("document.body.innerText.includes('gantry carries 20 % of body weight')", 60)
        deadline, dark = 40, 0.0
        while dark < 0.001 and deadline:  # software WebGL takes its time to draw the robot's dark hands and head
            browser.wait(1.0)
            scene = picture(browser.screenshot())[100:700, 100:850]
            dark, deadline = float((scene.max(2) < 90).mean()), deadline - 1
        assert dark >= 0.001
        assert browser.evaluate("document.querySelectorAll('img').length") >= 1
        assert browser.errors == []
    finally:
        if browser is not None:
            browser.close()
        server.terminate()
        server.wait(10)
