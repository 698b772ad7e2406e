import pickle

import numpy as np
import pytest

from genmimic.errors import InputError
from genmimic.motion.gmr_pkl import load_gmr_pkl, save_gmr_pkl
from genmimic.robot.names import KEYPOINT_NAMES


@pytest.mark.parametrize("dof", [23, 29])
def test_round_trip(tmp_path, make_robot_motion, dof):
    motion = make_robot_motion()
    save_gmr_pkl(motion, tmp_path / "a.pkl", dof=dof)
    loaded = load_gmr_pkl(tmp_path / "a.pkl")
    assert loaded.fps == motion.fps and loaded.name == "a"
    for name in ("root_pos_w", "root_quat_w", "joint_pos"):
        assert getattr(loaded, name) == pytest.approx(getattr(motion, name), abs=1e-12)


def test_other_tools_find_gmrs_fields(tmp_path, make_robot_motion):
    motion = make_robot_motion()
    save_gmr_pkl(motion, tmp_path / "a.pkl")
    data = pickle.loads((tmp_path / "a.pkl").read_bytes())
    assert list(data) == ["fps", "root_pos", "root_rot", "dof_pos", "local_body_pos", "link_body_list"]
    assert data["dof_pos"].shape == (40, 29) and data["root_rot"][:, 3] == pytest.approx(motion.root_quat_w[:, 0])
    assert data["local_body_pos"].shape == (40, 27, 3) and data["link_body_list"] == list(KEYPOINT_NAMES)
    assert np.all(data["local_body_pos"][:, 0] == 0.0)  # the pelvis in its own frame


def test_gmrs_own_files_without_bodies(tmp_path, make_robot_motion):
    motion = make_robot_motion()
    path = tmp_path / "a.pkl"
    data = {
        "fps": 30,
        "root_pos": motion.root_pos_w,
        "root_rot": np.roll(motion.root_quat_w, -1, axis=1),
        "dof_pos": np.full((40, 29), 0.1),
        "local_body_pos": None,
        "link_body_list": None,
    }
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        path.write_bytes(pickle.dumps(data, protocol=protocol))
        loaded = load_gmr_pkl(path)
        assert loaded.fps == 30.0 and loaded.metadata == {"largest_dropped_joint_pos": 0.1}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"dof_pos": None}, r"joint positions have shape \(\)"),
        ({"dof_pos": np.zeros((40, 21))}, r"shape \(40, 21\)"),
        ({"dof_pos": np.full((40, 29), 45.0)}, "radians"),
        ({"root_pos": np.full((40, 3), 900.0)}, "divide by 100"),
        ({"root_rot": np.zeros((40, 4))}, "length other than 1"),
        ({"fps": "fast"}, "'fps' is not an array of numbers"),
        ({"fps": [30, 30]}, "'fps' has shape"),
        ({"root_pos": [["a", "b", "c"]]}, "'root_pos' is not an array"),
    ],
)
def test_bad_files_are_refused(tmp_path, make_robot_motion, change, expected):
    path = tmp_path / "bad.pkl"
    save_gmr_pkl(make_robot_motion(), path)
    data = {**pickle.loads(path.read_bytes()), **change}
    path.write_bytes(pickle.dumps(data))
    with pytest.raises(InputError, match=expected) as caught:
        load_gmr_pkl(path)
    assert str(caught.value).startswith(f"{path}: ")


def test_a_dictionary_without_the_fields_or_something_else_is_refused(tmp_path):
    path = tmp_path / "bad.pkl"
    path.write_bytes(pickle.dumps({"a": 1}))
    with pytest.raises(InputError, match="lacks the fields"):
        load_gmr_pkl(path)
    path.write_bytes(pickle.dumps([1, 2]))
    with pytest.raises(InputError, match="holds a list"):
        load_gmr_pkl(path)
