"""Which motions a user means: corpora, reference files, folders of them, benchmarks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from genmimic.errors import InputError
from genmimic.evaluation.motion_set import MotionSet, TrialMotion, trial_motion
from genmimic.motion.corpus import load_corpus
from genmimic.motion.cut import cut
from genmimic.motion.files import load_arrays, load_robot
from genmimic.motion.robot_motion import RobotMotion

Split = Literal["test", "train", "all"]
BENCHMARK = "bench"
"""Word for the benchmark that comes with the package."""
_TAGS = {
    "category": "category",
    "action": "action",
    "table 2": "table2",
    "view": "view",
    "camera": "camera",
    "generator": "generator",
    "kind": "kind",
}
"""Tags of a benchmark's entries and the fields that they are."""


def collect(files: Sequence[Path], split: Split = "test", seconds: float = 0.0) -> MotionSet:
    """The motions of corpora, files, folders and benchmarks.

    Args:
        files: Where to look; 'bench' for the packaged benchmark.
        split: Which clips of corpora; dropped ones are left out.
        seconds: Longer motions are cut off there; 0 for none.

    Raises:
        InputError: No motion, a file of another kind or damaged, or two motions of one name.
    """
    parts = [_read(path, split, seconds) for path in _files(files)]
    kinds = {part.kind for part in parts}
    names = dict.fromkeys(part.name for part in parts)
    name = ", ".join(names if len(names) <= 3 else [path.name for path in files])
    return MotionSet(
        f"{name}, at most {seconds:g} s" if seconds > 0 else name,
        kinds.pop() if len(kinds) == 1 else "motions",
        [motion for part in parts for motion in part.motions],
    )


def _files(paths: Sequence[Path]) -> list[Path]:
    found = []
    for path in paths:
        inside = [path]
        if path.is_dir():
            inside = sorted(path.glob("**/reference.npz")) or sorted(path.glob("*.npz"))
        if not inside:
            raise InputError(f"{path}: holds no npz of a motion; name files, or a folder of runs.")
        found += inside
    return found


def _read(path: Path, split: Split, seconds: float) -> MotionSet:
    if str(path) == BENCHMARK:
        return _benchmark(None, seconds)
    kind = str(load_arrays(path).get("kind", ""))
    if kind == "genmimic benchmark":
        return _benchmark(path, seconds)
    if kind == "genmimic corpus":
        return _corpus(path, split, seconds)
    return _reference(path, seconds)


def _reference(path: Path, seconds: float) -> MotionSet:
    """A single motion; one that `genmimic run` made from a video of GenMimicBench has that video's tags."""
    from genmimic.benchmark.origin import load_origin

    motion = _cut(load_robot(path), seconds)
    origin = load_origin(path.parent)
    tags = origin.tags() if origin is not None else {}
    kind = "benchmark" if "generator" in tags else "motions"
    return MotionSet(motion.name, kind, [trial_motion(motion, None, {"group": motion.name} | tags)])


def _corpus(path: Path, split: Split, seconds: float) -> MotionSet:
    corpus, motions = load_corpus(path), list[TrialMotion]()
    for i in range(len(corpus)):
        if corpus.kept[i] and corpus.lengths[i] > 1 and split in (corpus.splits[i], "all"):
            source, content = corpus.sources[i], corpus.contents[i]
            tags = {"group": f"{source}/{content}", "source": source, "content": content}
            motions.append(trial_motion(_cut(corpus.clip(i), seconds), None, tags))
    if not motions:
        raise InputError(f"{path}: no motion of split '{split}'; try --split all.")
    return MotionSet(f"{path.stem}, split {split}", "corpus", motions)


def _benchmark(path: Path | None, seconds: float) -> MotionSet:
    from genmimic.benchmark.store import load_benchmark

    benchmark, motions = load_benchmark(path), list[TrialMotion]()
    for i, entry in enumerate(benchmark.entries):
        shown, clean = _cut(benchmark.shown(i), seconds), benchmark.clean(i)
        tags = {tag: getattr(entry, field) for tag, field in _TAGS.items()}
        # the two kinds are reported apart
        group = {"group": f"{entry.category} ({entry.kind})"}
        motions.append(trial_motion(shown, None if clean is None else _cut(clean, seconds), group | tags))
    return MotionSet(f"{benchmark.name} {benchmark.version} ({benchmark.checksum[:12]})", "benchmark", motions)


def _cut(motion: RobotMotion, seconds: float) -> RobotMotion:
    return motion if seconds <= 0 else cut(motion, slice(0, round(seconds * motion.fps) + 1))
