"""Build GenMimicBench-Sim: make all entries and pack them. Finished entries are kept, so that a build resumes."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from threadpoolctl import threadpool_limits

from genmimic import __version__
from genmimic.benchmark.entry import ENTRY_FIELDS, Entry
from genmimic.benchmark.making import Built, make_entry
from genmimic.benchmark.performing import held_out
from genmimic.benchmark.rendering import rendered_slots
from genmimic.benchmark.store import VERSION, save_benchmark
from genmimic.benchmark.taxonomy import Slot, composition
from genmimic.errors import InputError
from genmimic.motion.corpus import Corpus, load_corpus
from genmimic.motion.files import load_arrays, load_robot, save_robot
from genmimic.motion.noise_model import CHECKSUM, NoiseModel, load_noise_model
from genmimic.pipeline.fingerprint import combine, file_hash

SEED = 1


def build(
    corpus: Path,
    out: Path,
    *,
    seed: int = SEED,
    cache: Path | None = None,
    only: Callable[[Slot], bool] | None = None,
    videos: Path | None = None,
    force: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[list[Built], str]:
    """Build the benchmark and write it.

    Args:
        corpus: The permissive corpus, whose held-out clips lend motions and legs.
        out: File to write.
        seed: Decides everything that is drawn.
        cache: Folder of finished entries; by default beside `out`.
        only: Which of the 428 to build; None for all.
        videos: Folder that keeps the rendered videos; None for none.
        force: Make also what the cache holds.
        progress: Called with entries done and entries in all.

    Returns:
        The entries and the checksum of the file.

    Raises:
        InputError: The corpus is missing or has no held-out clip that a recipe needs, or no entry is wanted.
    """
    tested = held_out(load_corpus(corpus))
    model = load_noise_model()
    slots = composition()
    rendered = {slot.name for slot in rendered_slots(slots)}
    wanted = [slot for slot in slots if only is None or only(slot)]
    if not wanted:
        raise InputError(f"{out}: no entry of the benchmark is wanted; `genmimic bench info` lists their names.")
    cache = cache or out.with_suffix(".cache")
    given = file_hash(corpus)
    built = []
    with threadpool_limits(1):
        for done, slot in enumerate(wanted):
            if progress is not None:
                progress(done, len(wanted))
            built.append(_cached(slot, slot.name in rendered, tested, model, seed, given, cache, videos, force))
    if progress is not None:
        progress(len(wanted), len(wanted))
    entries = [one.entry for one in built]
    digest = save_benchmark(entries, [one.shown for one in built], [one.clean for one in built], out, seed=seed)
    return built, digest


def _cached(
    slot: Slot,
    by_video: bool,
    tested: Corpus,
    model: NoiseModel,
    seed: int,
    given: str,
    cache: Path,
    videos: Path | None,
    force: bool,
) -> Built:
    """The entry from the cache, or made and put there."""
    key = combine(
        stage="bench",
        version=__version__,
        source=str(VERSION),
        inputs={"corpus": given, "noise": CHECKSUM},
        settings={"slot": slot.name, "seed": seed, "rendered": by_video},
    )
    files = [cache / f"{slot.name}.{key[:12]}.{side}.npz" for side in ("clean", "shown")]  # the shown one is last
    if force or not files[1].is_file():
        made = make_entry(slot, by_video, tested, model, seed, videos)
        about = json.dumps({**asdict(made.entry), "lost": made.lost})
        save_robot(made.clean, files[0])
        save_robot(made.shown, files[1], {"evidence_entry": about})
    clean, shown = (load_robot(file) for file in files)
    about = json.loads(str(load_arrays(files[1])["evidence_entry"]))
    return Built(Entry(**{name: about[name] for name in ENTRY_FIELDS}), shown, clean, about["lost"])


def lost(built: Sequence[Built]) -> dict[str, str]:
    """Entries that should have been rendered but whose video stage 1 refused, with its reason."""
    return {one.entry.name: one.lost for one in built if one.lost}
