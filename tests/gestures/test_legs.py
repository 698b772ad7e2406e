from __future__ import annotations

import numpy as np

from genmimic import rotation
from genmimic.gestures.legs import SMALLEST_KNEE, place_feet
from genmimic.retarget.jacobian import Configuration, Kinematics
from genmimic.robot.constants import DEFAULT_JOINT_POS
from genmimic.robot.names import BODY_NAMES, FOOT_NAMES

FEET = [BODY_NAMES.index(name) for name in FOOT_NAMES]


def random_configurations(count: int) -> Configuration:
    rng = np.random.default_rng(0)
    joint_pos = np.tile(DEFAULT_JOINT_POS, (count, 1))
    joint_pos[:, :12] += rng.uniform(-0.12, 0.12, (count, 12))
    quat = rotation.from_axis_angle(rng.uniform(-0.2, 0.2, (count, 3)))
    return Configuration(rng.uniform(-1.0, 1.0, (count, 3)), quat, joint_pos)


def test_feet_get_exactly_where_they_can_be() -> None:
    truth = random_configurations(100)
    kinematics = Kinematics.of(truth)
    guess = Configuration(truth.root_pos_w, truth.root_quat_w, np.tile(DEFAULT_JOINT_POS, (100, 1)))
    wanted_pos, wanted_quat = kinematics.body_pos[:, FEET], kinematics.body_quat[:, FEET]
    solved = Kinematics.of(place_feet(guess, wanted_pos, wanted_quat, iterations=6))
    assert np.abs(solved.body_pos[:, FEET] - wanted_pos).max() < 1e-6
    assert rotation.angle_between(solved.body_quat[:, FEET], wanted_quat).max() < 1e-6


def test_the_upper_body_is_left_alone_and_knees_keep_their_bend() -> None:
    guess = random_configurations(5)
    kinematics = Kinematics.of(guess)
    too_low = kinematics.body_pos[:, FEET] - [0.0, 0.0, 0.3]
    solved = place_feet(guess, too_low, kinematics.body_quat[:, FEET], iterations=6)
    assert (solved.joint_pos[:, 12:] == guess.joint_pos[:, 12:]).all()
    assert solved.joint_pos[:, [3, 9]].min() >= SMALLEST_KNEE
