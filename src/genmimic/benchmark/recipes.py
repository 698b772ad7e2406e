"""What stands for each action in GenMimicBench-Sim: gestures of the family 'bench', or held-out motion capture.

No policy was trained on either. Hands hold nothing: a door, a book, a dumbbell and a tire are mimed.
"""

from __future__ import annotations

from dataclasses import dataclass

from genmimic.benchmark.taxonomy import Generator
from genmimic.gestures.catalogue import Action as Gesture
from genmimic.gestures.catalogue import Order
from genmimic.gestures.locomotion import Locomotion


@dataclass(frozen=True)
class Recipe:
    """How an action is performed.

    Attributes:
        gestures: Gestures in order; none for locomotion alone.
        locomotions: Kinds of locomotion, one of which is drawn.
        order: Whether the feet go with, before or after the gestures.
        clips: Instead of gestures, held-out clips of the corpus, a window of one of which is taken; a clip is named by
            its full name or by the beginning of it.
    """

    gestures: tuple[Gesture, ...] = ()
    locomotions: tuple[Locomotion, ...] = ("stand",)
    order: Order = "with"
    clips: tuple[str, ...] = ()


_STILL: tuple[Locomotion, ...] = ("stand", "shift_weight")
_HEAD, _THUMB, _FOLD = Gesture("touch_head"), Gesture("thumbs_up"), Gesture("fold_arms")
_WAVE, _RAISE = Gesture("wave", "both"), Gesture("raise_arm", "both")
_HEAD_THUMB_WAVE = (_HEAD, _THUMB, _WAVE)
_HEAD_FOLD = (_HEAD, _FOLD)
_RAISE_POINT_FOLD = (Gesture("raise_arm", "right"), Gesture("point_forward", "right"), _FOLD)
_CROSS_WAVE = (Gesture("cross_arms"), Gesture("uncross_arms"), Gesture("wave", "right"))
_FLOOR, _SHELF, _LIFT = Gesture("pick_up_floor"), Gesture("pick_up_shelf"), Gesture("lift")
_OPEN = Gesture("open_door")

RECIPES: dict[Generator, dict[str, Recipe]] = {
    "Wan2.1": {
        "touch_head": Recipe((_HEAD,), _STILL),
        "thumbs_up": Recipe((_THUMB,), _STILL),
        "wave_arms": Recipe((_WAVE,), _STILL),
        "walk": Recipe((), ("walk",)),
        "touch_head_walk": Recipe((_HEAD,), ("walk",)),
        "thumbs_up_walk": Recipe((_THUMB,), ("walk",)),
        "wave_arms_walk": Recipe((_WAVE,), ("walk",)),
        "head_thumb_wave": Recipe(_HEAD_THUMB_WAVE, _STILL),
        "head_fold": Recipe(_HEAD_FOLD, _STILL),
        "raise_point_fold": Recipe(_RAISE_POINT_FOLD, _STILL),
        "cross_uncross_wave": Recipe(_CROSS_WAVE, _STILL),
        "head_thumb_wave_walk": Recipe(_HEAD_THUMB_WAVE, ("walk",)),
        "head_fold_step": Recipe(_HEAD_FOLD, ("step_forward",)),
        "raise_point_fold_step": Recipe(_RAISE_POINT_FOLD, ("step_side",)),
        "cross_uncross_wave_walk": Recipe(_CROSS_WAVE, ("walk",)),
    },
    "Cosmos-Predict2": {
        "touch_head": Recipe((_HEAD,), _STILL),
        "thumbs_up": Recipe((_THUMB,), _STILL),
        "wave_arms": Recipe((_WAVE,), _STILL),
        "raise_arms": Recipe((_RAISE,), _STILL),
        "touch_head_turn": Recipe((_HEAD,), ("turn_180",)),
        "wave_arms_turn": Recipe((_WAVE,), ("turn_180",), "after"),
        "quarter_turn": Recipe((), ("turn_90",)),
        "raise_arms_walk": Recipe((_RAISE,), ("walk",)),
        "raise_arms_step_side": Recipe((_RAISE,), ("step_side",), "after"),
        "thumbs_up_step": Recipe((_THUMB,), ("step_forward",)),
        "step_back_hips": Recipe((Gesture("hands_on_hips"),), ("step_back",), "before"),
        "walk": Recipe(clips=("cmu_walks/35_",)),
        "walk_turn": Recipe(clips=("o3de_locomotion/WalkPivotTurn1",)),
        "open_door": Recipe((_OPEN,), _STILL),
        "close_door": Recipe((Gesture("close_door"),), _STILL),
        "open_door_walk": Recipe((_OPEN,), ("walk",), "after"),
        "pick_shelf": Recipe((_SHELF,), _STILL),
        "pick_floor": Recipe((_FLOOR,), ("stand",)),
        "lift": Recipe((_LIFT,), ("stand",)),
        "turn_pick": Recipe((_FLOOR,), ("turn_180",), "before"),
        "turn_lift": Recipe((_LIFT,), ("turn_180",), "before"),
        "household": Recipe(clips=("cmu_10_14/13_07", "cmu_10_14/13_08", "cmu_10_14/13_09")),
        "walk_grab_shelf": Recipe((_SHELF,), ("walk",), "before"),
        "raise_grab_side": Recipe((_RAISE, Gesture("reach", "right")), _STILL),
        "turn_pick_book": Recipe((_SHELF,), ("turn_180",), "before"),
        "turn_point_fold": Recipe((Gesture("point_forward"), _FOLD), ("turn_180",), "before"),
        "walk_pick_floor": Recipe((_FLOOR,), ("walk",), "before"),
    },
}
"""The recipe of every action of `taxonomy.ACTIONS`."""
