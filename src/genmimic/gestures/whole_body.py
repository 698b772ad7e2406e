"""From lower body and upper body to configurations of the robot: feet planted exactly, balanced, links apart.

The pelvis is moved until the centre of mass is where it should be, so that a bow drives the hips back and a raised arm
is answered by the trunk; the legs follow in closed loop. Arms that come too close to another link are moved away.
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter1d, minimum_filter1d

from genmimic import rotation
from genmimic.gestures.legs import place_feet
from genmimic.gestures.lower_body import LowerBody
from genmimic.gestures.separation import separate_arms
from genmimic.gestures.upper_body import UpperBody
from genmimic.retarget.jacobian import Configuration, Kinematics, centre_of_mass
from genmimic.robot.bodies import BODIES
from genmimic.robot.constants import JOINT_LOWER, JOINT_UPPER
from genmimic.robot.names import BODY_NAMES, JOINT_NAMES

_WAIST = JOINT_NAMES.index("waist_yaw_joint")
_COMPENSATION_S = 0.12
"""The pelvis answers to the arms' weight with this smoothing (standard deviation), seconds: it does not shake with a
waving hand."""
_HEIGHT_S = 0.10
"""The pelvis sinks for a long step this much ahead of it and that smoothly, seconds."""
_HIP_PITCH, _HIP_ROLL = BODIES[BODY_NAMES.index("left_hip_pitch_link")], BODIES[BODY_NAMES.index("left_hip_roll_link")]
_HIP = np.array(_HIP_PITCH.pos) + np.array(_HIP_ROLL.pos)
_HIPS = np.array([_HIP, _HIP * [1.0, -1.0, 1.0]])
_ROUNDS = 4
_LIMIT_ZONE = 0.06
"""Overshoot is slowed down within this distance of a joint limit, radians."""


def _leg_length(knee: float) -> float:
    """Distance between the hip roll and the ankle roll link's origins at some knee angle, metres."""
    joint_pos = np.zeros((1, 23))
    joint_pos[0, JOINT_NAMES.index("left_knee_joint")] = knee
    pos = Kinematics.of(Configuration(np.zeros((1, 3)), np.eye(4)[:1], joint_pos)).body_pos[0]
    hip, ankle = (pos[BODY_NAMES.index(f"left_{name}_link")] for name in ("hip_roll", "ankle_roll"))
    return float(np.linalg.norm(hip - ankle))


_LONGEST_LEG = _leg_length(0.26)


def assemble(lower: LowerBody, upper: UpperBody, fps: float) -> Configuration:
    """Solve the whole body for all frames together.

    Args:
        lower: Legs and pelvis, T frames.
        upper: Arms and trunk, T frames.
        fps: Frames per second.
    """
    frames = len(lower.com_w)
    joint_pos = np.zeros((frames, len(JOINT_NAMES)))
    joint_pos[:, :12] = lower.leg_joint_pos
    joint_pos[:, _WAIST] = lower.waist_yaw + upper.twist
    joint_pos[:, _WAIST + 1 :] = _soften(upper.arm_joint_pos, JOINT_LOWER[_WAIST + 1 :], JOINT_UPPER[_WAIST + 1 :])
    bend = rotation.from_axis_angle(np.stack([0.0 * upper.bend, upper.bend, 0.0 * upper.bend], axis=-1))
    quat = rotation.multiply(lower.pelvis_quat_w, bend)
    root = np.concatenate([lower.com_w, (lower.pelvis_height - upper.drop)[:, None]], axis=1)
    now = Configuration(root, quat, joint_pos)
    for number in range(_ROUNDS):
        root = now.root_pos_w.copy()
        root[:, 2] = reachable_height(root, quat, lower.ankle_pos_w, lower.pelvis_height - upper.drop, fps)
        now = Configuration(root, quat, now.joint_pos)
        now = place_feet(now, lower.ankle_pos_w, lower.ankle_quat_w, iterations=6 if number == 0 else 2)
        if number == _ROUNDS - 2:
            now = separate_arms(now)
        if number < _ROUNDS - 1:
            _, com = centre_of_mass(Kinematics.of(now))
            away = gaussian_filter1d(com[:, :2] - now.root_pos_w[:, :2], _COMPENSATION_S * fps, axis=0, mode="nearest")
            root = np.concatenate([lower.com_w - away, now.root_pos_w[:, 2:]], axis=1)
            now = Configuration(root, quat, now.joint_pos)
    return place_feet(now, lower.ankle_pos_w, lower.ankle_quat_w, iterations=3)


def _soften(joint_pos: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> np.ndarray:
    """Joint positions that approach their limits without ever reaching them, and are as they were elsewhere."""
    above = np.maximum(joint_pos - (upper - _LIMIT_ZONE), 0.0)
    below = np.maximum(lower + _LIMIT_ZONE - joint_pos, 0.0)
    inner = np.clip(joint_pos, lower + _LIMIT_ZONE, upper - _LIMIT_ZONE)
    reach = 0.9 * _LIMIT_ZONE
    return inner + reach * (np.tanh(above / reach) - np.tanh(below / reach))


def reachable_height(
    root_pos_w: np.ndarray, root_quat_w: np.ndarray, ankle_pos_w: np.ndarray, wanted: np.ndarray, fps: float
) -> np.ndarray:
    """Heights (T,) of the pelvis, at most the `wanted` ones, at which both legs reach their feet, smooth.

    Args:
        root_pos_w: Pelvis, (T, 3), metres; x and y count.
        root_quat_w: Its orientation, (T, 4).
        ankle_pos_w: Origins of the ankle roll links, (T, 2, 3), metres.
        wanted: (T,), metres.
        fps: Frames per second.
    """
    bound = wanted.copy()
    for side in range(2):
        hip = rotation.rotate(root_quat_w, np.tile(_HIPS[side], (len(wanted), 1)))
        gap = root_pos_w[:, :2] + hip[:, :2] - ankle_pos_w[:, side, :2]
        rise = np.sqrt(np.maximum(_LONGEST_LEG**2 - (gap * gap).sum(-1), 0.01))
        bound = np.minimum(bound, ankle_pos_w[:, side, 2] + rise - hip[:, 2])
    window = max(1, round(2.0 * _HEIGHT_S * fps))
    low = minimum_filter1d(bound, 2 * window + 1, mode="nearest")
    return gaussian_filter1d(low, 0.5 * window, mode="nearest", radius=window)
