import numpy as np
import pytest

from genmimic.motion.body_shape import offsets_from_betas, rest_joints
from genmimic.motion.skeleton import INDEX, JOINT_NAMES, PARENTS
from genmimic.robot.names import mirrored_name


def test_rest_skeleton_has_human_proportions():
    joints = rest_joints(np.zeros(10))
    assert joints.shape == (22, 3)
    left, up = joints[:, 0], joints[:, 1]
    assert left[INDEX["left_wrist"]] > 0.6 and left[INDEX["right_wrist"]] < -0.6
    assert 1.4 < up[INDEX["head"]] - up[INDEX["left_ankle"]] < 1.6
    assert joints[INDEX["left_foot"], 2] > joints[INDEX["left_ankle"], 2] + 0.1  # toes point forward


def test_joints_are_linear_in_betas():
    rng = np.random.default_rng(0)
    first, second = rng.normal(size=(2, 10))
    zero = rest_joints(np.zeros(10))
    combined = rest_joints(2.0 * first - second)
    assert combined == pytest.approx(2.0 * rest_joints(first) - rest_joints(second), abs=1e-12)
    assert np.abs(rest_joints(first) - zero).max() > 0.01


def test_offsets_add_up_to_the_rest_joints():
    betas = np.random.default_rng(1).normal(size=(3, 10))
    offsets, joints = offsets_from_betas(betas), rest_joints(betas)
    assert np.all(offsets[:, 0] == 0.0)
    rebuilt = [joints[:, 0]]
    for joint in range(1, 22):
        rebuilt.append(rebuilt[PARENTS[joint]] + offsets[:, joint])
    assert np.stack(rebuilt, axis=1) == pytest.approx(joints, abs=1e-12)


def test_symmetric_offsets_are_symmetric_and_close():
    offsets = offsets_from_betas(np.zeros(10), symmetric=True)
    mirror = [INDEX[mirrored_name(name)] for name in JOINT_NAMES]
    assert offsets[mirror] == pytest.approx(offsets * [-1.0, 1.0, 1.0], abs=1e-12)
    assert np.abs(offsets - offsets_from_betas(np.zeros(10))).max() < 0.03
