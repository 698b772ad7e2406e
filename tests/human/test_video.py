"""Decoding real files, written here by PyAV: rates, repeats, rotation, size, and files that are no videos."""

from __future__ import annotations

from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from clips import write_clip, write_empty, write_sound

from genmimic.errors import InputError
from genmimic.human.decoding import probe
from genmimic.human.video import MAX_SIDE, open_video


def _scene(time: float, size: tuple[int, int] = (320, 240)) -> np.ndarray:
    """Textured wall with a disc that swings in front of it, at a time in seconds."""
    wall = cv2.resize(np.random.default_rng(0).integers(40, 200, (24, 32, 3), dtype=np.uint8), size)
    centre = (int(size[0] * (0.5 + 0.35 * np.sin(3.0 * time))), int(size[1] * (0.5 + 0.3 * np.cos(2.3 * time))))
    return cv2.circle(wall, centre, size[1] // 8, (250, 240, 20), thickness=cv2.FILLED)


def _write(path: Path, content_fps: float, container_fps: float, count: int) -> Path:
    """Content at one rate shown by frames at another."""
    shown = np.floor(np.arange(count) * content_fps / container_fps + 1e-9) / content_fps
    return write_clip(path, (_scene(t) for t in shown), np.arange(count) / container_fps)


@pytest.mark.parametrize(("content", "container", "count"), [(16, 30, 90), (24, 60, 150), (25, 25, 50), (30, 30, 60)])
def test_true_rate_of_reencoded_repeats(tmp_path: Path, content: float, container: float, count: int) -> None:
    video = open_video(_write(tmp_path / "clip.mp4", content, container, count))
    shown = np.floor(np.arange(count) * content / container + 1e-9)
    new = np.flatnonzero(np.diff(shown, prepend=-1.0) > 0)
    assert video.fps == content
    np.testing.assert_array_equal(video.source_frames, new)
    assert video.duplicates == count - len(new)
    assert video.source_fps == pytest.approx(container, rel=1e-3)
    assert sum(1 for _ in video.frames()) == len(video) == len(new)


def test_given_rate_is_the_time_base_of_the_frames_that_differ(tmp_path: Path) -> None:
    path = _write(tmp_path / "sped_up.mp4", 24, 30, 90)
    found, given = open_video(path), open_video(path, fps=16.0)
    assert (found.fps, given.fps) == (24.0, 16.0)
    np.testing.assert_array_equal(given.source_frames, found.source_frames)
    assert given.duration == pytest.approx(1.5 * found.duration)
    assert given.duplicates == found.duplicates > 0


def test_given_rate_overrides_uneven_time_stamps(tmp_path: Path) -> None:
    times = np.cumsum(np.random.default_rng(2).choice([0.033, 0.1], 40))
    video = open_video(write_clip(tmp_path / "phone.mp4", (_scene(t) for t in times), times), fps=20.0)
    assert (video.fps, video.source_fps) == (20.0, 0.0)
    np.testing.assert_array_equal(video.source_frames, np.arange(40))


def test_shared_original_is_81_frames_at_16(shared_dir: Path) -> None:
    path = shared_dir / "videos" / "originals" / "genmimicbench_sample1.mp4"
    video = open_video(path, crop=(1132, 0, 1086, 622))
    assert video.fps == 16.0
    assert video.size == (1086, 622)
    np.testing.assert_array_equal(video.source_frames, np.ceil(np.arange(81) * 30 / 16 - 1e-9))


def test_still_person_at_30_stays_at_30(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    still = _scene(0.0)
    grain = (np.clip(still + rng.normal(0, 2, still.shape), 0, 255).astype(np.uint8) for _ in range(60))
    video = open_video(write_clip(tmp_path / "still.mp4", grain, np.arange(60) / 30))
    assert video.fps == 30.0
    np.testing.assert_array_equal(video.source_frames, np.arange(60))


def test_variable_rate_is_resampled_by_time_stamps(tmp_path: Path) -> None:
    times = np.cumsum(np.random.default_rng(2).choice([0.033, 0.034, 0.1], 60, p=[0.45, 0.45, 0.1])) - 0.033
    video = open_video(write_clip(tmp_path / "phone.mp4", (_scene(t) for t in times), times))
    assert video.source_fps == 0.0
    assert video.fps == pytest.approx(30.0, rel=0.02)
    shown = times[video.source_frames] - times[0]
    assert np.abs(shown - np.arange(len(video)) / video.fps).max() <= 0.0501  # half the largest gap
    assert video.duration == pytest.approx(times[-1] - times[0], abs=1 / video.fps)


def test_fast_video_is_thinned(tmp_path: Path) -> None:
    video = open_video(_write(tmp_path / "fast.mp4", 120, 120, 121))
    assert video.fps == 60.0
    np.testing.assert_array_equal(video.source_frames, np.arange(0, 121, 2))


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_rotation_metadata_puts_the_picture_upright(tmp_path: Path, degrees: int) -> None:
    """ISO 14496-12: the track's matrix turns the coded picture clockwise by `degrees` for display."""
    upright = np.full((320, 240, 3), 90, np.uint8)
    upright[:80, :80] = (250, 30, 30)  # top left
    coded = np.rot90(upright, degrees // 90)  # anticlockwise, as the sideways sensor saw it
    path = write_clip(tmp_path / "phone.mp4", [coded] * 3, np.arange(3) / 30, rotation=degrees)
    video = open_video(path)
    assert video.size == (240, 320)
    assert video.source_size == (240, 320)
    image = next(video.frames())
    assert image.shape == (320, 240, 3)
    assert np.abs(image.astype(int) - upright).mean() < 4.0
    corner = next(open_video(path, crop=(0, 0, 64, 48)).frames())
    assert corner.shape == (48, 64, 3)
    assert np.abs(corner.reshape(-1, 3).mean(axis=0) - (250, 30, 30)).max() < 12.0


def test_8k_is_scaled_down_while_decoding(tmp_path: Path) -> None:
    frame = cv2.resize(_scene(0.0), (7680, 4320))
    video = open_video(write_clip(tmp_path / "huge.mp4", [frame, frame], [0.0, 0.1]))
    assert video.source_size == (7680, 4320)
    assert video.size == (MAX_SIDE, 720)
    assert video.scale == pytest.approx(1 / 6)
    image = next(video.frames())
    assert image.shape == (720, MAX_SIDE, 3)
    assert np.abs(image.astype(int) - cv2.resize(frame, (MAX_SIDE, 720))).mean() < 4.0


def test_a_crop_keeps_the_detail_that_it_holds(tmp_path: Path) -> None:
    frame = cv2.resize(_scene(0.0), (1920, 1080))
    path = write_clip(tmp_path / "large.mp4", [frame, frame], [0.0, 0.1])
    assert open_video(path).scale == pytest.approx(2 / 3)
    cropped = open_video(path, crop=(1000, 400, 600, 500))
    assert (cropped.scale, cropped.size) == (1.0, (600, 500))


def test_pixels_that_are_not_square_are_made_so(tmp_path: Path) -> None:
    path = tmp_path / "anamorphic.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 160, 120, "yuv420p"
        stream.codec_context.sample_aspect_ratio = 2
        for t in range(5):
            frame = av.VideoFrame.from_ndarray(_scene(t / 25, (160, 120)), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    assert open_video(path).size == (320, 120)


def test_start_end_and_crop(tmp_path: Path) -> None:
    path = _write(tmp_path / "clip.mp4", 30, 30, 60)
    whole = list(open_video(path).frames())
    part = open_video(path, start=0.5, end=1.0, crop=(40, 20, 200, 160))
    np.testing.assert_array_equal(part.source_frames, np.arange(15, 30))
    assert part.start == pytest.approx(0.5, abs=1e-3)
    for image, full in zip(part.frames(), whole[15:30], strict=True):
        np.testing.assert_array_equal(image, full[20:180, 40:240])


def test_frames_can_be_read_again(tmp_path: Path) -> None:
    video = open_video(_write(tmp_path / "clip.mp4", 16, 30, 60))
    for first, second in zip(video.frames(), video.frames(), strict=True):
        np.testing.assert_array_equal(first, second)


def test_probe(tmp_path: Path) -> None:
    stream = probe(_write(tmp_path / "clip.mp4", 30, 30, 30))
    assert (stream.codec, stream.size, stream.rotation, stream.frames) == ("h264", (320, 240), 0, 30)
    assert stream.duration == pytest.approx(1.0, abs=0.04)


def _cut(path: Path, share: float) -> Path:
    data = path.read_bytes()
    path.write_bytes(data[: int(share * len(data))])
    return path


def _noise(path: Path, index_first: bool) -> Path:
    frames = np.random.default_rng(0).integers(0, 255, (40, 120, 160, 3), dtype=np.uint8)
    return write_clip(path, frames, np.arange(40) / 20, index_first=index_first)


def test_files_that_are_no_videos(tmp_path: Path) -> None:
    (tmp_path / "text.mp4").write_text("hello")
    (tmp_path / "empty.mp4").touch()
    cv2.imwrite(str(tmp_path / "picture.png"), _scene(0.0))
    cases = {
        tmp_path / "missing.mp4": "no such file",
        tmp_path: "folder",
        tmp_path / "text.mp4": "not a video",
        tmp_path / "empty.mp4": "not a video",
        tmp_path / "picture.png": "single frame",
        write_sound(tmp_path / "sound.mp4"): "sound but no moving picture",
        write_empty(tmp_path / "noframes.mp4"): "no video",
        _cut(_noise(tmp_path / "cut.mp4", index_first=False), 0.6): "cut off",
        _cut(_noise(tmp_path / "cut_late.mp4", index_first=True), 0.6): "cut off or damaged after",
        _cut(_noise(tmp_path / "cut.mkv", index_first=False), 0.6): "cut off or damaged after",
    }
    for path, reason in cases.items():
        with pytest.raises(InputError, match=reason) as error:
            open_video(path)
        assert str(path) in str(error.value)
        assert str(error.value).count("\n") == 0


def test_cut_off_file_can_be_read_up_to_the_cut(tmp_path: Path) -> None:
    path = _cut(_noise(tmp_path / "cut.mp4", index_first=True), 0.6)
    with pytest.raises(InputError, match="--end"):
        open_video(path)
    assert len(open_video(path, end=0.5)) == 10


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"start": 5.0}, "ends before --start"),
        ({"start": 1.0, "end": 0.5}, "leave nothing"),
        ({"start": 0.0, "end": 0.02}, "single frame"),
        ({"crop": (300, 0, 100, 100)}, "does not lie in the picture"),
        ({"crop": (0, 0, 8, 8)}, "smaller than 16 pixels"),
        ({"fps": 0.0}, "no frame rate"),
    ],
)
def test_wrong_part(tmp_path: Path, options: dict, reason: str) -> None:
    path = _write(tmp_path / "clip.mp4", 30, 30, 30)
    with pytest.raises(InputError, match=reason):
        open_video(path, **options)
