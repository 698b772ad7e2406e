import numpy as np
import pytest

from genmimic.robot import constants
from genmimic.robot.constants import per_joint
from genmimic.robot.names import JOINT_NAMES, KEYPOINT_NAMES, SDK_MOTOR_INDICES


def value(array: np.ndarray, joint: str) -> float:
    return float(array[JOINT_NAMES.index(f"{joint}_joint")])


@pytest.mark.parametrize(
    ("joint", "kp", "kd", "effort"),
    [
        ("left_hip_pitch", 200, 5, 88),
        ("right_hip_roll", 200, 5, 139),
        ("left_hip_yaw", 200, 5, 88),
        ("right_knee", 300, 6, 139),
        ("left_ankle_pitch", 40, 2, 50),
        ("right_ankle_roll", 40, 2, 50),
        ("waist_yaw", 100, 2, 88),
        ("left_shoulder_pitch", 100, 2, 25),
        ("right_elbow", 100, 2, 25),
        ("left_wrist_roll", 100, 2, 25),
    ],
)
def test_gains_of_appendix_d_and_effort_limits(joint, kp, kd, effort):
    assert value(constants.KP, joint) == kp
    assert value(constants.KD, joint) == kd
    assert value(constants.EFFORT_LIMIT, joint) == effort


def test_default_pose_of_design_section_5():
    expected = {
        "hip_pitch": -0.1,
        "knee": 0.3,
        "ankle_pitch": -0.2,
        "shoulder_pitch": 0.2,
        "elbow": 0.6,
    }
    for joint, angle in zip(JOINT_NAMES, constants.DEFAULT_JOINT_POS, strict=True):
        kind = joint.removeprefix("left_").removeprefix("right_").removesuffix("_joint")
        if kind == "shoulder_roll":
            assert angle == (0.2 if joint.startswith("left") else -0.2)
        else:
            assert angle == expected.get(kind, 0.0)
    assert np.all(constants.DEFAULT_JOINT_POS > constants.JOINT_LOWER)
    assert np.all(constants.DEFAULT_JOINT_POS < constants.JOINT_UPPER)


def test_keypoint_weights_of_appendix_b3():
    weights = dict(zip(KEYPOINT_NAMES, constants.KEYPOINT_WEIGHTS, strict=True))
    assert {name for name, weight in weights.items() if weight == 4} == {"head", "left_hand", "right_hand"}
    assert sum(weight == 2 for weight in weights.values()) == 11  # torso and five links an arm
    assert sum(weight == 1 for weight in weights.values()) == 13  # pelvis and six links a leg
    assert sorted(constants.JOINT_WEIGHTS.tolist()) == [1.0] * 12 + [2.0] * 11


def test_armature_of_the_5020_motor():
    # 0.139e-4 (1 + 46/18)^2 (1 + 56/16)^2 + 0.017e-4 (1 + 56/16)^2 + 0.169e-4
    assert value(constants.ARMATURE, "left_elbow") == pytest.approx(0.003609725)
    assert value(constants.ARMATURE, "left_ankle_roll") == pytest.approx(2 * 0.003609725)


def test_constants_cannot_be_changed_by_accident():
    with pytest.raises(ValueError, match="read-only"):
        constants.KP[0] = 1.0


def test_per_joint_refuses_unknown_kinds():
    with pytest.raises(KeyError, match="hip_ptich"):
        per_joint({"hip_ptich": 1.0})


def test_sdk_numbering_leaves_out_the_six_absent_motors():
    assert sorted(set(range(29)) - set(SDK_MOTOR_INDICES)) == [13, 14, 20, 21, 27, 28]
