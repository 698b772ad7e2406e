"""Robot pictures from several processes at once, in order and in bounded memory."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
from collections.abc import Generator
from typing import IO

import numpy as np

from genmimic.cores import usable_cores
from genmimic.view.backends import Backend, choose_backend
from genmimic.view.panels import Panel, to_bytes
from genmimic.view.render_worker import draw

QUEUE_FRAMES = 6
"""Finished frames each worker may be ahead."""
FRAMES_WORTH_A_PROCESS = 20
"""Starting a worker takes about as long as drawing this many frames."""
THREAD_LIMITS = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def default_workers() -> int:
    """As many processes as there are usable cores, 8 at most."""
    return min(8, usable_cores())


def drawn_frames(panels: list[Panel], backend: Backend = "auto", workers: int | None = None) -> Generator[np.ndarray]:
    """Draw panels side by side.

    Args:
        panels: Panels of equal length and height.
        backend: Who draws (`view.backends`).
        workers: Number of processes; 0 draws in this one; None chooses.

    Yields:
        The frames in order, (H, W, 3) uint8 RGB, read-only.

    Raises:
        RuntimeError: A worker died.
        InputError: The backend does not work here.
    """
    chosen = choose_backend(backend)
    if workers is None:
        workers = default_workers() if len(panels[0]) >= FRAMES_WORTH_A_PROCESS else 0
    if workers == 0:
        yield from draw(panels, 0, 1, chosen)
        return
    shape = (panels[0].size[1], sum(panel.size[0] for panel in panels), 3)
    data = to_bytes(panels)
    team = [_Worker(data, shape, first, workers, chosen) for first in range(workers)]
    try:
        for frame in range(len(panels[0])):
            yield team[frame % workers].next_frame()
    finally:
        for worker in team:
            worker.stop()


class _Worker:
    """One process and the thread that empties its pipe into a short queue."""

    def __init__(self, data: bytes, shape: tuple[int, int, int], first: int, step: int, backend: str) -> None:
        self._shape = shape
        self._frames: queue.Queue[bytes | None] = queue.Queue(QUEUE_FRAMES)
        self._stopping = False
        self._process = subprocess.Popen(
            [sys.executable, "-m", "genmimic.view.render_worker", str(first), str(step), backend],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **THREAD_LIMITS},
        )
        self._thread = threading.Thread(target=self._pump, args=(data,), daemon=True)
        self._thread.start()

    def next_frame(self) -> np.ndarray:
        """The worker's next frame; waits for it."""
        frame = self._frames.get()
        if frame is None:
            raise RuntimeError(f"a render process ended early with exit code {self._process.wait()}")
        return np.frombuffer(frame, np.uint8).reshape(self._shape)

    def stop(self) -> None:
        """End the process, whether or not it is done."""
        self._stopping = True
        self._process.kill()
        self._process.wait()
        while self._thread.is_alive():  # the thread may be waiting for room in the queue
            while not self._frames.empty():
                self._frames.get_nowait()
            self._thread.join(0.05)

    def _pump(self, data: bytes) -> None:
        source, sink = self._process.stdin, self._process.stdout
        assert source is not None and sink is not None
        try:
            source.write(data)
            source.close()
        except OSError:
            pass  # the process died; the missing frames say so
        size = int(np.prod(self._shape))
        while not self._stopping:
            frame = _read_exactly(sink, size)
            self._frames.put(frame)
            if frame is None:
                break
        sink.close()


def _read_exactly(source: IO[bytes], size: int) -> bytes | None:
    """Read `size` bytes, or return None where the stream ends before."""
    data = source.read(size)
    return data if len(data) == size else None
