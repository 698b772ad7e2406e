import numpy as np
from scipy.spatial import ConvexHull

from genmimic.retarget.balance import support_excess
from genmimic.retarget.tasks import bearing

SOLES = np.array([[[-0.05, 0.1], [0.1, 0.12]], [[-0.02, -0.1], [0.12, -0.15]]])
BOTH = np.array([[True, True]])


def test_agrees_with_the_convex_hull():
    rng = np.random.default_rng(0)
    points = rng.uniform(-0.3, 0.3, size=(200, 2))
    soles = np.tile(SOLES, (200, 1, 1, 1))
    excess, inwards = support_excess(points, soles, np.tile(BOTH, (200, 1)), 0.0)
    hull = ConvexHull(SOLES.reshape(-1, 2))
    inside = (points @ hull.equations[:, :2].T + hull.equations[:, 2] <= 0).all(axis=1)
    assert inside.any()
    np.testing.assert_array_equal(excess < 0, inside)
    np.testing.assert_allclose(
        excess[inside], (points @ hull.equations[:, :2].T + hull.equations[:, 2]).max(axis=1)[inside], atol=1e-9
    )
    shifted, _ = support_excess(points + 1e-4 * inwards, soles, np.tile(BOTH, (200, 1)), 0.0)
    assert (shifted < excess).all()


def test_one_foot_supports_along_its_own_line_only():
    point = np.array([[0.05, 0.0], [0.025, 0.11]])
    excess, _ = support_excess(point, np.tile(SOLES, (2, 1, 1, 1)), np.array([[True, False]] * 2), 0.02)
    assert excess[0] > 0.08
    assert excess[1] < 0.0


def test_nothing_supports_in_flight():
    excess, _ = support_excess(np.zeros((1, 2)), SOLES[None], np.array([[False, False]]), 0.02)
    assert excess[0] == -np.inf


def test_a_quick_step_does_not_take_the_balance_to_one_foot():
    stance = np.ones((120, 2), dtype=bool)
    stance[20:35, 0] = False  # half a second
    stance[60:100, 1] = False
    bears = bearing(stance, 30.0)
    assert bears[:, 0].all()
    np.testing.assert_array_equal(bears[:, 1], stance[:, 1])


def test_nothing_bears_a_robot_in_the_air():
    stance = np.ones((60, 2), dtype=bool)
    stance[20:30] = False
    np.testing.assert_array_equal(bearing(stance, 30.0), stance)
