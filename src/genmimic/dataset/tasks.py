"""The work of a build in pieces that any process, here or on another machine, can do, and what of it is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from threadpoolctl import threadpool_limits

from genmimic import __version__
from genmimic.dataset.clip_work import process
from genmimic.dataset.outcome import FAILED, Outcome, load_outcomes, save_outcomes
from genmimic.dataset.reading import read_clips
from genmimic.dataset.sources import SourceFile
from genmimic.errors import InputError
from genmimic.pipeline.fingerprint import combine, file_hash, source_hash

CLIPS_PER_TASK = 12
_PROGRAMS = ("dataset/clip_work", "dataset/trim", "dataset/reading", "retarget", "robot", "rotation")
_PROGRAMS += ("motion/resample", "motion/from_positions", "motion/skeleton")
_READERS = {
    "mocap": ("motion/importers/mocap_layout", "motion/importers/foreign", "motion/importers/joint_naming"),
    "robot29": ("dataset/robot_as_person",),
    "joints": (),
    "robot": ("motion/files",),
    "file": ("motion/importers", "motion/amass"),
}
"""Program sources that decide what a clip becomes: results of older ones are made anew."""


@dataclass(frozen=True)
class Task:
    """Some clips of one file, and where their outcomes are kept."""

    source: SourceFile
    clips: tuple[str, ...]
    cached: tuple[Path, ...]

    def __len__(self) -> int:
        """Number of clips."""
        return len(self.clips)


def plan(
    source: SourceFile, clips: Sequence[str], cache: Path, *, force: bool = False
) -> tuple[list[Task], list[Path]]:
    """Divide the clips of a file into tasks, those that are done already left out.

    Args:
        source: The file.
        clips: Names of its clips that are wanted.
        cache: Folder for finished clips.
        force: Leave none out.

    Returns:
        The tasks, and the file in the cache of each clip, done or not.
    """
    digest = file_hash(source.path)
    programs = source_hash((*_PROGRAMS, *_READERS[source.kind]))
    files = [
        cache
        / (
            combine(
                stage="clip",
                version=__version__,
                source=programs,
                inputs={"file": digest},
                settings={"label": source.label, "clip": clip, "fps": source.fps},
            )
            + ".npz"
        )
        for clip in clips
    ]
    missing = [(clip, file) for clip, file in zip(clips, files, strict=True) if force or not file.is_file()]
    tasks = [
        Task(source, tuple(clip for clip, _ in chunk), tuple(file for _, file in chunk))
        for chunk in (missing[i : i + CLIPS_PER_TASK] for i in range(0, len(missing), CLIPS_PER_TASK))
    ]
    return tasks, files


def perform(task: Task) -> None:
    """Do a task: each clip's outcomes are in the cache as soon as they are known."""
    kept = dict(zip(task.clips, task.cached, strict=True))
    found: dict[str, list[Outcome]] = {}
    with threadpool_limits(1):  # several BLAS threads would wait for one another on these small matrices
        for clip, motion in read_clips(task.source, task.clips):
            name = f"{task.source.label}/{clip}" if clip else task.source.label
            blank = Outcome(name, task.source.label, clip, licence=task.source.licence)
            if isinstance(motion, InputError):
                outcomes = [
                    Outcome(name, task.source.label, clip, licence=task.source.licence, reason=f"{FAILED}{motion}")
                ]
            else:
                outcomes = process(motion, blank)
            key = clip if clip in kept else ""  # people of one file share its entry
            found[key] = found.get(key, []) + outcomes
            save_outcomes(found[key], kept[key])


def collect(source: SourceFile, clip: str, file: Path) -> list[Outcome]:
    """The outcomes of one clip from the cache; one that is not there says that its process died."""
    outcomes = load_outcomes(file)
    if outcomes is None:
        name = f"{source.label}/{clip}" if clip else source.label
        reason = f"{FAILED}its process died (out of memory?) or left a damaged file in the cache; build again"
        return [Outcome(name, source.label, clip, licence=source.licence, reason=reason)]
    # the licence may have been stated since
    return [replace(outcome, licence=outcome.licence or source.licence) for outcome in outcomes]
