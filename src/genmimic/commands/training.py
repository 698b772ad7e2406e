"""What the commands that train have in common: `genmimic train` and `genmimic distill`."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Annotated, Any

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
    """How much of a training a command does, and where; see `learning.session.run`."""

    envs: Annotated[int | None, own("N", "Parallel environments on each GPU.")] = None
    samples: Annotated[int | None, own("N", "End after so many samples, all runs together.")] = None
    iterations: Annotated[int | None, own("N", "End this run after so many iterations.")] = None
    minutes: Annotated[float | None, own("M", "End this run, files and all, before so many minutes have passed.")] = (
        None
    )
    validate_every: Annotated[int | None, own("N", "Iterations between two validations; 0 for none.")] = None
    seed: Annotated[int | None, own("N", "Seed of a new run.")] = None
    device: Annotated[str | None, own("DEVICE", "cpu, cuda:0, ...; a GPU where there is one.")] = None
    wandb: Annotated[str | None, own("PROJECT", "Also log to this project on wandb.ai.")] = None
    quiet: Annotated[bool, own(None, "No progress line.")] = False

    def settings(self) -> dict[str, Any]:
        """Those that are settings of the learner; None for what stays as it is."""
        return {
            "envs": self.envs,
            "samples": self.samples,
            "validation_interval": self.validate_every,
            "seed": self.seed,
        }


RunOptions = Annotated[Run, arg(name="")]
CorpusFile = Annotated[Path, arg(metavar="NPZ", help="The motions, from `genmimic dataset build`.")]
OutFolder = Annotated[Path, arg(metavar="DIR", help="Folder of the run: checkpoint, policy, curves.")]
ConfigFile = Annotated[Path | None, own("JSON", "Settings of learner and environment, as in a run's config.json.")]

Describe = Callable[[Mapping[str, Any]], tuple["Experiment", "Corpus"]]
"""From the settings that were given, those that are None left out, to what to do, and on which motions."""


def run_training(settings: Mapping[str, Any], describe: Describe, out: Path, run: Run) -> int:
    """Describe an experiment by settings beside those of `run`, do it in the folder `out`; the exit code.

    Raises:
        InputError: A limit is not above 0, torch is missing, or a file or setting is at fault.
    """
    began = time.perf_counter()
    for name, value in (("minutes", run.minutes), ("iterations", run.iterations)):
        if value is not None and value <= 0:
            raise InputError(f"--{name} is {value}, expected more than 0.")
    session = import_training()
    given = {name: value for name, value in {**settings, **run.settings()}.items() if value is not None}
    experiment, motions = describe(given)
    finished = session.run(
        experiment,
        motions,
        out,
        device=run.device,
        iterations=run.iterations,
        deadline=None if run.minutes is None else began + 60.0 * run.minutes,
        wandb=run.wandb,
        quiet=run.quiet,
    )
    if not finished:
        console.note(f"interrupted; go on with --resume {out}.")
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
