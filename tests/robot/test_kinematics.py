import mujoco
import numpy as np
import pytest

from genmimic import rotation
from genmimic.robot import mirror
from genmimic.robot.kinematics import forward_kinematics, keypoint_velocities
from genmimic.robot.model import build_model
from genmimic.robot.names import BODY_NAMES, KEYPOINT_NAMES


@pytest.fixture(scope="module")
def model() -> mujoco.MjModel:
    return build_model(visual=False)


def mujoco_keypoints(model: mujoco.MjModel, data: mujoco.MjData) -> tuple[np.ndarray, np.ndarray]:
    sites = [model.site(name).id for name in ("head", "left_hand", "right_hand")]
    bodies = [model.body(name).id for name in BODY_NAMES]
    carriers = [model.site_bodyid[site] for site in sites]
    return np.concatenate([data.xpos[bodies], data.site_xpos[sites]]), data.xquat[[*bodies, *carriers]]


def test_agrees_with_mujoco_on_1000_random_configurations(model: mujoco.MjModel, random_configurations):
    root_pos_w, root_quat_w, joint_pos = random_configurations(1000)
    pos_w, quat_w = forward_kinematics(root_pos_w, root_quat_w, joint_pos)
    assert pos_w.shape == (1000, 27, 3) and quat_w.shape == (1000, 27, 4)
    data = mujoco.MjData(model)
    for frame in range(1000):
        data.qpos[:] = np.concatenate([root_pos_w[frame], root_quat_w[frame], joint_pos[frame]])
        mujoco.mj_kinematics(model, data)
        expected_pos, expected_quat = mujoco_keypoints(model, data)
        assert np.abs(pos_w[frame] - expected_pos).max() < 1e-6
        assert np.abs(np.abs((quat_w[frame] * expected_quat).sum(-1)) - 1.0).max() < 1e-9


def test_velocities_agree_with_mujoco(model: mujoco.MjModel, random_configurations):
    root_pos_w, root_quat_w, joint_pos = random_configurations(50, seed=1)
    rng = np.random.default_rng(2)
    lin_vel_w, ang_vel_w, joint_vel = rng.normal(size=(50, 3)), rng.normal(size=(50, 3)), rng.normal(size=(50, 23))
    pos_w, quat_w = forward_kinematics(root_pos_w, root_quat_w, joint_pos)
    keypoint_lin, keypoint_ang = keypoint_velocities(lin_vel_w, ang_vel_w, joint_vel, pos_w, quat_w)
    data = mujoco.MjData(model)
    for frame in range(50):
        data.qpos[:] = np.concatenate([root_pos_w[frame], root_quat_w[frame], joint_pos[frame]])
        # MuJoCo's free joint has its angular velocity in the body's frame
        ang_vel_b = rotation.rotate_inverse(root_quat_w[frame], ang_vel_w[frame])
        data.qvel[:] = np.concatenate([lin_vel_w[frame], ang_vel_b, joint_vel[frame]])
        mujoco.mj_fwdPosition(model, data)
        mujoco.mj_fwdVelocity(model, data)
        for index, name in enumerate(KEYPOINT_NAMES):
            kind = mujoco.mjtObj.mjOBJ_XBODY if name in BODY_NAMES else mujoco.mjtObj.mjOBJ_SITE
            number = mujoco.mj_name2id(model, mujoco.mjtObj.mjOBJ_BODY if name in BODY_NAMES else kind, name)
            velocity = np.zeros(6)
            mujoco.mj_objectVelocity(model, data, kind, number, velocity, 0)
            assert keypoint_ang[frame, index] == pytest.approx(velocity[:3], abs=1e-9)
            assert keypoint_lin[frame, index] == pytest.approx(velocity[3:], abs=1e-9)


def test_numpy_and_torch_give_the_same_numbers(random_configurations):
    torch = pytest.importorskip("torch")
    arrays = random_configurations(20, seed=3)
    expected = forward_kinematics(*arrays)
    for dtype, tolerance in ((torch.float64, 1e-12), (torch.float32, 2e-6)):
        tensors = [torch.as_tensor(a, dtype=dtype) for a in arrays]
        for ours, theirs in zip(expected, forward_kinematics(*tensors), strict=True):
            assert theirs.dtype == dtype
            assert theirs.numpy() == pytest.approx(ours, abs=tolerance)
    rng = np.random.default_rng(4)
    velocities = [rng.normal(size=(20, n)) for n in (3, 3, 23)]
    expected_vel = keypoint_velocities(*velocities, *expected)
    tensors = [torch.as_tensor(a) for a in (*velocities, *expected)]
    for ours, theirs in zip(expected_vel, keypoint_velocities(*tensors), strict=True):
        assert theirs.numpy() == pytest.approx(ours, abs=1e-12)


def test_any_leading_dimensions(random_configurations):
    root_pos_w, root_quat_w, joint_pos = random_configurations(6, seed=5)
    flat_pos, flat_quat = forward_kinematics(root_pos_w, root_quat_w, joint_pos)
    pos, quat = forward_kinematics(
        root_pos_w.reshape(2, 3, 3), root_quat_w.reshape(2, 3, 4), joint_pos.reshape(2, 3, 23)
    )
    assert pos.reshape(6, 27, 3) == pytest.approx(flat_pos) and quat.reshape(6, 27, 4) == pytest.approx(flat_quat)
    single_pos, _ = forward_kinematics(root_pos_w[0], root_quat_w[0], joint_pos[0])
    assert single_pos == pytest.approx(flat_pos[0])


def test_float32_stays_float32(random_configurations):
    arrays = [a.astype(np.float32) for a in random_configurations(3, seed=6)]
    pos, quat = forward_kinematics(*arrays)
    assert pos.dtype == np.float32 and quat.dtype == np.float32


def test_torch_can_compile_it_without_graph_breaks(random_configurations):
    torch = pytest.importorskip("torch")
    root_pos_w, root_quat_w, joint_pos = (torch.as_tensor(a, dtype=torch.float32) for a in random_configurations(8))

    def both(root_pos_w, root_quat_w, joint_pos):
        pos_w, quat_w = forward_kinematics(root_pos_w, root_quat_w, joint_pos)
        return mirror.mirror_keypoint_pos(pos_w), keypoint_velocities(root_pos_w, root_pos_w, joint_pos, pos_w, quat_w)

    expected = both(root_pos_w, root_quat_w, joint_pos)  # converts the constants
    compiled = torch.compile(both, fullgraph=True, backend="eager")(root_pos_w, root_quat_w, joint_pos)
    assert torch.equal(compiled[0], expected[0]) and torch.equal(compiled[1][0], expected[1][0])
