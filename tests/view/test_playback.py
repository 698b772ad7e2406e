"""Reading a finished run for the viewer, and its clear refusals."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from view.samples import person, rollout, wave, write_grey_video

from genmimic.errors import InputError
from genmimic.human.evidence import save_reconstruction
from genmimic.human.video import open_video
from genmimic.motion.files import save_robot
from genmimic.sim.record import save_rollout
from genmimic.view.playback import load_playback
from genmimic.view.side_by_side import write_video
from genmimic.view.viewer import serve


def save_run(folder: Path, *, video: bool, student: bool = False) -> None:
    reference = wave(0.5)
    record = rollout(reference)
    save_robot(reference, folder / "reference.npz")
    save_rollout(record, folder / "robot.npz")
    second = rollout(reference, held=False, offset=-0.3) if student else None
    if second is not None:
        save_rollout(second, folder / "robot_student.npz")
    if video:
        save_reconstruction(person(9), folder / "human.npz")
        source = open_video(write_grey_video(folder / "input.mp4"))
        write_video(folder / "video.mp4", source, None, reference, record, student=second, workers=0)


def test_all_motions_are_on_one_clock(tmp_path: Path):
    save_run(tmp_path, video=True)
    playback = load_playback(tmp_path)
    assert len(playback) == 16 == len(playback.pictures)
    assert playback.robot_pos_w.shape == playback.reference_pos_w.shape == (16, 24, 3)
    aside = playback.robot_pos_w - playback.reference_pos_w
    np.testing.assert_allclose(aside, np.broadcast_to([0.0, 0.05, 0.0], aside.shape), atol=0.01)
    assert playback.human_joint_pos_w is not None and playback.human_joint_pos_w.shape == (16, 22, 3)
    np.testing.assert_allclose(playback.support_percent, 20.0)
    for frame in (0, 8, 15):
        shown = playback.picture(frame)
        assert shown is not None
        grey = 40 + 10 * int(frame / 30 * 16 + 1e-6)
        assert np.median(shown[150:200]) == pytest.approx(grey, abs=4)


def test_a_students_robot_is_there_too_and_the_picture_is_still_the_input(tmp_path: Path):
    save_run(tmp_path, video=True, student=True)
    verdicts = {"verdict": {"sentence": "Held."}, "verdict_student": {"sentence": "Tracked."}}
    (tmp_path / "metrics.json").write_text(json.dumps(verdicts))
    playback = load_playback(tmp_path)
    assert playback.sentences == ("Held.", "Tracked.")
    assert playback.student_pos_w is not None
    aside = playback.student_pos_w - playback.reference_pos_w
    np.testing.assert_allclose(aside, np.broadcast_to([0.0, -0.3, 0.0], aside.shape), atol=0.01)
    shown = playback.picture(8)
    assert shown is not None and np.median(shown[150:200]) == pytest.approx(80, abs=4)
    assert (shown[150:200].std((0, 1)) < 6).all(), "no robot's column in it"


def test_a_run_without_video_can_be_viewed(tmp_path: Path):
    save_run(tmp_path, video=False)
    playback = load_playback(tmp_path)
    assert playback.picture(0) is None and playback.human_joint_pos_w is None and playback.sentences == ()


def test_unfinished_or_missing_runs_are_refused(tmp_path: Path):
    with pytest.raises(InputError, match=r"no such folder; name the output folder"):
        load_playback(tmp_path / "nothing")
    with pytest.raises(InputError, match=r"lacks reference.npz and robot.npz; finish the run"):
        load_playback(tmp_path)


def test_missing_viser_is_said_with_its_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "viser", None)
    with pytest.raises(InputError, match=r"needs viser: pip install 'genmimic\[view\]'"):
        serve(tmp_path)
