from __future__ import annotations

import numpy as np
import pytest

from genmimic.errors import InputError
from genmimic.gestures.arm_ik import arm_joint_pos, hand_error
from genmimic.gestures.catalogue import CATALOGUE
from genmimic.gestures.poses import SHOULDER, Template
from genmimic.gestures.styles import STYLES
from genmimic.gestures.templates import TEMPLATES, draw_template, gesture_names

FARTHEST = 0.444
"""Length of the stretched arm from the shoulder to the palm, metres."""


def hands(template: Template) -> np.ndarray:
    return np.array([[*key.near.hand, *key.far.hand] for key in template.keys]).reshape(-1, 2, 3)


def test_families_share_their_gestures_but_no_layout_and_no_timing() -> None:
    assert set(gesture_names("train")) - {"random_arms"} == set(gesture_names("bench"))
    names = [(t.gesture, t.variant) for family in TEMPLATES.values() for t in family]
    assert len(set(names)) == len(names)
    for bench in TEMPLATES["bench"]:
        for train in (t for t in TEMPLATES["train"] if t.gesture == bench.gesture):
            apart = np.linalg.norm(hands(bench)[:, None] - hands(train)[None], axis=-1).max(axis=-1)
            assert apart.min() > 0.06, (bench.gesture, bench.variant, train.variant)
    train, bench = vars(STYLES["train"]), vars(STYLES["bench"])
    assert all(train[name] != bench[name] for name in train)


@pytest.mark.parametrize("family", ["train", "bench"])
def test_every_key_pose_can_be_reached(family: str) -> None:
    for template in TEMPLATES[family]:  # type: ignore[index]
        for arms in ([key.near for key in template.keys], [key.far for key in template.keys]):
            assert all(np.linalg.norm(np.subtract(arm.hand, SHOULDER)) < FARTHEST for arm in arms)
            error = hand_error(arms, arm_joint_pos(arms))
            assert error.max() < 0.012, (template.gesture, template.variant)


def test_every_entry_can_be_drawn_in_each_of_its_families() -> None:
    rng = np.random.default_rng(0)
    for entry in CATALOGUE:
        for family in entry.families:
            for action in entry.actions:
                template, side = draw_template(action.gesture, action.side, family, rng)  # type: ignore[arg-type]
                assert template.gesture == action.gesture
                assert side == (action.side or side)
                assert side in (*template.sides, "both")


def test_unknown_gestures_and_sides_are_refused() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(InputError, match=r"somersault.*known"):
        draw_template("somersault", None, "train", rng)
    with pytest.raises(InputError, match="by 'both'"):
        draw_template("point_side", "both", "train", rng)
    with pytest.raises(InputError, match="random_arms"):
        draw_template("random_arms", None, "bench", rng)


def test_cycles_are_repeated() -> None:
    wave = next(t for t in TEMPLATES["train"] if t.gesture == "wave")
    assert wave.cycle is not None
    start, end = wave.cycle
    assert len(wave.unrolled(4)) == len(wave.keys) + 3 * (end - start)
    bow = next(t for t in TEMPLATES["train"] if t.gesture == "bow")
    assert bow.unrolled(1) == bow.keys
