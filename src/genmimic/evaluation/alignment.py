"""Where a clean motion belongs beside the noisy one that was made of it.

A video tells neither where in the room nor facing which way a person moves, so the error against the clean motion is
taken after the best turn about the vertical and the best shift on the floor, one for the whole motion. Heights stay.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from genmimic import rotation
from genmimic.motion.robot_motion import RobotMotion
from genmimic.robot.kinematics import forward_kinematics


def placed_like(shown: RobotMotion, clean: RobotMotion) -> RobotMotion:
    """The clean motion turned and moved on the floor to where its keypoints are closest to the shown ones.

    Both have the same frame rate; the clean one is cut, or its last frame repeated, to the shown one's length.
    """
    frames = np.minimum(np.arange(len(shown)), len(clean) - 1)
    names = ("root_pos_w", "root_quat_w", "joint_pos", "foot_contact", "confidence")
    clean = replace(clean, **{name: getattr(clean, name)[frames] for name in names})
    wanted, found = (forward_kinematics(m.root_pos_w, m.root_quat_w, m.joint_pos)[0][..., :2] for m in (shown, clean))
    yaw, shift = floor_transform(found.reshape(-1, 2), wanted.reshape(-1, 2))
    turn = rotation.from_axis_angle(np.array([0.0, 0.0, yaw]))
    return replace(
        clean,
        root_pos_w=rotation.rotate(turn, clean.root_pos_w) + np.array([*shift, 0.0]),
        root_quat_w=rotation.multiply(np.broadcast_to(turn, clean.root_quat_w.shape), clean.root_quat_w),
    )


def floor_transform(points: np.ndarray, targets: np.ndarray) -> tuple[float, np.ndarray]:
    """The turn (radians) and then shift (2,) that bring points (M, 2) closest to targets (M, 2), least squares."""
    a, b = points - points.mean(0), targets - targets.mean(0)
    yaw = float(np.arctan2((a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]).sum(), (a * b).sum()))
    cos, sin = np.cos(yaw), np.sin(yaw)
    return yaw, targets.mean(0) - np.array([[cos, -sin], [sin, cos]]) @ points.mean(0)
