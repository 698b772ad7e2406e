"""The verdict's precedence: infeasible, fell, lost, held, tracked; a held robot has never tracked."""

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
    "lost_time": None,
    "infeasible": (),
}


def test_tracked() -> None:
    verdict = judge(**FINE)
    assert verdict.kind == "tracked"
    assert "4.2 cm" in verdict.sentence


def test_fell_names_time_and_reason() -> None:
    verdict = judge(**{**FINE, "fall_time": 1.5, "fall_reason": "tilt", "lost_time": 1.0})
    assert verdict.kind == "fell"
    assert verdict.sentence == "Fell at 1.50 s (tilt)."


def test_lost() -> None:
    assert judge(**{**FINE, "lost_time": 1.0}).kind == "lost"


def test_infeasible_comes_first_and_gives_its_reasons() -> None:
    verdict = judge(**{**FINE, "fall_time": 1.5, "infeasible": ("feet slip", "a knee bends backwards")})
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
