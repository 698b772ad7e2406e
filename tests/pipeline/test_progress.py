"""What people and programs hear of a run."""

from __future__ import annotations

import json

import pytest

from genmimic.pipeline.progress import Bars, JsonLines, Lines, Reporter, Silent, for_people


def hear(reporter: Reporter) -> None:
    """One stage of three steps, one reused."""
    with reporter.stage("clip", "retarget") as advance:
        for done in range(4):
            advance(done, 3)
    reporter.reused("clip", "simulate")


def test_json_lines(capsys: pytest.CaptureFixture[str]) -> None:
    hear(JsonLines(interval=0.0))
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [event["event"] for event in events] == [
        *("stage_started", "stage_progress", "stage_progress", "stage_progress", "stage_progress"),
        *("stage_finished", "stage_reused"),
    ]
    assert events[2] == {"event": "stage_progress", "clip": "clip", "stage": "retarget", "done": 1, "total": 3}


def test_json_lines_are_few(capsys: pytest.CaptureFixture[str]) -> None:
    hear(JsonLines(interval=60.0))
    assert "stage_progress" not in capsys.readouterr().out


def test_bars_end_full(capsys: pytest.CaptureFixture[str]) -> None:
    hear(Bars())
    shown = capsys.readouterr().err
    assert "3/3" in shown
    assert "unchanged, reused" in shown


def test_lines_elsewhere_than_on_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert type(for_people()) is Lines
    hear(Lines())
    assert len(capsys.readouterr().err.splitlines()) == 2


def test_silence(capsys: pytest.CaptureFixture[str]) -> None:
    hear(Silent())
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("reporter", [Bars(), Lines(), JsonLines()])
def test_a_failed_stage_is_not_told_as_finished(reporter: Reporter, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError), reporter.stage("clip", "retarget"):
        raise ValueError
    said = capsys.readouterr()
    assert "stage_finished" not in said.out
    assert " s\n" not in said.err
    assert "1/1" not in said.err
