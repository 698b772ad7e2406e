from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from sim.motions import ARM, standing

from genmimic import rotation
from genmimic.deploy.rehearsal.margins import count_steps, heading_range, motion_margins, support_distances, warnings
from genmimic.robot import constants
from genmimic.robot.names import JOINT_NAMES
from genmimic.sim.reference import prepare_reference


def margins(motion):
    return motion_margins(prepare_reference(motion))


def test_standing_has_room_everywhere():
    calm = margins(standing(1.0))
    assert calm.joint_limit.value > 0.2
    assert calm.speed.value < 0.01
    assert calm.torque.value < 0.5
    assert calm.missing_force < 0.05
    assert calm.outside_support == 0.0
    assert 0.02 < calm.support_margin < 0.1
    assert (calm.steps, round(calm.turn, 3), round(calm.path, 3)) == (0, 0.0, 0.0)
    assert abs(calm.highest_foot) < 0.01
    assert 0.7 < calm.lowest_pelvis < 0.85
    assert warnings(calm) == []


def test_the_worst_joint_is_named_with_its_time():
    motion = standing(1.0)
    joint_pos = motion.joint_pos.copy()
    joint_pos[30, ARM] = constants.JOINT_LOWER[ARM] - 0.1
    tight = margins(replace(motion, joint_pos=joint_pos)).joint_limit
    assert (tight.joint, tight.time) == (JOINT_NAMES[ARM], 0.6)
    assert tight.value == pytest.approx(-0.1)


def test_what_the_papers_robot_failed_at_is_warned_of():
    motion = standing(2.0)
    yaw = np.linspace(0.0, math.pi, len(motion))
    turning = replace(motion, root_quat_w=rotation.from_axis_angle(np.stack([0 * yaw, 0 * yaw, yaw], -1)))
    assert any("turns by 180 degrees" in warning for warning in warnings(margins(turning)))
    hip = JOINT_NAMES.index("left_hip_pitch_joint")
    joint_pos = motion.joint_pos.copy()
    joint_pos[:, hip] -= 1.2 * np.sin(np.linspace(0, np.pi, len(motion)))
    contact = np.array(motion.foot_contact)
    contact[5:-5, 0] = 0.0
    raising = margins(replace(motion, joint_pos=joint_pos, foot_contact=contact))
    assert raising.highest_foot > 0.2
    assert any("raises a leg" in warning for warning in warnings(raising))


def test_whole_turns_count():
    yaw = np.linspace(0.0, 3.0 * math.pi, 100)
    quat = rotation.from_axis_angle(np.stack([0 * yaw, 0 * yaw, yaw], -1))
    assert heading_range(quat) == pytest.approx(3.0 * math.pi)


def test_steps_are_counted_where_feet_come_down_elsewhere():
    standing_feet = np.ones((10, 2), bool)
    standing_feet[3:6, 0] = False
    standing_feet[7:9, 1] = False
    pos = np.zeros((10, 2, 3))
    pos[5:, 0, 0] = 0.3  # the left foot steps, the right one shuffles
    pos[8:, 1, 0] = 0.05
    assert count_steps(pos, standing_feet) == 1


def test_distance_from_the_support():
    square = np.array([[0.1, 0.1, 0.0], [0.1, -0.1, 0.0], [-0.1, -0.1, 0.0], [-0.1, 0.1, 0.0]])
    corners = np.tile(square, (4, 2, 1, 1))
    com = np.array([[0.0, 0.0, 0.8], [0.07, 0.0, 0.8], [0.3, 0.0, 0.8], [0.0, 0.0, 0.8]])
    feet = np.array([[True, True], [True, False], [False, True], [False, False]])
    np.testing.assert_allclose(support_distances(com, corners, feet), [0.1, 0.03, -0.2, np.nan], atol=1e-9)
