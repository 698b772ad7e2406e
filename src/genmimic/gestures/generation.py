"""Many motions, drawn from the catalogue, each one checked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from genmimic.errors import InputError
from genmimic.gestures.catalogue import CATALOGUE, SHARES, Entry
from genmimic.gestures.checks import check
from genmimic.gestures.composition import compose
from genmimic.gestures.styles import STYLES, Family
from genmimic.motion.robot_motion import RobotMotion

if TYPE_CHECKING:
    from genmimic.motion.corpus import Corpus

_ATTEMPTS = 12


def generate(count: int, seed: int, family: Family = "train", walks: Corpus | None = None) -> Iterator[RobotMotion]:
    """Draw motions from the catalogue.

    Motion i depends on the seed, the family and i alone: a longer run begins with the motions of a shorter one.

    Args:
        count: Number of motions.
        seed: Seed.
        family: 'train', or 'bench' for the layouts that are kept for the benchmark.
        walks: Retargeted motions whose legs are taken for walking.

    Yields:
        Motions without failures (`checks.MotionChecks.failures`), labelled with category, entry, gestures, sides and
        locomotion in `metadata`.

    Raises:
        InputError: Negative count or unknown family.
    """
    if count < 0:
        raise InputError(f"gestures: count is {count}; it must not be negative.")
    if family not in STYLES:
        raise InputError(f"gestures: unknown family '{family}'; use one of {', '.join(STYLES)}.")
    for index in range(count):
        yield one(index, seed, family, walks)


def one(index: int, seed: int, family: Family = "train", walks: Corpus | None = None) -> RobotMotion:
    """Motion number `index` of a run of `generate`."""
    origin = (seed, tuple(STYLES).index(family), index)
    reasons: tuple[str, ...] = ()
    for attempt in range(_ATTEMPTS):
        rng = np.random.default_rng((*origin, attempt))
        entry = draw_entry(family, rng)
        kind, order = entry.locomotions[int(rng.integers(len(entry.locomotions)))], str(rng.choice(entry.orders))
        motion = compose(
            entry.actions,
            locomotion=kind,
            order=order,  # type: ignore[arg-type]
            seed=(*origin, attempt, 1),
            family=family,
            walks=walks,
            name=f"gesture_{family}_{seed}_{index:05d}",
        )
        reasons = check(motion).failures()
        if not reasons:
            labels = {**motion.metadata, "category": entry.category, "entry": entry.name}
            return replace(motion, metadata=labels)
    raise RuntimeError(
        f"gestures: {_ATTEMPTS} drafts of motion {index} failed, the last one because {', '.join(reasons)}"
    )


def draw_entry(family: Family, rng: np.random.Generator) -> Entry:
    """Draw a category by its share, then an entry by its weight."""
    categories = list(SHARES)
    category = categories[int(rng.choice(len(categories), p=list(SHARES.values())))]
    entries = [e for e in CATALOGUE if e.category == category and family in e.families]
    weights = np.array([e.weight for e in entries])
    return entries[int(rng.choice(len(entries), p=weights / weights.sum()))]
