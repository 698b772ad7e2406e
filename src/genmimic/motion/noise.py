"""The noise of generated video on a robot's reference, as measured (docs/noise.md).

`corrupt` does it to one motion. Training draws a bank of tracks once, gives each world a track and a frame of it at
reset, and looks its goals up with it:

    tracks = sample_tracks(load_noise_model(), 1024, 1000, severity, rng).to(device)
    sample = tracks.at(track, start + step + ahead)
    frame = frame + sample.frame_offset                       # then gather the reference at `frame`
    gain = activity(model, joint_vel)                         # of the clean reference
    goal = apply(root_pos_w, root_quat_w, joint_pos, sample, gain, start_pos_w)

There the feet slide as the noise has it; `corrupt` puts those that stand on footholds again, and arms out of the body,
as the retargeter does.

The noise lives in the robot's configuration space, so that goals of every kind (keypoints by forward kinematics, joint
positions) see the same corruption, and in the heading frame of the true reference, so that it turns with the robot.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from genmimic import rotation
from genmimic.motion.noise_arms import keep_arms_out
from genmimic.motion.noise_feet import plant_feet
from genmimic.motion.noise_model import NoiseModel, load_noise_model
from genmimic.motion.noise_tracks import NoiseSample, NoiseTracks, sample_tracks
from genmimic.motion.robot_motion import RobotMotion
from genmimic.motion.velocities import differentiate
from genmimic.robot.constants import JOINT_LOWER, JOINT_UPPER
from genmimic.robot.mirror import mirror_joint_pos
from genmimic.robot.names import LEG_JOINTS
from genmimic.rotation import Array

__all__ = [
    "NoiseModel",
    "NoiseSample",
    "NoiseTracks",
    "activity",
    "apply",
    "corrupt",
    "load_noise_model",
    "sample_tracks",
    "swap_legs",
]

_LEGS = 2 * len(LEG_JOINTS)
_LOWER = 6 + _LEGS + 1  # channels of root, legs and waist; those of the arms follow
WALKING = 1.5
"""Root mean square joint speed of someone who walks, rad/s."""
MARGIN = 10.0
"""Seconds of noise drawn beyond a motion's end, so that its end and its beginning are independent."""


def activity(model: NoiseModel, joint_vel: Array) -> Array:
    """How much of the moving error there is: (..., 2) for root, legs and waist, and for the arms; about 1 in walking.

    Args:
        model: The statistics.
        joint_vel: Joint velocities (..., 23) of the true reference, rad/s; numpy or torch.
    """
    return activity_at(body_speed(joint_vel), model.activity_floor, model.activity_speed)


def body_speed(joint_vel: Array) -> Array:
    """Root mean square joint speed of the legs and of all joints, (..., 2), rad/s, from velocities (..., 23)."""
    squared = joint_vel * joint_vel
    return rotation.namespace(joint_vel).stack([squared[..., :_LEGS].mean(-1), squared.mean(-1)], -1) ** 0.5


def activity_at(speed: Array, floor: float, half: float) -> Array:
    """Activity at speeds (...): `floor` at rest, 1 at `WALKING`, flattening beyond the speed `half`."""
    return floor + (1.0 - floor) * (WALKING + half) / WALKING * speed / (speed + half)


def apply(
    root_pos_w: Array,
    root_quat_w: Array,
    joint_pos: Array,
    sample: NoiseSample,
    gain: Array | None = None,
    start_pos_w: Array | None = None,
) -> tuple[Array, Array, Array]:
    """Corrupt poses, already looked up at `frame + sample.frame_offset`.

    Args:
        root_pos_w: (..., 3), metres, numpy or torch.
        root_quat_w: (..., 4), w, x, y, z.
        joint_pos: (..., 23), radians.
        sample: Noise with the same leading dimensions, or such that broadcast.
        gain: Of the moving error, (..., 2), from `activity`; None for someone who always walks.
        start_pos_w: Where the path began, (..., 3): the scale and turn of the path are about this point. None leaves
            the path's scale and direction as they are.

    Returns:
        The corrupted triple. Joints keep within their limits, as any retargeted motion does.
    """
    error = sample.steady + (sample.moving if gain is None else _gained(sample.moving, gain))
    swap = sample.leg_swap[..., None]
    joint_pos = (1.0 - swap) * joint_pos + swap * swap_legs(joint_pos) + error[..., 6:] + sample.morph
    heading = rotation.heading(root_quat_w)
    if start_pos_w is not None:
        root_pos_w = _bend_path(root_pos_w, start_pos_w, sample.path_scale, sample.path_turn)
    root_pos_w = root_pos_w + rotation.rotate(heading, error[..., :3])
    turn_w = rotation.from_axis_angle(rotation.rotate(heading, error[..., 3:6]))
    return root_pos_w, rotation.multiply(turn_w, root_quat_w), _within_limits(joint_pos)


def swap_legs(joint_pos: Array) -> Array:
    """Joints (..., 23) with each leg where the other's mirror image was; waist and arms stay. Its own inverse."""
    mirrored = mirror_joint_pos(joint_pos)
    return rotation.namespace(joint_pos).concatenate([mirrored[..., :_LEGS], joint_pos[..., _LEGS:]], -1)


def corrupt(motion: RobotMotion, model: NoiseModel, severity: float, seed: int) -> RobotMotion:
    """A motion as reconstruction from a generated video would give it: noisy, feet on footholds, arms out of the body.

    Args:
        motion: The true motion.
        model: The statistics.
        severity: 1 for noise as measured, 0 for none.
        seed: The same seed gives the same noise.
    """
    if severity == 0.0:
        return motion
    frame = np.arange(len(motion))
    rng = np.random.default_rng(seed)
    tracks = sample_tracks(model, 1, len(motion) + round(MARGIN * motion.fps), severity, rng, motion.fps)
    sample = tracks.at(np.zeros_like(frame), frame)
    shown = np.clip(frame + sample.frame_offset, 0, len(motion) - 1)
    gain = activity(model, differentiate(motion.joint_pos, motion.fps))
    poses = (motion.root_pos_w[shown], motion.root_quat_w[shown], motion.joint_pos[shown])
    contact = motion.foot_contact[shown]
    contact = np.where(sample.leg_swap[:, None] > 0.5, contact[:, ::-1], contact)
    noisy = apply(*poses, sample, gain[shown], motion.root_pos_w[:1])
    noisy = plant_feet(noisy, poses, contact > 0.5, motion.fps)
    root_pos_w, root_quat_w, joint_pos = keep_arms_out(noisy, poses, motion.fps)
    noted = {"noise_version": float(model.version), "noise_severity": severity, "noise_seed": float(seed)}
    return replace(
        motion,
        root_pos_w=root_pos_w,
        root_quat_w=rotation.normalize(root_quat_w),
        joint_pos=joint_pos,
        foot_contact=contact,
        confidence=motion.confidence[shown],
        metadata={**motion.metadata, **noted},
    )


def _gained(moving: Array, gain: Array) -> Array:
    """The moving error (..., 29) times the gain of the half of the body (..., 2) that each channel belongs to."""
    halves = [moving[..., :_LOWER] * gain[..., :1], moving[..., _LOWER:] * gain[..., 1:]]
    return rotation.namespace(moving).concatenate(halves, -1)


def _bend_path(pos_w: Array, start_pos_w: Array, scale: Array, turn: Array) -> Array:
    """Scale and turn horizontal positions (..., 3) about a start; heights stay."""
    xp = rotation.namespace(pos_w)
    x, y = pos_w[..., 0] - start_pos_w[..., 0], pos_w[..., 1] - start_pos_w[..., 1]
    cos, sin = scale * xp.cos(turn), scale * xp.sin(turn)
    new_x, new_y = start_pos_w[..., 0] + cos * x - sin * y, start_pos_w[..., 1] + sin * x + cos * y
    return xp.stack([new_x, new_y, pos_w[..., 2] + xp.zeros_like(new_x)], -1)


# looked up in a plain dictionary, which torch.compile can see through, unlike functools' caches
_LIMITS: dict[tuple[Any, Any], tuple[Array, Array]] = {}


def _within_limits(joint_pos: Array) -> Array:
    xp = rotation.namespace(joint_pos)
    if xp is np:
        return np.clip(joint_pos, JOINT_LOWER, JOINT_UPPER)
    key = (joint_pos.dtype, joint_pos.device)
    if key not in _LIMITS:
        limits = (np.array(JOINT_LOWER), np.array(JOINT_UPPER))  # copies: torch warns of read-only arrays
        lower, upper = (xp.as_tensor(limit, dtype=joint_pos.dtype, device=joint_pos.device) for limit in limits)
        _LIMITS[key] = lower, upper
    lower, upper = _LIMITS[key]
    return xp.minimum(xp.maximum(joint_pos, lower), upper)
