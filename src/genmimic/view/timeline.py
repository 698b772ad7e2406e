"""Robot motions sampled at the instants of a video's frames."""

from __future__ import annotations

import numpy as np

from genmimic import rotation
from genmimic.motion.robot_motion import RobotMotion
from genmimic.robot.kinematics import forward_kinematics
from genmimic.robot.names import BODY_NAMES


def frame_times(duration: float, fps: float) -> np.ndarray:
    """Times (N,), seconds, of the frames of a video that lasts at least `duration` from its first frame to its last."""
    return np.arange(int(np.ceil(duration * fps - 1e-6)) + 1) / fps


def body_poses_at(motion: RobotMotion, times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Body origins (N, 24, 3), metres, and orientations (N, 24, 4) at `times` (N,) in seconds; the ends stay."""
    at = np.clip(np.asarray(times) * motion.fps, 0.0, len(motion) - 1)
    below = np.minimum(at.astype(int), max(len(motion) - 2, 0))
    above, t = np.minimum(below + 1, len(motion) - 1), at - below
    root_pos = motion.root_pos_w[below] + t[:, None] * (motion.root_pos_w[above] - motion.root_pos_w[below])
    root_quat = rotation.slerp(motion.root_quat_w[below], motion.root_quat_w[above], t)
    joint_pos = motion.joint_pos[below] + t[:, None] * (motion.joint_pos[above] - motion.joint_pos[below])
    pos_w, quat_w = forward_kinematics(root_pos, root_quat, joint_pos)
    return pos_w[:, : len(BODY_NAMES)], quat_w[:, : len(BODY_NAMES)]
