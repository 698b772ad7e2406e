import mujoco
import numpy as np
import pytest

from genmimic.robot import constants, mirror
from genmimic.robot.bodies import BODIES, PARENTS, TOTAL_MASS
from genmimic.robot.collision import FOOT_GEOMS, PRIMITIVES, TOUCHES
from genmimic.robot.model import build_model, build_spec, default_qpos
from genmimic.robot.names import BODY_NAMES, JOINT_NAMES


@pytest.fixture(scope="module")
def model() -> mujoco.MjModel:
    return build_model(visual=False)


def contacts(model: mujoco.MjModel, qpos: np.ndarray) -> set[frozenset[str]]:
    data = mujoco.MjData(model)
    data.qpos[:] = qpos
    mujoco.mj_forward(model, data)
    return {frozenset(model.geom(int(g)).name for g in data.contact[i].geom) for i in range(data.ncon)}


def test_sizes_names_and_orders(model: mujoco.MjModel):
    assert (model.nq, model.nv, model.nu) == (30, 29, 23)
    assert [model.joint(i).name for i in range(1, model.njnt)] == list(JOINT_NAMES)
    assert [model.actuator(i).name for i in range(model.nu)] == list(JOINT_NAMES)
    assert [model.body(i).name for i in range(1, model.nbody)] == list(BODY_NAMES)
    assert {model.site(i).name for i in range(model.nsite)} == {"head", "left_hand", "right_hand"}
    assert model.nsensor == 0 and model.nmesh == 0 and model.ngeom == len(PRIMITIVES) + 1


def test_limits_masses_and_gains_reach_the_compiled_model(model: mujoco.MjModel):
    assert model.jnt_range[1:, 0] == pytest.approx(constants.JOINT_LOWER)  # in radians: MjSpec's default is degrees
    assert model.jnt_range[1:, 1] == pytest.approx(constants.JOINT_UPPER)
    assert model.jnt_limited[1:].all()
    assert model.body_mass.sum() == pytest.approx(TOTAL_MASS) and pytest.approx(32.107, abs=1e-3) == TOTAL_MASS
    assert model.actuator_gainprm[:, 0] == pytest.approx(constants.KP)
    assert model.actuator_biasprm[:, 1] == pytest.approx(-constants.KP)
    assert model.actuator_biasprm[:, 2] == pytest.approx(-constants.KD)
    assert model.actuator_forcerange[:, 1] == pytest.approx(constants.EFFORT_LIMIT)
    assert model.dof_armature[6:] == pytest.approx(constants.ARMATURE)
    assert model.opt.timestep == 0.005


def test_inertias_are_physical():
    for body in BODIES:
        ixx, iyy, izz, ixy, ixz, iyz = body.inertia
        moments = np.linalg.eigvalsh([[ixx, ixy, ixz], [ixy, iyy, iyz], [ixz, iyz, izz]])
        assert moments[0] > 0 and moments[0] + moments[1] > moments[2]


def test_torque_actuators_pass_torques_on():
    model = build_model(visual=False, floor=False, actuation="torque")
    data = mujoco.MjData(model)
    data.ctrl[:] = np.linspace(-10, 10, 23)
    mujoco.mj_forward(model, data)
    assert data.qfrc_actuator[6:] == pytest.approx(data.ctrl)


def test_dynamics_are_mirror_symmetric(model: mujoco.MjModel, random_configurations):
    """Accelerations under gravity and motor torques: every mass, inertia, frame and gain is in them."""
    root_pos_w, root_quat_w, joint_pos = random_configurations(20)
    targets = random_configurations(20, seed=9)[2]

    def acceleration(root_pos, root_quat, joints, target):
        data = mujoco.MjData(model)
        data.qpos[:] = np.concatenate([root_pos + np.array([0.0, 0.0, 5.0]), root_quat, joints])
        data.ctrl[:] = target
        model.opt.disableflags = int(mujoco.mjtDisableBit.mjDSBL_CONTACT)
        mujoco.mj_forward(model, data)
        model.opt.disableflags = 0
        return data.qacc.copy()

    for args in zip(root_pos_w, root_quat_w, joint_pos, targets, strict=True):
        there = acceleration(*args)
        back = acceleration(
            mirror.mirror_vector(args[0]),
            mirror.mirror_quat(args[1]),
            mirror.mirror_joint_pos(args[2]),
            mirror.mirror_joint_pos(args[3]),
        )
        expected = np.concatenate(
            [mirror.mirror_vector(there[:3]), mirror.mirror_axial(there[3:6]), mirror.mirror_joint_pos(there[6:])]
        )
        assert back == pytest.approx(expected, rel=1e-6, abs=1e-5)


def test_default_pose_stands_on_both_soles(model: mujoco.MjModel):
    qpos = default_qpos()
    assert 0.7 < qpos[2] < 0.8
    assert contacts(model, qpos + np.eye(30)[2]) == set()
    qpos[2] -= 0.001
    assert contacts(model, qpos) == {frozenset(["floor", geom]) for foot in FOOT_GEOMS for geom in foot}


def test_folded_arms_touch_and_a_hand_reaches_the_thigh(model: mujoco.MjModel):
    qpos = default_qpos()
    qpos[2] += 1.0
    for side, sign in (("left", 1.0), ("right", -1.0)):
        qpos[7 + JOINT_NAMES.index(f"{side}_shoulder_yaw_joint")] = -sign * 1.2
        qpos[7 + JOINT_NAMES.index(f"{side}_elbow_joint")] = 0.0
    names = set().union(*contacts(model, qpos))
    assert any(name.startswith("left_") for name in names) and any(name.startswith("right_") for name in names)


def test_collision_groups_agree_with_each_other():
    for group, others in TOUCHES.items():
        for other in TOUCHES:
            if other & others and TOUCHES[other]:
                assert group & TOUCHES[other]
        assert not group & others


def test_falls_end_on_the_floor_and_stay_finite(model: mujoco.MjModel):
    """Without balance the robot falls; hands, torso and head must stop at the floor, at 200 Hz, with these gains."""
    rng = np.random.default_rng(0)
    for _ in range(3):
        data = mujoco.MjData(model)
        data.qpos[:] = default_qpos()
        data.qvel[:3] = [*rng.uniform(-1.5, 1.5, 2), 0.0]
        for _ in range(400):
            data.ctrl[:] = constants.DEFAULT_JOINT_POS
            mujoco.mj_step(model, data)
        assert np.isfinite(data.qpos).all() and np.abs(data.qvel).max() < 5.0
        assert data.qpos[2] < 0.5  # it did fall
        assert data.geom_xpos[1:, 2].min() > 0.0  # no primitive's centre is under the floor
        assert not data.warning[mujoco.mjtWarning.mjWARN_BADQACC].number


def test_position_control_is_stable_at_200_hz_with_the_papers_gains():
    """The wrists lie beyond an explicit PD's stability limit (kd dt / armature = 2.8); shaken, they must settle."""
    model = build_model(visual=False, floor=False)
    model.opt.gravity[:] = 0.0
    data = mujoco.MjData(model)
    data.qpos[:] = default_qpos()
    rng = np.random.default_rng(1)
    for _ in range(100):
        data.ctrl[:] = constants.DEFAULT_JOINT_POS + rng.normal(scale=0.3, size=23)
        for _ in range(4):
            mujoco.mj_step(model, data)
    assert np.abs(data.qvel[6:]).max() > 1.0
    for _ in range(400):
        data.ctrl[:] = constants.DEFAULT_JOINT_POS
        mujoco.mj_step(model, data)
    assert np.abs(data.qvel[6:]).max() < 0.05


def test_floor_friction_decides(model: mujoco.MjModel):
    slippery = build_model(visual=False, friction=0.3)
    data = mujoco.MjData(slippery)
    data.qpos[:] = default_qpos()
    data.qpos[2] -= 0.001
    mujoco.mj_forward(slippery, data)
    assert data.ncon and all(data.contact[i].friction[0] == pytest.approx(0.3) for i in range(data.ncon))
    assert all(data.contact[i].dim == 3 for i in range(data.ncon))


def test_visuals_change_nothing_physical(model: mujoco.MjModel):
    seen = build_model(visual=True)
    assert seen.nmesh > 20
    assert seen.body_mass == pytest.approx(model.body_mass)
    assert seen.body_inertia == pytest.approx(model.body_inertia)
    assert contacts(seen, default_qpos()) == contacts(model, default_qpos())


def test_spec_can_be_edited_before_compiling():
    spec = build_spec(visual=False)
    spec.body("torso_link").add_site(name="extra")
    assert spec.compile().site("extra").id >= 0


def test_table_parents_precede_children():
    assert PARENTS[0] == -1 and all(0 <= parent < child for child, parent in enumerate(PARENTS) if child)
    assert [body.joint for body in BODIES[1:]] == list(JOINT_NAMES)
