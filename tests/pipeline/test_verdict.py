"""The verdict's precedence: fell, lost, tracked; a held robot has never tracked."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from genmimic.pipeline.verdict import judge

FINE: dict[str, Any] = {
    "held": False,
    "support_percent": 0.0,
    "error_cm": 4.2,
    "fall_time": None,
    "fall_reason": "",
    "paper_fall_time": None,
    "lost_time": None,
    "infeasible": (),
}


def test_tracked() -> None:
    verdict = judge(**FINE)
    assert verdict.kind == "tracked"
    assert "4.2 cm" in verdict.sentence


def test_fell_names_time_and_reason_and_what_the_papers_rule_says() -> None:
    fall = {**FINE, "fall_time": 1.5, "fall_reason": "pelvis at 0.28 m", "lost_time": 1.0}
    verdict = judge(**fall)
    assert verdict.kind == "fell"
    assert verdict.sentence == "Fell at 1.50 s (pelvis at 0.28 m; not by the paper's rule)."
    sentence = judge(**{**fall, "paper_fall_time": 1.24}).sentence
    assert sentence == "Fell at 1.50 s (pelvis at 0.28 m; at 1.24 s by the paper's rule)."


def test_a_fall_by_the_papers_rule_alone_is_told() -> None:
    verdict = judge(**{**FINE, "paper_fall_time": 2.0})
    assert verdict.kind == "tracked"
    assert verdict.sentence.endswith(
        "By the paper's rule, over 44 degrees of tilt, it fell at 2.00 s; by ours it did not."
    )


def test_lost() -> None:
    assert judge(**{**FINE, "lost_time": 1.0}).kind == "lost"


@pytest.mark.parametrize(
    ("outcome", "kind"), [({"fall_time": 1.5}, "fell"), ({"lost_time": 1.0}, "lost"), ({}, "tracked")]
)
def test_what_a_free_robot_did_counts_and_doubts_about_the_reference_are_added(outcome: dict, kind: str) -> None:
    verdict = judge(**{**FINE, **outcome, "infeasible": ("feet slip", "a knee bends backwards")})
    assert verdict.kind == kind
    assert verdict.sentence.endswith(
        "The reference was judged not feasible because feet slip and a knee bends backwards."
    )


def test_infeasible_comes_first_for_a_held_robot() -> None:
    verdict = judge(**{**FINE, "held": True, "fall_time": 1.5, "infeasible": ("feet slip", "a knee bends backwards")})
    assert verdict.kind == "infeasible"
    assert "feet slip and a knee bends backwards" in verdict.sentence


@pytest.mark.parametrize(("fall", "lost", "reasons"), list(itertools.product((None, 1.0), (None, 1.0), ((), ("x",)))))
def test_a_held_robot_never_tracks_and_says_that_it_was_held(
    fall: float | None, lost: float | None, reasons: tuple[str, ...]
) -> None:
    verdict = judge(
        **{**FINE, "held": True, "support_percent": 37.0, "fall_time": fall, "lost_time": lost, "infeasible": reasons}
    )
    assert verdict.kind != "tracked"
    assert "gantry held the pelvis" in verdict.sentence
    assert "37 %" in verdict.sentence
