"""The 29-DoF robot against Unitree's figures and against our 23-DoF robot."""

from __future__ import annotations

import mujoco
import numpy as np
import pytest

from genmimic.evaluation.baselines.robot29 import EXTRA_JOINT_NAMES, build_model_29
from genmimic.robot.kinematics import forward_kinematics
from genmimic.robot.model import default_qpos
from genmimic.robot.names import BODY_NAMES, JOINT_NAMES, KEYPOINT_NAMES, SDK_JOINT_NAMES


@pytest.fixture(scope="module")
def model():
    return build_model_29(timestep=0.001, friction=0.8)


def posed(model, joints: dict[str, float]):
    data = mujoco.MjData(model)
    data.qpos[:7] = [0.3, -0.2, 0.8, *np.array([0.9, 0.1, -0.2, 0.3]) / np.linalg.norm([0.9, 0.1, -0.2, 0.3])]
    for name, value in joints.items():
        data.joint(name).qpos = value
    mujoco.mj_forward(model, data)
    return data


def keypoints(model, data) -> np.ndarray:
    bodies = [data.body(name).xpos for name in BODY_NAMES]
    return np.stack([*bodies, *(data.site(name).xpos for name in KEYPOINT_NAMES[len(BODY_NAMES) :])])


def test_it_has_the_29_joints_in_order_and_weighs_what_unitrees_does(model):
    assert tuple(model.joint(i).name for i in range(1, model.njnt)) == SDK_JOINT_NAMES
    assert {model.actuator(i).name for i in range(model.nu)} == set(SDK_JOINT_NAMES)
    assert model.body_subtreemass[0] == pytest.approx(33.341, abs=1e-3)  # g1_29dof_rev_1_0: 33.341142 kg
    arms = [model.body_subtreemass[model.body(f"{side}_wrist_roll_link").id] for side in ("left", "right")]
    assert arms == pytest.approx([0.824071] * 2, abs=1e-6)


@pytest.mark.parametrize(
    ("joint", "limit", "armature"),
    [("waist_roll", 0.52, 0.0072), ("waist_pitch", 0.52, 0.0072), ("left_wrist_yaw", 1.61443, 0.00425)],
)
def test_motors_and_limits_are_unitrees(model, joint, limit, armature):
    hinge = model.joint(f"{joint}_joint")
    assert hinge.range == pytest.approx([-limit, limit])
    assert model.dof_armature[hinge.dofadr[0]] == pytest.approx(armature, rel=5e-3)


def test_keypoints_are_ours_while_the_six_joints_rest(model):
    rng = np.random.default_rng(0)
    joint_pos = default_qpos()[7:] + rng.uniform(-0.3, 0.3, 23)
    joint_pos[JOINT_NAMES.index("waist_yaw_joint")] = 0.0  # the axis of which is 4 mm further forward
    data = posed(model, dict(zip(JOINT_NAMES, joint_pos, strict=True)))
    expected, _ = forward_kinematics(data.qpos[:3], data.qpos[3:7], joint_pos)
    np.testing.assert_allclose(keypoints(model, data), expected, atol=1e-5)


def test_the_waist_turns_about_the_pelvis_origin(model):
    straight, turned = (posed(model, {"waist_yaw_joint": yaw}) for yaw in (0.0, np.pi / 2))
    pelvis = straight.body("pelvis").xmat.reshape(3, 3)
    moved = pelvis.T @ (turned.body("torso_link").xpos - straight.body("torso_link").xpos)
    np.testing.assert_allclose(moved, [0.0039635, -0.0039635, 0.0], atol=1e-9)


@pytest.mark.parametrize("name", EXTRA_JOINT_NAMES)
def test_each_of_the_six_moves_what_hangs_on_it_and_nothing_else(model, name):
    rest, moved = posed(model, {}), posed(model, {name: 0.4})
    shifts = np.linalg.norm(keypoints(model, moved) - keypoints(model, rest), axis=-1)
    names = np.array(KEYPOINT_NAMES)
    if "waist" in name:
        upper = [n for n in names if any(part in n for part in ("shoulder", "elbow", "wrist", "hand"))]
        assert set(names[shifts > 1e-6]) == {*upper, "head"}
    else:
        assert set(names[shifts > 1e-6]) == {name.split("_")[0] + "_hand"}


def test_a_waist_that_bends_forward_lowers_the_head(model):
    data = mujoco.MjData(model)
    data.qpos[:7], data.joint("waist_pitch_joint").qpos = [0, 0, 0.8, 1, 0, 0, 0], 0.5
    mujoco.mj_forward(model, data)
    assert data.site("head").xpos[0] > 0.15
