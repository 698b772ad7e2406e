from __future__ import annotations

import numpy as np
import pytest

from genmimic import rotation
from genmimic.errors import InputError
from genmimic.motion.skeleton import INDEX
from genmimic.synthetic import motions
from genmimic.synthetic.body import load_body
from genmimic.synthetic.choreography import perform
from genmimic.synthetic.comparison import knee_flexion

BALLS = [INDEX["left_foot"], INDEX["right_foot"]]


@pytest.mark.parametrize("name", motions.names())
def test_every_motion_is_physically_sensible(name: str) -> None:
    body = load_body("beth")
    human, curls = perform(body, motions.plan(name, body), 30.0)
    pos, _ = human.forward_kinematics()
    assert 3.0 <= human.duration <= 7.0
    standing = (human.foot_contact[1:] > 0.5) & (human.foot_contact[:-1] > 0.5)
    slip = np.linalg.norm(np.diff(pos[:, BALLS], axis=0), axis=-1) * human.fps
    assert slip[standing].max() < 1e-6
    assert pos[..., 2].min() > 0.01
    assert (human.foot_contact > 0.5).any(1).all()
    knees = np.degrees(knee_flexion(pos))
    assert knees.min() > 2.0
    assert knees.max() < 130.0
    speed = np.linalg.norm(np.diff(pos, axis=0), axis=-1) * human.fps
    assert speed.max() < 6.0
    acceleration = np.linalg.norm(np.diff(human.root_pos_w, 2, axis=0), axis=-1) * human.fps**2
    assert acceleration.max() < 12.0
    for curl in curls.values():
        assert curl.shape == (len(human), 2)
        assert 0.0 <= curl.min() <= curl.max() <= 1.0


def test_standing_people_have_nearly_straight_knees_and_face_x() -> None:
    body = load_body("adam")
    human, _ = perform(body, motions.plan("stand", body), 30.0)
    pos, quat = human.forward_kinematics()
    assert np.degrees(knee_flexion(pos)).max() < 8.0
    forward = rotation.rotate(quat[:, 0], np.broadcast_to([0.0, 0.0, 1.0], (len(human), 3)))
    assert forward[:, 0].min() > 0.99


@pytest.mark.parametrize(("name", "length"), [("walk", 3.0), ("walk_towards", 3.5)])
def test_walks_go_as_far_as_they_say(name: str, length: float) -> None:
    body = load_body("chen")
    human, _ = perform(body, motions.plan(name, body), 30.0)
    gone = human.root_pos_w[-1] - human.root_pos_w[0]
    assert gone[0] == pytest.approx(length, abs=0.02)
    assert abs(gone[1]) < 0.03


def test_turn_turns_half_way_round_to_the_left() -> None:
    body = load_body("adam")
    human, _ = perform(body, motions.plan("turn", body), 30.0)
    facing = rotation.rotate(human.local_quat[:, 0], np.broadcast_to([0.0, 0.0, 1.0], (len(human), 3)))
    yaw = np.unwrap(np.arctan2(facing[:, 1], facing[:, 0]))
    assert yaw[-1] - yaw[0] == pytest.approx(np.pi, abs=0.05)


def test_squat_goes_down_and_comes_up_again() -> None:
    body = load_body("adam")
    human, _ = perform(body, motions.plan("squat", body), 30.0)
    pos, _ = human.forward_kinematics()
    assert np.degrees(knee_flexion(pos)).max() > 90.0
    assert human.root_pos_w[-1, 2] == pytest.approx(human.root_pos_w[0, 2], abs=1e-3)


def test_wave_raises_the_right_hand_over_the_head() -> None:
    body = load_body("adam")
    human, _ = perform(body, motions.plan("wave", body), 30.0)
    pos, _ = human.forward_kinematics()
    assert pos[:, INDEX["right_wrist"], 2].max() > pos[:, INDEX["head"], 2].max()
    assert pos[:, INDEX["left_wrist"], 2].max() < pos[:, INDEX["spine1"], 2].max()


def test_the_same_at_any_frame_rate_and_for_any_run() -> None:
    body = load_body("adam")
    plan = motions.plan("walk", body)
    fast, slow = perform(body, plan, 30.0)[0], perform(body, plan, 15.0)[0]
    assert np.allclose(fast.root_pos_w[::2], slow.root_pos_w[: len(fast.root_pos_w[::2])], atol=1e-12)
    assert np.array_equal(perform(body, plan, 30.0)[0].local_quat, fast.local_quat)
    assert not np.array_equal(perform(body, plan, 30.0, seed=1)[0].local_quat, fast.local_quat)


def test_unknown_motion_is_refused() -> None:
    with pytest.raises(InputError, match="'moonwalk'"):
        motions.plan("moonwalk", load_body("adam"))
