"""Prompts keep the four rules of C.2.2, and a prompt that breaks one is caught."""

from __future__ import annotations

import pytest

from genmimic.benchmark.prompts import broken_rules, build_prompt, require_rules
from genmimic.benchmark.taxonomy import composition
from genmimic.errors import InputError

GOOD = "A woman touches her head, in an indoor room. Natural human motion, smooth transitions."


def test_all_428_keep_the_rules_and_name_their_action() -> None:
    for slot in composition():
        assert broken_rules(build_prompt(slot), slot.action.words) == [], slot.name


def test_person_direction_and_place_are_those_of_the_slot() -> None:
    prompts = {slot.name: build_prompt(slot) for slot in composition()}
    tail = "Natural human motion, smooth transitions."
    assert prompts["wan-s2-left-walk"] == f"A woman walks to the left, in an indoor room. {tail}"
    assert prompts["wan-s1-right-touch_head_walk"] == (
        f"A man touches his head while walking to the right, in an indoor room. {tail}"
    )
    assert prompts["cosmos-s2-turn_pick"] == f"A woman turns around and picks up a dumbbell. {tail}"
    assert "her chest" in prompts["wan-s4-front-cross_uncross_wave"]


@pytest.mark.parametrize(
    ("prompt", "rule"),
    [
        ("An indoor room. Natural human motion, smooth transitions.", "rule 1"),
        (GOOD.replace("touches", "gracefully touches"), "rule 2"),
        (GOOD.replace("A woman", "A happy woman"), "rule 2"),
        ("A man walks. Natural human motion, smooth transitions.", "rule 3"),
        ("A woman touches her head, in an indoor room.", "rule 4"),
    ],
)
def test_each_rule_can_be_broken(prompt: str, rule: str) -> None:
    broken = broken_rules(prompt)
    assert len(broken) == 1 and broken[0].startswith(rule)
    with pytest.raises(InputError, match=rule):
        require_rules(prompt)


def test_another_action_breaks_rule_1() -> None:
    assert broken_rules(GOOD, "touches {her} head") == []
    assert broken_rules(GOOD, "waves both arms")[0].startswith("rule 1")
