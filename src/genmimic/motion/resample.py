"""Motions at another frame rate.

Positions and joints follow shape-preserving cubics (PCHIP): smooth velocities, and no overshoot, so that joints stay
within their limits and a foot that stands still goes on standing still. Orientations follow slerp, weights lines.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.interpolate import PchipInterpolator

from genmimic import rotation
from genmimic.errors import InputError
from genmimic.motion import checks
from genmimic.motion.human_motion import HumanMotion
from genmimic.motion.robot_motion import RobotMotion


def resample_robot(motion: RobotMotion, fps: float) -> RobotMotion:
    """The same motion at `fps` frames per second, from its first frame to the last whole new frame.

    Raises:
        InputError: The motion has fewer than two frames or the rate is out of range.
    """
    if fps == motion.fps:
        return motion
    old, new = _times(motion.name, len(motion), motion.fps, fps)
    return replace(
        motion,
        fps=fps,
        root_pos_w=_smooth(old, motion.root_pos_w, new),
        root_quat_w=interpolate_quat(old, motion.root_quat_w, new),
        joint_pos=_smooth(old, motion.joint_pos, new),
        foot_contact=interpolate_linear(old, motion.foot_contact, new),
        confidence=interpolate_linear(old, motion.confidence, new),
    )


def resample_human(motion: HumanMotion, fps: float) -> HumanMotion:
    """As `resample_robot`, for a person's motion."""
    if fps == motion.fps:
        return motion
    old, new = _times(motion.name, len(motion), motion.fps, fps)
    return replace(
        motion,
        fps=fps,
        root_pos_w=_smooth(old, motion.root_pos_w, new),
        local_quat=interpolate_quat(old, motion.local_quat, new),
        confidence=interpolate_linear(old, motion.confidence, new),
        foot_contact=interpolate_linear(old, motion.foot_contact, new),
    )


def interpolate_quat(old: np.ndarray, quat: np.ndarray, new: np.ndarray) -> np.ndarray:
    """Slerp orientations (T, ..., 4) given at times `old` (T,) to times `new` (S,): (S, ..., 4)."""
    left = np.clip(np.searchsorted(old, new, side="right") - 1, 0, len(old) - 2)
    blend = (new - old[left]) / (old[left + 1] - old[left])
    return rotation.normalize(rotation.slerp(quat[left], quat[left + 1], blend.reshape(-1, *[1] * (quat.ndim - 2))))


def _times(name: str, frames: int, old_fps: float, fps: float) -> tuple[np.ndarray, np.ndarray]:
    checks.require_fps(name, fps)
    if frames < 2:
        raise InputError(f"{name}: has {frames} frame(s); resampling needs at least two.")
    # the small surplus keeps the last frame when both rates divide the duration up to rounding
    count = int(np.floor((frames - 1) / old_fps * fps + 1e-6)) + 1
    old = np.arange(frames) / old_fps
    return old, np.minimum(np.arange(count) / fps, old[-1])


def _smooth(old: np.ndarray, values: np.ndarray, new: np.ndarray) -> np.ndarray:
    return PchipInterpolator(old, values, axis=0)(new)


def interpolate_linear(old: np.ndarray, values: np.ndarray, new: np.ndarray) -> np.ndarray:
    """Lines through values (T, ...) given at times `old` (T,), taken at times `new` (S,): (S, ...)."""
    columns = values.reshape(len(values), -1)
    return np.stack([np.interp(new, old, column) for column in columns.T], axis=-1).reshape(-1, *values.shape[1:])
