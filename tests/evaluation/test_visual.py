"""The simulated stand-in for the visual success rate, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from genmimic.evaluation import visual

FPS, STEPS = 50.0, 200
EVERYTHING = np.ones(STEPS, dtype=bool)


def _contact(*flights: tuple[int, int, int]) -> np.ndarray:
    """Both feet stand but for (foot, first step in the air, first step down again)."""
    contact = np.ones((STEPS, 2), dtype=bool)
    for foot, up, down in flights:
        contact[up:down, foot] = False
    return contact


def _count(contact: np.ndarray, reference: np.ndarray | None = None, counted: np.ndarray = EVERYTHING) -> int:
    reference = np.zeros((STEPS, 2, 3)) if reference is None else reference
    return int(visual.stumbles(contact, reference, counted, FPS))


def test_a_step_that_nobody_asked_for_is_a_stumble():
    assert _count(_contact()) == 0
    assert _count(_contact((0, 50, 60))) == 1
    assert _count(_contact((0, 50, 60), (1, 60, 75), (0, 100, 110))) == 3
    assert _count(_contact((0, 50, 60)), counted=np.arange(STEPS) < 60) == 0


def test_chatter_is_no_step():
    assert _count(_contact((0, 50, 54), (0, 80, 84))) == 0


def test_a_robot_put_down_from_the_air_does_not_stumble():
    assert _count(_contact((0, 0, 30), (1, 0, 30))) == 0


def test_steps_that_the_reference_makes_are_none():
    """It lifts its left foot by 12 cm and puts it back a little later than the robot, or walks on with it."""
    lifted, walked = np.zeros((STEPS, 2, 3)), np.zeros((STEPS, 2, 3))
    lifted[48:68, 0, 2] = 0.12
    walked[48:, 0, 0] = 0.3
    for reference in (lifted, walked):
        assert _count(_contact((0, 45, 60)), reference) == 0
        assert _count(_contact((1, 45, 60)), reference) == 1
        assert _count(_contact((0, 145, 160)), reference) == 1


def test_a_limb_is_missed_when_it_stays_away():
    pos = np.zeros((STEPS, 4, 3))
    pos[40:59, 0, 0] = pos[40:60, 1, 1] = pos[:, 2, 2] = 0.25
    pos[:, 3, 0] = 0.19
    at_rest = np.zeros_like(pos)
    assert visual.missed_limbs(pos, at_rest, EVERYTHING, FPS).tolist() == [False, True, True, False]
    assert not visual.missed_limbs(pos, at_rest, np.arange(STEPS) < 15, FPS).any()


def test_a_limb_that_is_late_is_not_missed():
    """A hand is raised by half a metre for a second, 0.24 or 0.8 s late."""
    wanted, late, later = (np.zeros((STEPS, 1, 3)) for _ in range(3))
    wanted[60:110, 0, 2] = late[72:122, 0, 2] = later[100:150, 0, 2] = 0.5
    assert not visual.missed_limbs(late, wanted, EVERYTHING, FPS)
    assert visual.missed_limbs(later, wanted, EVERYTHING, FPS)


def test_a_turn_is_missed_when_the_robot_faces_elsewhere():
    turned = np.where(np.arange(STEPS) > 100, np.radians(50.0), 0.0)
    assert visual.missed_heading(turned, EVERYTHING, FPS)
    assert not visual.missed_heading(0.8 * turned, EVERYTHING, FPS)


@pytest.mark.parametrize(
    ("change", "passes"),
    [
        ({}, True),
        ({"stumbled": 2}, True),
        ({"stumbled": 3}, False),
        ({"fell": True}, False),
        ({"turned_away": True}, False),
    ],
)
def test_what_a_spectator_would_let_pass(change, passes):
    values = {"stumbled": 0, "turned_away": False, "fell": False, "seconds": 5.0} | change
    arrays = {name: np.array([value]) for name, value in values.items()}
    assert visual.resembles(missed=np.zeros((1, 4), dtype=bool), **arrays).tolist() == [passes]
    assert not visual.resembles(missed=np.array([[False, False, True, False]]), **arrays)
