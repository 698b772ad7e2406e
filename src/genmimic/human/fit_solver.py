"""Gauss-Newton over a whole clip: a banded Cholesky factorisation and a Schur complement for the border."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.linalg import cho_solve_banded, cholesky_banded

from genmimic.human.articulation import DOF_COUNT
from genmimic.human.fit_priors import add_posture, add_smoothness
from genmimic.human.fit_problem import GLOBAL_COUNT, FitProblem, FitState, NormalEquations, moved
from genmimic.human.fit_terms import (
    add_balance,
    add_bones,
    add_clip_priors,
    add_contact,
    add_image,
    body_points,
    stillness,
)

_LARGEST_STEP = 0.4  # radians or metres per iteration and frame
_DAMPING = 1e-2


def linearise(state: FitState, problem: FitProblem) -> NormalEquations:
    """Gauss-Newton's system at `state`, with robust weights taken there."""
    system = NormalEquations.zeros(len(state.pose))
    points = body_points(state, problem.settings.height)
    add_image(system, state, points, problem)
    add_bones(system, state, points, problem)
    add_contact(system, state, points, problem)
    add_balance(system, state, points, problem)
    add_posture(system, state.pose, stillness(points, problem.observed.fps))
    add_smoothness(system, state.pose, problem.observed.fps, problem.settings.smooth_scale)
    add_clip_priors(system, state, problem)
    return system


def solve(system: NormalEquations, damping: float = _DAMPING) -> tuple[np.ndarray, np.ndarray]:
    """Solve for the step: (T, 44) of the pose and (G,) of the clip-wide variables."""
    frames, d = system.gradient.shape
    band = np.zeros((2 * d + 1, frames * d))
    columns = np.arange(d)
    row, column = np.tril_indices(d)
    start = np.arange(frames)[:, None] * d
    band[(row - column)[None], start + column] = system.diagonal[:, row, column]
    band[0] *= 1.0 + 1e-6
    band[0] += damping
    if frames > 1:
        row, column = np.indices((d, d)).reshape(2, -1)
        band[(d + row - column)[None], start[:-1] + column] = system.lower[:, row, column]
    if frames > 2:
        band[2 * d, (start[:-2] + columns).ravel()] = system.second_lower.ravel()
    right = np.concatenate([system.gradient.reshape(-1, 1), system.border.reshape(frames * d, -1)], 1)
    factor = cholesky_banded(band, overwrite_ab=True, lower=True, check_finite=False)
    solved = cho_solve_banded((factor, True), right, overwrite_b=False, check_finite=False)
    border = system.border.reshape(frames * d, GLOBAL_COUNT)
    schur = system.corner - border.T @ solved[:, 1:]
    border_step = -np.linalg.solve(schur, system.border_gradient - border.T @ solved[:, 0])
    pose_step = -(solved[:, 0] + solved[:, 1:] @ border_step)
    return pose_step.reshape(frames, DOF_COUNT), border_step


def optimise(
    state: FitState, problem: FitProblem, iterations: int, on_iteration: Callable[[], None] | None = None
) -> FitState:
    """Run Gauss-Newton iterations with reweighting; steps are clipped so that no frame leaps.

    Args:
        state: Where to start.
        problem: The clip.
        iterations: At most this many; fewer once the step is below a milliradian.
        on_iteration: Called after each.
    """
    for _ in range(iterations):
        delta, border_delta = solve(linearise(state, problem))
        size = np.abs(delta).max(axis=1, keepdims=True)
        delta *= np.minimum(1.0, _LARGEST_STEP / np.maximum(size, 1e-9))
        state = moved(state, delta, np.clip(border_delta, -1.0, 1.0))
        if on_iteration is not None:
            on_iteration()
        if size.max() < 1e-3:
            break
    return state
