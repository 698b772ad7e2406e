"""A process that draws robot pictures: takes panels on its standard input, writes raw RGB frames to its output.

A process of its own and not `multiprocessing`: that would import the user's script again wherever processes are
spawned, and end in a crash when the script lacks its `if __name__ == "__main__"`.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np

from genmimic.view.backends import Backend, make_renderer
from genmimic.view.panels import Panel, from_bytes


def draw(panels: list[Panel], first: int, step: int, backend: Backend) -> Iterator[np.ndarray]:
    """Draw frames `first`, `first + step`, ... with the panels side by side, (H, W, 3) uint8 RGB."""
    renderers = [make_renderer(backend, panel.size) for panel in panels]
    try:
        for frame in range(first, len(panels[0]), step):
            pictures = [r.render(panel.scene(frame)) for r, panel in zip(renderers, panels, strict=True)]
            yield np.concatenate(pictures, axis=1)
    finally:
        for renderer in renderers:
            renderer.close()


def serve(source: BinaryIO, sink: BinaryIO, first: int, step: int, backend: Backend) -> None:
    """Read panels to the end of `source`, write frames to `sink`."""
    panels = from_bytes(source.read())
    for image in draw(panels, first, step, backend):
        sink.write(np.ascontiguousarray(image).data)
        sink.flush()


def main() -> None:
    """Entry point of the worker process."""
    # Ctrl-C reaches the whole process group: the parent decides, its closing of the pipe ends this process
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    import cv2

    cv2.setNumThreads(1)
    parser = argparse.ArgumentParser()
    parser.add_argument("first", type=int)
    parser.add_argument("step", type=int)
    parser.add_argument("backend", choices=["software", "mujoco"])
    options = parser.parse_args()
    sink = sys.stdout.buffer
    sys.stdout = sys.stderr  # a stray print must not end up among the pixels
    try:
        serve(sys.stdin.buffer, sink, options.first, options.step, options.backend)
    except BrokenPipeError:
        # the parent is gone or wants no more; without this, Python complains while closing its output
        os._exit(0)


if __name__ == "__main__":
    main()
