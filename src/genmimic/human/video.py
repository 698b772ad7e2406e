"""A video as this package uses it: upright pictures at the content's own frame rate, decoded one at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from av.video.reformatter import VideoReformatter

from genmimic.errors import InputError
from genmimic.human import frame_rate
from genmimic.human.decoding import Stream, decode, probe, to_rgb, to_thumbnail

MAX_SIDE = 1280
"""Larger pictures are scaled down to this on their long side: landmarks need no more, and memory stays bounded."""

MAX_FPS = 60.0
"""Faster video is thinned to this: it resolves every human motion."""

_THUMBNAIL = 360  # pixels: a hand still covers a block, coding noise averages out


@dataclass(frozen=True)
class Video:
    """A clip with a regular clock. Pixels are decoded on demand and never kept.

    Attributes:
        path: The file.
        fps: Content frames per second.
        size: Width and height of the frames, pixels.
        source_frames: Which decoded frame of the file each frame is, (T,), counted from 0. A number repeats where a
            file of variable frame rate has a gap or the picture freezes for a moment.
        source_fps: Frames per second of the file, 0 when variable.
        source_size: Width and height of the file's upright picture.
        crop: The rectangle (x, y, w, h) used, in upright pixels of the file.
        scale: Pixels of `size` per pixel of the file.
        start: Time of the first frame, seconds since the file's first.
        rotation: Quarter turns, anticlockwise, applied to put the picture upright.
        duplicates: Number of repeated frames left out.
    """

    path: Path
    fps: float
    size: tuple[int, int]
    source_frames: np.ndarray
    source_fps: float
    source_size: tuple[int, int]
    crop: tuple[int, int, int, int]
    scale: float
    start: float
    rotation: int
    duplicates: int
    stream: Stream

    def __len__(self) -> int:
        """Number of frames T."""
        return len(self.source_frames)

    @property
    def duration(self) -> float:
        """Seconds from the first frame to the last."""
        return (len(self) - 1) / self.fps

    def frames(self) -> Iterator[np.ndarray]:
        """RGB frames (H, W, 3) uint8, T of them; each call decodes the file anew. A repeated frame is the same array.

        Raises:
            InputError: The file is damaged.
        """
        wanted, at, reformatter = self.source_frames, 0, VideoReformatter()
        for decoded in decode(self.stream):
            if decoded.number < wanted[at]:
                continue
            image = to_rgb(decoded.picture, self.stream, self.crop, self.scale, reformatter)
            while at < len(wanted) and wanted[at] == decoded.number:
                yield image
                at += 1
            if at == len(wanted):
                return


def open_video(
    path: str | Path,
    start: float | None = None,
    end: float | None = None,
    crop: tuple[int, int, int, int] | None = None,
    fps: float | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Video:
    """Examine a video file: decode it once, find its true frame rate and drop repeated frames.

    Args:
        path: The file.
        start: Seconds since the first frame; None for the beginning.
        end: Seconds since the first frame; None for the end.
        crop: Rectangle (x, y, w, h) of the upright picture to use, pixels; None for all of it.
        fps: Frames per second of the content without its repeats, where it is known better than the file tells (slow
            motion, content played too fast); None finds it.
        progress: Called with frames done and frames in all (0 when unknown).

    Raises:
        InputError: The file is missing, no video, cut off; the time or rectangle lies outside; under two frames; the
            rate is not positive.
    """
    stream = probe(path)
    start = 0.0 if start is None else start
    if start < 0.0 or (end is not None and end <= start):
        raise InputError(f"{path}: --start {start:g} and --end {end} leave nothing; times are seconds from the start.")
    if fps is not None and not 0.0 < fps < np.inf:
        raise InputError(f"{path}: --fps {fps:g} is no frame rate; give frames per second, like 16.")
    crop = _check_crop(stream, crop)
    numbers, times, change, previous = [], [], [], None
    for decoded in decode(stream, start, end):
        numbers.append(decoded.number)
        times.append(decoded.time)
        thumbnail = to_thumbnail(decoded.picture, stream, crop, _THUMBNAIL)
        if previous is not None:
            change.append(frame_rate.block_change(previous, thumbnail))
        previous = thumbnail
        if progress is not None:
            progress(decoded.number + 1, stream.frames)
    if not numbers and start > 0.0:
        raise InputError(f"{path}: ends before --start {start:g}; choose an earlier time.")
    if len(numbers) < 2:
        raise InputError(f"{path}: has a single frame between start and end; a motion needs a second of video.")
    fps, kept, source_fps = _clock(np.array(times), np.array(change), stream, fps)
    scale = min(1.0, MAX_SIDE / max(crop[2], crop[3]))
    return Video(
        path=Path(path),
        fps=fps,
        size=(max(1, round(crop[2] * scale)), max(1, round(crop[3] * scale))),
        source_frames=np.array(numbers)[kept],
        source_fps=source_fps,
        source_size=stream.size,
        crop=crop,
        scale=scale,
        start=times[0],
        rotation=stream.rotation,
        duplicates=len(numbers) - len(np.unique(kept)) if source_fps else 0,
        stream=stream,
    )


def _clock(
    times: np.ndarray, change: np.ndarray, stream: Stream, given: float | None
) -> tuple[float, np.ndarray, float]:
    """Content rate, indices of the frames to keep, and the file's own rate (0: variable).

    A `given` content rate overrides the time stamps, which then only help to tell repeats.
    """
    if np.any(np.diff(times) <= 0):  # broken time stamps: trust the order and the nominal rate
        times = np.arange(len(times)) / (stream.fps or 25.0)
    rate = frame_rate.regular_rate(times)
    if rate is None and given is None:
        fps = min(frame_rate.snap_rate(1.0 / float(np.median(np.diff(times)))), MAX_FPS)
        return fps, frame_rate.resample_index(times, fps), 0.0
    repeat, fresh = frame_rate.label_repeats(change)
    nominal = rate or given or 0.0
    cadence = frame_rate.find_cadence(repeat, fresh, nominal)
    kept = np.arange(len(times)) if cadence is None else cadence.kept
    kept = frame_rate.hold_frozen(kept, change, repeat)
    fps = given or (nominal if cadence is None else frame_rate.snap_rate(nominal * cadence.ratio))
    stride = int(np.ceil(fps / MAX_FPS - 1e-6))
    return fps / stride, kept[::stride], rate or 0.0


def _check_crop(stream: Stream, crop: tuple[int, int, int, int] | None) -> tuple[int, int, int, int]:
    width, height = stream.size
    if crop is None:
        return (0, 0, width, height)
    x, y, w, h = crop
    if x < 0 or y < 0 or w < 16 or h < 16 or x + w > width or y + h > height:
        raise InputError(
            f"{stream.path}: the rectangle {x},{y},{w},{h} (x, y, width, height) does not lie in the picture of "
            f"{width} by {height} pixels or is smaller than 16 pixels."
        )
    return (x, y, w, h)
