"""report.html as text: complete, self-contained, escaped, with the right numbers."""

from __future__ import annotations

import base64
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from view.samples import METRICS, person, rollout, wave

from genmimic.errors import InputError
from genmimic.robot.constants import SOLE_HEIGHT
from genmimic.robot.names import JOINT_NAMES
from genmimic.view import report_plots
from genmimic.view.report import write_report
from genmimic.view.report_tables import Row, assumption_rows, format_value, metrics_tables, plain_rows


class Text(HTMLParser):
    """The words that a reader sees, and every attribute."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self._hidden = ""

    def handle_starttag(self, tag, attrs):
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        self._hidden = tag if tag in ("style", "script") else self._hidden

    def handle_endtag(self, tag):
        self._hidden = "" if tag == self._hidden else self._hidden

    def handle_data(self, data):
        if not self._hidden:
            self.words.append(data)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("report")
    video = folder / "video.mp4"
    video.write_bytes(b"not really a video")
    reference = wave(1.0)
    write_report(
        folder / "report.html",
        reconstruction=person(),
        reference=reference,
        rollout=rollout(reference),
        metrics=METRICS,
        video=video,
        stage_seconds={"reconstruct": 3.25, "video": 9.0},
        settings={"controller": "gantry", "start": None},
    )
    assert sorted(p.name for p in folder.iterdir()) == ["report.html", "video.mp4"]
    return (folder / "report.html").read_text(encoding="utf-8")


def seen(page: str) -> str:
    parser = Text()
    parser.feed(page)
    return re.sub(r"\s+", " ", " ".join(parser.words))


def test_page_says_what_happened_in_figures_with_units(page: str):
    words = seen(page)
    for expected in (
        "Held by the gantry",
        "Held: a gantry carried 20 % of body weight <on average>.",
        "98.7 % of frames",
        "1.23 % of person height",
        "5.0 cm",
        "0.87",
        "1.2 cm",  # hand_error 0.0123 m
        "Person height 1.7 m assumed or estimated",
        "reconstruct 3.2 s",
        "a foot slides",
        "Body weight: 340 N",
        "controller: gantry, pelvis held by a gantry",
    ):
        assert expected in words, expected
    assert "<on average>" not in page


def test_page_refers_to_nothing_outside(page: str):
    assert "http:" not in page and "https:" not in page and "//cdn" not in page
    parser = Text()
    parser.feed(page)
    links = [value for _, name, value in parser.attributes if name in ("src", "href", "srcset", "poster", "data")]
    assert len(links) == 1 and links[0].startswith("data:video/mp4;base64,")
    assert base64.b64decode(links[0].split(",")[1]) == b"not really a video"
    assert not re.search(r"@import|url\(", page)
    assert "default-src 'none'" in page
    assert "$" not in re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)  # no template field is left open


def test_every_joint_has_its_two_plots_and_the_cursor_its_numbers(page: str):
    data = json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL).group(1))
    for index in range(23):
        assert f'data-plot="q-{index}"' in page and f'data-plot="tau-{index}"' in page
        assert data["plots"][f"tau-{index}"]["curves"][0]["v"][0] == pytest.approx(
            round(float(np.linspace(-5, 5, 23)[index]), 1)
        )
    error = data["plots"]["keypoint-error"]["curves"]
    assert error[0]["v"] == pytest.approx([5.0] * len(error[0]["v"]))  # 5 cm aside, in the world
    assert error[1]["v"] == pytest.approx([0.0] * len(error[1]["v"]))  # and none relative to the pelvis
    assert data["plots"]["support"]["curves"][0]["v"][0] == pytest.approx(20.0)
    assert data["duration"] == pytest.approx(1.0)


def test_report_does_without_video_person_or_gantry(tmp_path: Path):
    reference = wave(0.5)
    free = rollout(reference, held=False, fall_time=0.3, fall_reason="tilted")
    path = tmp_path / "report.html"
    write_report(path, reconstruction=None, reference=reference, rollout=free, metrics={"robot": {}})
    page = path.read_text()
    assert "<video" not in page and 'data-plot="support"' not in page and 'data-plot="confidence"' not in page
    assert "fell" in page and "No verdict." in page


def test_unwritable_report_is_the_users_input(tmp_path: Path):
    (tmp_path / "file").write_text("no folder")
    reference = wave(0.2)
    with pytest.raises(InputError):
        write_report(
            tmp_path / "file" / "report.html",
            reconstruction=None,
            reference=reference,
            rollout=rollout(reference),
            metrics={},
        )


def test_sole_height_is_zero_while_standing_and_grows_with_the_pelvis():
    reference = wave(0.2)
    height = report_plots.sole_height(reference.root_pos_w, reference.root_quat_w, reference.joint_pos)
    np.testing.assert_allclose(height, 0.0, atol=1e-6)
    raised = report_plots.sole_height(
        reference.root_pos_w + np.array([0.0, 0.0, 0.1]), reference.root_quat_w, reference.joint_pos
    )
    np.testing.assert_allclose(raised, 0.1, atol=1e-6)
    assert pytest.approx(0.035) == SOLE_HEIGHT


def test_joint_groups_cover_all_joints_once():
    names = [name for group in report_plots.JOINT_GROUPS.values() for name in group]
    assert sorted(names) == sorted(JOINT_NAMES)


def test_unknown_figures_are_shown_under_their_own_names():
    tables = metrics_tables({"robot": {"new_thing_cm": 3.14159, "mpkpe_cm": 2.0, "list_of": ["a", "b"]}})
    rows = tables["Simulated robot"]
    assert rows[0] == Row("Keypoint error in the world (MPKPE)", "2.0 cm", "mean, before termination")
    assert Row("New thing", "3.142 cm") in rows and Row("List of", "a, b") in rows


def test_assumptions_say_what_was_given():
    rows = assumption_rows({"focal_length_px": 1200.0, "focal_length_given": True, "camera_static": False})
    assert rows == [Row("Focal length", "1200 px", "given by the user"), Row("Camera static", "no")]
    assert plain_rows({"fps": 16.0}) == [Row("Frame rate", "16 frames/s")]


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "text"),
    [
        (None, "s", 1, "none"),
        (True, "", None, "yes"),
        (-0.04, "cm", 1, "0.0 cm"),
        (-3.0, "°", 1, "\u22123.0°"),
        (12345.678, "N m", 1, "12345.7 N m"),
        ("level", "", None, "level"),
    ],
)
def test_values_for_people(value, unit: str, decimals: int | None, text: str):
    assert format_value(value, unit, decimals) == text


def test_teacher_and_student_stand_side_by_side(tmp_path: Path):
    reference = wave(1.0)
    teacher = rollout(reference, held=False, controller="old hand")
    student = rollout(reference, held=False, offset=0.2, controller="novice", fall_time=0.5, fall_reason="tilt")
    metrics = METRICS | {
        "verdict": {"kind": "tracked", "sentence": "Tracked: well."},
        "verdict_student": {"kind": "fell", "sentence": "Fell at 0.50 s (tilt; at 0.48 s by the paper's rule)."},
        "robot": {"mpkpe_nt_cm": 5.0, "fall_time_s": None},
        "robot_student": {"mpkpe_nt_cm": 20.0, "fall_time_s": 0.5, "fall_time_paper_s": 0.48},
    }
    path = tmp_path / "report.html"
    write_report(path, reconstruction=None, reference=reference, rollout=teacher, student=student, metrics=metrics)
    page = path.read_text(encoding="utf-8")
    words = seen(page)
    for expected in (
        "Teacher (knows the simulator's state): tracked Tracked: well.",
        "Student (its own sensors): fell Fell at 0.50 s (tilt; at 0.48 s by the paper's rule).",
        "controller: old hand and novice",
        "20.0 cm MPKPE-NT, student",
        "Simulated robot: student, its own sensors",
        "Fell by the paper's rule 0.48 s",
        "student fell",
    ):
        assert expected in words, expected
    assert words.count("a foot slides") == 1, "reservations about the reference stand once"
    data = json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL).group(1))
    assert [curve["v"][0] for curve in data["plots"]["keypoint-error"]["curves"]] == pytest.approx(
        [5.0, 0.0, 20.0, 0.0]
    )
    assert len(data["plots"]["q-3"]["curves"]) == 3 and len(data["plots"]["tau-3"]["curves"]) == 2
