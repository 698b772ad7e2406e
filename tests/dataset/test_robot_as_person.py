import numpy as np
import pytest

from genmimic import rotation
from genmimic.dataset.reading import read_clips
from genmimic.dataset.robot_as_person import robot_as_person
from genmimic.dataset.sources import inspect
from genmimic.motion.sdk_layout import to_sdk
from genmimic.motion.skeleton import INDEX
from genmimic.retarget import retarget
from genmimic.retarget.scaling import limb_ratios
from genmimic.robot.constants import DEFAULT_JOINT_POS
from genmimic.robot.kinematics import forward_kinematics
from genmimic.robot.names import KEYPOINT_NAMES, SDK_JOINT_NAMES

UPRIGHT = np.array([1.0, 0.0, 0.0, 0.0])


def standing(frames=45):
    """The 29-DoF robot in its default pose, feet on the floor: root (T, 3), (T, 4) and joints (T, 29)."""
    pos, _ = forward_kinematics(np.zeros(3), UPRIGHT, DEFAULT_JOINT_POS)
    height = 0.035 - pos[KEYPOINT_NAMES.index("left_ankle_roll_link"), 2]
    joints = np.tile(to_sdk(DEFAULT_JOINT_POS), (frames, 1))
    return np.tile([0.0, 0.0, height], (frames, 1)), np.tile(UPRIGHT, (frames, 1)), joints


def keypoint(motion, name):
    pos, _ = forward_kinematics(motion.root_pos_w, motion.root_quat_w, motion.joint_pos)
    return pos[:, KEYPOINT_NAMES.index(name)]


def test_the_person_is_as_long_as_the_robot():
    ratios = limb_ratios(robot_as_person("r", 30.0, *standing()), 0.3)
    assert ratios.leg == pytest.approx(1.0, abs=1e-3)
    assert ratios.arm == pytest.approx(1.0, abs=1e-3)
    assert ratios.hip_shift == pytest.approx(0.0, abs=2e-3)


def test_a_motion_without_the_six_joints_comes_back_as_it_was():
    root, quat, joints = standing()
    t = np.arange(len(root)) / 30.0
    joints[:, SDK_JOINT_NAMES.index("left_shoulder_roll_joint")] += 0.8 * np.sin(3.0 * t)
    joints[:, SDK_JOINT_NAMES.index("right_elbow_joint")] += 0.6 * np.sin(4.0 * t)
    motion = retarget(robot_as_person("r", 30.0, root, quat, joints)).motion
    known = joints[:, [SDK_JOINT_NAMES.index(n) for n in motion.joint_names]]
    wanted, _ = forward_kinematics(root, quat, known)
    ours, _ = forward_kinematics(motion.root_pos_w, motion.root_quat_w, motion.joint_pos)
    for name in ("left_hand", "right_hand", "left_ankle_roll_link", "pelvis", "head"):
        error = np.linalg.norm(ours - wanted, axis=-1)[:, KEYPOINT_NAMES.index(name)]
        assert error.mean() < 0.015, name


def test_hands_stay_where_a_bent_waist_carries_them():
    """Leaving out the waist's pitch alone would leave them 10 cm behind."""
    root, quat, joints = standing(60)
    joints[:, SDK_JOINT_NAMES.index("left_shoulder_pitch_joint")] = -1.2
    bend = 0.4 * np.sin(np.pi * np.arange(60) / 59.0)
    joints[:, SDK_JOINT_NAMES.index("waist_pitch_joint")] = bend
    human = robot_as_person("r", 30.0, root, quat, joints)
    motion = retarget(human).motion
    pos, turned = human.forward_kinematics()
    forearm = np.linalg.norm(human.offsets[INDEX["left_wrist"]])
    wrist = INDEX["left_wrist"]
    out = rotation.rotate(turned[:, wrist], np.tile([1.0, 0.0, 0.0], (60, 1)))
    palm = pos[:, wrist] + 0.3 * forearm * out
    assert np.linalg.norm(palm - palm[0], axis=-1).max() > 0.1
    assert np.linalg.norm(keypoint(motion, "left_hand") - palm, axis=-1).mean() < 0.04
    assert np.linalg.norm(keypoint(motion, "left_ankle_roll_link") - pos[:, INDEX["left_ankle"]], axis=-1).max() < 0.03


def test_real_moves_keep_hands_and_feet(shared_dir):
    path = shared_dir / "mocap" / "robot_g1moves_29dof.npz"
    if not path.exists():
        pytest.skip(f"{path} is not here")
    ((_, human),) = read_clips(inspect(path, path.stem), ["B_HandsUp"])
    quality = retarget(human).quality
    assert quality.hand_error < 0.02
    assert quality.foot_error < 0.02
    assert quality.feasible
