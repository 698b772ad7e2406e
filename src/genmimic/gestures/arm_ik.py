"""Joint angles of key poses: inverse kinematics of many arms at once, each from several first guesses."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from genmimic import rotation
from genmimic.gestures.poses import Arm
from genmimic.retarget.jacobian import Configuration, Kinematics, PointSet
from genmimic.robot.bodies import BODIES
from genmimic.robot.constants import HAND_OFFSET, JOINT_LOWER, JOINT_UPPER
from genmimic.robot.names import BODY_NAMES, JOINT_NAMES

LEFT_ARM = slice(JOINT_NAMES.index("left_shoulder_pitch_joint"), JOINT_NAMES.index("left_wrist_roll_joint") + 1)
RIGHT_ARM = slice(JOINT_NAMES.index("right_shoulder_pitch_joint"), JOINT_NAMES.index("right_wrist_roll_joint") + 1)
MIRROR: np.ndarray = np.array([1.0, -1.0, -1.0, 1.0, -1.0])
"""Signs that turn a left arm's joint positions (5,) into a right arm's."""
LIMIT_MARGIN = 0.06
"""Distance that key poses keep from the joint limits, radians; overshoot needs some."""

_LOWER, _UPPER = JOINT_LOWER[LEFT_ARM] + LIMIT_MARGIN, JOINT_UPPER[LEFT_ARM] - LIMIT_MARGIN
_COMFORT = np.array([-0.3, 0.25, 0.0, 0.7, 0.0])
_GUESSES = np.array(
    [
        [0.1, 0.2, 0.0, 1.0, 0.0],
        [-1.3, 0.2, 0.0, 0.9, 0.0],
        [-0.8, 0.3, -0.7, 0.0, 0.0],
        [-2.6, 0.3, 0.0, 0.9, 0.0],
        [-0.2, 1.3, 0.0, 0.6, 0.0],
        [-1.2, 1.2, -1.2, -0.3, 0.0],
        [0.5, 0.6, -0.8, 0.2, 0.0],
        [-1.6, 1.6, 0.8, 0.0, 0.0],
    ]
)
_HAND_SCALE, _ELBOW_SCALE, _THUMB_SCALE, _COMFORT_SCALE = 0.006, 0.05, 0.5, 2.5
_ITERATIONS = 24
_TURN_COST = 0.6
"""Price of a squared turn between neighbouring key poses against the squared errors of each."""
_POINTS = PointSet.of(
    [
        ("left_shoulder_roll_link", (0.0, 0.0, 0.0)),
        ("left_elbow_link", (0.0, 0.0, 0.0)),
        ("left_wrist_roll_link", (float(HAND_OFFSET[0]), float(HAND_OFFSET[1]), float(HAND_OFFSET[2]))),
    ]
)
_TORSO_POS = np.array(BODIES[BODY_NAMES.index("torso_link")].pos)
_WRIST = BODY_NAMES.index("left_wrist_roll_link")
_TANGENT = slice(6 + LEFT_ARM.start, 6 + LEFT_ARM.stop)
_ZERO_POS = _POINTS.positions(Kinematics.of(Configuration(np.zeros((1, 3)), np.eye(4)[:1], np.zeros((1, 23)))))[0]
_UPPER_ARM, _FOREARM = (float(np.linalg.norm(_ZERO_POS[i + 1] - _ZERO_POS[i])) for i in range(2))


def arm_joint_pos(arms: Sequence[Arm]) -> np.ndarray:
    """Joint positions of a sequence of key poses.

    Of the solutions that several first guesses lead to, those are taken which together reach the poses best and
    turn least from one to the next (dynamic programming).

    Args:
        arms: N key poses of one arm, written as a left one.

    Returns:
        Shoulder pitch, roll, yaw, elbow and wrist roll of a left arm, (N, 5), radians, within the limits; times
        `MIRROR` those of a right arm.
    """
    options, cost = _solve(arms)
    change = options[1:, None, :] - options[:-1, :, None]  # from, to
    change = _TURN_COST * (change * change).sum(-1)
    total, came_from = cost[0], np.zeros(cost.shape, dtype=int)
    for i in range(1, len(arms)):
        reach = total[:, None] + change[i - 1]
        came_from[i] = reach.argmin(axis=0)
        total = reach.min(axis=0) + cost[i]
    choice = [int(total.argmin())]
    for i in range(len(arms) - 1, 0, -1):
        choice.append(int(came_from[i, choice[-1]]))
    return options[np.arange(len(arms)), choice[::-1]]


def hand_error(arms: Sequence[Arm], joint_pos: np.ndarray) -> np.ndarray:
    """Distances (N,) in metres of the palms from where the key poses want them, for joint positions (N, 5)."""
    pos = _POINTS.positions(_kinematics(joint_pos))
    return np.linalg.norm(pos[:, 2] - np.array([arm.hand for arm in arms]), axis=-1)


def _solve(arms: Sequence[Arm]) -> tuple[np.ndarray, np.ndarray]:
    """Solutions (N, guesses, 5) and their costs (N, guesses), by Levenberg-Marquardt."""
    tries = len(_GUESSES)
    hand, pole, thumb = (np.repeat([getattr(a, n) for a in arms], tries, axis=0) for n in ("hand", "elbow", "thumb"))
    thumb = rotation.unit(thumb)
    joint_pos = np.tile(np.clip(_GUESSES, _LOWER, _UPPER), (len(arms), 1))
    best, best_cost = joint_pos.copy(), np.full(len(joint_pos), np.inf)
    damping = np.full(len(joint_pos), 1e-2)
    for _ in range(_ITERATIONS):
        error, jac = _residuals(joint_pos, hand, pole, thumb)
        cost = (error * error).sum(-1)
        better = cost < best_cost
        best, best_cost = np.where(better[:, None], joint_pos, best), np.minimum(cost, best_cost)
        damping = np.clip(np.where(better, 0.4 * damping, 8.0 * damping), 1e-3, 1e3)
        error, jac = _residuals(best, hand, pole, thumb) if not better.all() else (error, jac)
        normal = np.einsum("nij,nik->njk", jac, jac)
        gradient = np.einsum("nij,ni->nj", jac, error)
        blocked = ((best <= _LOWER + 1e-9) & (gradient < 0)) | ((best >= _UPPER - 1e-9) & (gradient > 0))
        free = ~blocked
        normal = normal * free[:, :, None] * free[:, None]
        diagonal = np.einsum("nii->ni", normal)
        normal = normal + np.eye(5) * (damping[:, None] * (diagonal + 1.0) + blocked)[:, None]
        step = np.linalg.solve(normal, (gradient * free)[..., None])[..., 0]
        joint_pos = np.clip(best + np.clip(step, -0.5, 0.5), _LOWER, _UPPER)
    shape = (len(arms), tries)
    return best.reshape(*shape, 5), best_cost.reshape(shape)


def _residuals(
    joint_pos: np.ndarray, hand: np.ndarray, pole: np.ndarray, thumb: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """What is missing (N, 14) and its Jacobian (N, 14, 5): palm, elbow, thumb, comfort."""
    kinematics = _kinematics(joint_pos)
    pos = _POINTS.positions(kinematics)
    jac = _POINTS.jacobian(kinematics, pos)[:, _TANGENT]  # (N, 5, 3, 3)
    elbow = _wanted_elbow(pos[:, 0], hand, pole)
    direction = rotation.rotate(kinematics.body_quat[:, _WRIST], np.array([0.0, 0.0, 1.0]) + np.zeros_like(hand))
    turn = rotation.cross(kinematics.axis[:, LEFT_ARM], direction[:, None])
    error = np.concatenate(
        [
            (hand - pos[:, 2]) / _HAND_SCALE,
            (elbow - pos[:, 1]) / _ELBOW_SCALE,
            (thumb - direction) / _THUMB_SCALE,
            (_COMFORT - joint_pos) / _COMFORT_SCALE,
        ],
        axis=1,
    )
    comfort = np.broadcast_to(np.eye(5) / _COMFORT_SCALE, (len(jac), 5, 5))
    parts = [jac[:, :, 2] / _HAND_SCALE, jac[:, :, 1] / _ELBOW_SCALE, turn / _THUMB_SCALE, comfort]
    return error, np.concatenate(parts, axis=2).transpose(0, 2, 1)


def _kinematics(joint_pos: np.ndarray) -> Kinematics:
    """Kinematics with left arms (N, 5) and the torso's frame as the world."""
    count = len(joint_pos)
    whole = np.zeros((count, len(JOINT_NAMES)))
    whole[:, LEFT_ARM] = joint_pos
    return Kinematics.of(Configuration(np.tile(-_TORSO_POS, (count, 1)), np.tile(np.eye(4)[0], (count, 1)), whole))


def _wanted_elbow(shoulder: np.ndarray, hand: np.ndarray, pole: np.ndarray) -> np.ndarray:
    """Elbow (N, 3) of a two-link arm from `shoulder` to `hand` that points towards `pole`, each (N, 3)."""
    line = hand - shoulder
    distance = np.linalg.norm(line, axis=-1, keepdims=True)
    along = line / np.maximum(distance, 1e-6)
    across = rotation.unit(pole - (pole * along).sum(-1, keepdims=True) * along)
    cos = (_UPPER_ARM**2 + distance**2 - _FOREARM**2) / (2.0 * _UPPER_ARM * np.maximum(distance, 1e-6))
    cos = np.clip(cos, -1.0, 1.0)
    return shoulder + _UPPER_ARM * (cos * along + np.sqrt(1.0 - cos * cos) * across)
