"""The work of a build in pieces that any process, here or on another machine, can do, and what of it is done."""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from threadpoolctl import threadpool_limits

from genmimic import __version__
from genmimic.dataset.clip_work import process
from genmimic.dataset.outcome import BUG, FAILED, Outcome, is_finished, load_outcomes, save_outcomes
from genmimic.dataset.reading import read_clips
from genmimic.dataset.sources import SourceFile
from genmimic.errors import InputError
from genmimic.motion.human_motion import HumanMotion
from genmimic.motion.robot_motion import RobotMotion
from genmimic.pipeline.fingerprint import combine, file_hash, source_hash

CLIPS_PER_TASK = 12
_PROGRAMS = ("dataset/clip_work", "dataset/trim", "dataset/reading", "retarget", "robot", "rotation")
_PROGRAMS += ("motion/resample", "motion/from_positions", "motion/skeleton")
_READERS = {
    "mocap": ("motion/importers",),
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

    def file_of(clip: str) -> Path:
        settings = {"label": source.label, "clip": clip, "fps": source.fps}
        key = combine(stage="clip", version=__version__, source=programs, inputs={"file": digest}, settings=settings)
        return cache / f"{key}.npz"

    files = [file_of(clip) for clip in clips]
    missing = [(clip, file) for clip, file in zip(clips, files, strict=True) if force or not is_finished(file)]
    tasks = [
        Task(source, tuple(clip for clip, _ in chunk), tuple(file for _, file in chunk))
        for chunk in (missing[i : i + CLIPS_PER_TASK] for i in range(0, len(missing), CLIPS_PER_TASK))
    ]
    return tasks, files


def perform(task: Task) -> None:
    """Do a task: each clip's outcomes are in the cache as soon as they are known."""
    kept = dict(zip(task.clips, task.cached, strict=True))
    with threadpool_limits(1):  # several BLAS threads would wait for one another on these small matrices
        read = read_clips(task.source, task.clips)
        # several people of one file share its entry, which is written when the last of them is done
        for clip, people in groupby(read, key=lambda pair: pair[0] if pair[0] in kept else ""):
            outcomes = [outcome for name, motion in people for outcome in _outcomes(task.source, name, motion)]
            save_outcomes(outcomes, kept[clip])


def _outcomes(source: SourceFile, clip: str, motion: HumanMotion | RobotMotion | InputError) -> list[Outcome]:
    blank = _blank(source, clip)
    if isinstance(motion, InputError):
        return [replace(blank, reason=f"{FAILED}{motion}")]
    try:
        return process(motion, blank)
    except Exception as error:  # a bug of ours in one clip must not cost the others
        traceback.print_exc()
        return [replace(blank, reason=f"{BUG}{type(error).__name__}: {error}")]


def _blank(source: SourceFile, clip: str) -> Outcome:
    name = f"{source.label}/{clip}" if clip else source.label
    return Outcome(name, source.label, clip, licence=source.licence)


def collect(source: SourceFile, clip: str, file: Path) -> list[Outcome]:
    """The outcomes of one clip from the cache; one that is not there says that its process died."""
    outcomes = load_outcomes(file)
    if outcomes is None:
        reason = f"{FAILED}its process died (out of memory?) or left a damaged file in the cache; build again"
        outcomes = [replace(_blank(source, clip), reason=reason)]
    # the licence may have been stated since
    return [replace(outcome, licence=outcome.licence or source.licence) for outcome in outcomes]
