"""How far a reconstructed motion is from the true one, in the measures of the video literature and a robot's needs.

A single camera knows neither the compass nor the absolute place, so before anything is compared the reconstruction
is turned by one yaw angle for the whole clip (the one that fits the root-relative joints best) and moved so that the
roots coincide at the start. Nothing else is aligned: not pitch, not scale. A single camera does not know
scale either: the reconstruction's stature is whatever stage 1a was told or assumed, and `stature_ratio` says how
right that was.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genmimic.errors import InputError
from genmimic.motion.human_motion import HumanMotion
from genmimic.motion.resample import interpolate_linear
from genmimic.motion.skeleton import INDEX

STANCE_SPEED = 0.05
"""A foot stands while its true ball joint is slower than this, m/s ..."""
STANCE_HEIGHT = 0.05
"""... and lower than this, metres."""
START = 0.25
"""The roots are made to coincide on average over the first so many seconds."""
_BALLS = [INDEX["left_foot"], INDEX["right_foot"]]


@dataclass(frozen=True)
class TruthErrors:
    """Errors of one clip. Lengths in metres, angles in degrees, averages over frames and joints.

    Attributes:
        frames: True frames that were compared.
        mpjpe: Mean distance of the 22 joints, both roots at the origin, after the clip's one yaw.
        pa_mpjpe: The same after the best similarity transform (Procrustes) of every single frame.
        root_path_mean: Mean distance of the roots, all three axes, after the clip's one yaw and start.
        root_path_max: Largest distance of the roots, all three axes.
        root_height_bias: How much higher the reconstructed root is over the floor at the start.
        path_scale: Least-squares factor from the reconstructed to the true horizontal path; NaN where the true one
            stays within 0.3 m.
        root_path_scaled_max: Largest horizontal distance of the roots after that factor; NaN where there is none.
        stature_ratio: Reconstructed over true length of the chain from head to ankle.
        knee_mean: Mean absolute error of both knees' flexion.
        knee_bias: Mean signed error; positive if the reconstruction is more bent.
        foot_slide: Mean speed of the reconstructed balls of the feet, m/s, while the true ones stand.
        stance_share: Share of frames and feet in stance.
    """

    frames: int
    mpjpe: float
    pa_mpjpe: float
    root_path_mean: float
    root_path_max: float
    root_height_bias: float
    path_scale: float
    root_path_scaled_max: float
    stature_ratio: float
    knee_mean: float
    knee_bias: float
    foot_slide: float
    stance_share: float


def compare_to_truth(human: HumanMotion, truth: HumanMotion, start_time: float = 0.0) -> TruthErrors:
    """Compare a reconstruction with the truth at the true frames' times.

    Args:
        human: The reconstruction, at any frame rate.
        truth: The true motion.
        start_time: When the reconstruction begins on the truth's clock, seconds.

    Raises:
        InputError: They overlap in fewer than two frames.
    """
    truth_pos, _ = truth.forward_kinematics()
    human_pos, _ = human.forward_kinematics()
    true_time = np.arange(len(truth)) / truth.fps
    own_time = start_time + np.arange(len(human)) / human.fps
    both = (true_time >= own_time[0] - 1e-9) & (true_time <= own_time[-1] + 1e-9)
    if both.sum() < 2:
        raise InputError(f"{human.name}: overlaps with the truth in fewer than two frames; check start and frame rate.")
    truth_pos = truth_pos[both]
    human_pos = interpolate_linear(own_time, human_pos, true_time[both])

    yaw = best_yaw(human_pos - human_pos[:, :1], truth_pos - truth_pos[:, :1])
    human_pos = _turn(human_pos, yaw)
    first = max(1, round(START * truth.fps))
    shift = (truth_pos[:first, 0] - human_pos[:first, 0]).mean(0)
    human_pos = human_pos + shift

    path = np.linalg.norm(human_pos[:, 0] - truth_pos[:, 0], axis=1)
    scale, scaled = _scaled_path(human_pos[:, 0, :2], truth_pos[:, 0, :2], first)
    knees = np.degrees(knee_flexion(human_pos) - knee_flexion(truth_pos))
    standing = stance_mask(truth_pos[:, _BALLS], truth.fps)
    speed = np.linalg.norm(np.diff(human_pos[:, _BALLS], axis=0), axis=-1) * truth.fps
    relative = (human_pos - human_pos[:, :1]) - (truth_pos - truth_pos[:, :1])
    return TruthErrors(
        frames=len(truth_pos),
        mpjpe=float(np.linalg.norm(relative, axis=-1).mean()),
        pa_mpjpe=float(procrustes_error(human_pos, truth_pos).mean()),
        root_path_mean=float(path.mean()),
        root_path_max=float(path.max()),
        root_height_bias=float(-shift[2]),
        path_scale=scale,
        root_path_scaled_max=scaled,
        stature_ratio=_chain_length(human) / _chain_length(truth),
        knee_mean=float(np.abs(knees).mean()),
        knee_bias=float(knees.mean()),
        foot_slide=float(speed[standing].mean()) if standing.any() else float("nan"),
        stance_share=float(standing.mean()),
    )


def best_yaw(source: np.ndarray, target: np.ndarray) -> float:
    """Angle about z by which points (..., 3) come closest to others: the planar Procrustes solution, radians."""
    sine = (source[..., 0] * target[..., 1] - source[..., 1] * target[..., 0]).sum()
    cosine = (source[..., 0] * target[..., 0] + source[..., 1] * target[..., 1]).sum()
    return float(np.arctan2(sine, cosine))


def knee_flexion(joint_pos: np.ndarray) -> np.ndarray:
    """Angle (T, 2) between thigh and shank of left and right leg, radians; 0 is straight. Input (T, 22, 3)."""
    out = []
    for side in ("left", "right"):
        hip, knee, ankle = (joint_pos[:, INDEX[f"{side}_{joint}"]] for joint in ("hip", "knee", "ankle"))
        thigh, shank = knee - hip, ankle - knee
        sine = np.linalg.norm(np.cross(thigh, shank), axis=1)
        out.append(np.arctan2(sine, (thigh * shank).sum(1)))
    return np.stack(out, axis=1)


def stance_mask(ball_pos_w: np.ndarray, fps: float) -> np.ndarray:
    """Whether each foot stands from a frame to the next, (T-1, 2), from the balls of the feet (T, 2, 3)."""
    speed = np.linalg.norm(np.diff(ball_pos_w, axis=0), axis=-1) * fps
    low = ball_pos_w[..., 2] < STANCE_HEIGHT
    return (speed < STANCE_SPEED) & low[1:] & low[:-1]


def procrustes_error(source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Mean joint distance (T,) after the best rotation, translation and scale of every frame; inputs (T, J, 3)."""
    a = source - source.mean(1, keepdims=True)
    b = target - target.mean(1, keepdims=True)
    u, s, vt = np.linalg.svd(np.einsum("tji,tjk->tik", a, b))
    sign = np.sign(np.linalg.det(u @ vt))
    s[:, 2] *= sign
    u[:, :, 2] *= sign[:, None]
    scale = s.sum(1) / np.maximum((a**2).sum((1, 2)), 1e-12)
    fitted = scale[:, None, None] * (a @ (u @ vt))
    return np.linalg.norm(fitted - b, axis=-1).mean(1)


def _scaled_path(path: np.ndarray, true: np.ndarray, first: int) -> tuple[float, float]:
    """Factor from a path (T, 2) to the true one and the largest distance left; NaN where the true one hardly moves."""
    a, b = path - path[:first].mean(0), true - true[:first].mean(0)
    if np.linalg.norm(b, axis=1).max() < 0.3:
        return float("nan"), float("nan")
    scale = float((a * b).sum() / max((a * a).sum(), 1e-12))
    return scale, float(np.linalg.norm(scale * a - b, axis=1).max())


def _chain_length(motion: HumanMotion) -> float:
    chain = ("left_knee", "left_ankle", "left_hip", "spine1", "spine2", "spine3", "neck", "head")
    return float(sum(np.linalg.norm(motion.offsets[INDEX[name]]) for name in chain))


def _turn(points: np.ndarray, yaw: float) -> np.ndarray:
    c, s = np.cos(yaw), np.sin(yaw)
    return points @ np.array([[c, s, 0.0], [-s, c, 0.0], [0.0, 0.0, 1.0]])
