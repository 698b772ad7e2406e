"""Motions of any origin in, one corpus out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from genmimic.cores import usable_cores
from genmimic.dataset import catalogue, content, tasks
from genmimic.dataset.annotate import annotate
from genmimic.dataset.assembly import assemble
from genmimic.dataset.clip_table import save_table
from genmimic.dataset.cluster import run_on_ray
from genmimic.dataset.gesture_work import collect_gesture, perform_gestures, plan_gestures
from genmimic.dataset.outcome import BUG, FAILED, Outcome
from genmimic.dataset.sources import SourceFile, find_files, inspect, labels_of
from genmimic.dataset.tiers import PERMISSIVE, tier_of
from genmimic.dataset.workers import run_tasks
from genmimic.errors import InputError
from genmimic.motion.corpus import Corpus, save_corpus

ALL = "all"
_GAITS = ("walk", "turn")


@dataclass(frozen=True)
class BuildConfig:
    """How a corpus is built.

    Attributes:
        tier: 'permissive', 'test-ood', 'own' or 'all': clips whose licences put them elsewhere are left out.
        licence: Licence of files that state none.
        jobs: Processes; 0 for as many as there are cores.
        ray: Spread the work over a Ray cluster instead.
        limit: At most so many clips of each file; 0 for all.
        recursive: Also take what lies in folders below a folder.
        fps: Frame rate of imported files, whatever they state; 0 leaves it to them.
        gestures: Add so many generated gestures.
        seed: Their seed.
    """

    tier: str = ALL
    licence: str = ""
    jobs: int = 0
    ray: bool = False
    limit: int = 0
    recursive: bool = False
    fps: float = 0.0
    gestures: int = 0
    seed: int = 0


@dataclass(frozen=True)
class Built:
    """What a build made.

    Attributes:
        corpus: All clips of the tier, the dropped ones included.
        outcomes: What became of each, in the same order.
        failures: Those that could not be read or retargeted.
        left_out: Clips that belong to another tier.
        bugs: Errors of ours, told on standard error.
    """

    corpus: Corpus
    outcomes: tuple[Outcome, ...]
    failures: tuple[Outcome, ...]
    left_out: int
    bugs: tuple[str, ...]


def build(
    paths: Iterable[Path],
    out: Path,
    config: BuildConfig,
    *,
    cache: Path,
    force: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Built:
    """Build a corpus and the table of its clips.

    Every clip is in the cache as soon as it is done, so that a build that was interrupted goes on where it was.

    Args:
        paths: Files and folders of motions.
        out: The corpus file to write; the table goes beside it, with the ending `.clips.tsv`.
        config: Settings.
        cache: Folder for finished clips.
        force: Do again even what is in the cache.
        progress: Called with the clips done and the clips in all.

    Raises:
        InputError: No motion is found, none belongs to the tier, or none could be kept.
    """
    files = find_files(paths, recursive=config.recursive)
    sources, outcomes = _inspect(files, config)
    excluded = [s for s in sources if s.licence and config.tier not in (ALL, tier_of(s.licence))]
    left_out = sum(len(s.clips) for s in excluded)
    work: list[tuple[SourceFile, str, Path]] = []
    pending: list[tasks.Task] = []
    for source in sources:
        if source in excluded:
            continue
        clips, unusable = _usable(source, config.limit)
        outcomes += unusable
        planned, cached = tasks.plan(source, clips, cache, force=force)
        pending += planned
        work += [(source, clip, file) for clip, file in zip(clips, cached, strict=True)]
    total = len(work) + config.gestures
    bugs = _run(pending, tasks.perform, config, (len(work) - sum(map(len, pending)), total), progress)
    for source, clip, file in work:
        outcomes += tasks.collect(source, clip, file)
    by_label = {source.label: source for source in sources}
    labels = {folder: content.read_labels(folder) for folder in {source.path.parent for source in sources}}
    outcomes = [
        annotate(o, labels[by_label[o.label].path.parent], by_label[o.label].folders) if o.label in by_label else o
        for o in outcomes
    ]
    if config.gestures:
        drawn, errors = _gestures(outcomes, config, cache, force, (len(work), total), progress)
        outcomes, bugs = outcomes + drawn, bugs + errors
    chosen = [o for o in outcomes if config.tier in (ALL, tier_of(o.licence)) or (o.failed and not o.licence)]
    left_out += len(outcomes) - len(chosen)
    _require_something(chosen, left_out, config.tier)
    bugs += [o.reason for o in chosen if o.reason.startswith(BUG)]
    corpus = assemble(chosen)
    save_corpus(corpus, out)
    save_table(corpus, chosen, out.with_suffix(".clips.tsv"))
    return Built(corpus, tuple(chosen), tuple(o for o in chosen if o.failed), left_out, tuple(bugs))


def _inspect(files: Mapping[Path, tuple[str, ...]], config: BuildConfig) -> tuple[list[SourceFile], list[Outcome]]:
    """The files with their clips and licences, and those that cannot be read."""
    sources, failed = [], []
    for (file, folders), label in zip(files.items(), labels_of(list(files)), strict=True):
        collection = catalogue.find_collection(label)
        known = collection.licence if collection and collection.licence else config.licence
        try:
            source = inspect(file, label)
            sources.append(replace(source, licence=source.licence or known, folders=folders, fps=config.fps))
        except InputError as error:
            failed.append(Outcome(label, label, "", licence=known, reason=f"{FAILED}{error}"))
    return sources, failed


def _usable(source: SourceFile, limit: int) -> tuple[list[str], list[Outcome]]:
    """The clips for which a floor suffices, and those that need more."""
    labels = content.read_labels(source.path.parent)
    clips, unusable = [], []
    for clip in source.clips[: limit or None]:
        name = f"{source.label}/{clip}" if clip else source.label
        text = content.describe(name, labels) or content.words_of(name)
        word = content.needs_support(text)
        if word:
            reason = f"{content.NEEDS_SUPPORT} ('{word}' in '{text}')"
            unusable.append(Outcome(name, source.label, clip, str(source.path), source.licence, reason))
        else:
            clips.append(clip)
    return clips, unusable


def _run(
    pending: Sequence[Any],
    perform: Callable[[Any], None],
    config: BuildConfig,
    start: tuple[int, int],
    progress: Callable[[int, int], None],
) -> list[str]:
    """Do the tasks, counting on from `start` (clips done, clips in all); returns the errors that are ours."""
    done, total = start
    progress(done, total)
    if config.ray:
        running = run_on_ray(pending, perform)
    else:
        running = run_tasks(pending, perform, min(config.jobs or usable_cores(), max(len(pending), 1)))
    bugs = []
    for ended in running:
        done += len(ended.task)
        progress(done, total)
        if ended.error:
            bugs.append(ended.error)
    return bugs


def _gestures(
    outcomes: Sequence[Outcome],
    config: BuildConfig,
    cache: Path,
    force: bool,
    start: tuple[int, int],
    progress: Callable[[int, int], None],
) -> tuple[list[Outcome], list[str]]:
    """Generated gestures, some of them over the legs of the walks and turns that are trained on."""
    walks = [o for o in outcomes if o.content in _GAITS and not o.reason and tier_of(o.licence) == PERMISSIVE]
    corpus = assemble(walks)
    legs = corpus.select([i for i, split in enumerate(corpus.splits) if split == "train"])
    pending, files = plan_gestures(config.gestures, config.seed, legs, cache, force=force)
    done = start[0] + config.gestures - sum(map(len, pending))
    bugs = _run(pending, perform_gestures, config, (done, start[1]), progress)
    return [collect_gesture(config.seed, index, file) for index, file in enumerate(files)], bugs


def _require_something(outcomes: Sequence[Outcome], left_out: int, tier: str) -> None:
    if not outcomes and left_out:
        raise InputError(
            f"none of the {left_out} clips belongs to the tier '{tier}' by its licence; state the licence of files "
            "that have none with --licence, or build with --tier all."
        )
    if not any(o.motion is not None for o in outcomes):
        reasons = sorted({o.reason for o in outcomes})
        raise InputError(f"no clip could be used: {reasons[0].removeprefix(FAILED)}" + _more(len(reasons) - 1))


def _more(count: int) -> str:
    return f" (and {count} other reasons)." if count > 0 else ""
