from __future__ import annotations

import numpy as np
import pytest

from genmimic import rotation
from genmimic.gestures.footwork import footwork
from genmimic.gestures.locomotion import LOCOMOTIONS, Course, draw_course, draw_stance, footsteps, last_landing
from genmimic.gestures.lower_body import LowerBody
from genmimic.robot.collision import SOLE_CORNERS


def lower_body(course: Course | None, seed: int = 0) -> LowerBody:
    rng = np.random.default_rng(seed)
    stance = draw_stance(rng)
    steps = footsteps(stance, course, 0.5, rng) if course else []
    time = np.arange(0.0, last_landing(steps) + 1.0, 0.02)
    return footwork(time, stance, steps, np.zeros(len(time)), rng)


@pytest.mark.parametrize("kind", LOCOMOTIONS)
def test_standing_feet_rest_flat_and_swinging_ones_keep_off_the_floor(kind: str) -> None:
    for seed in range(5):
        course = draw_course(kind, 4.0, np.random.default_rng(seed))  # type: ignore[arg-type]
        lower = lower_body(course, seed)
        for foot in range(2):
            quat = lower.ankle_quat_w[:, foot]
            corners = np.stack(
                [
                    lower.ankle_pos_w[:, foot] + rotation.rotate(quat, np.tile(c, (len(quat), 1)))
                    for c in SOLE_CORNERS[foot]
                ],
                axis=1,
            )
            stands = lower.stance[:, foot]
            assert np.abs(corners[stands][..., 2]).max() < 1e-9
            assert corners[..., 2].min() > -1e-3
            both = stands[1:] & stands[:-1]
            assert np.abs(np.diff(corners, axis=0))[both].max() < 1e-9
        assert lower.stance.any(axis=1).all()
        assert lower.stance[[0, -1]].all()


def test_courses_go_where_they_should() -> None:
    def way(course: Course) -> tuple[np.ndarray, float]:
        lower = lower_body(course)
        centre = lower.ankle_pos_w[:, :, :2].mean(axis=1)
        heading = rotation.heading(lower.pelvis_quat_w)
        yaw = np.unwrap(2.0 * np.arctan2(heading[:, 3], heading[:, 0]))
        return centre[-1] - centre[0], float(yaw[-1] - yaw[0])

    place, turn = way(Course(5, forward=0.8))
    assert np.allclose(place, [0.8, 0.0], atol=0.03)
    assert abs(turn) < 0.1
    place, turn = way(Course(8, turn=np.pi))
    assert np.linalg.norm(place) < 0.05
    assert abs(turn - np.pi) < 0.1
    place, _ = way(Course(4, left=-0.4, paired=True, first=1))
    assert np.allclose(place, [0.0, -0.4], atol=0.03)
    place, turn = way(Course(6, forward=1.0, turn=np.pi / 2))  # a quarter of a circle
    assert np.allclose(place, [2.0 / np.pi, 2.0 / np.pi], atol=0.05)


def test_side_steps_do_not_cross_the_feet() -> None:
    for first, left in ((0, 0.44), (1, -0.44)):
        lower = lower_body(Course(4, left=left, paired=True, first=first))
        gap = lower.ankle_pos_w[:, 0, 1] - lower.ankle_pos_w[:, 1, 1]
        assert gap.min() > 0.12


def test_feet_stay_where_they_are_without_a_course() -> None:
    for kind in ("stand", "shift_weight"):
        assert draw_course(kind, 3.0, np.random.default_rng(0)) is None  # type: ignore[arg-type]
    lower = lower_body(None)
    assert np.ptp(lower.ankle_pos_w, axis=0).max() == 0.0
