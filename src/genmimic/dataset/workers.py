"""Tasks spread over processes of this machine: one that dies costs its task alone."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from typing import Any, Generic, NamedTuple, TypeVar

T = TypeVar("T")
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class Done(NamedTuple, Generic[T]):
    """A task that ended: its result, or what went wrong."""

    task: T
    result: Any = None
    error: str = ""


def run_tasks(tasks: Sequence[T], work: Callable[[T], Any], jobs: int) -> Iterator[Done[T]]:
    """Do `work` on each task and yield how each ended, as they end.

    Args:
        tasks: What to do; picklable when `jobs` > 1.
        work: What does it; picklable when `jobs` > 1. It keeps its own results safe: an error of its is a bug, told
            on standard error.
        jobs: How many processes work at a time; with 1, all happens in this process.
    """
    if jobs <= 1:
        yield from (_attempt(task, work) for task in tasks)
        return
    context = multiprocessing.get_context("spawn")
    waiting = list(reversed(tasks))
    busy: dict[Connection, tuple[Any, T]] = {}
    try:
        with _one_blas_thread():
            while waiting or busy:
                while waiting and len(busy) < jobs:
                    _hire(context, work, busy, waiting.pop())
                for pipe in wait(list(busy)):
                    assert isinstance(pipe, Connection)
                    process, task = busy.pop(pipe)
                    try:
                        yield Done(task, *pipe.recv())
                    except EOFError:
                        process.join()
                        yield Done(task, error=f"its process died with exit code {process.exitcode}")
                        continue
                    if waiting:
                        busy[pipe] = process, waiting.pop()
                        pipe.send(busy[pipe][1])
                    else:
                        pipe.close()
                        process.join()
    finally:
        for process, _ in busy.values():
            process.terminate()
        for process, _ in busy.values():
            process.join()


def _hire(context: Any, work: Callable[[T], Any], busy: dict[Connection, tuple[Any, T]], task: T) -> None:
    """Start a process with its first task."""
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, work), daemon=True)
    process.start()
    theirs.close()
    busy[ours] = process, task
    ours.send(task)


def _serve(pipe: Connection, work: Callable[[T], Any]) -> None:
    # Ctrl-C reaches the whole process group: only the parent reacts, and ends its workers by SIGTERM,
    # which must unwind the stack here so that half-written files are removed
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(130))
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            done = _attempt(pipe.recv(), work)
            pipe.send((done.result, done.error))


def _attempt(task: T, work: Callable[[T], Any]) -> Done[T]:
    try:
        return Done(task, work(task))
    except Exception as error:
        traceback.print_exc()
        return Done(task, error=f"{type(error).__name__}: {error}")


@contextlib.contextmanager
def _one_blas_thread() -> Iterator[None]:
    """Processes started meanwhile use one BLAS thread each."""
    before = {name: os.environ.get(name) for name in _ONE_THREAD}
    os.environ.update(dict.fromkeys(_ONE_THREAD, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
