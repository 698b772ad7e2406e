"""From a plan (footsteps, stoops, poses) to a `HumanMotion` that is known exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.ndimage import gaussian_filter1d

from genmimic import rotation
from genmimic.motion.human_motion import HumanMotion
from genmimic.motion.skeleton import INDEX, UPRIGHT_QUAT_W
from genmimic.synthetic.body import Body
from genmimic.synthetic.footsteps import Feet, Step, min_jerk, walk_feet
from genmimic.synthetic.legs import ankle_pos_w, leg_rotations, reachable_height
from genmimic.synthetic.upper_body import UpperBody, pose_track, to_local_quat

INNER_FPS = 120.0
"""Motions are built at this rate, whatever the clip's, so that filters mean the same for all."""


@dataclass(frozen=True)
class Stoop:
    """How the pelvis deviates from standing.

    Attributes:
        drop: Downwards, metres.
        back: Backwards, metres.
        lean: Forward tilt, radians.
    """

    drop: float = 0.0
    back: float = 0.0
    lean: float = 0.0


@dataclass(frozen=True)
class Plan:
    """What somebody does.

    Attributes:
        name: Clip name.
        duration: Seconds.
        start: Ankle x, y in metres and yaw in radians of the left and right foot at first.
        steps: Footsteps in order of time.
        poses: Time in seconds and pose of the upper body, in order of time.
        stoops: Time in seconds and stoop, in order of time; empty for none.
        curls: Time in seconds and closure (left, right) in [0, 1] of fingers, by name of `Body.curls`.
    """

    name: str
    duration: float
    start: Sequence[tuple[float, float, float]]
    steps: Sequence[Step] = ()
    poses: Sequence[tuple[float, UpperBody]] = ((0.0, UpperBody()),)
    stoops: Sequence[tuple[float, Stoop]] = ()
    curls: Mapping[str, Sequence[tuple[float, tuple[float, float]]]] = field(default_factory=dict)


def perform(body: Body, plan: Plan, fps: float, seed: int = 0) -> tuple[HumanMotion, dict[str, np.ndarray]]:
    """Let a person carry out a plan.

    Args:
        body: The person.
        plan: What to do.
        fps: Frames per second of the result.
        seed: Chooses the small involuntary sway.

    Returns:
        The motion and the closure (T, 2) of the left and right hand's fingers by name.
    """
    frames = round(plan.duration * fps) + 1
    out_time = np.arange(frames) / fps
    time = np.arange(round(out_time[-1] * INNER_FPS) + 2) / INNER_FPS
    foot = body.offsets[INDEX["left_foot"]]
    feet = walk_feet(time, plan.start, plan.steps, float(foot[2]), body.ankle_height + float(foot[1]))
    pelvis_pos, pelvis_quat = _pelvis(body, plan, time, feet, seed)
    upper = pose_track(time, plan.poses)
    _swing_arms(upper, feet, pelvis_quat)
    _sway(upper, time, seed)
    quat = to_local_quat(len(time), upper, leg_rotations(pelvis_pos, pelvis_quat, feet, body.offsets))
    quat[:, 0] = pelvis_quat
    human = HumanMotion(
        name=plan.name,
        fps=fps,
        root_pos_w=_at(time, pelvis_pos, out_time),
        local_quat=_at(time, rotation.make_continuous(quat), out_time),
        offsets=body.offsets,
        confidence=np.ones((frames, 22)),
        foot_contact=_at(time, feet.planted.astype(float), out_time) > 0.999,
        source=f"genmimic.synthetic, body '{body.name}'",
        licence="CC0-1.0",
    )
    return human, {name: _interpolate(out_time, keys) for name, keys in plan.curls.items()}


def _pelvis(body: Body, plan: Plan, time: np.ndarray, feet: Feet, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Pelvis position (T, 3) and orientation (T, 4): over the feet, towards the standing one, as high as legs allow."""
    stoop = _interpolate(time, [(t, (s.drop, s.back, s.lean)) for t, s in plan.stoops or [(0.0, Stoop())]])
    ankle = ankle_pos_w(feet, body.offsets)
    yaw = gaussian_filter1d(feet.yaw.mean(1), 0.14 * INNER_FPS, mode="nearest")
    forward = np.stack([np.cos(yaw), np.sin(yaw)], -1)
    left = np.stack([-np.sin(yaw), np.cos(yaw)], -1)
    middle = gaussian_filter1d(ankle[..., :2].mean(1), 0.16 * INNER_FPS, axis=0, mode="nearest")
    lean_to = gaussian_filter1d(feet.planted[:, 0] * 1.0 - feet.planted[:, 1], 0.12 * INNER_FPS, mode="nearest")
    wander = _drift(time, seed, 2, 0.004)
    pos = np.zeros((len(time), 3))
    pos[:, :2] = middle + (0.03 - stoop[:, 1:2]) * forward + 0.035 * lean_to[:, None] * left + wander
    pos[:, 2] = body.standing_pelvis_height - 0.0012 - stoop[:, 0]
    ahead = _left_ahead(feet, yaw)
    zero = np.zeros_like(yaw)
    turn = rotation.from_axis_angle(np.stack([zero, zero, yaw - 0.22 * ahead], -1))
    lean = rotation.from_axis_angle(np.stack([stoop[:, 2], zero, 0.05 * lean_to], -1))
    upright = np.broadcast_to(UPRIGHT_QUAT_W, turn.shape)
    quat = rotation.multiply(rotation.multiply(turn, upright), lean)
    pos[:, 2] = reachable_height(pos, quat, ankle, body.offsets, window=round(0.08 * INNER_FPS))
    return pos, quat


def _left_ahead(feet: Feet, yaw: np.ndarray) -> np.ndarray:
    """How far the left foot is before the right one, (T,), metres, smooth."""
    gap = feet.ball_pos_w[:, 0, :2] - feet.ball_pos_w[:, 1, :2]
    ahead = gap[:, 0] * np.cos(yaw) + gap[:, 1] * np.sin(yaw)
    return gaussian_filter1d(ahead, 0.06 * INNER_FPS, mode="nearest")


def _swing_arms(upper: dict[str, np.ndarray], feet: Feet, pelvis_quat_w: np.ndarray) -> None:
    """Swing the arms against the legs and turn the chest against the pelvis, in place."""
    facing = rotation.rotate(pelvis_quat_w, np.broadcast_to(np.array([0.0, 0.0, 1.0]), (len(pelvis_quat_w), 3)))
    ahead = np.clip(_left_ahead(feet, np.arctan2(facing[:, 1], facing[:, 0])), -0.5, 0.5)
    zero = np.zeros_like(ahead)
    for sign, side in ((1.0, "left"), (-1.0, "right")):
        shoulder = rotation.from_axis_angle(np.stack([0.75 * sign * ahead, zero, zero], -1))
        elbow = rotation.from_axis_angle(np.stack([zero, -sign * np.maximum(-0.6 * sign * ahead, 0.0), zero], -1))
        upper[f"{side}_shoulder"] = rotation.multiply(shoulder, upper[f"{side}_shoulder"])
        upper[f"{side}_elbow"] = rotation.multiply(elbow, upper[f"{side}_elbow"])
    twist = rotation.from_axis_angle(np.stack([zero, 0.18 * ahead, zero], -1))
    for name in ("spine2", "spine3"):
        upper[name] = rotation.multiply(twist, upper[name])


def _sway(upper: dict[str, np.ndarray], time: np.ndarray, seed: int) -> None:
    """Add the small movements of somebody who stands still, in place."""
    for k, (name, size) in enumerate(
        (("spine2", 0.008), ("head", 0.02), ("left_shoulder", 0.012), ("right_shoulder", 0.012))
    ):
        small = rotation.from_axis_angle(_drift(time, seed + 11 * (k + 1), 3, size))
        upper[name] = rotation.multiply(small, upper[name])


def _drift(time: np.ndarray, seed: int, channels: int, size: float) -> np.ndarray:
    """Slow smooth wandering (T, channels) of about the given amplitude: a few incommensurate waves under 0.6 Hz."""
    rng = np.random.default_rng(seed)
    out = np.zeros((len(time), channels))
    for hertz in (0.13, 0.31, 0.57):
        phase = rng.uniform(0, 2 * np.pi, channels)
        out += np.sin(2 * np.pi * hertz * rng.uniform(0.85, 1.15) * time[:, None] + phase)
    return size * out / 1.5


def _interpolate(time: np.ndarray, keys: Sequence[tuple[float, tuple[float, ...]]]) -> np.ndarray:
    """Minimum-jerk course (T, n) through keys, held outside."""
    knots, values = np.array([t for t, _ in keys]), np.array([v for _, v in keys], dtype=np.float64)
    if len(keys) == 1:
        return np.tile(values, (len(time), 1))
    segment = np.clip(np.searchsorted(knots, time, side="right") - 1, 0, len(knots) - 2)
    share = min_jerk((time - knots[segment]) / np.maximum(knots[segment + 1] - knots[segment], 1e-9))
    return values[segment] + share[:, None] * (values[segment + 1] - values[segment])


def _at(time: np.ndarray, values: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Values (T, ...) at the wanted times, linear between the dense samples; quaternions (..., 4) renormalised."""
    index = np.clip(np.searchsorted(time, wanted, side="right") - 1, 0, len(time) - 2)
    share = ((wanted - time[index]) / (time[index + 1] - time[index])).reshape(-1, *([1] * (values.ndim - 1)))
    out = (1.0 - share) * values[index] + share * values[index + 1]
    return rotation.normalize(out) if values.shape[-1] == 4 and values.ndim == 3 else out
