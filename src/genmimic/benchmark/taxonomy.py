"""What GenMimicBench is made of: 428 videos by generator, subject, camera view and action (paper, appendix C.2.1).

What the paper says: Wan2.1 made 217 videos of 5 subjects from front, left and right, doing 15 actions in four
categories; Cosmos-Predict2 made 211 videos of 8 subjects ("in the wild").

What it leaves open, and what stands here for it:

- 5 subjects x 3 views x 15 actions are 225, not 217. Which eight are missing is not said; here those whose names have
  the lowest hashes (`_left_out`) are.
- The actions of the Cosmos-Predict2 half are described, not listed. `COSMOS_ACTIONS` holds 27: those of section 3,
  C.2.1, figures 2 and 5 and the file names of the project page, filled up with gestures of the other half. 8 x 27 are
  216; five are left out in the same way.
- The sex of the subjects and the views of the eight PennAction frames are ours (`SUBJECTS`).
- Table 2's categories are for 43 actions on the real robot, though its rows add up to 48. Each action here has the
  category that its words fit; nothing here fits 'raise leg' or '< 90 turn'.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from genmimic.evaluation.paper import TABLE_2

Generator = Literal["Wan2.1", "Cosmos-Predict2"]
GENERATORS: tuple[Generator, ...] = get_args(Generator)
Category = Literal["simple", "simple_locomotion", "composite", "composite_locomotion", "in_the_wild"]
CATEGORIES: tuple[Category, ...] = get_args(Category)
"""Simple upper-body motions, the same + locomotion, composite ones, the same + locomotion, in-the-wild behaviours."""
View = Literal["front", "left", "right", "three_quarter"]
VIEWS: tuple[View, ...] = ("front", "left", "right")
"""Views of the Wan2.1 half: where the camera stands around a person who faces ahead."""
TABLE2: dict[str, tuple[int, float]] = {
    name: TABLE_2[name]
    for name in (
        *("raise", "sequence"),
        *("step+action", "step forward", "step lateral", "raise leg"),
        *("180 turn", "90 turn", "< 90 turn"),
        *("walk+action", "walk", "walk+turn"),
    )
}
"""The rows of the paper's table 2 that an action of ours may stand for: actions and visual success rate of each."""
COUNTS: dict[Generator, int] = {"Wan2.1": 217, "Cosmos-Predict2": 211}


@dataclass(frozen=True)
class Action:
    """Something a person is asked to do.

    Attributes:
        name: Unique within its generator's half.
        category: One of `CATEGORIES`.
        table2: One of the rows of `TABLE2`.
        words: What the prompt says, without a subject, {her} standing for the pronoun: 'touches {her} head'.
        walks: Whether the person goes somewhere on foot all the while, so that a prompt may say in which direction.
    """

    name: str
    category: Category
    table2: str
    words: str
    walks: bool = False


@dataclass(frozen=True)
class Subject:
    """Who is seen, and how.

    Attributes:
        name: s1, s2, ...
        noun: 'man' or 'woman'.
        views: From where the videos show this person.
        camera: How the camera moves (`synthetic.cameras.MOVES`).
    """

    name: str
    noun: Literal["man", "woman"]
    views: tuple[View, ...] = VIEWS
    camera: str = "static"


@dataclass(frozen=True)
class Slot:
    """One of the 428: who does what, seen from where, by which generator."""

    generator: Generator
    subject: Subject
    view: View
    action: Action

    @property
    def name(self) -> str:
        """Unique name, fit for files: wan-s1-front-touch_head, cosmos-s8-turn_lift."""
        if self.generator == "Wan2.1":
            return f"wan-{self.subject.name}-{self.view}-{self.action.name}"
        return f"cosmos-{self.subject.name}-{self.action.name}"


_HEAD, _THUMB, _WAVE = "touches {her} head", "performs a thumbs up gesture", "waves both arms"
_HEAD_THUMB_WAVE = "touches {her} head, then performs a thumbs up gesture, and finally waves both arms"
_HEAD_FOLD = "touches {her} head, then folds {her} arms"
_RAISE_POINT_FOLD = "raises {her} right hand and points forward, then folds {her} arms"
_CROSS_WAVE = "crosses {her} arms across {her} chest, then uncrosses them, and finally waves {her} right hand"

WAN_ACTIONS: tuple[Action, ...] = (
    Action("touch_head", "simple", "raise", _HEAD),
    Action("thumbs_up", "simple", "raise", _THUMB),
    Action("wave_arms", "simple", "raise", _WAVE),
    Action("walk", "simple_locomotion", "walk", "walks", walks=True),
    Action("touch_head_walk", "simple_locomotion", "walk+action", f"{_HEAD} while walking", walks=True),
    Action("thumbs_up_walk", "simple_locomotion", "walk+action", f"{_THUMB} while walking", walks=True),
    Action("wave_arms_walk", "simple_locomotion", "walk+action", f"{_WAVE} while walking", walks=True),
    Action("head_thumb_wave", "composite", "sequence", _HEAD_THUMB_WAVE),
    Action("head_fold", "composite", "sequence", _HEAD_FOLD),
    Action("raise_point_fold", "composite", "sequence", _RAISE_POINT_FOLD),
    Action("cross_uncross_wave", "composite", "sequence", _CROSS_WAVE),
    Action("head_thumb_wave_walk", "composite_locomotion", "walk+action", f"{_HEAD_THUMB_WAVE}, while walking", True),
    Action("head_fold_step", "composite_locomotion", "step+action", f"{_HEAD_FOLD}, while stepping forward"),
    Action("raise_point_fold_step", "composite_locomotion", "step+action", f"{_RAISE_POINT_FOLD}, and steps sideways"),
    Action("cross_uncross_wave_walk", "composite_locomotion", "walk+action", f"{_CROSS_WAVE}, while walking", True),
)
"""The 15 actions of the Wan2.1 half: 3, 4, 4 and 4 in its four categories."""


def _wild(name: str, table2: str, words: str, walks: bool = False) -> Action:
    return Action(name, "in_the_wild", table2, words, walks)


COSMOS_ACTIONS: tuple[Action, ...] = (
    # simple gestures with and without locomotion
    _wild("touch_head", "raise", _HEAD),
    _wild("thumbs_up", "raise", _THUMB),
    _wild("wave_arms", "raise", _WAVE),
    _wild("raise_arms", "raise", "raises both arms"),
    _wild("touch_head_turn", "180 turn", f"{_HEAD} and turns around"),
    _wild("wave_arms_turn", "180 turn", f"{_WAVE} and turns back"),
    _wild("quarter_turn", "90 turn", "turns a quarter to the side"),
    _wild("raise_arms_walk", "walk+action", "raises {her} arms and walks forward", True),
    _wild("raise_arms_step_side", "step lateral", "raises {her} arms and steps to the side"),
    _wild("thumbs_up_step", "step forward", f"{_THUMB} and steps forward"),
    _wild("step_back_hips", "step+action", "steps back and puts {her} hands on {her} hips"),
    _wild("walk", "walk", "walks forward", True),
    _wild("walk_turn", "walk+turn", "walks forward and turns", True),
    # object interactions
    _wild("open_door", "sequence", "opens the door"),
    _wild("close_door", "sequence", "closes the door"),
    _wild("open_door_walk", "walk+action", "opens the door and walks through", True),
    _wild("pick_shelf", "sequence", "picks up a book from a shelf"),
    _wild("pick_floor", "sequence", "picks up a dumbbell from the floor"),
    _wild("lift", "sequence", "lifts a heavy box"),
    _wild("turn_pick", "180 turn", "turns around and picks up a dumbbell"),
    _wild("turn_lift", "180 turn", "turns around and lifts a tire"),
    _wild("household", "sequence", "unscrews a bottle and drinks from it"),
    # action sequences
    _wild("walk_grab_shelf", "walk+action", "walks towards a shelf and grabs an item from it", True),
    _wild("raise_grab_side", "sequence", "raises {her} arms and grabs something from the side"),
    _wild("turn_pick_book", "180 turn", "turns around and picks a book"),
    _wild("turn_point_fold", "180 turn", "turns around, points forward, and folds {her} arms"),
    _wild("walk_pick_floor", "walk+action", "walks forward and picks up an object from the floor", True),
)
"""Our 27 actions of the Cosmos-Predict2 half: 13 simple gestures, 9 interactions with objects, 5 sequences."""

SUBJECTS: dict[Generator, tuple[Subject, ...]] = {
    "Wan2.1": (
        Subject("s1", "man"),
        Subject("s2", "woman"),
        Subject("s3", "man"),
        Subject("s4", "woman"),
        Subject("s5", "man"),
    ),
    "Cosmos-Predict2": (
        Subject("s1", "man", ("front",), "pan"),
        Subject("s2", "woman", ("left",), "handheld"),
        Subject("s3", "man", ("right",), "static"),
        Subject("s4", "man", ("three_quarter",), "zoom"),
        Subject("s5", "woman", ("front",), "handheld"),
        Subject("s6", "man", ("left",), "pan"),
        Subject("s7", "woman", ("right",), "zoom"),
        Subject("s8", "man", ("three_quarter",), "follow"),
    ),
}
ACTIONS: dict[Generator, tuple[Action, ...]] = {"Wan2.1": WAN_ACTIONS, "Cosmos-Predict2": COSMOS_ACTIONS}


def composition() -> tuple[Slot, ...]:
    """The 428 in a fixed order: 217 of Wan2.1, then 211 of Cosmos-Predict2."""
    slots: list[Slot] = []
    for generator in GENERATORS:
        every = [
            Slot(generator, subject, view, action)
            for subject in SUBJECTS[generator]
            for view in subject.views
            for action in ACTIONS[generator]
        ]
        without = _left_out(every, len(every) - COUNTS[generator])
        slots += [slot for slot in every if slot.name not in without]
    return tuple(slots)


def _left_out(slots: Sequence[Slot], count: int) -> set[str]:
    """Names of the `count` slots of the lowest hashes, at most one of any action."""
    left: dict[str, str] = {}
    for slot in sorted(slots, key=lambda slot: hashlib.blake2b(slot.name.encode(), digest_size=8).hexdigest()):
        if len(left) < count and slot.action.name not in left:
            left[slot.action.name] = slot.name
    return set(left.values())
