"""Small references for simulation tests."""

from __future__ import annotations

import numpy as np

from genmimic.motion.robot_motion import RobotMotion
from genmimic.robot.model import default_qpos
from genmimic.robot.names import JOINT_NAMES

ARM = JOINT_NAMES.index("left_shoulder_pitch_joint")


def standing(seconds: float = 1.0, fps: float = 50.0, *, wave: float = 0.0) -> RobotMotion:
    """Stand in the default pose; optionally swing the left arm by `wave` radians."""
    frames = round(seconds * fps) + 1
    qpos = np.tile(default_qpos(), (frames, 1))
    time = np.arange(frames) / fps
    qpos[:, 7 + ARM] -= wave * 0.5 * (1.0 - np.cos(2.0 * np.pi * time))
    return RobotMotion(
        name="standing",
        fps=fps,
        root_pos_w=qpos[:, :3],
        root_quat_w=qpos[:, 3:7],
        joint_pos=qpos[:, 7:],
        foot_contact=np.ones((frames, 2)),
        confidence=np.ones(frames),
    )
