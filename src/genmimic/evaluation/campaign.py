"""All rollouts of several policies: those that a ledger holds are taken from there, the others are made and kept."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

import numpy as np

from genmimic.errors import InputError
from genmimic.evaluation.columns import FIGURES
from genmimic.evaluation.ledger import Ledger
from genmimic.evaluation.tasks import Execute, Finished, Plan


@dataclass(frozen=True)
class Rollouts:
    """R rollouts of one policy.

    Attributes:
        motion: Index of the motion, (R,).
        seed: The seed that each belongs to, (R,).
        number: Number of the rollout among those of its motion and seed, (R,).
        figures: By name, (R,) each; truth values as 0 and 1, NaN for what does not exist.
    """

    motion: np.ndarray
    seed: np.ndarray
    number: np.ndarray
    figures: dict[str, np.ndarray]


def conduct(
    plan: Plan,
    ledger: Ledger,
    execute: Execute,
    *,
    backend: str,
    at_once: int,
    progress: Callable[[int, int], None] | None = None,
) -> list[Rollouts]:
    """Make what is missing and gather everything.

    Args:
        plan: What is to be tried.
        ledger: Where finished tasks are and go.
        execute: Does tasks.
        backend: Name of the simulator: figures of one are not reused for another.
        at_once: Rollouts of one motion that make a task.
        progress: Called with (rollouts done, rollouts in all).

    Returns:
        One entry per policy.

    Raises:
        InputError: Some tasks could not be done; the others were, and are in the ledger.
    """
    tasks = plan.tasks(at_once)
    keys = plan.keys(tasks, backend)
    missing = [task for task in tasks if keys[task] not in ledger]
    done, failed = plan.size - sum(task.count for task in missing), list[Finished]()
    with closing(execute(missing)) as running:
        for finished in running:
            task = finished.task
            if finished.figures is None:
                failed.append(finished)
            else:
                ledger.add(keys[task], plan.motions.motions[task.motion].name, finished.figures)
            done += task.count
            if progress is not None:
                progress(done, plan.size)
    if failed:
        name = plan.motions.motions[failed[0].task.motion].name
        raise InputError(
            f"{len(failed)} of {len(tasks)} parts failed; the first, '{name}': {failed[0].error}; "
            f"what is finished is kept in {ledger.path}."
        )
    return [_gather(plan, ledger, keys, policy) for policy in range(len(plan.policies))]


def _gather(plan: Plan, ledger: Ledger, keys: dict, policy: int) -> Rollouts:
    tasks = [task for task in keys if task.policy == policy]
    counts = [task.count for task in tasks]
    parts = [ledger[keys[task]] for task in tasks]
    return Rollouts(
        motion=np.repeat([task.motion for task in tasks], counts),
        seed=np.repeat([task.seed for task in tasks], counts),
        number=np.concatenate([np.arange(task.first, task.first + task.count) for task in tasks]),
        figures={name: np.array([v for part in parts for v in part[name]], dtype=np.float64) for name in FIGURES},
    )
