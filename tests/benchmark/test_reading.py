"""Names and prompts of videos are read as far as they say something, and no farther."""

from __future__ import annotations

import pytest

from genmimic.benchmark.prompts import build_prompt
from genmimic.benchmark.reading import read_words, signature
from genmimic.benchmark.taxonomy import ACTIONS, composition


def test_the_papers_own_prompts() -> None:
    assert signature("A man is facing to the left ... he waves his arm.") == (("wave",), ())
    assert signature("A man touches his head while walking to the right.") == (("head",), ("walk",))
    assert signature(
        "A man crosses his arms across his chest, then uncrosses them, and finally waves his right hand."
    ) == (
        ("cross", "uncross", "wave"),
        (),
    )
    assert signature("A woman raises arms and walks forward.") == (("raise",), ("walk",))
    assert signature("turn_around_point_forward_and_fold_arms_G.mp4") == (("point", "fold"), ("turn",))


def test_our_own_prompts_are_read_back_as_their_actions() -> None:
    for slot in composition():
        folder = "wan2.1" if slot.generator == "Wan2.1" else "cosmos"
        reading = read_words(f"{folder}/{slot.subject.name}/{slot.view}/clip.mp4", build_prompt(slot))
        assert reading.generator == slot.generator
        assert reading.subject == slot.subject.name
        assert reading.category == slot.action.category, slot.name
        # a dumbbell and a book are picked up in the same words
        found = next(action for action in ACTIONS[slot.generator] if action.name == reading.action)
        assert signature(found.words) == signature(slot.action.words), slot.name


@pytest.mark.parametrize(
    ("path", "generator", "subject", "view"),
    [
        ("wan/S001C002P003R002A013_touch_head.mp4", "Wan2.1", "s3", ""),
        ("Wan2.1-VACE/subject_04/left/wave.mp4", "Wan2.1", "s4", "left"),
        ("cosmos_predict2/0012_walk_to_the_left.mp4", "Cosmos-Predict2", "", ""),
        ("ntu/person2/front_view/raise_right_hand.mp4", "Wan2.1", "s2", "front"),
        ("clip_0012.mp4", "", "", ""),
    ],
)
def test_paths(path: str, generator: str, subject: str, view: str) -> None:
    reading = read_words(path)
    assert (reading.generator, reading.subject, reading.view) == (generator, subject, view)


def test_what_is_not_said_is_left_open() -> None:
    reading = read_words("clip_0012.mp4")
    assert reading.gestures == reading.moves == () and reading.category == reading.action == ""
