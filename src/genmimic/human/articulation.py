"""The fit's degrees of freedom: 44 per frame, and how each turns the 22 SMPL joints.

Knees and elbows are hinges, the three spine joints share one rotation, so do neck and head, and the forearm's roll is
shared by elbow and wrist. Every joint's local rotation is an ordered product of factors; a factor is

- `ball`: a free rotation, stored as a quaternion and updated by a right-hand tangent step (root, hips, shoulders),
- `hinge`: an angle about a fixed axis,
- `vector`: a rotation vector, scaled by `gain`, where several joints share one.

Axes are SMPL's: x left, y up, z forward.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genmimic.motion.skeleton import JOINT_NAMES

_X, _Y, _Z = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)


@dataclass(frozen=True)
class Factor:
    """One factor of a joint's local rotation.

    Attributes:
        kind: "ball", "hinge" or "vector".
        dof: First of its columns among the degrees of freedom.
        ball: Which of the stored quaternions, for a ball.
        axis: Rotation axis of a hinge.
        gain: Share of the angle or rotation vector that this joint takes.
    """

    kind: str
    dof: int
    ball: int = -1
    axis: tuple[float, float, float] = _X
    gain: float = 1.0


BALL_JOINTS: tuple[str, ...] = ("pelvis", "left_hip", "right_hip", "left_shoulder", "right_shoulder")
"""Joints with a free rotation, in the order of the stored quaternions."""

DOF_NAMES: tuple[str, ...] = (
    *(f"root_{a}" for a in "xyz"),
    *(f"{joint}_r{a}" for joint in BALL_JOINTS for a in "xyz"),
    *(f"{side}_{name}" for side in ("left", "right") for name in ("knee", "ankle_x", "ankle_y", "ankle_z")),
    *(f"spine_{a}" for a in "xyz"),
    *(f"neck_{a}" for a in "xyz"),
    *(
        f"{side}_{name}"
        for side in ("left", "right")
        for name in ("collar_z", "collar_y", "elbow", "forearm_roll", "wrist_z", "wrist_y")
    ),
)
"""Names of the degrees of freedom; the first three are the root's position, the ball joints' are tangent steps."""

DOF: dict[str, int] = {name: i for i, name in enumerate(DOF_NAMES)}
DOF_COUNT = len(DOF_NAMES)
BALL_DOF = slice(3, 3 + 3 * len(BALL_JOINTS))
"""Columns that are tangent steps of the ball joints; the values stored there are not used."""


def _factors() -> tuple[tuple[Factor, ...], ...]:
    table: dict[str, list[Factor]] = {name: [] for name in JOINT_NAMES}
    for i, joint in enumerate(BALL_JOINTS):
        table[joint].append(Factor("ball", 3 + 3 * i, ball=i))
    for joint in ("spine1", "spine2", "spine3"):
        table[joint].append(Factor("vector", DOF["spine_x"], gain=1.0 / 3.0))
    for joint in ("neck", "head"):
        table[joint].append(Factor("vector", DOF["neck_x"], gain=0.5))
    for side, sign in (("left", 1.0), ("right", -1.0)):
        table[f"{side}_knee"].append(Factor("hinge", DOF[f"{side}_knee"], axis=_X))
        for name, axis in (("ankle_y", _Y), ("ankle_x", _X), ("ankle_z", _Z)):
            table[f"{side}_ankle"].append(Factor("hinge", DOF[f"{side}_{name}"], axis=axis))
        # signs make equal numbers mirror images: raised shoulder, arm forward, bent elbow, pronated forearm
        up, back, along = (0.0, 0.0, sign), (0.0, sign, 0.0), (sign, 0.0, 0.0)
        table[f"{side}_collar"].append(Factor("hinge", DOF[f"{side}_collar_z"], axis=up))
        table[f"{side}_collar"].append(Factor("hinge", DOF[f"{side}_collar_y"], axis=back))
        table[f"{side}_elbow"].append(Factor("hinge", DOF[f"{side}_elbow"], axis=(0.0, -sign, 0.0)))
        table[f"{side}_elbow"].append(Factor("hinge", DOF[f"{side}_forearm_roll"], axis=along, gain=0.5))
        table[f"{side}_wrist"].append(Factor("hinge", DOF[f"{side}_forearm_roll"], axis=along, gain=0.5))
        table[f"{side}_wrist"].append(Factor("hinge", DOF[f"{side}_wrist_z"], axis=up))
        table[f"{side}_wrist"].append(Factor("hinge", DOF[f"{side}_wrist_y"], axis=back))
    return tuple(tuple(table[name]) for name in JOINT_NAMES)


FACTORS: tuple[tuple[Factor, ...], ...] = _factors()
"""Factors of each of the 22 joints, outermost (nearest the parent) first."""


@dataclass(frozen=True)
class Pose:
    """A whole clip's pose in the fit's own variables.

    Attributes:
        values: (T, 44) root position in metres, hinge angles and rotation vectors in radians; `BALL_DOF` unused.
        balls: (T, 5, 4) quaternions of `BALL_JOINTS` relative to the parent; the first is the root in the world.
    """

    values: np.ndarray
    balls: np.ndarray

    def __len__(self) -> int:
        """Number of frames T."""
        return len(self.values)
