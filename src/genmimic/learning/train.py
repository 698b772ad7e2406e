"""The training loop around a learner: limits, curves, validation, checkpoints, interruption."""

from __future__ import annotations

import math
import signal
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import current_thread, main_thread

from genmimic.errors import InputError
from genmimic.learning.agreement import require_agreement
from genmimic.learning.checkpoint import CHECKPOINT, Checkpoint, CorpusStamp, git_revision, save_checkpoint
from genmimic.learning.learner import Learner, Policy
from genmimic.learning.progress import Sink

Validate = Callable[[Policy, int], Mapping[str, float]]
"""From the noiseless policy and the iteration to named figures, such as {'SR': 0.93}."""


@dataclass(frozen=True)
class Limits:
    """When a run ends; whichever comes first.

    Attributes:
        samples: Samples over all runs.
        iterations: Iterations of this run; None for any number.
        deadline: `time.perf_counter()` by which the last checkpoint must have been written; None for no limit.
    """

    samples: int
    iterations: int | None = None
    deadline: float | None = None


@dataclass(frozen=True)
class Origin:
    """What a checkpoint says about where it comes from: the environment as JSON, and the corpus."""

    env_config: str
    corpus: CorpusStamp


class Diverged(RuntimeError):
    """Training has produced numbers that are not finite."""


def train(
    learner: Learner,
    out: str | Path,
    limits: Limits,
    origin: Origin,
    *,
    sinks: Sequence[Sink] = (),
    validate: Validate | None = None,
    inspect: Callable[[], Mapping[str, float]] | None = None,
) -> bool:
    """Train until a limit is reached, then write `checkpoint.pt` to `out`.

    Args:
        learner: New or resumed. Every process of a run calls this function with its own.
        out: Folder of the run.
        limits: When to stop. A time limit is kept by stopping before an iteration that might not fit.
        origin: For the checkpoint.
        sinks: Where points of the curves go; the leading process alone writes to them.
        validate: Called every `validation_interval` iterations, in the leading process alone.
        inspect: Called after every checkpoint, in every process; its figures go into the next point, with those of
            `agreement.require_agreement`.

    Returns:
        False if it was interrupted by Ctrl-C or SIGTERM; the checkpoint was written all the same.

    Raises:
        Diverged: A loss is not finite. The last checkpoint stays as it was.
        Disagreement: The processes no longer have the same policy; likewise.
        InputError: There is nothing left to do.
    """
    config, ranks, leads = learner.config, learner.ranks, learner.ranks.leads
    if learner.samples >= limits.samples:
        raise InputError(
            f"training has already seen {learner.samples} samples and was to end after {limits.samples}; ask for more."
        )
    pace = _Pace(limits.deadline)
    first, revision, saved = learner.iteration, git_revision(), time.perf_counter()
    health: Mapping[str, float] = {}

    def save() -> None:
        with pace.of_saving():
            checkpoint = Checkpoint(config, origin.env_config, origin.corpus, revision, learner.state_dict())
            save_checkpoint(checkpoint, Path(out) / CHECKPOINT)

    stop = False
    with _closing(sinks), _interruptible() as interrupted:
        while not stop:
            with pace.of_iteration():
                row = learner.iterate()
            _require_finite(row, learner.iteration)
            stop = learner.samples >= limits.samples or learner.iteration - first == limits.iterations
            stop = ranks.agree(stop or bool(interrupted) or pace.is_over(), learner.device)
            late = time.perf_counter() - saved > 60.0 * config.checkpoint_minutes
            if ranks.agree(stop or late, learner.device):
                spreads = require_agreement(learner.algorithm, ranks, learner.iteration)
                if leads:
                    save()
                health = {**spreads, **(inspect() if inspect else {})}
                saved = time.perf_counter()
            validates = _divides(config.validation_interval, learner.iteration)
            # the same on every process: reading statistics needs all of them
            if stop or validates or _divides(config.log_interval, learner.iteration):
                figures = {**row, **learner.statistics(), **health}
                health = {}
                if leads and validate and validates:
                    with pace.of_validation():
                        figures |= validate(learner.policy(), learner.iteration)
                _write(sinks if leads else (), learner, figures)
    return not interrupted


@contextmanager
def _closing(sinks: Sequence[Sink]) -> Iterator[None]:
    try:
        yield
    finally:
        for sink in sinks:
            sink.close()


def _divides(interval: int, iteration: int) -> bool:
    return interval > 0 and iteration % interval == 0


def _write(sinks: Sequence[Sink], learner: Learner, figures: Mapping[str, float]) -> None:
    seconds = figures["collect_seconds"] + figures["learn_seconds"]
    counters = {
        "iteration": learner.iteration,
        "samples": learner.samples,
        "seconds": learner.seconds,
        "samples_per_second": learner.config.samples_per_iteration * learner.ranks.count / seconds,
    }
    for sink in sinks:
        sink.write({**counters, **figures})


def _require_finite(row: Mapping[str, float], iteration: int) -> None:
    wrong = [name for name, value in row.items() if not math.isfinite(value)]
    if wrong:
        raise Diverged(
            f"training diverged: {', '.join(wrong)} not finite in iteration {iteration}; resume from the last "
            "checkpoint with a lower learning rate, and check the environment for worlds that went wrong."
        )


class _Pace:
    """Knows how long things take, so that a run ends before its deadline."""

    def __init__(self, deadline: float | None) -> None:
        self._deadline = deadline
        self._iterations: deque[float] = deque(maxlen=20)
        self._started = False
        self._saving, self._validation = 1.0, 0.0

    def is_over(self) -> bool:
        """Whether another iteration, a validation and a checkpoint may take longer than there is time."""
        if self._deadline is None:
            return False
        need = max(self._iterations, default=0.0) + self._validation + self._saving
        return time.perf_counter() + 1.5 * need > self._deadline

    @contextmanager
    def of_iteration(self) -> Iterator[None]:
        """Time an iteration; the first of a run is not typical, because it compiles."""
        began = time.perf_counter()
        yield
        if self._started:
            self._iterations.append(time.perf_counter() - began)
        self._started = True

    @contextmanager
    def of_saving(self) -> Iterator[None]:
        """Time the writing of a checkpoint."""
        began = time.perf_counter()
        yield
        self._saving = time.perf_counter() - began

    @contextmanager
    def of_validation(self) -> Iterator[None]:
        """Time a validation."""
        began = time.perf_counter()
        yield
        self._validation = time.perf_counter() - began


@contextmanager
def _interruptible() -> Iterator[list[int]]:
    """Collect the first Ctrl-C or SIGTERM in a list, so that an iteration can end; the second one interrupts."""
    received: list[int] = []
    if current_thread() is not main_thread():  # only there can signals be handled
        yield received
        return

    def take(number: int, frame: object) -> None:
        if received:
            raise KeyboardInterrupt
        received.append(number)

    before = {number: signal.signal(number, take) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield received
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
