from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

import numpy as np
import pytest

from genmimic import rotation
from genmimic.errors import InputError
from genmimic.gestures import Action, compose
from genmimic.gestures.catalogue import CATALOGUE
from genmimic.gestures.checks import check
from genmimic.gestures.templates import gesture_names
from genmimic.motion.robot_motion import RobotMotion
from genmimic.retarget.jacobian import Configuration, Kinematics
from genmimic.robot.names import KEYPOINT_NAMES

LEFT_HAND, RIGHT_HAND, HEAD = (KEYPOINT_NAMES.index(n) for n in ("left_hand", "right_hand", "head"))


@lru_cache(maxsize=8)
def motion(gesture: str, side: str | None = None, locomotion: str = "stand", seed: int = 0) -> RobotMotion:
    actions = [Action(gesture, side)] if gesture else []
    return compose(actions, locomotion=locomotion, seed=seed)  # type: ignore[arg-type]


def in_torso(m: RobotMotion, keypoint: int) -> np.ndarray:
    """Positions (T, 3) of a keypoint in the torso's frame."""
    kinematics = Kinematics.of(Configuration(m.root_pos_w, m.root_quat_w, m.joint_pos))
    torso = KEYPOINT_NAMES.index("torso_link")
    away = kinematics.keypoint_pos[:, keypoint] - kinematics.body_pos[:, torso]
    return rotation.rotate_inverse(kinematics.body_quat[:, torso], away)


@pytest.mark.parametrize("family", ["train", "bench"])
def test_every_gesture_standing_is_feasible(family: str) -> None:
    for gesture in gesture_names(family):  # type: ignore[arg-type]
        checks = check(compose([gesture], seed=3, family=family))  # type: ignore[arg-type]
        assert checks.failures() == (), gesture
        assert checks.balance > 0.03
        assert checks.slip < 1e-6
        assert checks.sole_error < 1e-6


@pytest.mark.parametrize(
    "locomotion", ["shift_weight", "step_forward", "step_side", "step_back", "turn_90", "turn_180", "walk"]
)
def test_a_gesture_goes_with_every_locomotion(locomotion: str) -> None:
    m = motion("thumbs_up", "right", locomotion)
    checks = check(m)
    assert not [f for f in checks.failures() if "accelerates" not in f]
    assert checks.slip < 1e-3
    hand = in_torso(m, RIGHT_HAND)
    assert hand[:, 0].max() > 0.2  # the hand gets before the chest, whatever the legs do


def test_the_same_seed_gives_the_same_motion() -> None:
    a, b, c = (compose(["wave", "bow"], seed=seed) for seed in (4, 4, 5))
    assert (a.joint_pos == b.joint_pos).all()
    assert (a.root_pos_w == b.root_pos_w).all()
    assert len(a) != len(c) or (a.joint_pos != c.joint_pos).any()


def test_sides_are_those_asked_for() -> None:
    left, right, both = (motion("raise_arm", side, seed=1) for side in ("left", "right", "both"))
    rise = {
        name: [np.ptp(in_torso(m, hand)[:, 2]) for hand in (LEFT_HAND, RIGHT_HAND)]
        for name, m in (("left", left), ("right", right), ("both", both))
    }
    assert rise["left"][0] > 0.3 > 0.1 > rise["left"][1]
    assert rise["right"][1] > 0.3 > 0.1 > rise["right"][0]
    assert min(rise["both"]) > 0.3


def test_touching_the_head_brings_a_hand_to_it() -> None:
    for seed in range(3):
        m = motion("touch_head", "right", seed=seed)
        away = np.linalg.norm(in_torso(m, RIGHT_HAND) - in_torso(m, HEAD), axis=1)
        assert away.min() < 0.17
        assert away[0] > 0.4


def test_a_bow_drives_the_hips_back() -> None:
    m = motion("bow")
    deepest = rotation.to_matrix(m.root_quat_w)[:, 2, 2].argmin()
    assert check(m).tilt > 0.5
    kinematics = Kinematics.of(Configuration(m.root_pos_w, m.root_quat_w, m.joint_pos))
    hips = kinematics.body_pos[:, KEYPOINT_NAMES.index("left_hip_roll_link"), 0]
    assert hips[deepest] < hips[0] - 0.08


def test_gestures_follow_one_another_in_order() -> None:
    m = compose(["touch_head", "thumbs_up", Action("wave", "both")], seed=2)
    assert m.metadata["gestures"] == "touch_head>thumbs_up>wave"
    assert str(m.metadata["sides"]).endswith(">both")
    times = [tuple(map(float, span.split("-"))) for span in str(m.metadata["times"]).split(";")]
    assert len(times) == 3
    assert all(begin < end for begin, end in times)
    assert all(a[1] <= b[1] and a[0] < b[0] for a, b in pairwise(times))
    assert times[-1][1] < m.duration


def test_locomotion_comes_before_or_after_the_gesture() -> None:
    before = compose(["fold_arms"], locomotion="turn_180", order="before", seed=1)
    after = compose(["fold_arms"], locomotion="turn_180", order="after", seed=1)
    for m, first in ((before, True), (after, False)):
        begin, end = map(float, str(m.metadata["times"]).split("-"))
        lifted = np.flatnonzero((m.foot_contact < 0.5).any(axis=1)) / m.fps
        assert (lifted.max() < begin + 0.5) if first else (lifted.min() > end - 0.6)


def test_motions_start_and_end_at_rest() -> None:
    for m in (motion("stretch"), motion("", None, "turn_90")):
        speed = np.abs(np.diff(m.joint_pos, axis=0)).max(axis=1) * m.fps
        assert max(speed[0], speed[-1]) < 0.3


def test_wrong_wishes_are_refused() -> None:
    with pytest.raises(InputError, match="unknown locomotion 'fly'"):
        compose(["wave"], locomotion="fly")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="unknown family"):
        compose(["wave"], family="test")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="known"):
        compose(["somersault"])


def test_checks_see_what_is_wrong() -> None:
    m = motion("wave", "left")
    assert check(m).failures() == ()
    slipping = m.root_pos_w + np.linspace(0.0, 0.1, len(m))[:, None] * [1.0, 0.0, 0.0]
    assert "slips" in " ".join(check(replace(m, root_pos_w=slipping)).failures())
    sunk = check(replace(m, root_pos_w=m.root_pos_w - [0.0, 0.0, 0.03]))
    assert sunk.penetration > 0.02
    assert "sinks" in " ".join(sunk.failures())
    joint_pos = m.joint_pos.copy()
    joint_pos[:, KEYPOINT_NAMES.index("left_shoulder_roll_link") - 1] = -1.0  # the upper arm into the chest
    assert "overlap" in " ".join(check(replace(m, joint_pos=joint_pos)).failures())
    leaning = rotation.multiply(
        np.tile(rotation.from_axis_angle(np.array([0.0, 0.5, 0.0])), (len(m), 1)), m.root_quat_w
    )
    assert "outside the feet" in " ".join(check(replace(m, root_quat_w=leaning)).failures())


def test_the_catalogue_can_be_composed() -> None:
    entry = next(e for e in CATALOGUE if e.name == "raise_right>point_forward>fold_arms")
    m = compose(entry.actions, seed=8, family="bench")
    assert check(m).failures() == ()
    assert m.licence == "Apache-2.0 (generated by GenMimic)"
    assert m.fps == 50.0
