"""Small videos, good and bad, made on the spot."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

TICKS = 1000
"""Time base of the written clips: milliseconds."""


def read_frames(path: Path, count: int) -> list[np.ndarray]:
    """The first frames of a video, RGB."""
    with av.open(str(path)) as container:
        return [
            frame.to_ndarray(format="rgb24") for frame, _ in zip(container.decode(video=0), range(count), strict=False)
        ]


def write_clip(
    path: Path, frames: Iterable[np.ndarray], times: Iterable[float], *, rotation: int = 0, index_first: bool = False
) -> Path:
    """Write RGB frames at given times (seconds) as H.264.

    `rotation` is written as display metadata, degrees; `index_first` puts the file's index before the pictures.
    """
    with av.open(str(path), "w", options={"movflags": "+faststart"} if index_first else {}) as container:
        stream = container.add_stream("libx264", rate=30, options={"preset": "ultrafast", "crf": "23"})
        stream.codec_context.time_base = Fraction(1, TICKS)
        for number, (image, time) in enumerate(zip(frames, times, strict=False)):
            if number == 0:
                stream.height, stream.width = image.shape[:2]
                stream.pix_fmt = "yuv420p"
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(image), format="rgb24")
            frame.pts, frame.time_base = round(time * TICKS), Fraction(1, TICKS)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    if rotation:
        set_rotation(path, rotation)
    return path


def set_rotation(path: Path, degrees: int) -> None:
    """Patch the display matrix of an mp4's video track, as phones write it."""
    data = bytearray(path.read_bytes())
    at = data.index(b"tkhd") + 4
    matrix = at + 4 + (32 if data[at] == 1 else 20) + 16
    cosine, sine = {90: (0, 1), 180: (-1, 0), 270: (0, -1)}[degrees]
    values = (cosine, sine, 0, -sine, cosine, 0, 0, 0, 1)
    scales = (1 << 16, 1 << 16, 1 << 30) * 3
    for index, (value, scale) in enumerate(zip(values, scales, strict=True)):
        data[matrix + 4 * index : matrix + 4 * index + 4] = (value * scale).to_bytes(4, "big", signed=True)
    path.write_bytes(data)


def write_sound(path: Path) -> Path:
    """One second of a tone in an mp4 without a picture."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=44100, layout="mono")
        tone = np.sin(np.arange(44100) * 0.05).astype(np.float32)[None]
        for start in range(0, 44100 - 1024, 1024):
            frame = av.AudioFrame.from_ndarray(tone[:, start : start + 1024], format="fltp", layout="mono")
            frame.sample_rate, frame.pts = 44100, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def write_empty(path: Path) -> Path:
    """An mp4 whose header names a video track that holds no frame."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        container.start_encoding()
    return path
