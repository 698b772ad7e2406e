"""Limits, gains, defaults and keypoint weights of the 23-DoF G1, in the order of `names.JOINT_NAMES`.

Sources:
    Joint limits: Unitree's `g1_23dof_rev_1_0` (`robot.bodies`).
    Effort and velocity limits, rotor inertias: mjlab 1.6.0 `unitree_g1/g1_constants.py`, after Unitree's motor data
        (motors 7520-14, 7520-22 and 5020). The ankle is driven by two 5020 motors through a parallel linkage of
        nominal ratio 1, so that its effort limit and armature are those of both.
    Gains: GenMimic paper, Appendix D. Action scale and clip: appendix B.1, eq. 4. Weights: appendix B.3.
    Default pose: ours (the paper gives none).
"""

from __future__ import annotations

import numpy as np

from genmimic.robot.bodies import BODIES
from genmimic.robot.names import BODY_NAMES, JOINT_NAMES, KEYPOINT_NAMES


def per_joint(values: dict[str, float], default: float = 0.0) -> np.ndarray:
    """Spread values given by joint kind over the 23 joints.

    Args:
        values: From a joint's name without side and `_joint` (such as 'hip_pitch') to its value.
        default: Value of the joints not named.

    Returns:
        Read-only array (23,).
    """
    kinds = [name.removeprefix("left_").removeprefix("right_").removesuffix("_joint") for name in JOINT_NAMES]
    unknown = set(values) - set(kinds)
    if unknown:
        raise KeyError(f"unknown joint kinds {sorted(unknown)}")
    return _constant([values.get(kind, default) for kind in kinds])


def _constant(values: object) -> np.ndarray:
    array = np.array(values, dtype=np.float64)
    array.setflags(write=False)
    return array


JOINT_LOWER: np.ndarray = _constant([body.limits[0] for body in BODIES if body.limits])
JOINT_UPPER: np.ndarray = _constant([body.limits[1] for body in BODIES if body.limits])
"""Joint limits, radians, (23,)."""

_LEG_EFFORT = {"hip_pitch": 88.0, "hip_roll": 139.0, "hip_yaw": 88.0, "knee": 139.0}
EFFORT_LIMIT: np.ndarray = per_joint({**_LEG_EFFORT, "ankle_pitch": 50.0, "ankle_roll": 50.0, "waist_yaw": 88.0}, 25.0)
"""Largest torque, N m, (23,)."""

_LEG_SPEED = {"hip_pitch": 32.0, "hip_roll": 20.0, "hip_yaw": 32.0, "knee": 20.0}
VELOCITY_LIMIT: np.ndarray = per_joint({**_LEG_SPEED, "waist_yaw": 32.0}, 37.0)
"""Largest joint speed, rad/s, (23,)."""


def reflected_inertia(rotor_inertias: tuple[float, float, float], gears: tuple[float, float, float]) -> float:
    """Inertia of a two-stage planetary drive seen at its output, kg m^2.

    Args:
        rotor_inertias: Of the rotor, the first and the second stage, kg m^2.
        gears: Ratio of each to the one before it; the first is 1.
    """
    _, first, second = gears
    return rotor_inertias[0] * (first * second) ** 2 + rotor_inertias[1] * second**2 + rotor_inertias[2]


_ROTOR_5020 = reflected_inertia((0.139e-4, 0.017e-4, 0.169e-4), (1, 1 + 46 / 18, 1 + 56 / 16))
_ROTOR_7520_14 = reflected_inertia((0.489e-4, 0.098e-4, 0.533e-4), (1, 4.5, 1 + 48 / 22))
_ROTOR_7520_22 = reflected_inertia((0.489e-4, 0.109e-4, 0.738e-4), (1, 4.5, 5))
ARMATURE: np.ndarray = per_joint(
    {
        "hip_pitch": _ROTOR_7520_14,
        "hip_roll": _ROTOR_7520_22,
        "hip_yaw": _ROTOR_7520_14,
        "knee": _ROTOR_7520_22,
        "ankle_pitch": 2 * _ROTOR_5020,
        "ankle_roll": 2 * _ROTOR_5020,
        "waist_yaw": _ROTOR_7520_14,
    },
    _ROTOR_5020,
)
"""Rotor inertia reflected to the joint, kg m^2, (23,)."""

_HIPS = ("hip_pitch", "hip_roll", "hip_yaw")
_ANKLES = ("ankle_pitch", "ankle_roll")
KP: np.ndarray = per_joint({**dict.fromkeys(_HIPS, 200.0), "knee": 300.0, **dict.fromkeys(_ANKLES, 40.0)}, 100.0)
"""Proportional gains, N m/rad, (23,)."""
KD: np.ndarray = per_joint({**dict.fromkeys(_HIPS, 5.0), "knee": 6.0, **dict.fromkeys(_ANKLES, 2.0)}, 2.0)
"""Derivative gains, N m s/rad, (23,)."""

_DEFAULT = per_joint({"hip_pitch": -0.1, "knee": 0.3, "ankle_pitch": -0.2, "shoulder_pitch": 0.2, "elbow": 0.6})
_OUTWARD_ROLL = [{"left_shoulder_roll_joint": 0.2, "right_shoulder_roll_joint": -0.2}.get(n, 0.0) for n in JOINT_NAMES]
DEFAULT_JOINT_POS: np.ndarray = _constant(_DEFAULT + np.array(_OUTWARD_ROLL))
"""Joint positions of the default pose, around which actions are given, radians, (23,)."""

ACTION_SCALE: float = 0.25
"""Radians of joint target per unit of action (eq. 4)."""
ACTION_CLIP: float = 10.0
"""Actions are clipped to this magnitude before they are scaled (eq. 4)."""

SOLE_HEIGHT: float = 0.035
"""Distance of the sole below the origin of the ankle roll link, metres."""

HEAD_OFFSET: np.ndarray = _constant([0.0, 0.0, 0.42])
"""The head keypoint in the torso link's frame, metres: the middle of the head's shell."""
HAND_OFFSET: np.ndarray = _constant([0.16, 0.0, 0.0])
"""Both hand keypoints in the wrist roll link's frame, metres: the palm, on the roll axis. The rubber hand's mesh runs
from 0.12 to 0.25 m; the 29-DoF model's palm site lies at 0.164 m."""

END_EFFECTOR, UPPER, LOWER = "end_effector", "upper", "lower"


def _keypoint_class(name: str) -> str:
    if name not in BODY_NAMES:
        return END_EFFECTOR
    return LOWER if any(part in name for part in ("pelvis", "hip", "knee", "ankle")) else UPPER


KEYPOINT_CLASSES: tuple[str, ...] = tuple(_keypoint_class(name) for name in KEYPOINT_NAMES)
"""Class of each of the 27 keypoints: head and hands, torso and arms, pelvis and legs."""
KEYPOINT_WEIGHTS: np.ndarray = _constant([{END_EFFECTOR: 4.0, UPPER: 2.0, LOWER: 1.0}[c] for c in KEYPOINT_CLASSES])
"""Weight of each keypoint, (27,), not normalised."""
JOINT_WEIGHTS: np.ndarray = _constant(
    [1.0 if any(p in n for p in ("hip", "knee", "ankle")) else 2.0 for n in JOINT_NAMES]
)
"""Weight of each joint, (23,), not normalised: upper body 2, legs 1."""
