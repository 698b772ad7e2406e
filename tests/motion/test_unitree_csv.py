import numpy as np
import pytest

from genmimic import rotation
from genmimic.errors import InputError
from genmimic.motion.resample import resample_robot
from genmimic.motion.unitree_csv import load_unitree_csv, save_unitree_csv


@pytest.mark.parametrize("dof", [23, 29])
def test_round_trip(tmp_path, make_robot_motion, dof):
    motion = make_robot_motion(fps=30.0)
    save_unitree_csv(motion, tmp_path / "a.csv", dof=dof)
    loaded = load_unitree_csv(tmp_path / "a.csv")
    assert loaded.fps == 30.0 and loaded.name == "a" and loaded.metadata == {}
    assert loaded.root_pos_w == pytest.approx(motion.root_pos_w, abs=1e-6)
    assert rotation.angle_between(loaded.root_quat_w, motion.root_quat_w).max() < 3e-6
    assert loaded.joint_pos == pytest.approx(motion.joint_pos, abs=1e-6)


def test_columns_are_unitrees(tmp_path, make_robot_motion):
    motion = make_robot_motion(fps=30.0)
    save_unitree_csv(motion, tmp_path / "a.csv")
    lines = (tmp_path / "a.csv").read_text().splitlines()
    table = np.array([[float(cell) for cell in line.split(",")] for line in lines])
    assert table.shape == (40, 36)
    assert table[:, 6] == pytest.approx(motion.root_quat_w[:, 0], abs=1e-6)  # w comes last
    assert table[:, 7 + 3] == pytest.approx(motion.joint_pos[:, 3], abs=1e-6)  # left knee
    assert np.all(table[:, [7 + i for i in (13, 14, 20, 21, 27, 28)]] == 0.0)
    assert table[:, 7 + 15] == pytest.approx(motion.joint_pos[:, 13], abs=1e-6)  # left shoulder pitch


def test_other_rates_are_resampled_to_30_hz(tmp_path, make_robot_motion):
    motion = make_robot_motion(frames=51, fps=50.0)
    save_unitree_csv(motion, tmp_path / "a.csv")
    loaded = load_unitree_csv(tmp_path / "a.csv")
    assert len(loaded) == 31
    assert loaded.joint_pos == pytest.approx(resample_robot(motion, 30.0).joint_pos, abs=1e-6)


def test_motion_in_absent_joints_is_reported(tmp_path, make_robot_motion):
    path = tmp_path / "a.csv"
    save_unitree_csv(make_robot_motion(fps=30.0), path)
    table = np.loadtxt(path, delimiter=",")
    table[5, 7 + 14] = -0.4  # waist pitch
    np.savetxt(path, table, delimiter=",")
    assert load_unitree_csv(path).metadata == {"largest_dropped_joint_pos": 0.4}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("x,y,z\n1,2,3\n", "table of numbers"),
        ("1,2,3\n", "3 columns, expected 36"),
        (",".join(["0"] * 34) + "\n", "34 columns, expected 36"),
        ("", "0 rows"),
        (",".join(["0"] * 36) + "\n", "length other than 1 in frame 0"),
        (",".join(["0", "0", "0.8", "0", "0", "0", "1", "nan", *["0"] * 28]) + "\n", "not finite in frame 0"),
        (",".join(["0", "0", "0.8", "0", "0", "0", "1", "90", *["0"] * 28]) + "\n", "left_hip_pitch_joint in frame 0"),
        (",".join(["0", "0", "8000", "0", "0", "0", "1", *["0"] * 29]) + "\n", "divide by 100"),
    ],
)
@pytest.mark.filterwarnings("ignore:loadtxt")
def test_bad_files_are_refused(tmp_path, content, expected):
    path = tmp_path / "bad.csv"
    path.write_text(content)
    with pytest.raises(InputError, match=expected) as caught:
        load_unitree_csv(path)
    assert str(caught.value).startswith(f"{path}: ")


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        load_unitree_csv(tmp_path / "none.csv")
