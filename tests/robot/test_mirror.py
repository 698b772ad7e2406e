import numpy as np
import pytest

from genmimic import rotation
from genmimic.robot import constants, mirror
from genmimic.robot.kinematics import forward_kinematics, keypoint_velocities
from genmimic.robot.names import JOINT_NAMES


def test_mirroring_the_configuration_mirrors_the_keypoints(random_configurations):
    root_pos_w, root_quat_w, joint_pos = random_configurations(500)
    pos_w, quat_w = forward_kinematics(root_pos_w, root_quat_w, joint_pos)
    mirrored_pos, mirrored_quat = forward_kinematics(
        mirror.mirror_vector(root_pos_w), mirror.mirror_quat(root_quat_w), mirror.mirror_joint_pos(joint_pos)
    )
    assert np.abs(mirrored_pos - mirror.mirror_keypoint_pos(pos_w)).max() < 1e-9
    assert rotation.angle_between(mirrored_quat, mirror.mirror_keypoint_quat(quat_w)).max() < 1e-6
    # and it does something: the robot is not in a symmetric pose
    assert np.abs(mirrored_pos - pos_w).max() > 0.1


def test_velocities_are_mirrored_too(random_configurations):
    root_pos_w, root_quat_w, joint_pos = random_configurations(50)
    rng = np.random.default_rng(1)
    lin_vel, ang_vel, joint_vel = rng.normal(size=(50, 3)), rng.normal(size=(50, 3)), rng.normal(size=(50, 23))
    keypoints = forward_kinematics(root_pos_w, root_quat_w, joint_pos)
    keypoint_lin, keypoint_ang = keypoint_velocities(lin_vel, ang_vel, joint_vel, *keypoints)
    mirrored_lin, mirrored_ang = keypoint_velocities(
        mirror.mirror_vector(lin_vel),
        mirror.mirror_axial(ang_vel),
        mirror.mirror_joint_pos(joint_vel),
        mirror.mirror_keypoint_pos(keypoints[0]),
        mirror.mirror_keypoint_quat(keypoints[1]),
    )
    assert mirrored_lin == pytest.approx(mirror.mirror_keypoint_pos(keypoint_lin), abs=1e-9)
    assert mirrored_ang == pytest.approx(mirror.mirror_keypoint_ang_vel(keypoint_ang), abs=1e-9)


@pytest.mark.parametrize(
    ("function", "shape"),
    [
        (mirror.mirror_joint_pos, (4, 23)),
        (mirror.mirror_joint_scale, (4, 23)),
        (mirror.mirror_vector, (4, 3)),
        (mirror.mirror_axial, (4, 3)),
        (mirror.mirror_quat, (4, 4)),
        (mirror.mirror_keypoint_pos, (4, 27, 3)),
        (mirror.mirror_keypoint_ang_vel, (4, 27, 3)),
        (mirror.mirror_keypoint_quat, (4, 27, 4)),
        (mirror.mirror_feet, (4, 2)),
    ],
)
def test_every_mirror_is_its_own_inverse_and_the_same_in_torch(function, shape):
    x = np.random.default_rng(0).normal(size=shape)
    assert function(function(x)) == pytest.approx(x)
    assert np.abs(function(x) - x).max() > 0.1
    torch = pytest.importorskip("torch")
    assert function(torch.as_tensor(x)).numpy() == pytest.approx(function(x))


def test_constants_are_mirror_symmetric():
    assert mirror.mirror_joint_pos(constants.DEFAULT_JOINT_POS) == pytest.approx(constants.DEFAULT_JOINT_POS)
    for constant in ("EFFORT_LIMIT", "VELOCITY_LIMIT", "KP", "KD", "ARMATURE", "JOINT_WEIGHTS"):
        values = getattr(constants, constant)
        assert mirror.mirror_joint_scale(values) == pytest.approx(values)
    # limits swap where the sign changes
    lower, upper = mirror.mirror_joint_pos(constants.JOINT_LOWER), mirror.mirror_joint_pos(constants.JOINT_UPPER)
    assert np.minimum(lower, upper) == pytest.approx(constants.JOINT_LOWER)
    assert np.maximum(lower, upper) == pytest.approx(constants.JOINT_UPPER)


def test_sides_are_swapped():
    joint_pos = np.zeros(23)
    joint_pos[JOINT_NAMES.index("left_shoulder_roll_joint")] = 0.7
    joint_pos[JOINT_NAMES.index("waist_yaw_joint")] = 0.3
    joint_pos[JOINT_NAMES.index("right_knee_joint")] = 1.1
    mirrored = mirror.mirror_joint_pos(joint_pos)
    assert mirrored[JOINT_NAMES.index("right_shoulder_roll_joint")] == -0.7
    assert mirrored[JOINT_NAMES.index("waist_yaw_joint")] == -0.3
    assert mirrored[JOINT_NAMES.index("left_knee_joint")] == 1.1
