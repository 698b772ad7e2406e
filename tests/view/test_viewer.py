"""The page in the browser, as its server holds it: what is on it, where it is, and that it is served."""

from __future__ import annotations

import re
import urllib.request
from pathlib import Path

import numpy as np
import pytest
from view.samples import wave

from genmimic.cli import main
from genmimic.motion.corpus import Corpus, save_corpus
from genmimic.robot.kinematics import forward_kinematics
from genmimic.robot.names import BODY_NAMES
from genmimic.view.playback import FPS, motion_playback
from genmimic.view.viewer import Viewer

viser = pytest.importorskip("viser", reason="viser is not installed: pip install 'genmimic[view]'")


@pytest.fixture
def texts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Texts that pages got."""
    found, add = list[str](), viser.GuiApi.add_markdown

    def noted(gui, content, *arguments, **options):
        found.append(content)
        return add(gui, content, *arguments, **options)

    monkeypatch.setattr(viser.GuiApi, "add_markdown", noted)
    return found


def test_a_motion_alone_is_shown_where_it_is_at_every_instant(texts: list[str]):
    motion = wave(1.0)
    playback = motion_playback(motion)
    assert len(playback) == FPS + 1 and playback.picture(0) is None and not playback.held
    server = viser.ViserServer(port=18120, verbose=False)
    try:
        viewer = Viewer(server, playback)
        bodies = [server.scene.get_handle_by_name(f"/robot/{name}") for name in BODY_NAMES]
        pos, quat = forward_kinematics(motion.root_pos_w, motion.root_quat_w, motion.joint_pos)
        for frame in (0, 15, 30):
            viewer.show(frame)
            np.testing.assert_allclose([body.position for body in bodies], pos[frame, : len(bodies)], atol=1e-5)
            turned = np.sum([body.wxyz for body in bodies] * quat[frame, : len(bodies)], axis=1)
            np.testing.assert_allclose(np.abs(turned), 1.0, atol=1e-5)
        assert all(server.scene.get_handle_by_name(name) is None for name in ("/reference", "/student", "/human"))
        assert texts[0].startswith("**wave**")
        assert len(server.get_scene_serializer().serialize()) > 50_000, "the scene with its meshes can be sent"
    finally:
        server.stop()


def test_a_clip_of_a_corpus_is_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], texts: list[str]
):
    save_corpus(Corpus.from_motions([wave(0.5)], contents="gesture"), tmp_path / "corpus.npz")
    pages = []

    def fetch(viewer: Viewer) -> None:
        viewer.show(3)
        (url,) = re.findall(r"Open (http://\S+) ", capsys.readouterr().out)
        with urllib.request.urlopen(url, timeout=10) as answer:
            pages.append((answer.status, answer.read()))

    monkeypatch.setattr(Viewer, "play", fetch)
    assert main(["dataset", "view", str(tmp_path / "corpus.npz"), "wave", "--port", "18121"]) == 0
    ((status, html),) = pages
    assert status == 200 and b"<html" in html.lower()
    assert "wave" in texts[0] and "gesture" in texts[0]
