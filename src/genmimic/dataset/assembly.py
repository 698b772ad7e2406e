"""Outcomes of clips put together: tiers and splits, and one corpus in the order of the sources."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from genmimic.dataset.outcome import Outcome
from genmimic.dataset.splits import split
from genmimic.dataset.tiers import OUT_OF_DISTRIBUTION, tier_of
from genmimic.motion.corpus import FPS, Corpus
from genmimic.robot.names import JOINT_NAMES


def assemble(outcomes: Sequence[Outcome]) -> Corpus:
    """Make a corpus of the outcomes, in their order; those without a motion are listed without frames.

    All of the tier 'test-ood' is for testing. Elsewhere the split follows all clips that have frames, dropped ones
    included, so that a stricter filter moves no clip to the other side.
    """
    tiers = [tier_of(o.licence) for o in outcomes]
    real = [i for i, o in enumerate(outcomes) if o.motion is not None and tiers[i] != OUT_OF_DISTRIBUTION]
    sides = ["test" if tier == OUT_OF_DISTRIBUTION else "train" for tier in tiers]
    decided = split([outcomes[i].group for i in real], [outcomes[i].content for i in real])
    for i, side in zip(real, decided, strict=True):
        sides[i] = side
    parts = []
    for with_frames in (True, False):
        chosen = [i for i, o in enumerate(outcomes) if (o.motion is not None) == with_frames]
        texts = {
            "contents": [outcomes[i].content for i in chosen],
            "subjects": [outcomes[i].subject for i in chosen],
            "tiers": [tiers[i] for i in chosen],
            "splits": [sides[i] for i in chosen],
            "reasons": [outcomes[i].reason for i in chosen],
        }
        if chosen or not (with_frames or parts):
            parts.append((chosen, _part([outcomes[i] for i in chosen], texts)))
    joined = Corpus.concatenate([part for _, part in parts])
    order = np.argsort(np.array([i for chosen, _ in parts for i in chosen], dtype=np.int64))
    return joined.select(order)


def _part(outcomes: Sequence[Outcome], texts: dict[str, Any]) -> Corpus:
    names = {
        "names": tuple(o.name for o in outcomes),
        "sources": tuple(o.collection for o in outcomes),
        "licences": tuple(o.licence for o in outcomes),
    }
    motions = [o.motion for o in outcomes if o.motion is not None]
    if motions:
        frames: dict[str, Any] = {
            field: np.concatenate([getattr(motion, field) for motion in motions])
            for field in ("root_pos_w", "root_quat_w", "joint_pos", "foot_contact", "confidence")
        }
    else:
        widths = {"root_pos_w": (3,), "root_quat_w": (4,), "joint_pos": (len(JOINT_NAMES),), "foot_contact": (2,)}
        frames = {field: np.zeros((0, *widths.get(field, ()))) for field in (*widths, "confidence")}
    lengths = [len(o.motion) if o.motion is not None else 0 for o in outcomes]
    kept = [not reason for reason in texts["reasons"]]
    return Corpus(**names, **texts, kept=np.array(kept), lengths=np.array(lengths), **frames, fps=FPS)
