"""Run a list of stages in an output folder: skip what is still true, write each stage's files all or none."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from genmimic import __version__
from genmimic.errors import InputError
from genmimic.pipeline import fingerprint
from genmimic.pipeline.ledger import Ledger, Record, read_ledger
from genmimic.pipeline.progress import Advance, Reporter
from genmimic.pipeline.settings import Settings

Summary = Mapping[str, Any]


@dataclass(frozen=True)
class Job:
    """What a stage's function gets.

    Attributes:
        name: Clip name.
        inputs: Path of each declared input that exists, by name.
        outputs: Where to write each declared output, by file name; optional ones may be left out.
        settings: The run's settings; a stage reads only those that it declares.
        summaries: What the stages before it found out, by stage name.
        seconds: How long they took, for the report.
        progress: To be called with (done, total).
    """

    name: str
    inputs: Mapping[str, Path]
    outputs: Mapping[str, Path]
    settings: Settings
    summaries: Mapping[str, Summary]
    seconds: Mapping[str, float]
    progress: Advance


@dataclass(frozen=True)
class Stage:
    """One step from files to files.

    Attributes:
        name: What the user sees.
        inputs: Names of the files that it reads; "video" is the input video, the others are file names.
        outputs: Names of the files that it always writes.
        settings: Names of the settings that it reads.
        packages: Our sub-packages whose sources decide the result.
        work: The function; it returns its summary as JSON values.
        optional_inputs: Inputs that it can do without.
        optional_outputs: Names of the files that it writes in some cases only.
        reads_summaries: Names of the stages whose summaries it reads.
    """

    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    settings: tuple[str, ...]
    packages: tuple[str, ...]
    work: Callable[[Job], Summary]
    optional_inputs: tuple[str, ...] = ()
    optional_outputs: tuple[str, ...] = ()
    reads_summaries: tuple[str, ...] = ()

    @property
    def files(self) -> tuple[str, ...]:
        """Names of all files that it may write."""
        return self.outputs + self.optional_outputs


def execute(
    stages: Sequence[Stage],
    *,
    name: str,
    folder: Path,
    sources: Mapping[str, Path],
    settings: Settings,
    reporter: Reporter,
    force: bool = False,
    pipeline: Sequence[Stage] = (),
) -> tuple[Ledger, tuple[str, ...]]:
    """Run `stages` in order.

    Args:
        stages: What to run.
        name: Clip name.
        folder: Output folder; made when the first stage starts, removed again when nothing came to lie in it.
        sources: Inputs that lie elsewhere, by name; every other input is looked for in `folder`.
        settings: The run's settings.
        reporter: Hears about progress.
        force: Run every stage even if its result could be reused.
        pipeline: The whole pipeline, in order: files of its later stages that a new result makes stale are removed.

    Returns:
        The folder's ledger and the names of the stages that were reused.

    Raises:
        InputError: An input is missing or at fault.
        OSError: The folder cannot be written.
    """
    ledger = read_ledger(folder)
    reused: list[str] = []
    for stage in stages:
        inputs = _find_inputs(stage, folder, sources)
        hashes = {key: fingerprint.file_hash(path) for key, path in inputs.items()}
        summaries = _summaries(stage, ledger, hashes)
        mark = _fingerprint(stage, hashes, summaries, settings)
        if not force and ledger.reusable(folder, stage.name, mark):
            reporter.reused(name, stage.name)
            reused.append(stage.name)
            continue
        with _workplace(folder, stage) as outputs, reporter.stage(name, stage.name) as progress:
            began = time.perf_counter()
            spent = {done: record.seconds for done, record in ledger.records.items() if done != stage.name}
            summary = stage.work(Job(name, inputs, outputs, settings, summaries, spent, progress))
            seconds = time.perf_counter() - began
            left_out = [file for file in stage.optional_outputs if not outputs[file].is_file()]
            written = {file: fingerprint.file_hash(path) for file, path in outputs.items() if file not in left_out}
            previous = ledger.records[stage.name].outputs if stage.name in ledger.records else {}
            changed = {file for file in stage.files if previous.get(file) != written.get(file)}
            ledger = _remove_stale(ledger, folder, changed, pipeline)
            for file in written:
                outputs[file].replace(folder / file)
            for file in left_out:
                (folder / file).unlink(missing_ok=True)
            ledger = ledger.with_record(stage.name, Record(mark, written, summary, round(seconds, 3)))
            ledger.write(folder)
    return ledger, tuple(reused)


def _find_inputs(stage: Stage, folder: Path, sources: Mapping[str, Path]) -> dict[str, Path]:
    found = {}
    for key in (*stage.inputs, *stage.optional_inputs):
        path = sources.get(key, folder / key)
        if path.is_file():
            found[key] = path
        elif key in stage.inputs:
            raise InputError(f"{path}: no such file; {stage.name} needs it.")
    return found


def _summaries(stage: Stage, ledger: Ledger, hashes: Mapping[str, str]) -> dict[str, Summary]:
    """What earlier stages noted about the very files that `stage` is about to read."""
    found = {}
    for name in stage.reads_summaries:
        record = ledger.records.get(name)
        if record and all(hashes[file] == content for file, content in record.outputs.items() if file in hashes):
            found[name] = record.summary
    return found


def _fingerprint(stage: Stage, hashes: Mapping[str, str], summaries: Mapping[str, Summary], settings: Settings) -> str:
    chosen = {key: getattr(settings, key) for key in stage.settings}
    files = {key: path for key, path in chosen.items() if isinstance(path, Path) and path.is_file()}
    return fingerprint.combine(
        stage=stage.name,
        version=__version__,
        source=fingerprint.source_hash(stage.packages),
        inputs={**hashes, **{key: fingerprint.file_hash(path) for key, path in files.items()}},
        settings={**chosen, "summaries": summaries},
    )


@contextmanager
def _workplace(folder: Path, stage: Stage) -> Iterator[dict[str, Path]]:
    """Yield where to write each output: in a hidden folder beside its final place, gone when the stage is over."""
    made = [parent for parent in (folder, *folder.parents) if not parent.exists()]
    place = folder / f".{stage.name}.{os.getpid()}"
    try:
        _make(place)
        yield {file: place / file for file in stage.files}
    except InputError as error:
        raise InputError(str(error).replace(str(place), str(folder))) from error
    except OSError as error:
        if error.filename is not None:
            error.filename = str(error.filename).replace(str(place), str(folder))
        raise
    finally:
        shutil.rmtree(place, ignore_errors=True)
        for empty in made:
            if not remove_if_empty(empty):
                break


def _make(place: Path) -> None:
    try:
        place.mkdir(parents=True)
    except FileNotFoundError as error:  # parents included: only odd file systems such as /proc say this
        raise InputError(f"{place.parent}: this folder cannot be made; choose another one with --out.") from error


def remove_if_empty(folder: Path) -> bool:
    """Remove a folder in which nothing lies, and say whether it is gone."""
    try:
        folder.rmdir()
    except OSError:
        return False
    return True


def _remove_stale(ledger: Ledger, folder: Path, changed: set[str], pipeline: Sequence[Stage]) -> Ledger:
    """Drop the results of all stages that read one of the files about to change, and of those that read theirs."""
    changed, stale = set(changed), set()
    for stage in pipeline:
        if changed & {*stage.inputs, *stage.optional_inputs}:
            changed |= set(stage.files)
            stale.add(stage.name)
            if stage.name in ledger.records:
                for file in stage.files:
                    (folder / file).unlink(missing_ok=True)
    return ledger.without(stale)
