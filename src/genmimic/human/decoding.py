"""Decoding with PyAV: upright frames one at a time, and one clear sentence for each way in which a file is no video."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import cv2
import numpy as np
from av.container import InputContainer
from av.error import FFmpegError
from av.error import PermissionError as AvPermissionError
from av.stream import Disposition
from av.video.reformatter import VideoReformatter

from genmimic.cores import usable_cores
from genmimic.errors import InputError


@dataclass(frozen=True)
class Stream:
    """What a video file's header says.

    Attributes:
        path: The file.
        codec: Name of the coding, such as h264.
        size: Width and height of the upright picture with square pixels, before cropping and scaling.
        rotation: Quarter turns, anticlockwise, that put the coded picture upright (phones record sideways).
        fps: Nominal frames per second, 0 when unknown.
        frames: Number of frames, 0 when unknown.
        duration: Seconds, 0 when unknown.
    """

    path: Path
    codec: str
    size: tuple[int, int]
    rotation: int
    fps: float
    frames: int
    duration: float


@dataclass(frozen=True)
class Decoded:
    """One decoded picture and its place in the file: frame number and seconds since the first frame."""

    number: int
    time: float
    picture: av.VideoFrame


def probe(path: str | Path) -> Stream:
    """Read the header and the first frame of a video file.

    Raises:
        InputError: The file is missing, no video, has no frames, or its coding is unknown.
    """
    path = Path(path)
    with _open(path) as container:
        stream = _video_stream(container, path)
        try:
            first = next(container.decode(stream), None)
        except FFmpegError as error:
            raise InputError(f"{path}: cannot be decoded from the first frame on ({_reason(error)}).") from error
        if first is None:
            raise InputError(f"{path}: holds no video frames; record or export it again.")
        rotation = round(first.rotation / 90.0) % 4
        # Pixels that are not square are made so: a stretched person has wrong proportions.
        aspect = float(stream.sample_aspect_ratio or 1)
        width, height = round(first.width * aspect), first.height
        return Stream(
            path=path,
            codec=stream.codec_context.name,
            size=(width, height) if rotation % 2 == 0 else (height, width),
            rotation=rotation,
            fps=float(stream.average_rate or 0),
            frames=stream.frames,
            duration=_duration(container, stream),
        )


def decode(stream: Stream, start: float = 0.0, end: float | None = None) -> Iterator[Decoded]:
    """Pictures shown from `start` until before `end` (seconds since the first frame), in order of display.

    Raises:
        InputError: The file is cut off or damaged before `end`.
    """
    path, number, time, origin = stream.path, -1, 0.0, None
    with _open(path) as container:
        video = _video_stream(container, path)
        video.thread_type = "AUTO"
        video.codec_context.thread_count = min(8, usable_cores())
        pictures = iter(container.decode(video))
        while True:
            try:
                picture = next(pictures, None)
            except FFmpegError as error:
                raise InputError(_cut_off(stream, number + 1, time, _reason(error))) from error
            if picture is None:
                break
            number += 1
            if picture.time is None:
                time = number / (stream.fps or 25.0)
            else:
                origin = picture.time if origin is None else origin
                time = picture.time - origin
            if end is not None and time >= end - 1e-6:
                return
            if time >= start - 1e-6:
                yield Decoded(number, time, picture)
    # A file cut off while copying often just ends early, without an error. Both counts, because a clip trimmed on a
    # phone names frames that it hides.
    fewer = not stream.frames or number + 1 < 0.95 * stream.frames - 2
    if fewer and time < 0.95 * stream.duration - 2.0 / (stream.fps or 25.0):
        raise InputError(_cut_off(stream, number + 1, time, "it ends early"))


def to_rgb(
    picture: av.VideoFrame,
    stream: Stream,
    crop: tuple[int, int, int, int],
    scale: float,
    reformatter: VideoReformatter,
) -> np.ndarray:
    """Upright RGB (H, W, 3) uint8 of the rectangle `crop` (x, y, w, h in upright pixels), scaled by `scale`.

    A `reformatter` kept from frame to frame makes this five times faster.
    """
    upright = (round(stream.size[0] * scale), round(stream.size[1] * scale))
    coded = upright if stream.rotation % 2 == 0 else upright[::-1]
    image = reformatter.reformat(picture, *coded, format="rgb24", interpolation="AREA").to_ndarray()
    return _cut(np.rot90(image, stream.rotation), crop, scale)


def to_thumbnail(picture: av.VideoFrame, stream: Stream, crop: tuple[int, int, int, int], side: int) -> np.ndarray:
    """Small upright grey picture (H, W) uint8 of the rectangle `crop`, about `side` pixels on its long side."""
    luma = np.rot90(_luma(picture), stream.rotation)
    return shrink(_cut(luma, crop, luma.shape[0] / stream.size[1], luma.shape[1] / stream.size[0]), side)


def shrink(image: np.ndarray, side: int) -> np.ndarray:
    """Grey picture (H, W) shrunk by a whole factor, which is fast, to at most `side` pixels on its long side."""
    factor = -(-max(image.shape) // side)
    height, width = max(1, image.shape[0] // factor), max(1, image.shape[1] // factor)
    return cv2.resize(image[: height * factor, : width * factor], (width, height), interpolation=cv2.INTER_AREA)


def _cut(image: np.ndarray, crop: tuple[int, int, int, int], scale: float, scale_x: float | None = None) -> np.ndarray:
    x, y, width, height = crop
    scale_x = scale if scale_x is None else scale_x
    top, left = round(y * scale), round(x * scale_x)
    return np.ascontiguousarray(
        image[top : top + max(1, round(height * scale)), left : left + max(1, round(width * scale_x))]
    )


def _luma(picture: av.VideoFrame) -> np.ndarray:
    """Brightness plane (H, W) uint8, without a copy where the coding stores one of 8 bits."""
    if picture.format.name.startswith(("yuv4", "yuvj4", "nv")) and picture.format.components[0].bits == 8:
        plane = picture.planes[0]
        return np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[
            : picture.height, : picture.width
        ]
    return picture.reformat(format="gray").to_ndarray()


def _open(path: Path) -> InputContainer:
    if path.is_dir():
        raise InputError(f"{path}: is a folder; name a video file.")
    if not path.exists():
        raise InputError(f"{path}: no such file; check the path.")
    try:
        return av.open(str(path))
    except AvPermissionError as error:
        raise InputError(f"{path}: may not be read; check its permissions.") from error
    except FFmpegError as error:
        raise InputError(f"{path}: is not a video, or is cut off before its index; copy it again.") from error


def _video_stream(container: InputContainer, path: Path) -> av.VideoStream:
    moving = [s for s in container.streams.video if not s.disposition & Disposition.attached_pic]
    if not moving:
        kind = "holds sound but no moving picture" if container.streams.audio else "holds no video stream"
        raise InputError(f"{path}: {kind}; name a video of a person.")
    if moving[0].codec_context is None:
        raise InputError(f"{path}: its video coding is unknown here; convert it to H.264.")
    return moving[0]


def _duration(container: InputContainer, stream: av.VideoStream) -> float:
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    # Some containers only know how long everything takes, sound included.
    return 0.0 if container.streams.audio or not container.duration else container.duration / av.time_base


def _reason(error: FFmpegError) -> str:
    return (error.strerror or type(error).__name__).lower()


def _cut_off(stream: Stream, frames: int, time: float, reason: str) -> str:
    of = f" of {stream.frames}" if stream.frames else ""
    return (
        f"{stream.path}: is cut off or damaged after {frames}{of} frames ({reason}); copy it again, "
        f"or take the part before with --end {max(0.0, time):.2f}."
    )
