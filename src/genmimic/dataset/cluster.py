"""Tasks spread over a Ray cluster; every machine must see the same files, the cache included."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from genmimic.dataset.workers import Done
from genmimic.errors import InputError

T = TypeVar("T")


def run_on_ray(tasks: Sequence[T], work: Callable[[T], Any]) -> Iterator[Done[T]]:
    """As `workers.run_tasks`, on the cluster of $RAY_ADDRESS, or on this machine where there is none.

    Raises:
        InputError: Ray is not installed.
    """
    try:
        import ray
    except ImportError as error:
        raise InputError("--ray needs Ray, which is not installed; pip install 'ray', or leave --ray out.") from error
    started = not ray.is_initialized()
    if started:
        ray.init(logging_level=logging.WARNING, log_to_driver=False)
    remote = ray.remote(num_cpus=1, max_retries=1)(work)
    try:
        running = {remote.remote(task): task for task in tasks}
        while running:
            (reference, *_), _ = ray.wait(list(running), num_returns=1)
            task = running.pop(reference)
            try:
                yield Done(task, ray.get(reference))
            except ray.exceptions.RayError as error:  # pyright: ignore[reportAttributeAccessIssue]
                yield Done(task, error=str(error).splitlines()[-1])
    finally:
        if started:
            ray.shutdown()
