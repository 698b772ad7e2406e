"""The embedded example clip: small, short, and the detector finds the person."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from genmimic.human.landmarks import detect_landmarks
from genmimic.human.video import open_video

VIDEO = Path(__file__).resolve().parents[2] / "examples" / "wave.mp4"


def test_example_is_small_and_short() -> None:
    assert VIDEO.stat().st_size < 1e6
    with av.open(str(VIDEO)) as video:
        stream = video.streams.video[0]
        assert 3.0 <= stream.frames / float(stream.average_rate or 1) <= 6.0
        assert stream.width % 2 == stream.height % 2 == 0


def test_detector_finds_the_person_who_waves() -> None:
    landmarks = detect_landmarks(open_video(VIDEO))
    assert landmarks.detected.mean() >= 0.95
    wrist, ear = (landmarks.pixel[:, landmarks.names.index(n), 1] for n in ("right_wrist", "right_ear"))
    assert (wrist < ear).mean() > 0.2  # rows grow downwards: the hand is over the ear
    hip = landmarks.pixel[:, landmarks.names.index("right_hip"), 1]
    assert wrist[0] > hip[0] - 20
    assert np.isfinite(landmarks.world).all()


@pytest.mark.parametrize("name", ["make_example.py"])
def test_the_script_that_made_it_is_here_and_agrees(name: str) -> None:
    """The script's first frame is the clip's, up to compression."""
    import runpy

    from genmimic.synthetic.render import render_frame
    from genmimic.synthetic.room import draw_room
    from genmimic.synthetic.truth import stage

    scene = runpy.run_path(str(VIDEO.with_name(name)))["SCENE"]
    take, cameras = stage(scene)
    with av.open(str(VIDEO)) as video:
        assert video.streams.video[0].frames == len(cameras)
        first = next(video.decode(video=0)).to_ndarray(format="rgb24")
    image = render_frame(take, 0, cameras[0], draw_room(take.surfaces, cameras[0]))
    assert np.abs(first.astype(float) - image).mean() < 4.0
