"""The estimated state: kinematics around the estimate, and nothing that no sensor tells."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from tracking.observation_scene import random_scene

from genmimic import rotation
from genmimic.robot.kinematics import forward_kinematics, keypoint_velocities
from genmimic.tracking.body_motion import body_motion
from genmimic.tracking.estimated import ESTIMABLE_TERMS, MEASURABLE_TERMS, estimated_state, hidden_terms
from genmimic.tracking.layouts import OUR_STUDENT
from genmimic.tracking.observations import STUDENT, TEACHER, TERM_BY_NAME, term_values
from genmimic.tracking.odometry import start


def test_it_is_the_kinematics_of_the_readings_around_the_estimate():
    rng = np.random.default_rng(0)
    quat = rotation.from_axis_angle(rng.uniform(-0.5, 0.5, (4, 3)))
    joint_pos, joint_vel = rng.uniform(-0.5, 0.5, (4, 23)), rng.standard_normal((4, 23))
    ang_vel_b, lin_vel_w = rng.standard_normal((4, 3)), rng.standard_normal((4, 3))
    body, action = body_motion(joint_pos, joint_vel), rng.standard_normal((4, 23))
    odometry = start(quat, ang_vel_b, body, rng.standard_normal((4, 3)), quat, lin_vel_w)
    state = estimated_state(odometry, body, action)

    pos, orientation = forward_kinematics(odometry.root_pos_w, quat, joint_pos)
    ang_vel_w = rotation.rotate(quat, ang_vel_b)
    lin_vel, ang_vel = keypoint_velocities(lin_vel_w, ang_vel_w, joint_vel, pos, orientation)
    np.testing.assert_allclose(state.keypoint_pos_w, pos, atol=1e-12)
    np.testing.assert_allclose(rotation.angle_between(state.keypoint_quat_w, orientation), 0.0, atol=1e-7)
    np.testing.assert_allclose(state.keypoint_lin_vel_w, lin_vel, atol=1e-12)
    np.testing.assert_allclose(state.keypoint_ang_vel_w, ang_vel, atol=1e-12)
    np.testing.assert_allclose(state.root_ang_vel_w, ang_vel_w, atol=1e-12)
    np.testing.assert_array_equal(state.last_action, action)
    assert not state.foot_force_w.any()


def test_students_observe_nothing_that_no_sensor_tells():
    assert hidden_terms(STUDENT, estimated=False) == ()
    assert hidden_terms(OUR_STUDENT, estimated=True) == ()
    hidden = hidden_terms(TEACHER, estimated=True)
    assert "foot_force" in hidden and "foot_friction" in hidden and "goal_keypoint_diff" not in hidden
    assert "goal_keypoint_diff" in hidden_terms(TEACHER, estimated=False)


def test_the_lists_are_right_about_what_terms_read():
    rng = np.random.default_rng(1)
    state, goal, parameters = random_scene(1)
    elsewhere = rng.standard_normal(3)
    # what no sensor tells: where the robot is, how it moves, what its feet feel, what it is made of
    moved = replace(
        state,
        root_pos_w=state.root_pos_w + elsewhere,
        keypoint_pos_w=state.keypoint_pos_w + elsewhere,
        root_lin_vel_w=state.root_lin_vel_w + elsewhere,
        keypoint_lin_vel_w=state.keypoint_lin_vel_w + elsewhere,
    )
    heavier = replace(parameters, **{name: value + 0.1 for name, value in vars(parameters).items()})
    kicked = replace(state, foot_force_w=state.foot_force_w + 1.0)
    for name in (*MEASURABLE_TERMS, *ESTIMABLE_TERMS):
        assert name in TERM_BY_NAME
        (before,) = term_values(((name, 1),), state, goal, parameters)
        (other,) = term_values(((name, 1),), kicked, goal, heavier)
        np.testing.assert_array_equal(other, before, err_msg=name)
        if name in MEASURABLE_TERMS:
            (other,) = term_values(((name, 1),), moved, goal, parameters)
            np.testing.assert_allclose(other, before, atol=1e-9, err_msg=name)
