"""H.264 video that every browser plays, encoded by the libx264 inside PyAV's wheel."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from types import TracebackType

import av
import cv2
import numpy as np
from av.video.reformatter import ColorRange

from genmimic.cores import usable_cores
from genmimic.motion.files import atomic_path

BT709, BT601 = 1, 6
"""Codes of ITU-R BT.709 and BT.601 (525 lines) in FFmpeg's tables of primaries, transfer characteristics, matrices."""


class VideoWriter:
    """Writes RGB frames to an mp4 file that appears under its name only when it is complete.

    Use as a context manager; when its block ends with an exception (Ctrl-C included), nothing is left behind.
    """

    def __init__(self, path: str | Path, size: tuple[int, int], fps: int = 30, *, crf: int = 21) -> None:
        """Prepare to write.

        Args:
            path: The file to write, ending in .mp4.
            size: Width and height in pixels, both even (4:2:0 chroma).
            fps: Frames per second.
            crf: Quality of libx264: 18 is visually lossless, 28 small.

        Raises:
            ValueError: The size is odd.
        """
        if size[0] % 2 or size[1] % 2:
            raise ValueError(f"H.264 in 4:2:0 needs an even width and height, got {size}.")
        self._target, self._size, self._fps, self._crf = Path(path), size, fps, crf

    def __enter__(self) -> VideoWriter:
        """Open a temporary file beside the target."""
        self._atomic = atomic_path(self._target)
        temporary = self._atomic.__enter__()
        # the index goes to the front of the file, so that browsers start before they have it all
        self._container = av.open(str(temporary), "w", format="mp4", options={"movflags": "+faststart"})
        stream = self._container.add_stream("libx264", rate=self._fps)
        stream.width, stream.height = self._size
        stream.pix_fmt = "yuv420p"
        stream.time_base = Fraction(1, self._fps)
        stream.codec_context.thread_count = min(8, usable_cores())
        stream.options = {"preset": "veryfast", "crf": str(self._crf)}
        context = stream.codec_context
        context.color_primaries = context.color_trc = BT709
        context.colorspace = BT601
        context.color_range = ColorRange.MPEG
        self._stream, self._count = stream, 0
        return self

    def write(self, image: np.ndarray) -> None:
        """Append one frame (H, W, 3) uint8 RGB."""
        # OpenCV converts with the matrix of BT.601, several times as fast as FFmpeg; the file says so
        planes = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2YUV_I420), np.uint8)
        frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
        frame.colorspace, frame.color_range = BT601, ColorRange.MPEG
        frame.pts, frame.time_base = self._count, Fraction(1, self._fps)
        self._count += 1
        self._container.mux(self._stream.encode(frame))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Finish the file and move it to its name, or remove it when the block failed."""
        try:
            if kind is None:
                self._container.mux(self._stream.encode(None))
            self._container.close()
        except BaseException as failure:
            self._atomic.__exit__(type(failure), failure, failure.__traceback__)
            raise
        self._atomic.__exit__(kind, error, trace)
