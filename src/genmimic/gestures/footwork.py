"""Feet that stand, step, turn and walk without any recording: footsteps to a `LowerBody`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d

from genmimic import rotation
from genmimic.gestures.com_path import com_path
from genmimic.gestures.lower_body import LowerBody
from genmimic.gestures.submovements import drift
from genmimic.robot.constants import DEFAULT_JOINT_POS, SOLE_HEIGHT
from genmimic.synthetic.footsteps import SIDES, Step, min_jerk

SOLE_CENTRE = 0.035
"""The middle of the sole lies this far before the ankle, metres."""
_COM_HEIGHT = 0.66
_TOE_LENGTH = 0.13
"""From the ankle to the front end of the sole, metres."""
_BOB = 0.15
"""The pelvis sinks by this times the squared distance by which one foot is before the other, 1/m."""
_SWING_PER_STEP = 0.8
"""Shoulder pitch per metre by which one foot is before the other, radians."""
_BEND_PER_SWING = 0.5
"""The elbows bend by this share of the shoulders' swing."""
_PELVIS_PER_STEP, _WAIST_PER_STEP = 0.25, 0.35
"""By how much the pelvis turns with the leading leg, and the waist against it, radians per metre."""
_LEAN, _TILT = 0.03, 0.012
"""Forward lean of a standing pelvis, and the size of its wandering, radians."""


@dataclass(frozen=True)
class Stance:
    """How somebody stands.

    Attributes:
        feet: Ankle x, y in metres and yaw in radians of the left and the right foot.
        pelvis_height: Metres.
        sway: Size of the wandering of the centre of mass, metres.
    """

    feet: tuple[tuple[float, float, float], tuple[float, float, float]]
    pelvis_height: float
    sway: float


def footwork(
    time: np.ndarray, stance: Stance, steps: Sequence[Step], shift: np.ndarray, rng: np.random.Generator
) -> LowerBody:
    """Legs and pelvis that do some steps.

    Args:
        time: Seconds, (T,), evenly spaced.
        stance: How the robot stands at first.
        steps: Footsteps in order of time; ankles are given.
        shift: Part of the weight, -1 to 1, that moves from both feet (0) to the left one (1), (T,), while both stand.
        rng: Source of the sway.
    """
    fps = 1.0 / float(time[1] - time[0])
    pos, yaw, pitch, standing = _feet(time, stance, steps)
    pelvis_yaw = gaussian_filter1d(yaw.mean(axis=1), 0.16 * fps, mode="nearest")
    ahead = _left_ahead(pos, pelvis_yaw, fps)
    quat = rotation.multiply(_about(2, yaw), _about(1, pitch))
    com = com_path(_zero_moment_point(pos, yaw, standing, shift), _COM_HEIGHT, fps)
    com = com + stance.sway * drift(time, rng, 2)
    tilt = _TILT * drift(time, rng, 2)
    facing = _about(2, pelvis_yaw - _PELVIS_PER_STEP * ahead + tilt[:, 0])
    swing = np.zeros((len(time), 10))
    swing[:, 0], swing[:, 5] = _SWING_PER_STEP * ahead, -_SWING_PER_STEP * ahead  # against the legs
    swing[:, 3] = swing[:, 8] = -_BEND_PER_SWING * _SWING_PER_STEP * np.abs(ahead)
    return LowerBody(
        ankle_pos_w=pos,
        ankle_quat_w=quat,
        stance=standing,
        com_w=com,
        pelvis_quat_w=rotation.multiply(facing, _about(1, _LEAN + tilt[:, 1])),
        pelvis_height=stance.pelvis_height - _BOB * ahead**2,
        leg_joint_pos=np.tile(DEFAULT_JOINT_POS[:12], (len(time), 1)),
        waist_yaw=_WAIST_PER_STEP * ahead,
        arm_swing=swing,
    )


def _feet(
    time: np.ndarray, stance: Stance, steps: Sequence[Step]
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Ankles (T, 2, 3), headings (T, 2), heel lifts (T, 2) in radians and whether each foot stands (T, 2)."""
    shape = (len(time), 2)
    pos, yaw, pitch, standing = np.zeros((*shape, 3)), np.zeros(shape), np.zeros(shape), np.ones(shape, dtype=bool)
    for foot, side in enumerate(SIDES):
        here = np.array(stance.feet[foot])
        pos[:, foot, :2], pos[:, foot, 2], yaw[:, foot] = here[:2], SOLE_HEIGHT, here[2]
        for step in (s for s in steps if s.side == side):
            there = np.array([step.x, step.y, step.yaw])
            share = (time - step.start) / (step.end - step.start)
            course = min_jerk(share)[:, None] * (there - here)
            pos[:, foot, :2] += course[:, :2]
            yaw[:, foot] += course[:, 2]
            length = float(np.hypot(*(there - here)[:2]))
            rise = bump(share)
            pitch[:, foot] += min(0.25, 0.5 * length) * rise
            pos[:, foot, 2] += (0.028 + 0.03 * min(length, 0.5)) * rise
            standing[(share > 0.0) & (share < 1.0), foot] = False
            here = there
        # the toes stay as high as the foot was lifted, though the heel is raised
        pos[:, foot, 2] += _TOE_LENGTH * np.sin(pitch[:, foot])
    return pos, yaw, pitch, standing


def bump(share: np.ndarray) -> np.ndarray:
    """Rise from 0 to 1 and back over shares 0 to 1 of a swing, with no jump in acceleration."""
    share = np.clip(share, 0.0, 1.0)
    return 64.0 * (share * (1.0 - share)) ** 3


def _zero_moment_point(pos: np.ndarray, yaw: np.ndarray, standing: np.ndarray, shift: np.ndarray) -> np.ndarray:
    """Where the feet should press on the floor, (T, 2): in the middle of one sole, or between both."""
    soles = pos[..., :2] + SOLE_CENTRE * np.stack([np.cos(yaw), np.sin(yaw)], axis=-1)
    left = np.where(standing.all(axis=1), 0.5 + 0.5 * shift, np.where(standing[:, 0], 1.0, 0.0))[:, None]
    return left * soles[:, 0] + (1.0 - left) * soles[:, 1]


def _left_ahead(pos: np.ndarray, yaw: np.ndarray, fps: float) -> np.ndarray:
    """How far the left foot is before the right one, (T,), metres, smooth."""
    gap = pos[:, 0, :2] - pos[:, 1, :2]
    ahead = gap[:, 0] * np.cos(yaw) + gap[:, 1] * np.sin(yaw)
    return gaussian_filter1d(ahead, 0.08 * fps, mode="nearest")


def _about(axis: int, angle: np.ndarray) -> np.ndarray:
    rotvec = np.zeros((*angle.shape, 3))
    rotvec[..., axis] = angle
    return rotation.from_axis_angle(rotvec)
