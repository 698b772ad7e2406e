"""Motions that policies are tried on, and where clean ones belong beside noisy ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from evaluation.sets import motion, named

from genmimic import rotation
from genmimic.errors import InputError
from genmimic.evaluation.alignment import floor_transform, placed_like
from genmimic.evaluation.motion_set import MotionSet, trial_motion
from genmimic.motion.cut import cut
from genmimic.motion.resample import resample_robot
from genmimic.robot.kinematics import forward_kinematics


def test_a_turn_and_shift_on_the_floor_are_found():
    points = np.random.default_rng(0).standard_normal((40, 2))
    yaw, shift = 2.8, np.array([3.0, -1.0])
    turned = points @ np.array([[np.cos(yaw), np.sin(yaw)], [-np.sin(yaw), np.cos(yaw)]]) + shift
    found = floor_transform(points, turned)
    assert found[0] == pytest.approx(yaw)
    assert found[1] == pytest.approx(shift)


def test_a_clean_motion_elsewhere_in_the_room_comes_to_lie_on_the_shown_one():
    shown = named("wave", 1.0, wave=1.0)
    turn = rotation.from_axis_angle(np.array([0.0, 0.0, 1.2]))
    elsewhere = replace(
        shown,
        root_pos_w=rotation.rotate(turn, shown.root_pos_w) + np.array([2.0, 1.0, 0.03]),
        root_quat_w=rotation.multiply(np.tile(turn, (len(shown), 1)), shown.root_quat_w),
    )
    placed = placed_like(shown, cut(elsewhere, slice(0, len(shown) - 1)))
    wanted, found = (forward_kinematics(m.root_pos_w, m.root_quat_w, m.joint_pos)[0] for m in (shown, placed))
    assert len(placed) == len(shown)
    # heights stay: they are not unknown
    assert found[:-1] - wanted[:-1] == pytest.approx(np.broadcast_to([0, 0, 0.03], wanted[:-1].shape), abs=1e-3)


def test_motions_come_to_the_control_rate_and_to_one_length():
    slow = resample_robot(named("a", 1.0), 30.0)
    both = trial_motion(slow, cut(slow, slice(0, 30)), {"group": "x"})
    assert both.shown.fps == 50.0 and both.clean is not None and len(both.clean) == len(both.shown)
    with pytest.raises(InputError, match="a: has 51 frames, but its clean motion has 26"):
        trial_motion(named("a", 1.0), named("a", 0.5), {})
    with pytest.raises(InputError, match=r"a: has 1 frame\(s\)"):
        trial_motion(cut(named("a"), slice(0, 1)), None, {})


def test_sets_are_neither_empty_nor_ambiguous():
    with pytest.raises(InputError, match="holds no motion"):
        MotionSet("none", "motions", [])
    with pytest.raises(InputError, match="two motions are named 'a'"):
        MotionSet("twice", "motions", [motion("a"), motion("a")])


def test_digests_tell_motions_apart():
    one, other = motion("a"), motion("a", wave=0.5)
    assert one.digest() == motion("b").digest() != other.digest()
    assert motion("a", clean=True).digest() != one.digest()


def test_deep_bends_are_flagged():
    bent = named("bow")
    bow = np.tile(rotation.from_axis_angle(np.array([0.0, 0.72, 0.0])), (len(bent), 1))
    assert trial_motion(replace(bent, root_quat_w=bow), None, {}).near_paper_fall
    assert not motion("a").near_paper_fall
