import mujoco
import numpy as np

from genmimic.retarget.collision import PAIR_NAMES, find_contacts, nearest_points
from genmimic.retarget.jacobian import Configuration, Kinematics
from genmimic.robot.constants import DEFAULT_JOINT_POS, JOINT_LOWER, JOINT_UPPER
from genmimic.robot.model import build_model


def random_configurations(frames: int) -> Configuration:
    rng = np.random.default_rng(7)
    joint_pos = rng.uniform(JOINT_LOWER, JOINT_UPPER, size=(frames, 23))
    return Configuration(np.tile([0.0, 0.0, 1.0], (frames, 1)), np.tile([1.0, 0, 0, 0], (frames, 1)), joint_pos)


def test_nearest_points_beat_every_sampled_pair():
    rng = np.random.default_rng(0)
    a0, a1, b0, b1 = rng.normal(size=(4, 50, 3))
    a1[:5], b1[5:10] = a0[:5], b0[5:10]  # points instead of segments
    up = np.array([0.0, 0.0, 1.0])
    b0[10:15], b1[10:15] = a0[10:15] + up, a1[10:15] + up  # parallel
    first, second = nearest_points(a0, a1, b0, b1)
    share = np.linspace(0, 1, 101)[:, None, None]
    a, b = a0 + share * (a1 - a0), b0 + share * (b1 - b0)
    sampled = np.linalg.norm(a[:, None] - b[None], axis=-1).min(axis=(0, 1))
    distance = np.linalg.norm(first - second, axis=-1)
    assert (distance <= sampled + 1e-9).all()
    assert (distance >= sampled - 0.03).all()


def test_distances_agree_with_mujoco():
    configurations = random_configurations(6)
    contacts = find_contacts(Kinematics.of(configurations), 0.05)
    assert len(contacts.frame) > 20
    model = build_model(visual=False, floor=False)
    data = mujoco.MjData(model)
    for frame in range(6):
        data.qpos = np.concatenate([getattr(configurations, name)[frame] for name in vars(configurations)])
        mujoco.mj_kinematics(model, data)
        for at in np.flatnonzero((contacts.frame == frame) & (contacts.distance > -0.01)):
            a, b = (model.geom(name).id for name in PAIR_NAMES[contacts.pair[at]])
            expected = mujoco.mj_geomDistance(model, data, a, b, 1.0, None)
            np.testing.assert_allclose(contacts.distance[at], expected, atol=1e-4)


def test_the_default_pose_touches_nothing():
    pose = Configuration(np.zeros((1, 3)), np.array([[1.0, 0, 0, 0]]), DEFAULT_JOINT_POS[None])
    assert len(find_contacts(Kinematics.of(pose), 0.0).frame) == 0


def test_contact_rows_predict_the_change_of_distance():
    configurations = random_configurations(6)
    contacts = find_contacts(Kinematics.of(configurations), 0.02)
    rows = contacts.jacobian(Kinematics.of(configurations))
    step = np.random.default_rng(2).normal(size=(6, 29)) * 1e-5
    unlimited = np.full(23, np.inf)
    moved = find_contacts(Kinematics.of(configurations.moved(step, -unlimited, unlimited)), 0.03)
    after = {(f, p): d for f, p, d in zip(moved.frame, moved.pair, moved.distance, strict=True)}
    # where axes nearly cross the normal is ill-defined
    clear = contacts.distance > -0.06
    for row, frame, pair, before in zip(
        rows[clear], contacts.frame[clear], contacts.pair[clear], contacts.distance[clear], strict=True
    ):
        assert abs(after[frame, pair] - before - row @ step[frame]) < 1e-7
