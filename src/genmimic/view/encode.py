"""H.264 video that every browser plays, encoded by the libx264 inside PyAV's wheel."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from types import TracebackType

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace

from genmimic.motion.files import atomic_path

BT709 = 1
"""Code of ITU-R BT.709 in FFmpeg's tables of primaries, transfer characteristics and matrices."""


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
        stream.options = {"preset": "veryfast", "crf": str(self._crf), "tune": "animation"}
        context = stream.codec_context
        context.color_primaries = context.color_trc = context.colorspace = BT709
        context.color_range = ColorRange.MPEG
        self._stream, self._count = stream, 0
        return self

    def write(self, image: np.ndarray) -> None:
        """Append one frame (H, W, 3) uint8 RGB."""
        frame = av.VideoFrame.from_ndarray(image, format="rgb24")
        frame = frame.reformat(
            format="yuv420p",
            src_colorspace=Colorspace.ITU709,
            dst_colorspace=Colorspace.ITU709,
            dst_color_range=ColorRange.MPEG,
        )
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
