"""Generated gestures as clips of a corpus: drawn in any process, judged like all others, kept in the cache."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from threadpoolctl import threadpool_limits

from genmimic import __version__
from genmimic.dataset.clip_work import MEASURES, assess_robot
from genmimic.dataset.outcome import FAILED, Outcome, is_finished, load_outcomes, save_outcomes
from genmimic.motion.corpus import Corpus, load_corpus, save_corpus
from genmimic.pipeline.fingerprint import combine, file_hash, source_hash

COLLECTION = "gestures"
FAMILY = "train"
"""The other family of templates is kept for the benchmark and enters no corpus."""
GESTURES_PER_TASK = 10
_PROGRAMS = ("gestures", "dataset/gesture_work", "dataset/clip_work", "retarget", "robot", "rotation")


@dataclass(frozen=True)
class GestureTask:
    """Some motions of one run of the generator, and where their outcomes are kept."""

    seed: int
    indices: tuple[int, ...]
    walks: Path
    cached: tuple[Path, ...]

    def __len__(self) -> int:
        """Number of motions."""
        return len(self.indices)


def plan_gestures(
    count: int, seed: int, walks: Corpus, cache: Path, *, force: bool = False
) -> tuple[list[GestureTask], list[Path]]:
    """Divide the motions of one run into tasks, those that are done already left out.

    Args:
        count: Number of motions.
        seed: Seed of the run.
        walks: Motions that the generator may take legs from; they are written to the cache for the tasks.
        cache: Folder for finished clips.
        force: Leave none out.

    Returns:
        The tasks, and the file in the cache of each motion, done or not.
    """
    legs = cache / "walks.npz"
    save_corpus(walks, legs)
    inputs, programs = {"walks": file_hash(legs)}, source_hash(_PROGRAMS)

    def file(index: int) -> Path:
        settings = {"seed": seed, "index": index, "family": FAMILY}
        key = combine(stage="gesture", version=__version__, source=programs, inputs=inputs, settings=settings)
        return cache / f"{key}.npz"

    files = [file(index) for index in range(count)]
    missing = [index for index in range(count) if force or not is_finished(files[index])]
    chunks = [missing[i : i + GESTURES_PER_TASK] for i in range(0, len(missing), GESTURES_PER_TASK)]
    return [GestureTask(seed, tuple(c), legs, tuple(files[i] for i in c)) for c in chunks], files


def perform_gestures(task: GestureTask) -> None:
    """Do a task: each motion's outcome is in the cache as soon as it is known."""
    from genmimic.gestures.generation import one

    walks = _walks(task.walks)
    with threadpool_limits(1):
        for index, file in zip(task.indices, task.cached, strict=True):
            motion = one(index, task.seed, FAMILY, walks if len(walks) else None)
            quality = assess_robot(motion)
            labels = motion.metadata
            outcome = Outcome(
                name=f"{COLLECTION}/{motion.name}",
                label=COLLECTION,
                clip=motion.name,
                source=motion.source,
                licence=motion.licence,
                reason="; ".join(quality.reasons),
                seconds=motion.duration,
                measures={name: round(float(getattr(quality, name)), 5) for name in MEASURES},
                motion=motion,
                content=f"gesture:{labels['category']}",
                collection=COLLECTION,
                subject=str(labels["entry"]),
                # each draw has its own timing, size and sides: it stands for a person of its own
                group=f"{COLLECTION}|draw {task.seed}/{index}|{labels['entry']}",
            )
            save_outcomes([outcome], file)


def collect_gesture(seed: int, index: int, file: Path) -> Outcome:
    """One motion from the cache; one that is not there says that it could not be drawn."""
    outcomes = load_outcomes(file)
    if outcomes is None:
        name = f"{COLLECTION}/gesture_{FAMILY}_{seed}_{index:05d}"
        reason = f"{FAILED}could not be generated, see the error above"
        return Outcome(name, COLLECTION, "", licence="", reason=reason, content="gesture", collection=COLLECTION)
    return outcomes[0]


@lru_cache(maxsize=1)
def _walks(path: Path) -> Corpus:
    return load_corpus(path)
