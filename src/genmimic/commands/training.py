"""What the commands that train have in common: `genmimic train` and `genmimic distill`."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from tyro.conf import arg

from genmimic.commands import console
from genmimic.errors import InputError

if TYPE_CHECKING:
    from genmimic.learning.experiment import Experiment
    from genmimic.motion.corpus import Corpus

INTERRUPTED = 130


def own(metavar: str | None, help: str) -> Any:
    """An option that by default leaves the preset's or the checkpoint's setting as it is."""
    return arg(metavar=metavar, help=help, help_behavior_hint="")


@dataclass(frozen=True)
class Run:
    """Where and how long a training command runs; see `learning.session.run`.

    Attributes:
        out: Folder of the run.
        iterations: Iterations of this run, or None.
        minutes: Time until everything must have been written, or None.
        device: Where, or None.
        wandb: Project on wandb.ai, or None.
        quiet: No progress line.
    """

    out: Path
    iterations: int | None
    minutes: float | None
    device: str | None
    wandb: str | None
    quiet: bool


Describe = Callable[[Mapping[str, Any]], tuple["Experiment", "Corpus"]]
"""From the settings that were given, those that are None left out, to what to do, and on which motions."""


def run_training(settings: Mapping[str, Any], describe: Describe, run: Run) -> int:
    """Describe an experiment and do it; the exit code.

    Raises:
        InputError: A limit is not above 0, torch is missing, or a file or setting is at fault.
    """
    began = time.perf_counter()
    for name, value in (("minutes", run.minutes), ("iterations", run.iterations)):
        if value is not None and value <= 0:
            raise InputError(f"--{name} is {value}, expected more than 0.")
    session = import_training()
    experiment, motions = describe({name: value for name, value in settings.items() if value is not None})
    finished = session.run(
        experiment,
        motions,
        run.out,
        device=run.device,
        iterations=run.iterations,
        deadline=None if run.minutes is None else began + 60.0 * run.minutes,
        wandb=run.wandb,
        quiet=run.quiet,
    )
    if not finished:
        console.note(f"interrupted; go on with --resume {run.out}.")
    return 0 if finished else INTERRUPTED


def import_training() -> ModuleType:
    """The module that trains.

    Raises:
        InputError: One of the packages of the extra `train` is missing.
    """
    try:
        from genmimic.learning import session
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith("genmimic"):
            raise
        raise InputError(f"training needs '{error.name}'; pip install 'genmimic[train]'.") from error
    return session
