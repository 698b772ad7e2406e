"""Which entries are rendered, and that what is shown of them comes from the video alone and on the truth's clock."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from genmimic import rotation
from genmimic.benchmark.rendering import _same_clock, as_person, render_entry, rendered_slots
from genmimic.benchmark.taxonomy import composition
from genmimic.gestures.composition import compose
from genmimic.motion.cut import cut
from genmimic.motion.resample import resample_robot
from genmimic.motion.robot_motion import RobotMotion
from genmimic.motion.skeleton import INDEX
from genmimic.robot.kinematics import forward_kinematics
from genmimic.robot.names import KEYPOINT_NAMES


@pytest.fixture(scope="module")
def thumbs_up() -> RobotMotion:
    return compose(["thumbs_up"], seed=3, family="bench", name="wan-s1-front-thumbs_up")


def test_at_least_64_from_all_views_with_cameras_that_stand_and_move() -> None:
    chosen = rendered_slots(composition())
    assert len({slot.name for slot in chosen}) == len(chosen) >= 64
    wan = [slot for slot in chosen if slot.generator == "Wan2.1"]
    assert Counter(slot.view for slot in wan) == {"front": 15, "left": 15, "right": 15}
    assert len({slot.subject.name for slot in wan}) == 5
    assert {slot.subject.camera for slot in chosen} >= {"static", "pan", "handheld", "zoom"}
    assert {slot.action.name for slot in chosen} == {slot.action.name for slot in composition()}


def test_the_person_does_what_the_robot_does(thumbs_up: RobotMotion) -> None:
    person = as_person(thumbs_up)
    joints, _ = person.forward_kinematics()
    points, _ = forward_kinematics(thumbs_up.root_pos_w, thumbs_up.root_quat_w, thumbs_up.joint_pos)
    for joint, link in (("left_knee", "left_knee_link"), ("right_ankle", "right_ankle_roll_link")):
        distance = np.linalg.norm(joints[:, INDEX[joint]] - points[:, KEYPOINT_NAMES.index(link)], axis=-1)
        assert distance.max() < 0.03, joint


def test_a_moved_turned_and_delayed_copy_falls_onto_the_truth(thumbs_up: RobotMotion) -> None:
    clean = resample_robot(thumbs_up, 30.0)
    turn = rotation.from_axis_angle(np.array([0.0, 0.0, 1.1]))
    seen = cut(clean, slice(6, len(clean) - 3))
    turns = np.broadcast_to(turn, seen.root_quat_w.shape)
    seen = replace(
        seen,
        root_pos_w=rotation.rotate(turns, seen.root_pos_w) + np.array([2.0, -1.0, 0.0]),
        root_quat_w=rotation.multiply(turns, seen.root_quat_w),
    )
    shown, truth = _same_clock(seen, 6 / 30.0, clean)
    assert len(shown) == len(truth) and shown.fps == truth.fps == 50.0
    assert truth.duration == pytest.approx(seen.duration, abs=0.03)
    points = [forward_kinematics(m.root_pos_w, m.root_quat_w, m.joint_pos)[0] for m in (shown, truth)]
    assert np.linalg.norm(points[0] - points[1], axis=-1).max() < 5e-3


def test_a_short_take_is_rendered_and_reconstructed(thumbs_up: RobotMotion) -> None:
    slot = next(slot for slot in composition() if slot.name == "wan-s1-front-thumbs_up")
    short = cut(thumbs_up, slice(30, 111))
    seen = render_entry(slot, short, 1)
    assert seen.camera == "static" and seen.body == "adam" and len(seen.shown) == len(seen.clean) > 60
    points = [forward_kinematics(m.root_pos_w, m.root_quat_w, m.joint_pos)[0] for m in (seen.shown, seen.clean)]
    error = np.linalg.norm(points[0] - points[1], axis=-1).mean()
    assert 0.005 < error < 0.15  # seen, not copied
