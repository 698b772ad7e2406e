"""The robot's constants as arrays of whatever library, type and device a computation runs on.

Each is converted once and kept, so that nothing is copied to a GPU in a training step. Code that is compiled must be
run once outside, which fills the table.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from genmimic import rotation
from genmimic.robot import constants
from genmimic.robot.names import FOOT_NAMES, JOINT_NAMES, KEYPOINT_NAMES
from genmimic.rotation import Array

LEFT_FOOT, RIGHT_FOOT = (KEYPOINT_NAMES.index(name) for name in FOOT_NAMES)
TORSO = KEYPOINT_NAMES.index("torso_link")

# TWIST's robot has no wrist roll: it gets the weight of the shoulders
_TWIST_WEIGHT = {"hip_pitch": 1.0, "knee": 1.0, "elbow": 1.0, "ankle": 0.5, "waist": 0.6}


def _twist_weight(joint: str) -> float:
    return next((weight for part, weight in _TWIST_WEIGHT.items() if part in joint), 0.8)


_IS_ANKLE = np.array(["ankle" in name for name in JOINT_NAMES], dtype=np.float64)
_VALUES: dict[str, np.ndarray] = {
    "joint_lower": constants.JOINT_LOWER,
    "joint_upper": constants.JOINT_UPPER,
    "effort_limit": constants.EFFORT_LIMIT,
    "default_joint_pos": constants.DEFAULT_JOINT_POS,
    "keypoint_weights": constants.KEYPOINT_WEIGHTS / constants.KEYPOINT_WEIGHTS.sum(),
    "joint_weights": constants.JOINT_WEIGHTS / constants.JOINT_WEIGHTS.sum(),
    "uniform_keypoint_weights": np.full(len(KEYPOINT_NAMES), 1.0 / len(KEYPOINT_NAMES)),
    "uniform_joint_weights": np.full(len(JOINT_NAMES), 1.0 / len(JOINT_NAMES)),
    "twist_joint_weights": np.array([_twist_weight(name) for name in JOINT_NAMES]),
    "is_ankle": _IS_ANKLE,
}
# looked up in plain dictionaries, which torch.compile can see through, unlike functools' caches; tensors have their
# own, since it cannot look past a key with a type of numpy's
_ARRAYS: dict[tuple[str, Any], Array] = {}
_TENSORS: dict[tuple[str, Any, Any], Array] = {}


def constant(name: str, like: Array) -> Array:
    """Constant `name` as an array of the library, floating type and device of `like`.

    Args:
        name: One of 'joint_lower', 'joint_upper', 'effort_limit', 'default_joint_pos', 'joint_weights',
            'uniform_joint_weights', 'twist_joint_weights', 'is_ankle' (23,), 'keypoint_weights',
            'uniform_keypoint_weights' (27,). Weights sum to 1 but for TWIST's weights of joint errors.
        like: Any array of the computation.
    """
    xp = rotation.namespace(like)
    if xp is np:
        converted = _ARRAYS.get((name, like.dtype))
        if converted is None:
            converted = _ARRAYS[name, like.dtype] = _VALUES[name].astype(like.dtype)
        return converted
    converted = _TENSORS.get((name, like.dtype, like.device))
    if converted is None:
        # a copy: torch wants its memory writable
        tensor = xp.as_tensor(np.array(_VALUES[name]), dtype=like.dtype, device=like.device)
        converted = _TENSORS[name, like.dtype, like.device] = tensor
    return converted


def of_feet(keypoints: Array) -> Array:
    """Left and right foot, (..., 2, n), of keypoint quantities (..., 27, n).

    Two plain indices: a list of them would be copied to the GPU in every call.
    """
    xp = rotation.namespace(keypoints)
    return xp.stack([keypoints[..., LEFT_FOOT, :], keypoints[..., RIGHT_FOOT, :]], -2)
