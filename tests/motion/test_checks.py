import numpy as np
import pytest

from genmimic.errors import InputError
from genmimic.motion import checks
from genmimic.motion.robot_motion import RobotMotion


def test_names_the_first_frame_that_is_not_finite():
    pos = np.zeros((5, 2, 3))
    pos[3, 1, 0] = np.nan
    with pytest.raises(InputError, match="clip: field 'pos' is not finite in frame 3"):
        checks.require_finite("clip", "pos", pos)


def test_names_the_first_frame_with_a_quaternion_of_another_length():
    quat = np.tile([1.0, 0.0, 0.0, 0.0], (4, 2, 1))
    quat[2, 1] = 2.0
    with pytest.raises(InputError, match="other than 1 in frame 2"):
        checks.require_unit_quaternions("clip", "quat", quat)


def test_says_centimetres():
    pos = np.zeros((3, 3))
    pos[1] = 250.0
    with pytest.raises(InputError, match=r"reaches 250\.0 in frame 1.*divide by 100"):
        checks.require_metres("clip", "pos", pos, limit=200.0)


def test_refuses_a_motion_without_frames():
    empty = (np.zeros((0, 3)), np.zeros((0, 4)), np.zeros((0, 23)), np.zeros((0, 2)), np.zeros(0))
    with pytest.raises(InputError, match="no frames"):
        RobotMotion("clip", 30.0, *empty)


def test_tells_which_names_are_unknown_missing_or_out_of_order():
    with pytest.raises(InputError, match=r"unknown names \['c'\] and lacks \['b'\]"):
        checks.require_names("clip", "names", ["a", "c"], ["a", "b"])
    with pytest.raises(InputError, match="'b' at position 0, expected 'a'"):
        checks.require_names("clip", "names", ["b", "a"], ["a", "b"])
