import numpy as np
from retarget.people import squat

from genmimic.retarget import RetargetConfig
from genmimic.retarget.jacobian import DOFS, Configuration
from genmimic.retarget.targets import make_targets
from genmimic.retarget.tasks import normal_equations
from genmimic.retarget.trajectory import _add_acceleration_cost, _first_guess, _solve_banded, _weights, solve_trajectory


def test_the_banded_solver_agrees_with_a_dense_one():
    rng = np.random.default_rng(0)
    size, width = 40, 7
    dense = np.zeros((size, size))
    band = np.zeros((size, width + 1))
    for row in range(size):
        for column in range(max(0, row - width), row + 1):
            value = rng.normal() + (20.0 if row == column else 0.0)
            dense[row, column] = dense[column, row] = value
            band[column, row - column] = value
    right = rng.normal(size=size)
    free = (rng.random(size) > 0.2).astype(float)
    step = _solve_banded(band, right, free)
    kept = free > 0
    np.testing.assert_allclose(step[kept], np.linalg.solve(dense[np.ix_(kept, kept)], right[kept]), atol=1e-12)
    assert (step[~kept] == 0).all()


def test_the_acceleration_cost_is_its_second_difference():
    frames, scales = 6, RetargetConfig().scales
    rng = np.random.default_rng(1)
    turned = Configuration(
        rng.normal(size=(frames, 3)), np.tile([1.0, 0, 0, 0], (frames, 1)), rng.normal(size=(frames, 23))
    )
    band, gradient = np.zeros((frames, DOFS, 2 * DOFS + 1)), np.zeros((frames, DOFS))
    _add_acceleration_cost(band, gradient, turned, scales, 30.0)
    second = np.zeros((frames - 2, frames))
    for row in range(frames - 2):
        second[row, row : row + 3] = 1.0, -2.0, 1.0
    weight = _weights(scales, 30.0)[10]
    expected = weight * second.T @ second
    joint = turned.joint_pos[:, 4]
    np.testing.assert_allclose(gradient[:, 10], -expected @ joint, rtol=1e-9)
    for offset in range(3):
        diagonal = np.diagonal(expected, -offset)
        np.testing.assert_allclose(band[: frames - offset, 10, offset * DOFS], diagonal, rtol=1e-12)


def test_the_solution_costs_far_less_than_the_guess():
    config = RetargetConfig()
    targets, _ = make_targets(squat(60), config)
    solution, settled = solve_trajectory(targets, config)
    costs = [
        normal_equations(c, settled, config, config.scales, config.fps)[2].sum()
        for c in (_first_guess(targets), solution)
    ]
    assert costs[1] < 0.02 * costs[0]


def test_more_iterations_change_little():
    config = RetargetConfig()
    targets, _ = make_targets(squat(60), config)
    few, _ = solve_trajectory(targets, config)
    many, _ = solve_trajectory(targets, RetargetConfig(coarse_iterations=40, iterations=30))
    assert np.abs(few.joint_pos - many.joint_pos).max() < 0.05
