"""The layouts of each family, by gesture."""

from __future__ import annotations

import numpy as np

from genmimic.errors import InputError
from genmimic.gestures.bench_templates import BENCH_TEMPLATES
from genmimic.gestures.poses import Template
from genmimic.gestures.random_arms import random_arms
from genmimic.gestures.styles import Family
from genmimic.gestures.train_templates import TRAIN_TEMPLATES

TEMPLATES: dict[Family, tuple[Template, ...]] = {"train": TRAIN_TEMPLATES, "bench": BENCH_TEMPLATES}


def gesture_names(family: Family) -> tuple[str, ...]:
    """The gestures that a family knows, sorted."""
    names = {template.gesture for template in TEMPLATES[family]}
    return tuple(sorted(names | ({"random_arms"} if family == "train" else set())))


def draw_template(gesture: str, side: str | None, family: Family, rng: np.random.Generator) -> tuple[Template, str]:
    """Draw one of the layouts of a gesture and who acts.

    Args:
        gesture: Name of the gesture.
        side: 'left', 'right', 'both', or None for any that the layout allows.
        family: Family of layouts.
        rng: Source of the choice.

    Raises:
        InputError: No layout of the family shows that gesture by that side.
    """
    if gesture == "random_arms" and family == "train":
        return random_arms(rng), "both" if side == "both" else str(rng.choice(["left", "right"]))
    known = [t for t in TEMPLATES[family] if t.gesture == gesture and (side is None or side in t.sides)]
    if not known:
        by = f" by '{side}'" if side else ""
        raise InputError(
            f"gesture '{gesture}'{by}: no layout of family '{family}'; known: {', '.join(gesture_names(family))}."
        )
    template = known[int(rng.integers(len(known)))]
    return template, side or template.sides[int(rng.integers(len(template.sides)))]
