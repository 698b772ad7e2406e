"""The whole body between a stand and a motion: the pelvis follows the balance, the legs follow the feet."""

from __future__ import annotations

import numpy as np

from genmimic import rotation
from genmimic.deploy.lead.balance import balanced_path
from genmimic.deploy.lead.courses import reach
from genmimic.deploy.lead.entry import LOOKED_AT
from genmimic.deploy.lead.footsteps import Feet
from genmimic.gestures.footwork import SOLE_CENTRE
from genmimic.gestures.legs import place_feet
from genmimic.gestures.whole_body import reachable_height
from genmimic.motion.resample import interpolate_linear
from genmimic.motion.robot_motion import RobotMotion
from genmimic.retarget.jacobian import Configuration, Kinematics, centre_of_mass

_ROUNDS, _ITERATIONS = 2, 4
_STRIDE = 4
"""Every so many frames the legs are found from those of a later frame; between them, from their mean."""
_FADING = 0.2
"""Seconds before the motion in which the pelvis goes back to the height wanted, whether or not the legs reach."""


def balanced(
    motion: RobotMotion, feet: Feet, quat_w: np.ndarray, joint_pos: np.ndarray, height: np.ndarray
) -> Configuration:
    """The pelvis where the centre of mass has to be, the legs where the feet are.

    Args:
        motion: What follows.
        feet: Where the feet are, T frames.
        quat_w: Orientation of the pelvis, (T, 4).
        joint_pos: Waist and arms, and a guess of the legs, (T, 23), radians.
        height: Of the pelvis, where the legs reach from it, (T,), metres.
    """
    first = Configuration(motion.root_pos_w[:LOOKED_AT], motion.root_quat_w[:LOOKED_AT], motion.joint_pos[:LOOKED_AT])
    _, com_w = centre_of_mass(Kinematics.of(first))
    path_w = balanced_path(_pressed(feet), float(com_w[0, 2]), motion.fps, com_w[:, :2])
    now = Configuration(np.concatenate([path_w, height[:, None]], -1), quat_w, joint_pos)
    for _ in range(_ROUNDS):
        now = _legs_follow(now, feet, motion.joint_pos[0, :12])
        _, now_com_w = centre_of_mass(Kinematics.of(now))
        root_pos_w = now.root_pos_w.copy()
        root_pos_w[:, :2] += path_w - now_com_w[:, :2]
        reachable = reachable_height(root_pos_w, quat_w, feet.pos_w, height, motion.fps)
        root_pos_w[:, 2] = height + _fading(len(height), motion.fps) * (reachable - height)
        now = Configuration(root_pos_w, quat_w, now.joint_pos)
    return _legs_follow(now, feet, motion.joint_pos[0, :12])


def _legs_follow(body: Configuration, feet: Feet, last: np.ndarray) -> Configuration:
    """Legs that reach the feet, found from the motion backwards: of two ways to reach a place they take the motion's.

    Args:
        body: Pelvis, waist and arms of T frames.
        feet: Where the feet are to be.
        last: Leg joints of the frame after the last one, (12,), radians.
    """
    knots, solved = list(range(len(body) - 1, -1, -_STRIDE)), [last]
    for frame in knots:
        one = slice(frame, frame + 1)
        joint_pos = np.concatenate([solved[-1][None], body.joint_pos[one, 12:]], axis=1)
        guess = Configuration(body.root_pos_w[one], body.root_quat_w[one], joint_pos)
        solved.append(place_feet(guess, feet.pos_w[one], feet.quat_w[one], iterations=_ITERATIONS).joint_pos[0, :12])
    joint_pos = body.joint_pos.copy()
    frames, legs = np.array([len(body), *knots]), np.array(solved)
    joint_pos[:, :12] = interpolate_linear(frames[::-1], legs[::-1], np.arange(len(body)))
    guess = Configuration(body.root_pos_w, body.root_quat_w, joint_pos)
    return place_feet(guess, feet.pos_w, feet.quat_w, iterations=_ITERATIONS)


def _fading(frames: int, fps: float) -> np.ndarray:
    """Ones (T,) that go to 0 in the end: there the pelvis is as high as the motion has it."""
    return 1.0 - reach(
        (np.arange(frames) - frames) / (_FADING * fps) + 1.0, 1.0, np.zeros(()), np.ones(()), np.zeros(())
    )


def _pressed(feet: Feet) -> np.ndarray:
    """Where the feet should press on the floor, (T, 2): under one sole, or between both."""
    ahead = rotation.rotate(feet.quat_w, np.broadcast_to([SOLE_CENTRE, 0.0, 0.0], feet.pos_w.shape))
    soles = (feet.pos_w + ahead)[..., :2]
    weight = feet.standing / np.maximum(feet.standing.sum(-1, keepdims=True), 1)
    return (weight[..., None] * soles).sum(1)
