"""Pictures of a video, decoded ahead in a thread of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from queue import Full, Queue
from threading import Event, Thread
from typing import TypeVar

import numpy as np

from genmimic.human.video import Video

T = TypeVar("T")

Progress = Callable[[int, int], None]
"""Called with the frames done and the frames in all."""


def pictures(video: Video, progress: Progress | None = None) -> Iterator[tuple[int, np.ndarray]]:
    """Frame numbers and RGB pictures (H, W, 3), without the frames that repeat the picture before."""
    repeated = np.diff(video.source_frames, prepend=-1) == 0
    for index, image in enumerate(ahead(video.frames)):
        if not repeated[index]:
            yield index, image
        if progress is not None:
            progress(index + 1, len(video))


def ahead(source: Callable[[], Iterator[T]], depth: int = 4) -> Iterator[T]:
    """Run an iterator in a thread of its own, at most `depth` items ahead; its exception is raised here."""
    queue: Queue[tuple[bool, T | BaseException | None]] = Queue(depth)
    stop = Event()

    def put(item: tuple[bool, T | BaseException | None]) -> bool:
        while not stop.is_set():
            try:
                queue.put(item, timeout=0.1)
                return True
            except Full:
                continue
        return False

    def produce() -> None:
        try:
            for item in source():
                if not put((True, item)):
                    return
            put((False, None))
        except BaseException as error:
            put((False, error))

    thread = Thread(target=produce, daemon=True)
    thread.start()
    try:
        while True:
            more, item = queue.get()
            if not more:
                if isinstance(item, BaseException):
                    raise item
                return
            yield item  # type: ignore[misc]
    finally:
        stop.set()
        thread.join()
