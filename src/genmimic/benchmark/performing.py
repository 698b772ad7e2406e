"""The true motion of each entry: performed by its recipe, the same for the same seed."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace

import numpy as np

from genmimic import rotation
from genmimic.benchmark.recipes import RECIPES, Recipe
from genmimic.benchmark.taxonomy import Generator, Slot
from genmimic.errors import InputError
from genmimic.gestures.checks import check
from genmimic.gestures.composition import compose
from genmimic.motion.corpus import Corpus
from genmimic.motion.cut import cut
from genmimic.motion.robot_motion import RobotMotion

DURATION: dict[Generator, float] = {"Wan2.1": 5.0, "Cosmos-Predict2": 5.8}
"""How long the paper's videos last, seconds. Compositions take longer here: nobody cuts them off."""
FAMILY = "bench"
DRAFTS = 3
"""Good drafts of a performance, of which the one closest to the paper's duration is taken."""
_ATTEMPTS = 40
_LEGS = "; legs of "


@dataclass(frozen=True)
class Performance:
    """A true motion and what it was made of.

    Attributes:
        motion: At 50 Hz, starting at the origin and heading along x.
        clips: Clips of the corpus that it contains: itself, or those that lent their legs.
    """

    motion: RobotMotion
    clips: tuple[str, ...]


def entry_seed(name: str, seed: int) -> int:
    """The seed of an entry, by its name, so that no entry depends on another."""
    return zlib.crc32(f"{seed}/{name}".encode())


def held_out(corpus: Corpus) -> Corpus:
    """The clips that no policy was trained on and that were captured, not generated.

    Raises:
        InputError: There are none.
    """
    which = [
        split == "test" and kept and length > 1 and source != "gestures"
        for split, kept, length, source in zip(corpus.splits, corpus.kept, corpus.lengths, corpus.sources, strict=True)
    ]
    if not any(which):
        raise InputError("corpus: has no captured clip of the split 'test'; use corpora/permissive_v1.npz.")
    return corpus.select(np.array(which))


def perform(slot: Slot, tested: Corpus, seed: int) -> Performance:
    """The true motion of one of the 428.

    Args:
        slot: Who does what.
        tested: Held-out motions (`held_out`), which lend clips and legs.
        seed: Of the whole benchmark.

    Raises:
        InputError: The corpus lacks a clip that the recipe asks for.
    """
    recipe = RECIPES[slot.generator][slot.action.name]
    duration = DURATION[slot.generator]
    if recipe.clips:
        done = _window(slot, recipe, tested, entry_seed(slot.name, seed), duration)
    else:
        done = _gestures(slot, recipe, tested, entry_seed(slot.name, seed), duration)
    return replace(done, motion=_from_origin(replace(done.motion, name=slot.name)))


def _gestures(slot: Slot, recipe: Recipe, tested: Corpus, seed: int, duration: float) -> Performance:
    drafts: list[RobotMotion] = []
    for attempt in range(_ATTEMPTS):
        rng = np.random.default_rng((seed, attempt))
        motion = compose(
            recipe.gestures,
            locomotion=recipe.locomotions[int(rng.integers(len(recipe.locomotions)))],
            order=recipe.order,
            seed=(seed, attempt, 1),
            family=FAMILY,
            walks=tested,
            name=slot.name,
        )
        if not check(motion).failures():
            drafts.append(motion)
        if len(drafts) == DRAFTS:
            break
    if not drafts:
        raise RuntimeError(f"benchmark: {_ATTEMPTS} drafts of {slot.name} failed their checks")
    best = min(drafts, key=lambda motion: abs(motion.duration - duration))
    _, _, legs = best.source.partition(_LEGS)
    return Performance(best, (legs,) if legs else ())


def _window(slot: Slot, recipe: Recipe, tested: Corpus, seed: int, duration: float) -> Performance:
    """As much of a clip as the paper's videos last; other subjects get other clips or other parts."""
    known = [i for i, name in enumerate(tested.names) if name.startswith(recipe.clips)]
    if not known:
        raise InputError(f"corpus: has no held-out clip {' or '.join(recipe.clips)}; use corpora/permissive_v1.npz.")
    number = int(slot.subject.name.removeprefix("s")) - 1
    # the longest first: short walks fill half a video only
    known = sorted(known, key=lambda i: (-min(int(tested.lengths[i]), round(duration * tested.fps)), tested.names[i]))
    clip = tested.clip(known[number % len(known)])
    frames = round(duration * clip.fps) + 1
    spare = max(len(clip) - frames, 0)
    turn = number // len(known)  # how often this clip was used before
    most = max(1, -(-8 // len(known)))
    start = int(spare * (turn + np.random.default_rng(seed).uniform(0.2, 0.8)) / most)
    return Performance(cut(clip, slice(start, start + frames)), (clip.name,))


def _from_origin(motion: RobotMotion) -> RobotMotion:
    """Moved to the origin and turned to head along x."""
    back = rotation.conjugate(rotation.heading(motion.root_quat_w[0]))
    turns = np.broadcast_to(back, motion.root_quat_w.shape)
    shift = motion.root_pos_w[0] * [1.0, 1.0, 0.0]
    return replace(
        motion,
        root_pos_w=rotation.rotate(turns, motion.root_pos_w - shift),
        root_quat_w=rotation.make_continuous(rotation.normalize(rotation.multiply(turns, motion.root_quat_w))),
    )
