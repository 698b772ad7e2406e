import numpy as np
import pytest

from genmimic import rotation
from genmimic.errors import InputError
from genmimic.motion.files import load_arrays
from genmimic.motion.mjlab_npz import MJLAB_BODY_NAMES, load_mjlab_npz, save_mjlab_npz
from genmimic.motion.velocities import compute_kinematics, differentiate
from genmimic.robot.names import BODY_NAMES, JOINT_NAMES


@pytest.fixture
def motion(make_robot_motion):
    return make_robot_motion()


@pytest.fixture
def path(tmp_path, motion):
    save_mjlab_npz(motion, tmp_path / "a.npz")
    return tmp_path / "a.npz"


def test_round_trip(path, motion):
    loaded = load_mjlab_npz(path)
    assert loaded.fps == motion.fps and loaded.metadata == {}
    assert loaded.root_pos_w == pytest.approx(motion.root_pos_w, abs=1e-6)
    assert rotation.angle_between(loaded.root_quat_w, motion.root_quat_w).max() < 1e-5
    assert loaded.joint_pos == pytest.approx(motion.joint_pos, abs=1e-6)


def test_keys_shapes_and_order_of_mjlab(path, motion):
    data = load_arrays(path)
    assert data["fps"].tolist() == [50.0]
    assert data["joint_pos"].shape == data["joint_vel"].shape == (40, 29)
    assert data["body_pos_w"].shape == (40, 30, 3) and data["body_quat_w"].shape == (40, 30, 4)
    assert data["body_lin_vel_w"].shape == data["body_ang_vel_w"].shape == (40, 30, 3)
    # mjlab 1.6's g1.xml, read with MuJoCo
    assert MJLAB_BODY_NAMES[12:16] == ("right_ankle_roll_link", "waist_yaw_link", "waist_roll_link", "torso_link")
    assert MJLAB_BODY_NAMES[20:24] == (
        "left_wrist_roll_link", "left_wrist_pitch_link", "left_wrist_yaw_link", "right_shoulder_pitch_link"
    )  # fmt: skip
    elbow = JOINT_NAMES.index("right_elbow_joint")
    assert data["joint_pos"][:, 25] == pytest.approx(motion.joint_pos[:, elbow], abs=1e-6)


def test_bodies_are_ours_up_to_the_waist_axis(path, motion):
    data, kinematics = load_arrays(path), compute_kinematics(motion)
    for name in BODY_NAMES:
        ours, theirs = BODY_NAMES.index(name), MJLAB_BODY_NAMES.index(name)
        error = np.linalg.norm(data["body_pos_w"][:, theirs] - kinematics.keypoint_pos_w[:, ours], axis=-1).max()
        assert error < (1e-6 if ours < 13 else 0.0081)  # 2 x 4 mm when the waist is turned by half a circle
        assert data["body_quat_w"][:, theirs] == pytest.approx(kinematics.keypoint_quat_w[:, ours], abs=1e-6)
    wrist = data["body_pos_w"][:, MJLAB_BODY_NAMES.index("left_wrist_yaw_link")]
    roll = data["body_pos_w"][:, MJLAB_BODY_NAMES.index("left_wrist_roll_link")]
    assert np.linalg.norm(wrist - roll, axis=-1) == pytest.approx(np.full(40, 0.084), abs=1e-5)


def test_body_velocities_belong_to_body_positions(tmp_path, make_robot_motion):
    save_mjlab_npz(make_robot_motion(frames=200, fps=500.0), tmp_path / "a.npz")
    data = load_arrays(tmp_path / "a.npz")
    differences = differentiate(data["body_pos_w"].astype(np.float64), 500.0)
    assert np.abs(data["body_lin_vel_w"] - differences)[1:-1].max() < 5e-3


def test_files_without_names_are_read_too(path, motion):
    data = load_arrays(path)
    del data["joint_names"], data["body_names"]
    np.savez(path, **data)
    assert load_mjlab_npz(path).joint_pos == pytest.approx(motion.joint_pos, abs=1e-6)


def test_another_simulators_order_is_noticed(path):
    data = load_arrays(path)
    del data["joint_names"], data["body_names"]
    # Isaac Lab sorts joints by their depth in the tree: left and right alternate
    data["joint_pos"] = data["joint_pos"][
        :, [0, 6, 12, 1, 7, 13, 2, 8, 14, 3, 9, 15, 22, 4, 10, *range(16, 22), 5, 11, *range(23, 29)]
    ]
    np.savez(path, **data)
    with pytest.raises(InputError, match="another simulator's order"):
        load_mjlab_npz(path)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda d: d.pop("body_pos_w"), r"lacks the fields \['body_pos_w'\]"),
        (lambda d: d.update(joint_names=d["joint_names"][::-1]), "'joint_names' has"),
        (lambda d: d.update(body_names=d["body_names"][::-1]), "'body_names' has"),
        (lambda d: d.update(joint_pos=d["joint_pos"][:, :20]), r"shape \(40, 20\)"),
        (lambda d: d.update(body_pos_w=d["body_pos_w"][:, :14]), "'body_pos_w' has shape"),
        (lambda d: d["joint_pos"].__setitem__((3, 0), np.nan), "not finite in frame 3"),
        (lambda d: d.update(joint_pos=np.full((40, 29), "x")), "'joint_pos' is not an array of numbers"),
        (lambda d: d.update(fps=np.zeros(0)), "'fps' has shape"),
        (lambda d: d.update(joint_pos=np.degrees(d["joint_pos"])), "radians"),
    ],
)
def test_bad_files_are_refused(path, change, expected):
    data = load_arrays(path)
    change(data)
    np.savez(path, **data)
    with pytest.raises(InputError, match=expected) as caught:
        load_mjlab_npz(path)
    assert str(caught.value).startswith(f"{path}: ")
