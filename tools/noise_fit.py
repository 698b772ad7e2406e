"""Fit the noise model to measured pairs of references."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from noise_errors import Pair, keypoint_errors_h, path_error, residual
from scipy.optimize import nnls

from genmimic.motion.noise import activity_at, body_speed, corrupt
from genmimic.motion.noise_model import CHANNELS, VERSION, NoiseModel
from genmimic.motion.noise_processes import correlation
from genmimic.motion.robot_motion import RobotMotion
from genmimic.motion.velocities import differentiate
from genmimic.robot.mirror import AXIAL_SIGNS, POLAR_SIGNS, mirror_joint_pos

FPS = 50.0
LAGS = np.unique(np.round(np.geomspace(1, 125, 24)).astype(int))
"""Differences in time at which errors are compared, frames."""
FAST_TIMES = np.array([0.05, 0.06, 0.07, 0.08, 0.09, 0.10, 0.11, 0.12, 0.14, 0.16])
SLOW_TIMES = np.array([0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 1.0, 1.3])
RANK_SHARE = 0.97
"""Share of the variance, each channel in its own standard deviations, that the factors of a covariance keep."""
SMALLEST = 1e-6
"""Standard deviations below this are rounding."""
UNSEEN = np.array([0, 1, 5])
"""x, y and yaw: their constant part is lost in the alignment of a clip's start."""


FLOORS = np.array([0.02, 0.05, 0.1, 0.15, 0.2, 0.3])
SPEEDS = np.array([0.3, 0.5, 0.7, 1.0, 1.5, 2.0])
SEEDS = 3
"""Draws of noise per clip where generated noise is compared with the measured."""
BINS = 6
"""Equally filled classes of speed by which the activity is fitted."""
FAILED = 0.10
"""A clip whose keypoints are further off than this on average is a failure of stage 1, not noise, metres."""
REAL_MINUTES = 855 / 16 / 60
"""Length of the ten real clips on which events were counted by eye, frame by frame (docs/noise.md)."""
EVENTS = {
    "swap_rate": 2 / REAL_MINUTES,
    "swap_time": np.array([0.08, 0.4]),
    "freeze_rate": 1 / REAL_MINUTES,
    "freeze_time": np.array([0.1, 0.6]),
    "jump_rate": 4 / REAL_MINUTES,
    "jump_time": np.array([0.1, 0.5]),
    "morph_rate": 4 / REAL_MINUTES,
    "morph_time": np.array([0.15, 1.0]),
    "morph_angle": np.array([0.3, 0.8]),
}
"""Counts over minutes, durations in seconds; the sizes are estimates."""


@dataclass(frozen=True)
class Clip:
    """What the fit needs of one clip.

    Attributes:
        error: Residuals (T, 29).
        speed: Root mean square joint speed of the legs and of all joints, (T, 2), rad/s, of the true reference.
    """

    error: np.ndarray
    speed: np.ndarray


@dataclass(frozen=True)
class Continuous:
    """The fitted parts, as in `NoiseModel`, and what they were fitted to.

    Attributes:
        lag: Seconds, (L,).
        measured: Half the mean square change of each channel after each lag over that of the activity, (L, 29).
    """

    mean: np.ndarray
    constant: np.ndarray
    slow: np.ndarray
    fast: np.ndarray
    slow_time: float
    fast_time: float
    activity_floor: float
    activity_speed: float
    lag: np.ndarray
    measured: np.ndarray


def usable(pairs: Sequence[Pair]) -> list[Pair]:
    """The pairs without those in which stage 1 failed."""
    return [p for p in pairs if mean_error(p) < FAILED]


def fit_model(pairs: Sequence[Pair]) -> NoiseModel:
    """The noise model of many clips."""
    pairs = usable(pairs)
    clips = [Clip(residual(p), body_speed(differentiate(p.clean[2], FPS))) for p in pairs]
    parts = fit_continuous(clips)
    bent = np.array([path for path in map(path_error, pairs) if path is not None])
    model = NoiseModel(
        version=VERSION,
        mean=parts.mean,
        constant=parts.constant,
        slow=parts.slow,
        fast=parts.fast,
        slow_time=parts.slow_time,
        fast_time=parts.fast_time,
        gain_spread=0.0,
        activity_floor=parts.activity_floor,
        activity_speed=parts.activity_speed,
        path_scale_spread=float(np.sqrt((np.log(bent[:, 0]) ** 2).mean())),
        path_turn_spread=float(np.sqrt((bent[:, 1] ** 2).mean())),
        **EVENTS,
    )
    return replace(model, gain_spread=_gain_spread(pairs, model))


def without_events(model: NoiseModel) -> NoiseModel:
    """The continuous part alone."""
    return replace(model, swap_rate=0.0, freeze_rate=0.0, jump_rate=0.0, morph_rate=0.0)


def generated(pair: Pair, model: NoiseModel, seed: int) -> Pair:
    """The pair with the model's noise in place of the measured."""
    ones = np.ones(len(pair.stance))
    motion = RobotMotion(pair.name, FPS, *pair.clean, foot_contact=pair.stance.astype(float), confidence=ones)
    noisy = corrupt(motion, model, 1.0, seed)
    return replace(pair, noisy=(noisy.root_pos_w, noisy.root_quat_w, noisy.joint_pos))


def draw(pairs: Sequence[Pair], model: NoiseModel) -> list[Pair]:
    """`SEEDS` draws of noise on each clip, one after another, all different."""
    return [generated(p, model, SEEDS * k + seed) for k, p in enumerate(pairs) for seed in range(SEEDS)]


def mean_error(pair: Pair) -> float:
    """Mean error of the keypoints in the heading frame, metres."""
    return float(np.linalg.norm(keypoint_errors_h(pair), axis=-1).mean())


def _gain_spread(pairs: Sequence[Pair], model: NoiseModel) -> float:
    """Spread of the clips' gains that makes up for how much more measured clips differ than generated ones."""
    calm = without_events(model)
    found = np.std([np.log(mean_error(p)) for p in pairs])
    drawn = np.std([np.log(mean_error(p)) for p in draw(pairs, calm)])
    return float(np.sqrt(max(found**2 - drawn**2, 0.0)))


def mirrored(errors: np.ndarray) -> np.ndarray:
    """Errors (T, 29) of the mirrored motion."""
    return np.concatenate(
        [errors[:, :3] * POLAR_SIGNS, errors[:, 3:6] * AXIAL_SIGNS, mirror_joint_pos(errors[:, 6:])], axis=1
    )


def fit_continuous(clips: Sequence[Clip]) -> Continuous:
    """Split the errors of many clips into a constant, a slow and a fast part, left and right pooled."""
    floor, speed = fit_activity(clips)
    pooled = [e for clip in clips for e in (clip.error, mirrored(clip.error))]
    gains = [g for clip in clips for g in [per_channel(clip.speed, floor, speed)] * 2]
    mean = np.mean([e.mean(0) for e in pooled], axis=0)
    mean[UNSEEN] = 0.0
    change = np.stack([variogram(pooled, gains, lag) for lag in LAGS])
    lag = LAGS / FPS
    fast_time, slow_time = _times(lag, np.einsum("lcc->lc", change))
    basis = np.stack([1.0 - correlation(lag, slow_time), 1.0 - correlation(lag, fast_time)], axis=1)
    # each entry of the two covariances by least squares, later lags (fewer, rarer independent pairs) counting less
    weight = 1.0 / np.sqrt(0.2 + lag)
    solution, *_ = np.linalg.lstsq(basis * weight[:, None], (change * weight[:, None, None]).reshape(len(lag), -1))
    slow, fast = (_nearest(part.reshape(CHANNELS, CHANNELS)) for part in solution)
    total = np.mean([(e - mean).T @ (e - mean) / len(e) for e in pooled], axis=0)
    active = np.mean([g.T @ g / len(g) for g in gains], axis=0)
    constant = total - active * (slow + fast)
    constant[UNSEEN] = constant[:, UNSEEN] = 0.0
    return Continuous(
        mean=mean,
        constant=factor(_nearest(constant)),
        slow=factor(slow),
        fast=factor(fast),
        slow_time=slow_time,
        fast_time=fast_time,
        activity_floor=floor,
        activity_speed=speed,
        lag=lag,
        measured=np.einsum("lcc->lc", change),
    )


def fit_activity(clips: Sequence[Clip]) -> tuple[float, float]:
    """Floor and speed of the activity: how the errors' spread and rate of change grow with the speed of the motion."""
    curves = [
        _by_speed(np.concatenate([clip.speed[:, column] for clip in clips]), np.concatenate(square))
        for column, channels in ((0, slice(6, 18)), (1, slice(19, 29)))
        for square in (
            [(np.gradient(clip.error[:, channels], axis=0) ** 2).mean(1) for clip in clips],
            [((clip.error - clip.error.mean(0))[:, channels] ** 2).mean(1) for clip in clips],
        )
    ]
    best, chosen = np.inf, (0.0, 1.0)
    for floor in FLOORS:
        for half in SPEEDS:
            cost = 0.0
            for speed, size in curves:
                # in logarithms: that someone at rest is seen ten times better counts as much as the rest
                cost += np.log(size / activity_at(speed, float(floor), float(half))).var()
            if cost < best:
                best, chosen = cost, (float(floor), float(half))
    return chosen


def _by_speed(speed: np.ndarray, square: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Median speed and size (BINS,) of equally filled classes of speed; single leaps of a joint do not count."""
    classes = np.array_split(np.argsort(speed), BINS)
    return np.array([np.median(speed[c]) for c in classes]), np.sqrt([np.median(square[c]) for c in classes])


def per_channel(speed: np.ndarray, floor: float, half: float) -> np.ndarray:
    """Activity (T, 29) of each channel at speeds (T, 2)."""
    return np.repeat(activity_at(speed, floor, half), (CHANNELS - 10, 10), axis=1)


def variogram(errors: Sequence[np.ndarray], gains: Sequence[np.ndarray], lag: int) -> np.ndarray:
    """Half the mean product (29, 29) of the channels' changes after `lag` frames, over that of their gains."""
    total, gained = np.zeros((CHANNELS, CHANNELS)), np.full((CHANNELS, CHANNELS), 1e-12)
    for error, gain in zip(errors, gains, strict=True):
        if len(error) > lag:
            change = error[lag:] - error[:-lag]
            total += 0.5 * change.T @ change
            gained += 0.5 * (gain[lag:].T @ gain[lag:] + gain[:-lag].T @ gain[:-lag])
    return total / gained


def factor(covariance: np.ndarray) -> np.ndarray:
    """F (29, R) with F F' close to a covariance, its diagonal exact and R as small as `RANK_SHARE` allows."""
    scale = np.sqrt(np.clip(np.diag(covariance), 0.0, None))
    scale[scale < SMALLEST] = 0.0
    inverse = np.divide(1.0, scale, out=np.zeros_like(scale), where=scale > 0.0)
    value, vector = np.linalg.eigh(covariance * inverse[:, None] * inverse)
    order = np.argsort(value)[::-1]
    value, vector = np.clip(value[order], 0.0, None), vector[:, order]
    rank = int(np.searchsorted(np.cumsum(value) / value.sum(), RANK_SHARE)) + 1
    out = vector[:, :rank] * np.sqrt(value[:rank])
    norm = np.linalg.norm(out, axis=1)
    return scale[:, None] * out * np.divide(1.0, norm, out=np.zeros_like(norm), where=norm > 0.0)[:, None]


def _times(lag: np.ndarray, measured: np.ndarray) -> tuple[float, float]:
    """Time constants of the fast and the slow part that explain all channels best together."""
    best, chosen = np.inf, (float(FAST_TIMES[0]), float(SLOW_TIMES[0]))
    relative = measured / measured.max(0)
    weight = 1.0 / np.sqrt(0.2 + lag)
    for fast in FAST_TIMES:
        for slow in SLOW_TIMES:
            basis = np.stack([1.0 - correlation(lag, slow), 1.0 - correlation(lag, fast)], axis=1) * weight[:, None]
            cost = sum(nnls(basis, relative[:, c] * weight)[1] ** 2 for c in range(measured.shape[1]))
            if cost < best:
                best, chosen = cost, (float(fast), float(slow))
    return chosen


def _nearest(matrix: np.ndarray) -> np.ndarray:
    """The closest symmetric matrix without negative eigenvalues, channels in their own units."""
    scale = np.sqrt(np.maximum(np.abs(np.diag(matrix)), 1e-12))
    value, vector = np.linalg.eigh(0.5 * (matrix + matrix.T) / scale[:, None] / scale)
    return (vector * np.clip(value, 0.0, None)) @ vector.T * scale[:, None] * scale
