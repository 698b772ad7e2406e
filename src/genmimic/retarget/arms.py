"""A first guess of the arms in closed form, so that the solver starts on the right side of the shoulder's singularity.

The shoulder is taken for a ball joint of three axes (pitch, roll, yaw) and the upper arm and forearm for lines; the
small offsets between the axes are left to the solver. Each posture of the upper arm has two solutions. Which one to
take is decided for the whole motion together (dynamic programming): the one within the joint limits that turns least.
"""

from __future__ import annotations

import numpy as np

from genmimic import rotation
from genmimic.retarget.targets import Targets
from genmimic.robot.bodies import BODIES
from genmimic.robot.constants import JOINT_LOWER, JOINT_UPPER
from genmimic.robot.names import BODY_NAMES, JOINT_NAMES

_SIDES = ("left", "right")
_STRAIGHT_PRIOR = 0.2
"""Weight of the elbow's last plane against the sine of its bend: it decides for nearly straight arms."""
_LIMIT_COST = 5.0
"""Cost of a squared excess over a limit in one frame, against a squared turn: a flip must pay for many frames."""


def first_arm_guess(targets: Targets, joint_pos: np.ndarray) -> np.ndarray:
    """Set the shoulders and elbows so that the arms point where the person's do.

    Args:
        targets: Targets (T,).
        joint_pos: Joint positions (T, 23) of the first guess, radians; not changed.

    Returns:
        Joint positions (T, 23) with other shoulder and elbow angles, within the limits.
    """
    guess = joint_pos.copy()
    for side, name in enumerate(_SIDES):
        first = JOINT_NAMES.index(f"{name}_shoulder_pitch_joint")
        columns = slice(first, first + 4)
        guess[:, columns] = _arm_angles(targets, side, JOINT_LOWER[columns], JOINT_UPPER[columns])
    return guess


def _arm_angles(targets: Targets, side: int, lower: np.ndarray, upper: np.ndarray) -> np.ndarray:
    """Shoulder pitch, roll, yaw and elbow (T, 4) of one arm."""
    upper_arm = rotation.unit(rotation.rotate_inverse(targets.torso_quat_w, targets.elbow_from_shoulder_w[:, side]))
    forearm = targets.hand_from_shoulder_w[:, side] - targets.elbow_from_shoulder_w[:, side]
    forearm = rotation.unit(rotation.rotate_inverse(targets.torso_quat_w, forearm))
    along = (upper_arm * forearm).sum(-1, keepdims=True)
    front = _bend_direction(upper_arm, forearm - along * upper_arm)
    matrix = np.stack([front, np.cross(-upper_arm, front), -upper_arm], axis=-1)
    tilt = BODIES[BODY_NAMES.index(f"{_SIDES[side]}_shoulder_pitch_link")].quat
    tilt_angle = 2.0 * np.arctan2(tilt[1], tilt[0])
    c, s = np.cos(tilt_angle), np.sin(tilt_angle)
    matrix = np.array([[1.0, 0.0, 0.0], [0.0, c, s], [0.0, -s, c]]) @ matrix
    roll = np.arcsin(np.clip(-matrix[:, 1, 2], -1.0, 1.0))
    pitch = np.arctan2(matrix[:, 0, 2], matrix[:, 2, 2])
    yaw = np.arctan2(matrix[:, 1, 0], matrix[:, 1, 1])
    one = np.stack([pitch, roll, yaw], axis=-1)
    other = np.stack([pitch + np.pi, np.pi - roll, yaw + np.pi], axis=-1)
    both = np.stack([one, other], axis=1) + np.array([0.0, tilt_angle, 0.0])  # the roll axis tilts back
    middle = 0.5 * (lower + upper)[:3]
    both = middle + np.remainder(both - middle + np.pi, 2.0 * np.pi) - np.pi
    shoulder = np.clip(_least_turning(both, lower[:3], upper[:3]), lower[:3], upper[:3])
    # at elbow angle zero the forearm stands at a right angle to the upper arm
    elbow = np.clip(0.5 * np.pi - np.arccos(np.clip(along[:, 0], -1.0, 1.0)), lower[3], upper[3])
    return np.concatenate([shoulder, elbow[:, None]], axis=1)


def _bend_direction(upper_arm: np.ndarray, bend: np.ndarray) -> np.ndarray:
    """Unit vectors (T, 3) across the upper arm towards which the elbow bends; carried over straight arms."""
    out = np.empty_like(bend)
    current = np.array([1.0, 0.0, 0.0])
    for frame in range(len(bend)):
        mixed = bend[frame] + _STRAIGHT_PRIOR * current
        mixed = mixed - (mixed @ upper_arm[frame]) * upper_arm[frame]
        length = float(np.linalg.norm(mixed))
        if length > 1e-6:
            current = mixed / length
        else:  # the last direction lies along the arm: any direction across it will do
            current = rotation.unit(np.cross(upper_arm[frame], np.eye(3)[np.abs(upper_arm[frame]).argmin()]))
        out[frame] = current
    return out


def _least_turning(options: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> np.ndarray:
    """Choose one of two options (T, 2, 3) in each frame: within the limits and with the least change over time."""
    excess = np.maximum(lower - options, 0.0) + np.maximum(options - upper, 0.0)
    cost = _LIMIT_COST * (excess * excess).sum(-1)
    change = options[1:, :, None] - options[:-1, None, :]  # to, from
    change = (change * change).sum(-1)
    total, came_from = cost[0], np.zeros((len(options), 2), dtype=int)
    for frame in range(1, len(options)):
        reach = total[None, :] + change[frame - 1]
        came_from[frame] = reach.argmin(axis=1)
        total = reach.min(axis=1) + cost[frame]
    choice = np.empty(len(options), dtype=int)
    choice[-1] = int(total.argmin())
    for frame in range(len(options) - 1, 0, -1):
        choice[frame - 1] = came_from[frame, choice[frame]]
    return options[np.arange(len(options)), choice]
