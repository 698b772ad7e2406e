"""Joint rotations from joint positions: for data that store where the joints are but not how they are turned.

Positions leave some rotations open. They are closed as follows: pelvis and chest frames take their left axis from the
hips and the shoulders and their up axis from the line between hips and neck; knees and elbows are hinges, whose axis
is the normal of the bent limb; the forearm is neither pronated nor supinated; the wrist is straight; the head looks
where the chest does unless it is tilted.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from genmimic import rotation
from genmimic.errors import InputError
from genmimic.motion import checks, skeleton
from genmimic.motion.human_motion import HumanMotion

REST_DIRECTIONS: dict[str, tuple[float, float, float]] = {
    "left_knee": (0.0, -1.0, 0.0),
    "right_knee": (0.0, -1.0, 0.0),
    "left_ankle": (0.0, -1.0, 0.0),
    "right_ankle": (0.0, -1.0, 0.0),
    "left_elbow": (1.0, 0.0, 0.0),
    "right_elbow": (-1.0, 0.0, 0.0),
    "left_wrist": (1.0, 0.0, 0.0),
    "right_wrist": (-1.0, 0.0, 0.0),
    "head": (0.0, 1.0, 0.0),
}
"""Directions of the limbs in the rest pose (T-pose), SMPL body frame: x left, y up, z forward."""

_HINGE_PRIOR = 0.15
"""Weight of the neighbouring frame's axis against the sine of the bend: it decides only for nearly straight limbs."""


def human_from_joint_positions(
    name: str,
    fps: float,
    joint_pos_w: np.ndarray,
    *,
    confidence: np.ndarray | None = None,
    foot_contact: np.ndarray | None = None,
    source: str = "",
    licence: str = "",
) -> HumanMotion:
    """Build a HumanMotion whose joints lie where `joint_pos_w` says.

    Bone lengths are the medians over the clip; bones that stretch in the data do not stretch in the result.

    Args:
        name: Clip name.
        fps: Frames per second.
        joint_pos_w: (T, 22, 3) metres, world z up, in the order of `skeleton.JOINT_NAMES`.
        confidence: (T, 22) in [0, 1]; default 1.
        foot_contact: (T, 2) in [0, 1]; default 0.5, unknown: the retargeter then decides by geometry alone.
        source: Where the motion comes from.
        licence: Licence of the motion data.

    Raises:
        InputError: Wrong shape, NaN, no frames, or joints that coincide so that no frame can be built.
    """
    pos = np.asarray(joint_pos_w, dtype=np.float64)
    checks.require_shape(name, "joint_pos_w", pos, (None, len(skeleton.JOINT_NAMES), 3))
    if len(pos) == 0:
        raise InputError(f"{name}: field 'joint_pos_w' has no frames.")
    checks.require_finite(name, "joint_pos_w", pos)
    world_quat = _world_orientations(name, pos)
    offsets = _rest_offsets(pos, world_quat)
    parents = np.array(skeleton.PARENTS[1:])
    local_quat = np.concatenate(
        [world_quat[:, :1], rotation.multiply(rotation.conjugate(world_quat[:, parents]), world_quat[:, 1:])], axis=1
    )
    return HumanMotion(
        name=name,
        fps=fps,
        root_pos_w=pos[:, 0],
        local_quat=rotation.normalize(rotation.make_continuous(local_quat)),
        offsets=offsets,
        confidence=np.ones(pos.shape[:2]) if confidence is None else confidence,
        foot_contact=np.full((len(pos), 2), 0.5) if foot_contact is None else foot_contact,
        source=source,
        licence=licence,
        assumptions={"joint_rotations": "from joint positions"},
    )


def _world_orientations(name: str, pos: np.ndarray) -> np.ndarray:
    """World orientations (T, 22, 4) of SMPL's joint frames that explain the positions (T, 22, 3)."""
    p = {joint: pos[:, i] for joint, i in skeleton.INDEX.items()}
    up = p["neck"] - 0.5 * (p["left_hip"] + p["right_hip"])
    pelvis = _frame(name, "hips and neck", x=p["left_hip"] - p["right_hip"], y=up, keep="x")
    chest = _frame(name, "shoulders and neck", x=p["left_shoulder"] - p["right_shoulder"], y=up, keep="y")
    quat = {"pelvis": pelvis}
    for joint, child, share in (("spine1", "spine2", 1 / 3), ("spine2", "spine3", 2 / 3), ("spine3", "neck", 1.0)):
        quat[joint] = _follow(rotation.slerp(pelvis, chest, np.full(len(pos), share)), p[child] - p[joint])
    chest = quat["spine3"]
    quat["head"] = quat["neck"] = swing(chest, REST_DIRECTIONS["head"], p["head"] - p["neck"])
    for side, sign in (("left", 1.0), ("right", -1.0)):
        hip, knee, ankle, toe = (p[f"{side}_{joint}"] for joint in ("hip", "knee", "ankle", "foot"))
        left = rotation.rotate(pelvis, np.array([1.0, 0.0, 0.0]))
        axis = _hinge_axis(np.cross(rotation.unit(knee - hip), rotation.unit(ankle - knee)), left)
        quat[f"{side}_hip"] = _frame(name, f"{side} thigh", x=axis, y=hip - knee, keep="y")
        quat[f"{side}_knee"] = _frame(name, f"{side} shin", x=axis, y=knee - ankle, keep="y")
        quat[f"{side}_ankle"] = quat[f"{side}_foot"] = _foot_frame(name, side, ankle, toe, axis)
        shoulder, elbow, wrist = (p[f"{side}_{joint}"] for joint in ("shoulder", "elbow", "wrist"))
        quat[f"{side}_collar"] = _follow(chest, shoulder - p[f"{side}_collar"])
        straight = swing(chest, REST_DIRECTIONS[f"{side}_elbow"], elbow - shoulder)
        down = rotation.rotate(straight, np.array([0.0, 1.0, 0.0]))
        axis = _hinge_axis(-sign * np.cross(rotation.unit(elbow - shoulder), rotation.unit(wrist - elbow)), down)
        quat[f"{side}_shoulder"] = _frame(name, f"{side} upper arm", x=sign * (elbow - shoulder), y=axis, keep="x")
        quat[f"{side}_elbow"] = _frame(name, f"{side} forearm", x=sign * (wrist - elbow), y=axis, keep="x")
        quat[f"{side}_wrist"] = quat[f"{side}_elbow"]
    return np.stack([quat[joint] for joint in skeleton.JOINT_NAMES], axis=1)


def _rest_offsets(pos: np.ndarray, world_quat: np.ndarray) -> np.ndarray:
    """Rest offsets (22, 3): median bone lengths along the rest directions; trunk joints where they lie on average."""
    offsets = np.zeros((pos.shape[1], 3))
    for joint, parent in enumerate(skeleton.PARENTS):
        if parent < 0:
            continue
        bone = pos[:, joint] - pos[:, parent]
        direction = REST_DIRECTIONS.get(skeleton.JOINT_NAMES[joint])
        if direction is None:
            offsets[joint] = np.median(rotation.rotate_inverse(world_quat[:, parent], bone), axis=0)
        else:
            offsets[joint] = np.median(np.linalg.norm(bone, axis=-1)) * np.array(direction)
    return offsets


def _foot_frame(name: str, side: str, ankle: np.ndarray, toe: np.ndarray, axis: np.ndarray) -> np.ndarray:
    """Foot orientation: level where the foot stands, pitched by how much ankle-to-toe rises above its usual slope."""
    forward = toe - ankle
    slope = np.arcsin(np.clip(rotation.unit(forward)[:, 2], -1.0, 1.0))
    low = ankle[:, 2] + toe[:, 2] <= np.percentile(ankle[:, 2] + toe[:, 2], 30)
    level = np.median(slope[low])
    frame = _frame(name, f"{side} foot", x=axis, z=forward, keep="z")
    pitch = np.zeros((len(ankle), 3))
    pitch[:, 0] = level  # about the frame's own x (left): nose up for a toe that lies below the ankle when standing
    return rotation.multiply(frame, rotation.from_axis_angle(pitch))


def _frame(
    name: str,
    what: str,
    *,
    x: np.ndarray | None = None,
    y: np.ndarray | None = None,
    z: np.ndarray | None = None,
    keep: str,
) -> np.ndarray:
    """Orientation (T, 4) of the frame with one axis kept as given and the other made orthogonal to it."""
    given = {axis: value for axis, value in (("x", x), ("y", y), ("z", z)) if value is not None}
    kept = rotation.unit(given[keep])
    (other,) = (axis for axis in given if axis != keep)
    second = given[other] - (given[other] * kept).sum(-1, keepdims=True) * kept
    flat = np.minimum(np.linalg.norm(second, axis=-1), np.linalg.norm(given[keep], axis=-1)) < 1e-6
    if flat.any():
        raise InputError(
            f"{name}: field 'joint_pos_w': {what} coincide or lie on one line in frame {int(flat.argmax())}, so that "
            "no orientation can be found; cut these frames."
        )
    axes = {keep: kept, other: rotation.unit(second)}
    if "x" not in axes:
        axes["x"] = np.cross(axes["y"], axes["z"])
    elif "y" not in axes:
        axes["y"] = np.cross(axes["z"], axes["x"])
    else:
        axes["z"] = np.cross(axes["x"], axes["y"])
    return rotation.from_matrix(np.stack([axes["x"], axes["y"], axes["z"]], axis=-1))


def swing(frame: np.ndarray, rest: Sequence[float] | np.ndarray, direction: np.ndarray) -> np.ndarray:
    """Turn `frame` (T, 4) by the shortest rotation that takes its axis `rest` to `direction` (T, 3)."""
    start = rotation.rotate(frame, rotation.unit(np.asarray(rest)))
    end = rotation.unit(direction)
    real = 1.0 + (start * end).sum(-1, keepdims=True)
    quat = np.concatenate([np.maximum(real, 1e-9), np.cross(start, end)], axis=-1)
    return rotation.multiply(rotation.normalize(quat), frame)


def _follow(frame: np.ndarray, bone: np.ndarray) -> np.ndarray:
    """Turn `frame` (T, 4) so that its bone (T, 3) keeps in it the direction that it has there on average."""
    return swing(frame, np.median(rotation.rotate_inverse(frame, bone), axis=0), bone)


def _hinge_axis(normal: np.ndarray, prior: np.ndarray) -> np.ndarray:
    """Axis (T, 3) of a hinge: the normal of the bent limb (length: sine of the bend), carried over straight frames."""
    axis = np.empty_like(normal)
    current = prior[0]
    for frame in range(len(normal)):
        current = normal[frame] + _HINGE_PRIOR * (0.5 * current + 0.5 * prior[frame])
        current /= max(float(np.linalg.norm(current)), 1e-9)
        axis[frame] = current
    return axis
