"""Mirror maps of the tracking MDP: reflection at the plane y = 0, left <-> right.

Every quantity mirrors by a permutation with signs of its last axis, so a whole observation does, too: one gather and
one product. For training convert the map once with `SignedPermutation.like`, then call it in every step.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from genmimic import rotation
from genmimic.robot.names import JOINT_NAMES, KEYPOINT_NAMES, mirrored_name
from genmimic.rotation import Array
from genmimic.tracking.state import RANDOMIZED_MASS_BODIES, Goal, RobotState, SimulationParameters


@dataclass(frozen=True)
class SignedPermutation:
    """The map x -> signs * x[..., indices] on the last axis.

    Attributes:
        indices: (D,) integers.
        signs: (D,) of +1 and -1.
    """

    indices: Array
    signs: Array

    def __len__(self) -> int:
        """Length D of the axis it acts on."""
        return len(self.indices)

    def __call__(self, x: Array) -> Array:
        """Mirror (..., D); the map must be of the array library and device of `x` (see `like`)."""
        return x[..., self.indices] * self.signs

    def like(self, x: Array) -> SignedPermutation:
        """Return the same map as arrays of the library, device and floating type of `x`."""
        if rotation.namespace(x) is np:
            return SignedPermutation(np.asarray(self.indices), np.asarray(self.signs, dtype=x.dtype))
        import torch

        return SignedPermutation(
            torch.as_tensor(np.asarray(self.indices), device=x.device, dtype=torch.long),
            torch.as_tensor(np.asarray(self.signs), device=x.device, dtype=x.dtype),
        )

    def repeated(self, times: int) -> SignedPermutation:
        """Return the map of `times` copies of the axis, one after another."""
        return concatenate([self] * times)


def concatenate(maps: Iterable[SignedPermutation]) -> SignedPermutation:
    """Map of several quantities laid one after another."""
    maps = list(maps)
    starts = np.cumsum([0, *(len(m) for m in maps)])[:-1]
    return SignedPermutation(
        np.concatenate([m.indices + start for m, start in zip(maps, starts, strict=True)]),
        np.concatenate([m.signs for m in maps]),
    )


def by_name(names: Sequence[str], signs: Sequence[float] = (1.0,)) -> SignedPermutation:
    """Map of one entry of `len(signs)` components per name: left and right swap, each component takes its sign."""
    width = len(signs)
    swap = [list(names).index(mirrored_name(name)) for name in names]
    indices = [width * partner + component for partner in swap for component in range(width)]
    return SignedPermutation(np.array(indices), np.tile(np.asarray(signs, dtype=np.float64), len(names)))


POLAR = (1.0, -1.0, 1.0)
"""Signs of positions, velocities and forces."""
AXIAL = (-1.0, 1.0, -1.0)
"""Signs of angular velocities and moments."""
QUATERNION = (1.0, -1.0, 1.0, -1.0)
"""Signs of orientations w, x, y, z."""

_SIDES = ("left_", "right_")

VECTOR = by_name(("pelvis",), POLAR)
ANGULAR = by_name(("pelvis",), AXIAL)
ORIENTATION = by_name(("pelvis",), QUATERNION)
JOINTS = SignedPermutation(
    by_name(JOINT_NAMES).indices,
    # the axes of roll and yaw joints lie in the mirror plane: their angles change sign
    np.array([-1.0 if "roll" in name or "yaw" in name else 1.0 for name in JOINT_NAMES]),
)
JOINT_FACTORS = by_name(JOINT_NAMES)
KEYPOINT_VECTORS = by_name(KEYPOINT_NAMES, POLAR)
KEYPOINT_ANGULAR = by_name(KEYPOINT_NAMES, AXIAL)
KEYPOINT_ORIENTATIONS = by_name(KEYPOINT_NAMES, QUATERNION)
FEET = by_name(_SIDES)
FOOT_VECTORS = by_name(_SIDES, POLAR)
MASSES = by_name(RANDOMIZED_MASS_BODIES)


def mirror_state(state: RobotState) -> RobotState:
    """State of the mirrored robot."""
    return RobotState(
        root_pos_w=_apply(VECTOR, state.root_pos_w),
        root_quat_w=_apply(ORIENTATION, state.root_quat_w),
        root_lin_vel_w=_apply(VECTOR, state.root_lin_vel_w),
        root_ang_vel_w=_apply(ANGULAR, state.root_ang_vel_w),
        joint_pos=_apply(JOINTS, state.joint_pos),
        joint_vel=_apply(JOINTS, state.joint_vel),
        keypoint_pos_w=_apply(KEYPOINT_VECTORS, state.keypoint_pos_w, axes=2),
        keypoint_quat_w=_apply(KEYPOINT_ORIENTATIONS, state.keypoint_quat_w, axes=2),
        keypoint_lin_vel_w=_apply(KEYPOINT_VECTORS, state.keypoint_lin_vel_w, axes=2),
        keypoint_ang_vel_w=_apply(KEYPOINT_ANGULAR, state.keypoint_ang_vel_w, axes=2),
        foot_force_w=_apply(FOOT_VECTORS, state.foot_force_w, axes=2),
        last_action=_apply(JOINTS, state.last_action),
    )


def mirror_goal(goal: Goal) -> Goal:
    """Goal of the mirrored robot."""
    return Goal(
        keypoint_pos_w=_apply(KEYPOINT_VECTORS, goal.keypoint_pos_w, axes=2),
        root_pos_w=_apply(VECTOR, goal.root_pos_w),
        root_quat_w=_apply(ORIENTATION, goal.root_quat_w),
    )


def mirror_parameters(parameters: SimulationParameters) -> SimulationParameters:
    """Parameters of the mirrored robot; factors swap sides and keep their sign."""
    return replace(
        parameters,
        base_com_offset_b=_apply(VECTOR, parameters.base_com_offset_b),
        foot_friction=_apply(FEET, parameters.foot_friction),
        link_mass_scale=_apply(MASSES, parameters.link_mass_scale),
        kd_scale=_apply(JOINT_FACTORS, parameters.kd_scale),
        kp_scale=_apply(JOINT_FACTORS, parameters.kp_scale),
        motor_strength=_apply(JOINT_FACTORS, parameters.motor_strength),
    )


def _apply(mirror: SignedPermutation, x: Array, axes: int = 1) -> Array:
    """Mirror over the last `axes` axes laid out as one."""
    flat = x.reshape(*x.shape[: x.ndim - axes], -1)
    return mirror.like(x)(flat).reshape(x.shape)
