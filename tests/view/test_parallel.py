"""Worker processes draw the same frames in the same order, and don't outlive their use."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from view.samples import rollout, wave

from genmimic.view import parallel
from genmimic.view.follow import following_cameras
from genmimic.view.panels import Panel, from_bytes, to_bytes
from genmimic.view.parallel import drawn_frames
from genmimic.view.timeline import body_poses_at, frame_times


def panels(seconds: float = 0.3) -> list[Panel]:
    reference = wave(seconds)
    times = frame_times(seconds, 30.0)
    wanted, done = body_poses_at(reference, times), body_poses_at(rollout(reference).motion(), times)
    cameras = following_cameras(wanted[0][:, 0], 30.0, (80, 96), 0.3)
    return [Panel(cameras, *wanted), Panel(cameras, *done, *wanted, strap=True)]


def test_panels_survive_the_trip_to_another_process():
    for sent, received in zip(panels(), from_bytes(to_bytes(panels())), strict=True):
        for name in ("pos_w", "quat_w", "ghost_pos_w", "ghost_quat_w"):
            a, b = getattr(sent, name), getattr(received, name)
            assert (a is None and b is None) or np.array_equal(a, b), name
        assert sent.strap == received.strap and sent.size == received.size
        for a, b in zip(sent.cameras, received.cameras, strict=True):
            assert a.focal_px == b.focal_px
            np.testing.assert_array_equal(a.position_w, b.position_w)
            np.testing.assert_array_equal(a.rotation_cw, b.rotation_cw)


def test_two_workers_draw_what_this_process_draws():
    alone = list(drawn_frames(panels(), "software", workers=0))
    together = list(drawn_frames(panels(), "software", workers=2))
    assert len(alone) == len(together) == 10
    for a, b in zip(alone, together, strict=True):
        assert a.shape == (96, 160, 3)
        np.testing.assert_array_equal(a, b)


def test_workers_end_when_the_frames_are_no_longer_wanted(monkeypatch: pytest.MonkeyPatch):
    started: list[subprocess.Popen[bytes]] = []
    popen = subprocess.Popen

    def remember(*arguments, **options):
        started.append(popen(*arguments, **options))
        return started[-1]

    monkeypatch.setattr(parallel.subprocess, "Popen", remember)
    frames = drawn_frames(panels(2.0), "software", workers=2)
    next(frames)
    frames.close()
    assert len(started) == 2
    assert all(process.poll() is not None for process in started)


def test_a_dying_worker_is_an_error_and_not_a_hang(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(parallel.sys, "executable", str(Path(sys.executable).parent / "false-python"))
    with pytest.raises(OSError):
        next(drawn_frames(panels(), "software", workers=1))
    monkeypatch.undo()
    monkeypatch.setattr(parallel, "to_bytes", lambda _: b"not a package of panels")
    with pytest.raises(RuntimeError, match="ended early"):
        next(drawn_frames(panels(), "software", workers=1))


def test_workers_need_no_guard_in_the_users_script(tmp_path: Path):
    """Processes that spawn would import this script again and fail without `if __name__ == "__main__"`."""
    script = tmp_path / "script.py"
    script.write_text(
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from view.test_parallel import panels, drawn_frames\n"
        "print(len(list(drawn_frames(panels(), 'software', workers=2))))\n"
    )
    done = subprocess.run(
        [sys.executable, str(script), str(Path(__file__).parents[1])], capture_output=True, text=True, timeout=120
    )
    assert done.stdout.strip() == "10", done.stderr
