"""Which motions a user means: corpora, reference files, folders of them, benchmarks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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


def collect(files: Sequence[Path], split: Split = "test", seconds: float = 0.0) -> MotionSet:
    """The motions of corpora, files, folders and benchmarks.

    Args:
        files: Where to look; 'bench' for the packaged benchmark.
        split: Which clips of corpora; dropped ones are left out.
        seconds: Longer motions are cut off there; 0 for none.

    Raises:
        InputError: No motion, a file of another kind or damaged, or two motions of one name.
    """
    motions: list[TrialMotion] = []
    kinds: set[str] = set()
    for path in _files(files):
        for motion, kind in _motions_of(path, split, seconds):
            motions.append(motion)
            kinds.add(kind)
    if not motions:
        raise InputError(f"{', '.join(map(str, files))}: no motion of split '{split}'; try --split all.")
    name = ", ".join(path.name for path in files)
    return MotionSet(name, kinds.pop() if len(kinds) == 1 else "motions", motions)


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


def _motions_of(path: Path, split: Split, seconds: float) -> Iterator[tuple[TrialMotion, str]]:
    if str(path) == BENCHMARK:
        yield from _benchmark(None, seconds)
        return
    kind = str(load_arrays(path).get("kind", ""))
    if "benchmark" in kind:
        yield from _benchmark(path, seconds)
    elif kind == "genmimic corpus":
        yield from _corpus(path, split, seconds)
    else:
        motion = load_robot(path)
        yield trial_motion(_cut(motion, seconds), None, {"group": motion.name}), "motions"


def _corpus(path: Path, split: Split, seconds: float) -> Iterator[tuple[TrialMotion, str]]:
    corpus = load_corpus(path)
    for i in range(len(corpus)):
        if corpus.kept[i] and corpus.lengths[i] > 1 and split in (corpus.splits[i], "all"):
            source, content = corpus.sources[i], corpus.contents[i]
            tags = {"group": f"{source}/{content}", "source": source, "content": content}
            yield trial_motion(_cut(corpus.clip(i), seconds), None, tags), "corpus"


def _benchmark(path: Path | None, seconds: float) -> Iterator[tuple[TrialMotion, str]]:
    from genmimic.benchmark.sim_set import load_benchmark

    benchmark = load_benchmark(path)
    for i, entry in enumerate(benchmark.entries):
        shown, clean = benchmark.shown(i), benchmark.clean(i)
        tags = {
            "group": entry.category,
            "category": entry.category,
            "action": entry.action,
            "table 2": entry.table2_category,
            "view": entry.view,
            "generator": entry.generator,
            "kind": entry.kind,
        }
        yield trial_motion(_cut(shown, seconds), None if clean is None else _cut(clean, seconds), tags), "benchmark"


def _cut(motion: RobotMotion, seconds: float) -> RobotMotion:
    return motion if seconds <= 0 else cut(motion, slice(0, round(seconds * motion.fps) + 1))
