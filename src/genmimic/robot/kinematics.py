"""Forward kinematics of the G1's 27 keypoints, vectorised, for numpy arrays and torch tensors alike.

Bodies of equal depth in the tree are computed together: seven levels instead of 24 bodies, no branch that depends
on the data, constants converted once per dtype and device. `torch.compile(fullgraph=True)` takes these functions
after one call outside the compiled code, which converts the constants.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from genmimic import rotation
from genmimic.robot.bodies import BODIES, PARENTS
from genmimic.robot.constants import HAND_OFFSET, HEAD_OFFSET
from genmimic.robot.names import BODY_NAMES, KEYPOINT_NAMES
from genmimic.rotation import Array


def _levels() -> tuple[tuple[int, ...], ...]:
    depth = [0] * len(BODIES)
    for body, parent in enumerate(PARENTS):
        depth[body] = 0 if parent < 0 else depth[parent] + 1
    return tuple(tuple(b for b in range(len(BODIES)) if depth[b] == d) for d in range(max(depth) + 1))


_LEVELS = _levels()
_LEVEL_ORDER: tuple[int, ...] = tuple(body for level in _LEVELS for body in level)
# for each level but the first, where its bodies' parents stand in the level before
_PARENT_SLOTS = tuple(tuple(above.index(PARENTS[body]) for body in level) for above, level in pairwise(_LEVELS))
_EXTRA_PARENTS = tuple(BODY_NAMES.index(n) for n in ("torso_link", "left_wrist_roll_link", "right_wrist_roll_link"))
_KEYPOINT_SLOTS = tuple(_LEVEL_ORDER.index(body) for body in (*range(len(BODY_NAMES)), *_EXTRA_PARENTS))


@dataclass(frozen=True)
class _Tables:
    """The model as arrays of one kind; bodies and joints in level order, without the pelvis."""

    joint_order: Array  # (23,) index of each body's joint
    axis: Array  # (23, 3) joint axis in the body's frame
    offset: Array  # (23, 3) origin in the parent's frame
    rest_quat: Array  # (23, 4) orientation in the parent's frame at joint position zero
    turned_quat: Array  # (23, 4) rest_quat times the pure quaternion of the axis
    parent_slots: tuple[Array, ...]
    keypoint_slots: Array  # (27,) index into the bodies in level order
    keypoint_offset: Array  # (27, 3) in the carrying body's frame


def _numpy_tables() -> _Tables:
    bodies = [BODIES[i] for i in _LEVEL_ORDER[1:]]
    rest_quat = rotation.normalize(np.array([body.quat for body in bodies]))
    axis = np.array([body.axis for body in bodies])
    keypoint_offset = np.zeros((len(KEYPOINT_NAMES), 3))
    keypoint_offset[-3:] = HEAD_OFFSET, HAND_OFFSET, HAND_OFFSET
    return _Tables(
        joint_order=np.array(_LEVEL_ORDER[1:]) - 1,
        axis=axis,
        offset=np.array([body.pos for body in bodies]),
        rest_quat=rest_quat,
        turned_quat=rotation.multiply(rest_quat, np.concatenate([np.zeros((len(axis), 1)), axis], axis=-1)),
        parent_slots=tuple(np.array(slots) for slots in _PARENT_SLOTS),
        keypoint_slots=np.array(_KEYPOINT_SLOTS),
        keypoint_offset=keypoint_offset,
    )


# looked up in plain dictionaries, which torch.compile can see through, unlike functools' caches; tensors have their
# own, since it cannot look past a key with a type of numpy's
_ARRAYS: dict[Any, _Tables] = {}
_TENSORS: dict[tuple[Any, Any], _Tables] = {}


def _tables_like(x: Array) -> _Tables:
    if rotation.namespace(x) is np:
        tables = _ARRAYS.get(x.dtype)
        if tables is None:
            tables = _ARRAYS[x.dtype] = _convert(x)
        return tables
    tables = _TENSORS.get((x.dtype, x.device))
    if tables is None:
        tables = _TENSORS[x.dtype, x.device] = _convert(x)
    return tables


def _convert(x: Array) -> _Tables:
    xp = rotation.namespace(x)

    def convert(value: np.ndarray) -> Array:
        is_index = value.dtype.kind == "i"
        if xp is np:
            return value if is_index else value.astype(x.dtype)
        return xp.as_tensor(value, dtype=xp.int64 if is_index else x.dtype, device=x.device)

    tables = vars(_numpy_tables())
    return _Tables(**{k: tuple(map(convert, v)) if isinstance(v, tuple) else convert(v) for k, v in tables.items()})


def forward_kinematics(root_pos_w: Array, root_quat_w: Array, joint_pos: Array) -> tuple[Array, Array]:
    """Positions and orientations of the 27 keypoints.

    Args:
        root_pos_w: Pelvis origin, (..., 3), metres, world.
        root_quat_w: Pelvis orientation, (..., 4), unit quaternions w, x, y, z.
        joint_pos: (..., 23), radians, in the order of `names.JOINT_NAMES`.

    Returns:
        `keypoint_pos_w` (..., 27, 3) in metres and `keypoint_quat_w` (..., 27, 4), in the order of
        `names.KEYPOINT_NAMES`. Head and hands have the orientation of torso and wrist.
    """
    pos, quat, tables = _body_poses(root_pos_w, root_quat_w, joint_pos)
    pos, quat = pos[..., tables.keypoint_slots, :], quat[..., tables.keypoint_slots, :]
    return pos + rotation.rotate(quat, tables.keypoint_offset), quat


def _body_poses(root_pos_w: Array, root_quat_w: Array, joint_pos: Array) -> tuple[Array, Array, _Tables]:
    """Positions (..., 24, 3) and orientations (..., 24, 4) of the bodies in level order."""
    xp, tables = rotation.namespace(joint_pos), _tables_like(joint_pos)
    half = 0.5 * joint_pos[..., tables.joint_order, None]
    # rest_quat * (cos, sin * axis), the product spread over its two terms
    local_quat = xp.cos(half) * tables.rest_quat + xp.sin(half) * tables.turned_quat
    levels_pos, levels_quat = [root_pos_w[..., None, :]], [root_quat_w[..., None, :]]
    for slots, level in zip(tables.parent_slots, _level_slices(_LEVELS), strict=True):
        parent_pos, parent_quat = levels_pos[-1][..., slots, :], levels_quat[-1][..., slots, :]
        levels_pos.append(parent_pos + rotation.rotate(parent_quat, tables.offset[level]))
        levels_quat.append(rotation.multiply(parent_quat, local_quat[..., level, :]))
    return xp.concatenate(levels_pos, -2), xp.concatenate(levels_quat, -2), tables


def _level_slices(levels: Sequence[Sequence[int]]) -> list[slice]:
    ends = np.cumsum([len(level) for level in levels[1:]])
    return [slice(int(end) - len(level), int(end)) for end, level in zip(ends, levels[1:], strict=True)]


def keypoint_velocities(
    root_lin_vel_w: Array,
    root_ang_vel_w: Array,
    joint_vel: Array,
    keypoint_pos_w: Array,
    keypoint_quat_w: Array,
) -> tuple[Array, Array]:
    """Exact velocities of the 27 keypoints, by recursion from the pelvis outwards.

    Args:
        root_lin_vel_w: Velocity of the pelvis origin, (..., 3), m/s, world.
        root_ang_vel_w: Angular velocity of the pelvis, (..., 3), rad/s, world.
        joint_vel: (..., 23), rad/s.
        keypoint_pos_w: (..., 27, 3), from `forward_kinematics`.
        keypoint_quat_w: (..., 27, 4), from `forward_kinematics`.

    Returns:
        `keypoint_lin_vel_w` (..., 27, 3) in m/s and `keypoint_ang_vel_w` (..., 27, 3) in rad/s.
    """
    xp, tables = rotation.namespace(joint_vel), _tables_like(joint_vel)
    bodies = tables.joint_order + 1
    pos_w, quat_w = keypoint_pos_w[..., bodies, :], keypoint_quat_w[..., bodies, :]
    joint_ang_vel_w = rotation.rotate(quat_w, tables.axis) * joint_vel[..., tables.joint_order, None]
    levels_pos = [keypoint_pos_w[..., :1, :]]
    levels_lin, levels_ang = [root_lin_vel_w[..., None, :]], [root_ang_vel_w[..., None, :]]
    for slots, level in zip(tables.parent_slots, _level_slices(_LEVELS), strict=True):
        parent_ang = levels_ang[-1][..., slots, :]
        arm = pos_w[..., level, :] - levels_pos[-1][..., slots, :]
        levels_lin.append(levels_lin[-1][..., slots, :] + rotation.cross(parent_ang, arm))
        levels_ang.append(parent_ang + joint_ang_vel_w[..., level, :])
        levels_pos.append(pos_w[..., level, :])
    lin, ang = xp.concatenate(levels_lin, -2), xp.concatenate(levels_ang, -2)
    lin, ang = lin[..., tables.keypoint_slots, :], ang[..., tables.keypoint_slots, :]
    arm = rotation.rotate(keypoint_quat_w, tables.keypoint_offset)
    return lin + rotation.cross(ang, arm), ang
