"""The fit of one clip: observations in, skeleton with contacts out; long clips in overlapping windows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from threadpoolctl import threadpool_limits

from genmimic import rotation
from genmimic.human import body_model
from genmimic.human.articulation import Pose
from genmimic.human.contact import FootCues, contact_probability
from genmimic.human.fit_camera import camera_rot
from genmimic.human.fit_initial import initial_pose, place_root
from genmimic.human.fit_observations import BIAS_MEAN, Observations
from genmimic.human.fit_problem import FitProblem, FitSettings, FitState, body_scale, camera_rot_of, offsets_of
from genmimic.human.fit_solver import optimise
from genmimic.human.fit_terms import attached, sole_local
from genmimic.human.kinematics import forward
from genmimic.human.landmark_points import FOOT_POINT_JOINT, FOOT_ROWS

WINDOW, OVERLAP = 400, 40
"""Frames fitted together, and how many of them two neighbouring windows share."""

# iterations before any contact, and with contacts that are found anew as the fit gets better
_FREE_ITERATIONS = 6
_ROUNDS = (5, 5, 6)
ITERATIONS = _FREE_ITERATIONS + sum(_ROUNDS)


@dataclass(frozen=True)
class Fit:
    """A fitted clip.

    Attributes:
        state: Pose and clip-wide variables in the camera-levelled world.
        contact: Probability that heel and toe of the left and the right foot are planted, (T, 4).
    """

    state: FitState
    contact: np.ndarray


# many small products: on a busy machine BLAS threads wait for one another ten times longer than they compute
@threadpool_limits.wrap(limits=1, user_api="blas")
def fit_clip(
    observed: Observations,
    world: np.ndarray,
    settings: FitSettings,
    progress: Callable[[int, int], None] | None = None,
) -> Fit:
    """Fit the skeleton to a clip.

    Args:
        observed: Rays, bone directions and weights of T frames.
        world: (T, 33, 3) BlazePose's world landmarks, metres, for the first guess.
        settings: Weights, height and camera.
        progress: Called with iterations done and in all.
    """
    starts = window_starts(len(observed))
    count, total = 0, ITERATIONS * len(starts)

    def tick() -> None:
        nonlocal count
        count += 1
        if progress is not None:
            progress(min(count, total), total)

    fit: Fit | None = None
    for start in starts:
        window = slice(start, min(start + WINDOW, len(observed)))
        part = _fit_window(cut(observed, window), world[window], settings, fit, tick)
        fit = part if fit is None else _join(fit, part, start)
    assert fit is not None
    if progress is not None:
        progress(total, total)
    return fit


def window_starts(frames: int) -> list[int]:
    """First frames of the windows that cover a clip."""
    starts = [0]
    while starts[-1] + WINDOW < frames:
        starts.append(starts[-1] + WINDOW - OVERLAP)
    return starts


def cut(observed: Observations, window: slice) -> Observations:
    """The observations of some consecutive frames."""
    return replace(
        observed,
        ray=observed.ray[window],
        weight=observed.weight[window],
        bone_c=observed.bone_c[window],
        bone_weight=observed.bone_weight[window],
        frontal=observed.frontal[window],
        view=observed.view[window],
    )


def sole_positions(state: FitState) -> np.ndarray:
    """Sole points (T, 4, 3), metres: left heel and toe, right heel and toe."""
    return attached(forward(state.pose, offsets_of(state)), FOOT_POINT_JOINT, sole_local(state.betas))


def _fit_window(
    observed: Observations, world: np.ndarray, settings: FitSettings, before: Fit | None, tick: Callable[[], None]
) -> Fit:
    known = None if before is None else before.state
    betas = body_model.betas_of_height(settings.height) if known is None else known.betas
    pitch = settings.pitch_mean if known is None else known.pitch
    roll = 0.0 if known is None else known.roll
    rot = camera_rot(pitch, roll)
    offsets = body_model.bone_offsets(betas)
    to_world = rot.T @ observed.view
    pose = initial_pose(world @ np.swapaxes(to_world, -1, -2), offsets)
    pose = place_root(pose, offsets, body_scale(settings.height), observed, rot)
    floor = 0.0 if known is None else known.floor
    problem = FitProblem(observed, np.zeros((len(observed), 4)), settings, fixed=known is not None)
    bias = BIAS_MEAN.copy() if known is None else known.bias
    state = optimise(FitState(pose, betas, pitch, roll, floor, bias), problem, _FREE_ITERATIONS, tick)
    if known is None:
        state = replace(state, floor=_first_floor(state, observed))
    free = state
    for iterations in _ROUNDS:
        problem = replace(problem, contact=_contacts(free, state, observed))
        state = optimise(state, problem, iterations, tick)
    return Fit(state, problem.contact)


def _contacts(free: FitState, state: FitState, observed: Observations) -> np.ndarray:
    """Contact probabilities (T, 4) of the sole points.

    Args:
        free: The fit before any contact: its feet and pelvis were never held where they should have moved.
        state: The fit so far, which knows heights better.
        observed: The landmarks.
    """
    rot, sole = camera_rot_of(free), sole_positions(free)
    cues = FootCues(
        ray=observed.ray[:, FOOT_ROWS],
        visible=observed.weight[:, FOOT_ROWS],
        depth=np.maximum(free.pose.values[:, :3] @ rot[2], 0.3),
        along=sole @ rot[2],
        height=sole_positions(state)[..., 2] - state.floor,
        sole_w=sole,
        pelvis_w=free.pose.values[:, :3],
    )
    return contact_probability(cues, observed.fps)


def _first_floor(state: FitState, observed: Observations) -> float:
    """Height on which the lower sole rests most of the time."""
    lowest = sole_positions(state)[..., 2].min(1)
    seen = observed.weight[:, FOOT_ROWS].mean(1) > 0.3
    return float(np.percentile(lowest[seen] if seen.sum() > 5 else lowest, 30))


def _join(first: Fit, second: Fit, start: int) -> Fit:
    """Append a window that begins at frame `start` of the clip, fading over in the frames they share."""
    a, b = first.state.pose, second.state.pose
    shared = len(a) - start
    share = (np.arange(shared) + 1.0) / (shared + 1.0)
    values = (1.0 - share)[:, None] * a.values[start:] + share[:, None] * b.values[:shared]
    balls = rotation.slerp(
        a.balls[start:], b.balls[:shared], np.broadcast_to(share[:, None], (shared, a.balls.shape[1]))
    )
    contact = (1.0 - share)[:, None] * first.contact[start:] + share[:, None] * second.contact[:shared]
    pose = Pose(
        np.concatenate([a.values[:start], values, b.values[shared:]]),
        np.concatenate([a.balls[:start], rotation.normalize(balls), b.balls[shared:]]),
    )
    return Fit(
        replace(first.state, pose=pose), np.concatenate([first.contact[:start], contact, second.contact[shared:]])
    )
