"""The encoded file as browsers need it, and nothing half-written."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from genmimic.errors import InputError
from genmimic.view.encode import VideoWriter


def test_video_has_the_frames_rate_codec_and_colours_asked_for(tmp_path: Path):
    path = tmp_path / "video.mp4"
    with VideoWriter(path, (64, 48), 30, crf=12) as writer:
        for k in range(45):
            image = np.zeros((48, 64, 3), np.uint8)
            image[:, :32] = (200, 60, 30)
            image[:, 32:] = 5 * k
            writer.write(image)
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        context = stream.codec_context
        assert (context.name, context.pix_fmt) == ("h264", "yuv420p")
        assert stream.average_rate == 30
        assert (context.color_primaries, context.color_trc, context.colorspace) == (1, 1, 6)
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(stream)]
        assert float(stream.duration * stream.time_base) == pytest.approx(45 / 30)
    assert len(frames) == 45
    np.testing.assert_allclose(frames[40][10:40, 8:24].mean((0, 1)), (200, 60, 30), atol=4)
    np.testing.assert_allclose(frames[40][10:40, 40:56].mean(), 200, atol=4)


def test_index_comes_before_the_pictures(tmp_path: Path):
    path = tmp_path / "video.mp4"
    with VideoWriter(path, (64, 48)) as writer:
        writer.write(np.zeros((48, 64, 3), np.uint8))
    data = path.read_bytes()
    assert 0 < data.index(b"moov") < data.index(b"mdat")


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_nothing_is_left_behind_when_writing_ends_early(tmp_path: Path, error: type[BaseException]):
    path = tmp_path / "video.mp4"
    with pytest.raises(error), VideoWriter(path, (64, 48)) as writer:
        writer.write(np.zeros((48, 64, 3), np.uint8))
        raise error
    assert list(tmp_path.iterdir()) == []


def test_an_older_video_survives_a_failed_one(tmp_path: Path):
    path = tmp_path / "video.mp4"
    path.write_bytes(b"older")
    with pytest.raises(ValueError), VideoWriter(path, (64, 48)):
        raise ValueError
    assert path.read_bytes() == b"older"


def test_odd_sizes_are_refused(tmp_path: Path):
    with pytest.raises(ValueError, match="even"):
        VideoWriter(tmp_path / "video.mp4", (63, 48))


def test_unwritable_folder_is_the_users_input(tmp_path: Path):
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(InputError), VideoWriter(tmp_path / "file" / "video.mp4", (64, 48)):
        pass
