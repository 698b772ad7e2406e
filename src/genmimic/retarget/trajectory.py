"""Gauss-Newton over whole trajectories: inverse kinematics of all frames together, coupled by smoothness.

The unknowns of neighbouring frames are coupled by their accelerations only, so the normal matrix is banded and is
factorised in time linear in the number of frames.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from scipy.linalg import get_lapack_funcs

from genmimic import rotation
from genmimic.retarget import tasks
from genmimic.retarget.arms import first_arm_guess
from genmimic.retarget.config import RetargetConfig, TaskScales
from genmimic.retarget.jacobian import DOFS, Configuration
from genmimic.retarget.targets import Targets, settle_feet
from genmimic.retarget.tasks import HIPS_OFFSET, normal_equations
from genmimic.robot.constants import DEFAULT_JOINT_POS, JOINT_LOWER, JOINT_UPPER, VELOCITY_LIMIT
from genmimic.robot.names import JOINT_NAMES

_BANDWIDTH = 2 * DOFS
_FLOOR_OF_DIAGONAL = 0.02
"""Added to each diagonal entry of the normal matrix, so that it is positive definite."""
_LEAST_DAMPING, _MOST_DAMPING = 1e-3, 3.0
"""Marquardt damping: share of the diagonal that is added to it."""
_LOOSE_SLIDE, _LOOSE_YAW = 0.03, 0.2
"""Scales of the footholds' place (m) and heading (rad) in the coarse pass."""
_LONGEST_STEP = 0.6
"""Largest change of an entry of the tangent vector in one iteration, m or rad."""
_SPEED_MARGIN = 0.8
"""Share of the motors' top speed that a reference may ask for."""
_KNEES = [JOINT_NAMES.index("left_knee_joint"), JOINT_NAMES.index("right_knee_joint")]


def solve_trajectory(
    targets: Targets, config: RetargetConfig, progress: Callable[[int, int], None] | None = None
) -> tuple[Configuration, Targets]:
    """Find the robot's motion.

    A coarse pass at a fraction of the frame rate places the feet as near to their targets as the robot can stand;
    a second pass refines every frame with the feet fixed there.

    Args:
        targets: Targets at `config.fps`.
        config: Settings.
        progress: Called with frames done and frames in all, both passes counted.

    Returns:
        The configurations (T,) and the targets with the final footholds.
    """
    frames = len(targets)
    stride = min(config.coarse_stride, max(1, frames // 4))
    at = np.unique(np.append(np.arange(0, frames, stride), frames - 1))

    def report(done: int) -> None:
        if progress is not None:
            progress(min(done, 2 * frames), 2 * frames)

    coarse = _solve_pass(
        None,
        targets.at(at),
        config,
        config.fps / stride,
        _loose(config.scales),
        config.coarse_iterations,
        lambda done: report(done * frames // len(at)),
    )
    targets = settle_feet(targets, tasks.foot_poses(coarse), at)
    guess = _interpolate(coarse, at, frames)
    solution = _solve_pass(
        guess, targets, config, config.fps, config.scales, config.iterations, lambda done: report(frames + done)
    )
    return solution, targets


def _loose(scales: TaskScales) -> TaskScales:
    """Scales of the coarse pass: feet may leave their places, but not the floor."""
    return replace(scales, foot_slide_stance=_LOOSE_SLIDE, foot_yaw_stance=_LOOSE_YAW)


def _solve_pass(
    guess: Configuration | None,
    targets: Targets,
    config: RetargetConfig,
    fps: float,
    scales: TaskScales,
    iterations: int,
    report: Callable[[int], None],
) -> Configuration:
    """Solve in chunks of bounded size; each keeps the last frames of the one before it and so goes on smoothly."""
    frames, overlap = len(targets), config.overlap_frames
    start, done = 0, None
    while True:
        end = min(start + config.chunk_frames, frames)
        if frames - end < 2 * overlap:
            end = frames
        part = targets.at(slice(start, end))
        now = guess.at(slice(start, end)) if guess is not None else _first_guess(part)
        if done is not None:
            now = _join(done.at(slice(start, None)), now.at(slice(len(done) - start, None)))
        solved = _gauss_newton(now, part, config, fps, scales, iterations, fixed=0 if done is None else 2)
        done = solved if done is None else _join(done.at(slice(0, start)), solved)
        report(end)
        if end == frames:
            return done
        start = end - overlap


def _first_guess(targets: Targets) -> Configuration:
    """Legs as in the default pose, arms as the person's, placed where the person's hips and trunk are."""
    frames = len(targets)
    root_pos = targets.hips_pos_w - rotation.rotate(targets.pelvis_quat_w, np.tile(HIPS_OFFSET, (frames, 1)))
    joint_pos = first_arm_guess(targets, np.tile(DEFAULT_JOINT_POS, (frames, 1)))
    return Configuration(root_pos, targets.pelvis_quat_w, joint_pos)


def _interpolate(coarse: Configuration, at: np.ndarray, frames: int) -> Configuration:
    """Spread coarse frames, which stand at the indices `at`, over all frames."""
    wanted = np.arange(frames)
    before = np.clip(np.searchsorted(at, wanted, side="right") - 1, 0, max(len(at) - 2, 0))
    after = np.minimum(before + 1, len(at) - 1)
    share = (wanted - at[before]) / np.maximum(at[after] - at[before], 1)
    a, b = coarse.at(before), coarse.at(after)
    mix = share[:, None]
    return Configuration(
        (1 - mix) * a.root_pos_w + mix * b.root_pos_w,
        rotation.slerp(a.root_quat_w, b.root_quat_w, share),
        (1 - mix) * a.joint_pos + mix * b.joint_pos,
    )


def _join(a: Configuration, b: Configuration) -> Configuration:
    return Configuration(*(np.concatenate([getattr(a, name), getattr(b, name)]) for name in vars(a)))


def joint_bounds(config: RetargetConfig) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper joint limits (23,) of the solution, radians."""
    lower, upper = JOINT_LOWER + config.limit_margin, JOINT_UPPER - config.limit_margin
    lower[_KNEES] = np.maximum(lower[_KNEES], config.smallest_knee)
    return lower, upper


def _gauss_newton(
    now: Configuration,
    targets: Targets,
    config: RetargetConfig,
    fps: float,
    scales: TaskScales,
    iterations: int,
    fixed: int,
) -> Configuration:
    """Damped, projected Gauss-Newton steps of all frames but the first `fixed`.

    Each frame has its own Marquardt damping: raised where the last step made the frame worse, lowered elsewhere.
    """
    lower, upper = joint_bounds(config)
    frames = len(now)
    diagonal = np.arange(DOFS)
    row, column = np.tril_indices(DOFS)
    damping, last_cost = np.full(frames, _LEAST_DAMPING), np.full(frames, np.inf)
    for _ in range(iterations):
        hessian, gradient, cost = normal_equations(now, targets, config, scales, fps)
        damping = np.where(cost > 1.05 * last_cost, 10.0 * damping, 0.3 * damping)
        damping = np.clip(damping, _LEAST_DAMPING, _MOST_DAMPING)
        last_cost = cost
        hessian[:, diagonal, diagonal] *= 1.0 + damping[:, None]
        hessian[:, diagonal, diagonal] += _FLOOR_OF_DIAGONAL
        band = np.zeros((frames, DOFS, _BANDWIDTH + 1))
        band[:, column, row - column] = hessian[:, row, column]
        _add_acceleration_cost(band, gradient, now, scales, fps)
        _add_speed_limit(band, gradient, now, fps)
        free = np.ones((frames, DOFS))
        free[:, 6:] -= (now.joint_pos <= lower + 1e-9) & (gradient[:, 6:] < 0)
        free[:, 6:] -= (now.joint_pos >= upper - 1e-9) & (gradient[:, 6:] > 0)
        free[:fixed] = 0.0
        step = _solve_banded(band.reshape(-1, _BANDWIDTH + 1), gradient.ravel(), free.ravel())
        now = now.moved(np.clip(step.reshape(frames, DOFS), -_LONGEST_STEP, _LONGEST_STEP), lower, upper)
    return now


def _solve_banded(band: np.ndarray, gradient: np.ndarray, free: np.ndarray) -> np.ndarray:
    """Solve for the free unknowns; `band` (N, bandwidth + 1) holds column j's entries from the diagonal down."""
    padded = np.concatenate([free, np.zeros(band.shape[1] - 1)])
    band *= np.lib.stride_tricks.sliding_window_view(padded, band.shape[1])
    band *= free[:, None]
    band[:, 0] += 1.0 - free
    (pbsv,) = get_lapack_funcs(("pbsv",), (band, gradient))
    _, step, info = pbsv(band.T, gradient * free, lower=1, overwrite_ab=1)
    if info != 0:
        raise np.linalg.LinAlgError(f"the normal matrix of the inverse kinematics is not positive definite ({info})")
    return step


def _weights(scales: TaskScales, fps: float) -> np.ndarray:
    """Weights (29,) of squared second differences per frame squared."""
    scale = np.concatenate(
        [np.full(3, scales.root_acc), np.full(3, scales.root_ang_acc), np.full(DOFS - 6, scales.joint_acc)]
    )
    return (fps**2 / scale) ** 2


def _add_acceleration_cost(
    band: np.ndarray, gradient: np.ndarray, now: Configuration, scales: TaskScales, fps: float
) -> None:
    """Add the cost of accelerations, by second differences over three frames, to the banded normal equations."""
    if len(now) < 3:
        return
    weight = _weights(scales, fps)
    velocity = now.differences()
    error = -weight * (velocity[1:] - velocity[:-1])
    for offset, factor in ((0, 1.0), (1, -2.0), (2, 1.0)):
        rows = slice(offset, len(now) - 2 + offset)
        band[rows, :, 0] += weight * factor**2
        gradient[rows] += factor * error
    band[1:-1, :, DOFS] += -2.0 * weight  # frames (t, t + 1) as the middle and last of a triple
    band[:-2, :, DOFS] += -2.0 * weight  # and as its first and middle
    band[:-2, :, 2 * DOFS] += weight


def _add_speed_limit(band: np.ndarray, gradient: np.ndarray, now: Configuration, fps: float) -> None:
    """Pull joint speeds beyond the motors' limits back to them."""
    change = now.differences()[:, 6:]
    most = _SPEED_MARGIN * VELOCITY_LIMIT / fps
    excess = np.clip(change, -most, most) - change
    if not excess.any():
        return
    weight = 1e4 * (excess != 0.0)
    band[:-1, 6:, 0] += weight
    band[1:, 6:, 0] += weight
    band[:-1, 6:, DOFS] -= weight
    gradient[:-1, 6:] -= weight * excess
    gradient[1:, 6:] += weight * excess
