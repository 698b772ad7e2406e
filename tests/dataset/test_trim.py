from itertools import pairwise

import numpy as np
from retarget.people import raise_left_arm, stand, t_pose

from genmimic.dataset import trim


def joints(human):
    return human.forward_kinematics()[0]


def test_a_t_pose_is_told_from_hanging_and_moving_arms():
    assert trim.t_pose(joints(t_pose(5))).all()
    assert not trim.t_pose(joints(stand(5))).any()


def test_t_poses_at_both_ends_are_left_out():
    pos = np.concatenate([joints(t_pose(10)), joints(raise_left_arm(60)), joints(t_pose(7))])
    found = trim.active_frames(pos, 30.0)
    assert 10 <= found.start <= 13
    assert 66 <= found.stop <= 70


def test_dead_time_is_cut_down_to_half_a_second():
    moving = joints(raise_left_arm(60))
    pos = np.concatenate([np.repeat(moving[:1], 200, 0), moving, np.repeat(moving[-1:], 300, 0)])
    found = trim.active_frames(pos, 30.0)
    assert 200 - 17 <= found.start <= 200 - 13
    assert 260 + 13 <= found.stop <= 260 + 17


def test_somebody_who_stands_still_is_kept():
    found = trim.active_frames(joints(stand(90)), 30.0)
    assert (found.start, found.stop) == (0, 90)


def test_a_jump_at_the_start_is_a_fault_of_the_file():
    moving = joints(raise_left_arm(90))
    pos = np.concatenate([moving[:2] + np.array([5.0, 0.0, 0.0]), moving])
    assert trim.active_frames(pos, 30.0).start == 2


def test_long_clips_are_cut_into_equal_parts_that_lose_nothing():
    pieces = trim.parts(slice(10, 10 + 30 * 60 * 20), 30.0)
    assert len(pieces) == 20
    assert pieces[0].start == 10
    assert pieces[-1].stop == 10 + 30 * 60 * 20
    assert all(a.stop == b.start for a, b in pairwise(pieces))
    assert trim.parts(slice(0, 100), 30.0) == [slice(0, 100)]
