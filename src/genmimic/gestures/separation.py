"""Move arms away from links that they would touch, smoothly over time."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter1d

from genmimic.retarget.collision import find_contacts
from genmimic.retarget.jacobian import Configuration, Kinematics
from genmimic.robot.constants import JOINT_LOWER, JOINT_UPPER

MARGIN = 0.012
"""Distance that is kept between the robot's links, metres."""
_ARMS = slice(13, 23)
_TANGENT = slice(6 + _ARMS.start, 6 + _ARMS.stop)
_ROUNDS = 14
_SMOOTHING = 4.0
"""Standard deviation in frames of the displacement over time."""
_SCALE = 0.004
"""Overlap in metres that is worth a displacement of a tenth of a radian."""
_LIMIT_MARGIN = 0.02


def separate_arms(configuration: Configuration) -> Configuration:
    """Displace the arms of T frames until all links are `MARGIN` apart, or nearly so.

    Each round pushes every contact apart by damped least squares over the ten arm joints and smooths the push.
    """
    joint_pos = configuration.joint_pos.copy()
    for _ in range(_ROUNDS):
        now = Configuration(configuration.root_pos_w, configuration.root_quat_w, joint_pos)
        kinematics = Kinematics.of(now)
        contacts = find_contacts(kinematics, MARGIN)
        rows = contacts.jacobian(kinematics)[:, _TANGENT] / _SCALE
        moves = np.abs(rows).max(axis=1, initial=0.0) > 0.0
        if not moves.any():
            break
        frame, rows = contacts.frame[moves], rows[moves]
        missing = (MARGIN + 0.002 - contacts.distance[moves]) / _SCALE
        normal = np.tile(100.0 * 0.02 * np.eye(10), (len(joint_pos), 1, 1))
        gradient = np.zeros((len(joint_pos), 10))
        np.add.at(normal, frame, rows[:, :, None] * rows[:, None])
        np.add.at(gradient, frame, rows * missing[:, None])
        push = np.linalg.solve(normal, gradient[..., None])[..., 0]
        # the filter flattens a push that lasts a moment: raised so that its peak survives
        smooth = 1.6 * gaussian_filter1d(push, _SMOOTHING, axis=0, mode="nearest")
        moved = joint_pos[:, _ARMS] + np.clip(smooth, -0.15, 0.15)
        lower, upper = JOINT_LOWER[_ARMS] + _LIMIT_MARGIN, JOINT_UPPER[_ARMS] - _LIMIT_MARGIN
        joint_pos[:, _ARMS] = np.clip(moved, lower, upper)
    return Configuration(configuration.root_pos_w, configuration.root_quat_w, joint_pos)
