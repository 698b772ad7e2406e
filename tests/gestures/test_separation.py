from __future__ import annotations

import numpy as np

from genmimic.gestures.arm_ik import LEFT_ARM, MIRROR, RIGHT_ARM, arm_joint_pos
from genmimic.gestures.poses import REST, Arm
from genmimic.gestures.separation import MARGIN, separate_arms
from genmimic.retarget.collision import find_contacts
from genmimic.retarget.jacobian import Configuration, Kinematics
from genmimic.robot.constants import DEFAULT_JOINT_POS
from genmimic.robot.model import default_qpos
from genmimic.synthetic.footsteps import min_jerk


def clearance(configuration: Configuration) -> float:
    return float(find_contacts(Kinematics.of(configuration), 0.1).distance.min())


def reaching_into_the_chest(frames: int) -> Configuration:
    """The left hand moves from rest into the other arm's forearm and back."""
    crossed = Arm((0.20, -0.05, 0.15), (0.0, 1.0, -0.8), (0.2, 0.3, 1.0))
    left, right = arm_joint_pos([REST, crossed]), arm_joint_pos([crossed])[0] * MIRROR
    share = min_jerk(1.0 - np.abs(np.linspace(-1.0, 1.0, frames)))[:, None]
    joint_pos = np.tile(DEFAULT_JOINT_POS, (frames, 1))
    joint_pos[:, LEFT_ARM] = (1.0 - share) * left[0] + share * left[1]
    joint_pos[:, RIGHT_ARM] = right
    qpos = default_qpos()
    return Configuration(np.tile(qpos[:3], (frames, 1)), np.tile(qpos[3:7], (frames, 1)), joint_pos)


def test_arms_that_overlap_are_moved_apart_smoothly() -> None:
    before = reaching_into_the_chest(80)
    after = separate_arms(before)
    assert clearance(before) < -0.02
    assert clearance(after) > 0.5 * MARGIN
    moved = after.joint_pos - before.joint_pos
    assert (moved[:, :13] == 0.0).all()
    assert np.abs(np.diff(moved, 2, axis=0)).max() < 0.04


def test_arms_that_touch_nothing_are_left_alone() -> None:
    joint_pos = np.tile(DEFAULT_JOINT_POS, (10, 1))
    qpos = default_qpos()
    standing = Configuration(np.tile(qpos[:3], (10, 1)), np.tile(qpos[3:7], (10, 1)), joint_pos)
    assert (separate_arms(standing).joint_pos == joint_pos).all()
