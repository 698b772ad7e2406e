from __future__ import annotations

import numpy as np

from genmimic import rotation
from genmimic.deploy.lead.courses import reach, turn

SECONDS, FPS = 0.8, 1000
SHARE = np.arange(round(SECONDS * FPS) + 1) / (SECONDS * FPS)


def test_a_course_begins_at_rest_and_arrives_with_its_velocity() -> None:
    start, end, vel = np.array([1.0, 0.0]), np.array([1.2, -0.3]), np.array([0.5, 0.0])
    course = reach(SHARE, SECONDS, start, end, vel)
    np.testing.assert_allclose(course[[0, -1]], [start, end], atol=1e-12)
    speed = np.gradient(course, 1.0 / FPS, axis=0, edge_order=2)
    np.testing.assert_allclose(speed[0], 0.0, atol=1e-4)
    np.testing.assert_allclose(speed[-1], vel, atol=1e-4)
    acceleration = np.gradient(speed, 1.0 / FPS, axis=0, edge_order=2)
    np.testing.assert_allclose(acceleration[[0, -1]], 0.0, atol=0.1)


def test_a_turn_arrives_with_its_angular_velocity_in_the_world() -> None:
    start = rotation.from_axis_angle(np.array([0.0, 0.0, 0.6]))
    end = rotation.from_axis_angle(np.array([0.1, -0.2, 0.0]))
    ang_vel = np.array([0.3, 0.0, -1.0])
    course = turn(SHARE, SECONDS, start, end, ang_vel)
    assert rotation.angle_between(course[0], start) < 1e-6
    assert rotation.angle_between(course[-1], end) < 1e-6
    last = FPS * rotation.to_axis_angle(rotation.multiply(course[-1], rotation.conjugate(course[-2])))
    np.testing.assert_allclose(last, ang_vel, atol=0.01)


def test_before_and_after_its_time_a_course_stands_still() -> None:
    course = reach(np.array([-1.0, 2.0]), SECONDS, np.zeros(1), np.ones(1), np.zeros(1))
    np.testing.assert_array_equal(course, [[0.0], [1.0]])
