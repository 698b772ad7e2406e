"""The taxonomy: which gestures, compositions and kinds of locomotion belong together (paper, appendix C.2.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from genmimic.gestures.locomotion import LOCOMOTIONS, Locomotion

Category = Literal["simple", "simple_locomotion", "composite", "composite_locomotion", "in_the_wild"]
CATEGORIES: tuple[Category, ...] = get_args(Category)
Order = Literal["with", "before", "after"]
"""Whether locomotion goes on with the gestures, before them or after them."""


@dataclass(frozen=True)
class Action:
    """A gesture to do, by 'left', 'right' or 'both' sides, or by any side that its layouts know."""

    gesture: str
    side: str | None = None


@dataclass(frozen=True)
class Entry:
    """One entry of the taxonomy.

    Attributes:
        name: Unique name.
        category: One of the four categories of the paper or 'in_the_wild'.
        actions: Gestures in order; empty for locomotion alone.
        locomotions: Kinds of locomotion it is done with.
        orders: When locomotion takes place.
        families: In which families it exists.
        weight: How often it is drawn within its category.
    """

    name: str
    category: Category
    actions: tuple[Action, ...]
    locomotions: tuple[Locomotion, ...] = ("stand",)
    orders: tuple[Order, ...] = ("with",)
    families: tuple[str, ...] = ("train", "bench")
    weight: float = 1.0


_STILL: tuple[Locomotion, ...] = ("stand", "shift_weight")
_MOVING: tuple[Locomotion, ...] = tuple(kind for kind in LOCOMOTIONS if kind not in _STILL)
_GOING: tuple[Locomotion, ...] = ("walk", "walk", "walk", "walk", "walk", "walk", "step_forward", "turn_90")
_ANY: tuple[Order, ...] = ("with", "with", "with", "before", "after")
_WAVE_ARMS = Action("wave", "both")

_SIMPLE: dict[str, tuple[Action, ...]] = {
    "touch_head": (Action("touch_head"),),
    "thumbs_up": (Action("thumbs_up"),),
    "wave_arms": (_WAVE_ARMS,),
    "wave": (Action("wave"),),
    "raise_arm": (Action("raise_arm"),),
    "point_forward": (Action("point_forward"),),
    "point_side": (Action("point_side"),),
    "reach": (Action("reach"),),
    "fold_arms": (Action("fold_arms"),),
    "cross_uncross": (Action("cross_arms"), Action("uncross_arms")),
    "hands_on_hips": (Action("hands_on_hips"),),
    "stretch": (Action("stretch"),),
}
_COMPOSITE: dict[str, tuple[Action, ...]] = {
    "touch_head>thumbs_up>wave_arms": (Action("touch_head"), Action("thumbs_up"), _WAVE_ARMS),
    "touch_head>fold_arms": (Action("touch_head"), Action("fold_arms")),
    "raise_right>point_forward>fold_arms": (
        Action("raise_arm", "right"),
        Action("point_forward", "right"),
        Action("fold_arms"),
    ),
    "cross_arms>uncross>wave_right": (Action("cross_arms"), Action("uncross_arms"), Action("wave", "right")),
}
_OWN_COMPOSITE: dict[str, tuple[Action, ...]] = {
    "hands_on_hips>wave": (Action("hands_on_hips"), Action("wave")),
    "point_side>raise_arm": (Action("point_side"), Action("raise_arm")),
    "thumbs_up>stretch": (Action("thumbs_up"), Action("stretch")),
    "wave>bow": (Action("wave"), Action("bow")),
    "reach>touch_head>hands_on_hips": (Action("reach"), Action("touch_head"), Action("hands_on_hips")),
    "point_forward>point_side>fold_arms>wave": (
        Action("point_forward"),
        Action("point_side"),
        Action("fold_arms"),
        Action("wave"),
    ),
}
_WILD: tuple[Entry, ...] = (
    Entry("open_door", "in_the_wild", (Action("open_door"),), (*_STILL, "step_back", "walk"), _ANY, weight=2.0),
    Entry("close_door", "in_the_wild", (Action("close_door"),), (*_STILL, "step_forward", "turn_90"), _ANY),
    Entry("pick_up_shelf", "in_the_wild", (Action("pick_up_shelf"),), (*_STILL, "walk", "step_side"), _ANY, weight=2.0),
    Entry(
        "pick_up_floor", "in_the_wild", (Action("pick_up_floor"),), ("stand", "walk"), ("before", "after"), weight=2.0
    ),
    Entry("lift", "in_the_wild", (Action("lift"),), ("stand", "walk"), ("before", "after"), weight=2.0),
    Entry("bow", "in_the_wild", (Action("bow"),), ("stand",)),
    Entry("steps_back>hands_on_hips", "in_the_wild", (Action("hands_on_hips"),), ("step_back",), ("before",)),
    Entry("turn_around>pick_up", "in_the_wild", (Action("pick_up_floor"),), ("turn_180",), ("before",)),
    Entry("turn_around>reach_shelf", "in_the_wild", (Action("pick_up_shelf"),), ("turn_180", "turn_90"), ("before",)),
    Entry("point>turn_around", "in_the_wild", (Action("point_forward"), Action("fold_arms")), ("turn_180",), _ANY),
    Entry("touch_head>turn_around", "in_the_wild", (Action("touch_head"),), ("turn_180",), ("with", "after")),
    Entry("wave_arms>turn_back", "in_the_wild", (_WAVE_ARMS,), ("turn_180",), ("after",)),
    Entry("raise_arms>walk", "in_the_wild", (Action("raise_arm", "both"),), ("walk", "step_side"), ("with", "after")),
    Entry(
        "open_door>walk>close_door", "in_the_wild", (Action("open_door"), Action("close_door")), ("walk",), ("with",)
    ),
    Entry("random_arms", "in_the_wild", (Action("random_arms"),), LOCOMOTIONS, ("with",), ("train",), 6.0),
)

CATALOGUE: tuple[Entry, ...] = (
    *(Entry(name, "simple", actions, _STILL) for name, actions in _SIMPLE.items()),
    Entry("walk", "simple_locomotion", (), ("walk",), weight=3.0),
    Entry("step_or_turn", "simple_locomotion", (), _MOVING, weight=2.0),
    *(
        Entry(f"{name}+move", "simple_locomotion", actions, (*_GOING, *_MOVING), _ANY)
        for name, actions in _SIMPLE.items()
    ),
    *(Entry(name, "composite", actions, _STILL, weight=2.0) for name, actions in _COMPOSITE.items()),
    *(Entry(name, "composite", actions, _STILL) for name, actions in _OWN_COMPOSITE.items()),
    *(
        Entry(f"{name}+move", "composite_locomotion", actions, (*_GOING, *_MOVING), _ANY, weight=2.0)
        for name, actions in _COMPOSITE.items()
    ),
    *(
        Entry(f"{name}+move", "composite_locomotion", actions, (*_GOING, *_MOVING), _ANY)
        for name, actions in _OWN_COMPOSITE.items()
    ),
    *_WILD,
)
"""All entries of the taxonomy."""

SHARES: dict[Category, float] = {
    "simple": 0.2,
    "simple_locomotion": 0.2,
    "composite": 0.2,
    "composite_locomotion": 0.2,
    "in_the_wild": 0.2,
}
"""How often each category is drawn."""
