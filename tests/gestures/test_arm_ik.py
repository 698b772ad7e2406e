from __future__ import annotations

import numpy as np

from genmimic import rotation
from genmimic.gestures.arm_ik import LEFT_ARM, MIRROR, RIGHT_ARM, arm_joint_pos, hand_error
from genmimic.gestures.poses import REST, Arm
from genmimic.robot.constants import JOINT_LOWER, JOINT_UPPER
from genmimic.robot.kinematics import forward_kinematics
from genmimic.robot.names import KEYPOINT_NAMES

ARMS = (
    REST,
    Arm((0.28, 0.16, 0.12)),
    Arm((0.42, 0.12, 0.25)),
    Arm((0.05, 0.33, 0.52), (0.0, 1.0, -0.3)),
    Arm((0.17, -0.04, 0.13), (0.0, 1.0, -1.0)),
)


def keypoints(joints: slice, arm: np.ndarray) -> np.ndarray:
    whole = np.zeros((len(arm), 23))
    whole[:, joints] = arm
    pos, _ = forward_kinematics(np.zeros((len(arm), 3)), np.tile([1.0, 0.0, 0.0, 0.0], (len(arm), 1)), whole)
    return pos - pos[:, [KEYPOINT_NAMES.index("torso_link")]]


def test_palms_reach_their_places_within_the_limits() -> None:
    joint_pos = arm_joint_pos(ARMS)
    pos = keypoints(LEFT_ARM, joint_pos)[:, KEYPOINT_NAMES.index("left_hand")]
    assert np.abs(pos - [arm.hand for arm in ARMS]).max() < 2e-3
    assert hand_error(ARMS, joint_pos).max() < 2e-3
    assert (joint_pos > JOINT_LOWER[LEFT_ARM]).all()
    assert (joint_pos < JOINT_UPPER[LEFT_ARM]).all()


def test_mirrored_joints_give_the_mirrored_arm() -> None:
    joint_pos = arm_joint_pos(ARMS)
    left = keypoints(LEFT_ARM, joint_pos)[:, KEYPOINT_NAMES.index("left_hand")]
    right = keypoints(RIGHT_ARM, joint_pos * MIRROR)[:, KEYPOINT_NAMES.index("right_hand")]
    assert np.allclose(right, left * [1.0, -1.0, 1.0], atol=1e-9)


def test_the_elbow_points_where_it_should() -> None:
    hand = (0.25, 0.16, 0.25)
    outwards, downwards = Arm(hand, elbow=(0.0, 1.0, 0.0)), Arm(hand, elbow=(0.0, 0.0, -1.0))
    joint_pos = arm_joint_pos([outwards, downwards])
    elbow = keypoints(LEFT_ARM, joint_pos)[:, KEYPOINT_NAMES.index("left_elbow_link")]
    assert elbow[0, 1] > elbow[1, 1] + 0.05
    assert elbow[1, 2] < elbow[0, 2] - 0.05


def test_the_thumb_turns_with_the_forearm() -> None:
    hand, elbow = (0.30, 0.16, 0.15), (-0.3, 0.4, -1.0)
    joint_pos = arm_joint_pos([Arm(hand, elbow, (0.0, 0.0, 1.0)), Arm(hand, elbow, (0.0, -1.0, 0.0))])
    whole = np.zeros((2, 23))
    whole[:, LEFT_ARM] = joint_pos
    _, quat = forward_kinematics(np.zeros((2, 3)), np.tile([1.0, 0.0, 0.0, 0.0], (2, 1)), whole)
    thumb = rotation.rotate(quat[:, KEYPOINT_NAMES.index("left_hand")], np.tile([0.0, 0.0, 1.0], (2, 1)))
    assert thumb[0, 2] > 0.8
    assert thumb[1, 1] < -0.8


def test_neighbouring_poses_take_neighbouring_solutions() -> None:
    raised = [Arm((0.07, 0.25 + 0.02 * k, 0.60 - 0.01 * k), (0.0, 1.0, 0.0), (0.1, -1.0, 0.2)) for k in range(5)]
    assert np.abs(np.diff(arm_joint_pos(raised), axis=0)).max() < 0.3
