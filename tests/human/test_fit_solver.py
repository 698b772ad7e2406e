"""The banded solver and the terms' gradients."""

import numpy as np

from genmimic.human.articulation import DOF_COUNT
from genmimic.human.fit_problem import GLOBAL_COUNT, NormalEquations
from genmimic.human.fit_solver import solve


def random_system(frames: int) -> tuple[NormalEquations, np.ndarray, np.ndarray]:
    """A positive definite system in blocks, and the same as one dense matrix and gradient."""
    rng = np.random.default_rng(0)
    d, g = DOF_COUNT, GLOBAL_COUNT
    size = frames * d + g
    dense = np.zeros((size, size))
    system = NormalEquations.zeros(frames)
    for t in range(frames):
        a = rng.normal(size=(d, d))
        system.diagonal[t] = a @ a.T / d + 20.0 * np.eye(d)
    system.lower[:] = 0.2 * rng.normal(size=system.lower.shape)
    system.second_lower[:] = rng.normal(size=system.second_lower.shape)
    system.border[:] = 0.2 * rng.normal(size=system.border.shape)
    system.corner[:] = 50.0 * np.eye(g)
    system.gradient[:] = rng.normal(size=system.gradient.shape)
    system.border_gradient[:] = rng.normal(size=g)
    for t in range(frames):
        rows = slice(t * d, t * d + d)
        dense[rows, rows] = system.diagonal[t]
        dense[rows, frames * d :] = system.border[t]
        dense[frames * d :, rows] = system.border[t].T
        if t + 1 < frames:
            dense[t * d + d : t * d + 2 * d, rows] = system.lower[t]
            dense[rows, t * d + d : t * d + 2 * d] = system.lower[t].T
        if t + 2 < frames:
            block = np.diag(system.second_lower[t])
            dense[t * d + 2 * d : t * d + 3 * d, rows] = block
            dense[rows, t * d + 2 * d : t * d + 3 * d] = block
    dense[frames * d :, frames * d :] = system.corner
    return system, dense, np.concatenate([system.gradient.ravel(), system.border_gradient])


def test_banded_solution_is_the_dense_one():
    system, dense, gradient = random_system(5)
    pose_step, border_step = solve(system, damping=0.0)
    expected = -np.linalg.solve(dense, gradient)
    np.testing.assert_allclose(np.concatenate([pose_step.ravel(), border_step]), expected, atol=1e-5)


def test_add_accumulates_weighted_squares():
    system = NormalEquations.zeros(2)
    rng = np.random.default_rng(1)
    residual, weight = rng.normal(size=(2, 3)), rng.uniform(0.1, 1.0, (2, 3))
    jacobian, border = rng.normal(size=(2, 3, DOF_COUNT)), rng.normal(size=(2, 3, GLOBAL_COUNT))
    system.add(residual, jacobian, border, weight)
    w = np.diag(weight[1])
    np.testing.assert_allclose(system.diagonal[1], jacobian[1].T @ w @ jacobian[1])
    np.testing.assert_allclose(system.gradient[1], jacobian[1].T @ w @ residual[1])
    np.testing.assert_allclose(system.border[1], jacobian[1].T @ w @ border[1])
    np.testing.assert_allclose(system.corner, sum(border[t].T @ np.diag(weight[t]) @ border[t] for t in range(2)))
