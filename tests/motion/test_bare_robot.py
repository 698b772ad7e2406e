import numpy as np
import pytest

from genmimic.errors import InputError
from genmimic.motion.bare_robot import bare_motion
from genmimic.robot.model import default_qpos


def fields(heights: np.ndarray) -> dict:
    frames, qpos = len(heights), default_qpos()
    root = np.tile(qpos[:3], (frames, 1))
    root[:, 2] += heights
    return {
        "fps": 30.0,
        "root_pos_w": root,
        "root_quat_w": np.tile(qpos[3:7], (frames, 1)),
        "joint_pos": np.tile(qpos[7:], (frames, 1)),
        "source": "a test",
        "metadata": {},
    }


def test_feet_stand_where_they_are_near_the_floor():
    motion = bare_motion("folder/hop.csv", fields(np.array([0.0, 0.005, 0.03, 0.2, 0.0])))
    assert motion.name == "hop"
    np.testing.assert_array_equal(motion.foot_contact, np.array([[1, 1], [1, 1], [0, 0], [0, 0], [1, 1]]))
    assert (motion.confidence == 1.0).all()


def test_one_lifted_foot():
    bent = fields(np.zeros(2))
    bent["joint_pos"][1, [0, 3]] += [-0.8, 1.2]  # left hip and knee
    np.testing.assert_array_equal(bare_motion("a.csv", bent).foot_contact, np.array([[1, 1], [0, 1]]))


def test_errors_name_the_file():
    bad = fields(np.zeros(3))
    bad["root_pos_w"][1, 0] = np.nan
    with pytest.raises(InputError, match=r"^a\.csv: .*root_pos_w"):
        bare_motion("a.csv", bad)
