"""Go on walking: repeat the part of a recorded walk whose end looks like its beginning."""

from __future__ import annotations

import numpy as np

from genmimic import rotation
from genmimic.motion.robot_motion import RobotMotion
from genmimic.synthetic.footsteps import min_jerk

_SHORTEST_LOOP_S = 0.8
_BLEND_S = 0.24
_FARTHEST = 0.9
"""Largest distance (root of the summed squares of leg angles, in radians, and scaled speeds) that a blend bridges."""
_SPEED_SCALE = 0.08
"""Joint speeds count by this many seconds, heights by `_HEIGHT_SCALE` radians a metre."""
_HEIGHT_SCALE = 6.0


def prolong(clip: RobotMotion, frames: int) -> RobotMotion | None:
    """Make a clip at least some frames long by going back to an earlier, similar frame as often as needed.

    Args:
        clip: A walk.
        frames: Wanted length.

    Returns:
        The clip, cut to the wanted length, or None where no frame resembles an earlier one.
    """
    if len(clip) >= frames:
        return _taken(clip, np.arange(frames))
    blend = round(_BLEND_S * clip.fps)
    loop = _best_loop(clip, blend)
    if loop is None:
        return None
    first, last = loop
    out = _taken(clip, np.arange(last + blend))
    while len(out) < frames:
        tail = _taken(clip, np.arange(first, last + blend))
        out = _joined(out, tail, blend)
    return _taken(out, np.arange(frames))


def _best_loop(clip: RobotMotion, blend: int) -> tuple[int, int] | None:
    """First and last frame of the part to repeat."""
    legs = clip.joint_pos[:, :12]
    speed = np.gradient(legs, 1.0 / clip.fps, axis=0)
    features = np.concatenate([legs, _SPEED_SCALE * speed, _HEIGHT_SCALE * clip.root_pos_w[:, 2:]], axis=1)
    features = features[: len(clip) - blend]
    if len(features) < 2:
        return None
    distance = np.linalg.norm(features[:, None] - features[None], axis=-1)
    length = np.arange(len(features))[None] - np.arange(len(features))[:, None]
    # of two loops that close about equally well the longer one repeats itself less
    price = distance - 0.1 * np.minimum(length / clip.fps, 3.0)
    price[(length < _SHORTEST_LOOP_S * clip.fps) | (distance > _FARTHEST)] = np.inf
    first, last = np.unravel_index(int(price.argmin()), price.shape)
    return (int(first), int(last)) if np.isfinite(price[first, last]) else None


def _joined(a: RobotMotion, b: RobotMotion, blend: int) -> RobotMotion:
    """Motion `a` followed by `b`, which is moved to where `a` is and faded in over the last `blend` frames of `a`."""
    at = len(a) - blend
    turn = rotation.multiply(
        rotation.heading(a.root_quat_w[at]), rotation.conjugate(rotation.heading(b.root_quat_w[0]))
    )
    turns = np.tile(turn, (len(b), 1))
    flat = np.array([1.0, 1.0, 0.0])
    pos = rotation.rotate(turns, b.root_pos_w - b.root_pos_w[0] * flat) + a.root_pos_w[at] * flat
    quat = rotation.normalize(rotation.multiply(turns, b.root_quat_w))
    share = min_jerk((np.arange(blend) + 0.5) / blend)
    mix = share[:, None]

    def fade(old: np.ndarray, new: np.ndarray) -> np.ndarray:
        return np.concatenate([old[:at], (1.0 - mix) * old[at:] + mix * new[:blend], new[blend:]])

    return RobotMotion(
        name=a.name,
        fps=a.fps,
        root_pos_w=fade(a.root_pos_w, pos),
        root_quat_w=rotation.make_continuous(
            np.concatenate([a.root_quat_w[:at], rotation.slerp(a.root_quat_w[at:], quat[:blend], share), quat[blend:]])
        ),
        joint_pos=fade(a.joint_pos, b.joint_pos),
        foot_contact=fade(a.foot_contact, b.foot_contact),
        confidence=np.ones(at + len(b)),
        source=a.source,
        licence=a.licence,
    )


def _taken(clip: RobotMotion, frames: np.ndarray) -> RobotMotion:
    return RobotMotion(
        name=clip.name,
        fps=clip.fps,
        root_pos_w=clip.root_pos_w[frames],
        root_quat_w=clip.root_quat_w[frames],
        joint_pos=clip.joint_pos[frames],
        foot_contact=clip.foot_contact[frames],
        confidence=clip.confidence[frames],
        source=clip.source,
        licence=clip.licence,
    )
