"""What the legs and the pelvis do under a gesture, and what the arms would do without it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class LowerBody:
    """Motion of feet, centre of mass and pelvis over T frames; index 0 of a pair is the left side.

    Attributes:
        ankle_pos_w: Origins of the ankle roll links, (T, 2, 3), metres.
        ankle_quat_w: Their orientations, (T, 2, 4).
        stance: Whether a foot stands, (T, 2) bool.
        com_w: Where the centre of mass goes, (T, 2), metres: xy.
        pelvis_quat_w: Orientation of the pelvis before the gesture bends it, (T, 4).
        pelvis_height: Of the pelvis' origin before the gesture lowers it, (T,), metres.
        leg_joint_pos: First guess of the legs, (T, 12), radians.
        waist_yaw: (T,), radians.
        arm_swing: By how much arms at rest deviate from hanging still, (T, 10), radians.
    """

    ankle_pos_w: np.ndarray
    ankle_quat_w: np.ndarray
    stance: np.ndarray
    com_w: np.ndarray
    pelvis_quat_w: np.ndarray
    pelvis_height: np.ndarray
    leg_joint_pos: np.ndarray
    waist_yaw: np.ndarray
    arm_swing: np.ndarray
