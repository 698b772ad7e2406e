"""Several videos: one after another, or each in a process of its own; a failing one does not stop the others."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from genmimic.cores import SHARE, usable_cores
from genmimic.pipeline.output_errors import explain


@dataclass(frozen=True)
class Outcome:
    """What became of one video.

    Attributes:
        video: The file.
        result: `Result.to_json()` of a finished run, None of a failed one.
        error: One sentence on the failure, or None.
        bug: Whether the failure is ours: an exception that is not about the user's input.
    """

    video: Path
    result: dict[str, Any] | None = None
    error: str | None = None
    bug: bool = False


def run_all(videos: Sequence[Path], work: Callable[[Path], dict[str, Any]], *, jobs: int = 1) -> Iterator[Outcome]:
    """Run `work` on each video and yield the outcomes as they come.

    Args:
        videos: The files.
        work: Runs one video and returns `Result.to_json()`; it must be picklable when `jobs` > 1.
        jobs: How many processes work at a time; with 1, all happens in this process.

    Yields:
        One outcome per video. A process that dies (out of memory, a crash) is a failure of its video alone.
    """
    if jobs <= 1:
        yield from (attempt(video, work) for video in videos)
        return
    context = multiprocessing.get_context("spawn")
    waiting, running = list(videos), {}
    try:
        while waiting or running:
            while waiting and len(running) < jobs:
                video = waiting.pop(0)
                receiver, sender = context.Pipe(duplex=False)
                process = context.Process(target=_worker, args=(sender, video, work, jobs))
                process.start()
                sender.close()
                running[receiver] = (process, video)
            for receiver in wait(list(running)):
                process, video = running.pop(receiver)  # type: ignore[call-overload]
                yield _receive(receiver, process, video)  # type: ignore[arg-type]
    finally:
        for process, _ in running.values():
            process.terminate()
        for process, _ in running.values():
            process.join()


def attempt(video: Path, work: Callable[[Path], dict[str, Any]]) -> Outcome:
    """Run one video and turn its failure, if any, into an outcome."""
    try:
        return Outcome(video, result=work(video))
    except Exception as error:
        sentence = explain(error)
        if sentence is not None:
            return Outcome(video, error=sentence)
        traceback.print_exc()
        return Outcome(video, error=f"{type(error).__name__}: {error}", bug=True)


def _worker(sender: Connection, video: Path, work: Callable[[Path], dict[str, Any]], jobs: int) -> None:
    # Ctrl-C reaches the whole process group: only the parent reacts, and ends its workers by SIGTERM,
    # which must unwind the stack here so that half-written files are removed
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(130))
    import cv2

    os.environ[SHARE] = str(max(1, usable_cores() // jobs))  # more threads than cores wait for one another
    cv2.setNumThreads(usable_cores())
    sender.send(attempt(video, work))
    sender.close()


def _receive(receiver: Connection, process: Any, video: Path) -> Outcome:
    try:
        outcome = receiver.recv()
    except EOFError:
        process.join()
        outcome = Outcome(video, error=f"{video}: its process died with exit code {process.exitcode}.", bug=True)
    process.join()
    receiver.close()
    return outcome
