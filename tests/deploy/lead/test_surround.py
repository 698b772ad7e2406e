from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sim.motions import ARM, standing

from genmimic.deploy.lead.entry import FASTEST_JOINT
from genmimic.deploy.lead.surround import FIELDS, LedMotion, lead
from genmimic.deploy.lead.transition import STILL
from genmimic.errors import InputError
from genmimic.motion.cut import cut
from genmimic.motion.robot_motion import RobotMotion
from genmimic.motion.velocities import RobotKinematics, compute_kinematics
from genmimic.robot.constants import JOINT_LOWER, JOINT_UPPER
from genmimic.robot.names import FOOT_NAMES, KEYPOINT_NAMES

FEET = [KEYPOINT_NAMES.index(name) for name in FOOT_NAMES]


def waving() -> RobotMotion:
    """Begins and ends with a fast arm."""
    return cut(standing(1.0, wave=1.6), slice(12, 38))


def walking_off() -> RobotMotion:
    """Begins at 0.5 m/s on the left foot, the right one in the air: a glide, which is enough to be led into."""
    motion = standing(0.5)
    time = np.arange(len(motion)) / motion.fps
    root_pos_w = motion.root_pos_w + np.stack([0.5 * time, 0.0 * time, 0.0 * time], -1)
    return replace(motion, root_pos_w=root_pos_w, foot_contact=np.tile([1.0, 0.0], (len(motion), 1)))


@pytest.fixture(scope="module", params=[waving, walking_off])
def led(request) -> tuple[RobotMotion, LedMotion, RobotKinematics]:
    motion = request.param()
    led = lead(motion)
    return motion, led, compute_kinematics(led.motion)


def test_the_motion_itself_stays_as_it_is(led) -> None:
    motion, whole, _ = led
    for name in FIELDS:
        np.testing.assert_array_equal(getattr(whole.motion, name)[whole.clip], getattr(motion, name))


def test_it_begins_and_ends_at_rest_on_both_feet(led) -> None:
    _, whole, kinematics = led
    still = round(0.8 * STILL * whole.motion.fps)
    for frames in (slice(0, still), slice(-still, None)):
        assert np.abs(kinematics.joint_vel[frames]).max() < 0.3
        assert np.abs(kinematics.root_lin_vel_w[frames]).max() < 0.05
        assert whole.motion.foot_contact[frames].all()


def test_nothing_jumps_where_the_parts_meet(led) -> None:
    motion, whole, kinematics = led
    own = compute_kinematics(motion)
    for frame, inside in ((whole.clip.start, 0), (whole.clip.stop - 1, -1)):
        np.testing.assert_allclose(kinematics.root_lin_vel_w[frame], own.root_lin_vel_w[inside], atol=0.15)
        np.testing.assert_allclose(kinematics.joint_vel[frame, 12:], own.joint_vel[inside, 12:], atol=FASTEST_JOINT / 5)
    steps = np.abs(np.diff(whole.motion.joint_pos, axis=0)).max()
    assert steps * whole.motion.fps < 8.0


def test_feet_that_stand_stay_where_they_are_and_none_is_in_the_floor(led) -> None:
    _, whole, kinematics = led
    speed = np.linalg.norm(kinematics.keypoint_lin_vel_w[:, FEET], axis=-1)
    planted = whole.motion.foot_contact > 0.5
    planted[1:-1] = planted[:-2] & planted[1:-1] & planted[2:]
    planted[whole.clip] = False
    assert np.percentile(speed[planted], 90) < 0.05
    assert kinematics.keypoint_pos_w[:, FEET, 2].min() > 0.03


def test_joints_stay_within_their_limits(led) -> None:
    _, whole, _ = led
    assert np.all(whole.motion.joint_pos >= JOINT_LOWER - 1e-9)
    assert np.all(whole.motion.joint_pos <= JOINT_UPPER + 1e-9)


def test_the_arm_is_lifted_before_the_motion_begins() -> None:
    whole = lead(waving())
    before = whole.motion.joint_pos[: whole.clip.start, ARM]
    assert before[0] == pytest.approx(0.2)
    assert before[-1] < before[0] - 0.5


def test_a_robot_that_must_step_lifts_one_foot_at_a_time() -> None:
    whole = lead(walking_off())
    contact = whole.motion.foot_contact[: whole.clip.start]
    assert contact.any(axis=1).all()
    assert not contact[:, 1].all()


def test_a_motion_that_is_too_short_is_refused() -> None:
    with pytest.raises(InputError, match="a lead-in needs at least 5"):
        lead(standing(0.06))
