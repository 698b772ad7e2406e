import numpy as np
import pytest

from genmimic import rotation
from genmimic.errors import InputError
from genmimic.motion.body_shape import offsets_from_betas
from genmimic.motion.from_positions import human_from_joint_positions
from genmimic.motion.skeleton import INDEX, UPRIGHT_QUAT_W, forward_kinematics


def posed(frames: int = 20, yaw: float = 0.0) -> np.ndarray:
    """Joint positions (T, 22, 3) of a person who bends knees and elbows more and more."""
    local = np.zeros((frames, 22, 4))
    local[..., 0] = 1.0
    turn = rotation.from_axis_angle(np.array([0.0, 0.0, yaw]))
    local[:, 0] = rotation.multiply(turn, UPRIGHT_QUAT_W)
    bend = np.linspace(0.0, 1.2, frames)[:, None]
    for side, sign in (("left", 1.0), ("right", -1.0)):
        local[:, INDEX[f"{side}_hip"]] = rotation.from_axis_angle(bend * [-0.5, 0.0, 0.1 * sign])
        local[:, INDEX[f"{side}_knee"]] = rotation.from_axis_angle(bend * [1.0, 0.0, 0.0])
        local[:, INDEX[f"{side}_ankle"]] = rotation.from_axis_angle(bend * [-0.5, 0.0, 0.0])
        local[:, INDEX[f"{side}_shoulder"]] = rotation.from_axis_angle(np.array([[0.0, 0.0, -1.2 * sign]]) + 0 * bend)
        local[:, INDEX[f"{side}_elbow"]] = rotation.from_axis_angle(bend * [0.0, -sign, 0.0])
    root = np.tile([0.3, -0.2, 0.95], (frames, 1))
    return forward_kinematics(root, local, offsets_from_betas(np.zeros(10), symmetric=True))[0]


def test_joints_lie_where_the_data_say():
    pos = posed()
    again, _ = human_from_joint_positions("clip", 30.0, pos).forward_kinematics()
    assert np.linalg.norm(again - pos, axis=-1).max() < 2e-3


@pytest.mark.parametrize("yaw", [0.0, 2.5])
def test_body_knees_and_feet_face_where_the_person_faces(yaw):
    human = human_from_joint_positions("clip", 30.0, posed(yaw=yaw))
    _, quat = human.forward_kinematics()
    for joint in ("pelvis", "left_hip", "left_knee", "right_knee", "left_ankle", "right_foot"):
        forward = rotation.rotate(quat[:, INDEX[joint]], np.array([0.0, 0.0, 1.0]))
        assert (forward @ [np.cos(yaw), np.sin(yaw), 0.0]).min() > 0.6, joint
    soles = rotation.rotate(quat[:, INDEX["left_ankle"]], np.array([0.0, 1.0, 0.0]))
    assert soles[:, 2].min() > 0.97  # the posed feet stay level


def test_nan_is_refused_by_frame():
    pos = posed()
    pos[7, 3, 1] = np.nan
    with pytest.raises(InputError, match="'joint_pos_w' is not finite in frame 7"):
        human_from_joint_positions("clip", 30.0, pos)


def test_coinciding_joints_are_refused_by_name():
    pos = posed()
    pos[4, INDEX["left_hip"]] = pos[4, INDEX["right_hip"]]
    with pytest.raises(InputError, match="hips and neck coincide or lie on one line in frame 4"):
        human_from_joint_positions("clip", 30.0, pos)


def test_wrong_shape_and_no_frames_are_refused():
    with pytest.raises(InputError, match="shape"):
        human_from_joint_positions("clip", 30.0, np.zeros((5, 24, 3)))
    with pytest.raises(InputError, match="no frames"):
        human_from_joint_positions("clip", 30.0, np.zeros((0, 22, 3)))
