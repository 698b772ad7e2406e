"""Names and orders of the 23-DoF Unitree G1: joints, bodies, keypoints and their left-right pairs."""

from __future__ import annotations

LEG_JOINTS = ("hip_pitch", "hip_roll", "hip_yaw", "knee", "ankle_pitch", "ankle_roll")
ARM_JOINTS = ("shoulder_pitch", "shoulder_roll", "shoulder_yaw", "elbow", "wrist_roll")

JOINT_NAMES: tuple[str, ...] = (
    *(f"left_{name}_joint" for name in LEG_JOINTS),
    *(f"right_{name}_joint" for name in LEG_JOINTS),
    "waist_yaw_joint",
    *(f"left_{name}_joint" for name in ARM_JOINTS),
    *(f"right_{name}_joint" for name in ARM_JOINTS),
)
"""The 23 joints in the order of the Unitree SDK (its 29 motors without 13, 14, 20, 21, 27, 28)."""

SDK_MOTOR_INDICES: tuple[int, ...] = (*range(13), *range(15, 20), *range(22, 27))
"""Index of each of the 23 joints among the 29 motors of the Unitree SDK."""

SDK_JOINT_NAMES: tuple[str, ...] = (
    *JOINT_NAMES[:13],
    "waist_roll_joint",
    "waist_pitch_joint",
    *JOINT_NAMES[13:18],
    "left_wrist_pitch_joint",
    "left_wrist_yaw_joint",
    *JOINT_NAMES[18:],
    "right_wrist_pitch_joint",
    "right_wrist_yaw_joint",
)
"""All 29 joints of the larger G1 in the order of the SDK, which is also that of Unitree's and mjlab's models."""

BODY_NAMES: tuple[str, ...] = (
    "pelvis",
    *(f"left_{name}_link" for name in LEG_JOINTS),
    *(f"right_{name}_link" for name in LEG_JOINTS),
    "torso_link",
    *(f"left_{name}_link" for name in ARM_JOINTS),
    *(f"right_{name}_link" for name in ARM_JOINTS),
)
"""The 24 moving bodies; body i + 1 is the child of joint i."""

KEYPOINT_NAMES: tuple[str, ...] = (*BODY_NAMES, "head", "left_hand", "right_hand")
"""The 27 keypoints of the paper (B.2): the moving bodies' origins, the head and the two palms."""

FOOT_NAMES: tuple[str, ...] = ("left_ankle_roll_link", "right_ankle_roll_link")


def mirrored_name(name: str) -> str:
    """Return the name on the other side: left_x <-> right_x; names without a side are returned as they are."""
    if name.startswith("left_"):
        return "right_" + name.removeprefix("left_")
    if name.startswith("right_"):
        return "left_" + name.removeprefix("right_")
    return name
