"""Small motions for the tests of training: smooth, moving, of known length."""

from __future__ import annotations

import numpy as np

from genmimic import rotation
from genmimic.motion.corpus import Corpus
from genmimic.motion.robot_motion import RobotMotion
from genmimic.robot.constants import DEFAULT_JOINT_POS


def swaying(
    name: str = "sway", frames: int = 120, speed: float = 0.0, yaw: float = 0.0, phase: float = 0.0
) -> RobotMotion:
    """A standing robot that swings its arms and, at `speed` m/s, glides along its heading `yaw`."""
    time = np.arange(frames) / 50.0
    joint_pos = np.tile(DEFAULT_JOINT_POS, (frames, 1))
    joint_pos[:, 13:] += 0.3 * np.sin(2.0 * time[:, None] + phase + np.arange(10))
    heading = np.array([np.cos(yaw), np.sin(yaw), 0.0])
    root_pos_w = np.array([0.3, -0.2, 0.785]) + speed * time[:, None] * heading
    quat = rotation.from_axis_angle(np.array([0.0, 0.0, yaw]))
    ones = np.ones((frames, 2))
    return RobotMotion(name, 50.0, root_pos_w, np.tile(quat, (frames, 1)), joint_pos, ones, ones[:, 0])


def corpus() -> Corpus:
    """Three clips of two contents."""
    motions = [swaying("a", 120), swaying("b", 80, speed=0.8, yaw=1.0, phase=1.0), swaying("c", 100, 0.4, -2.0, 2.0)]
    return Corpus.from_motions(motions, contents=["stand", "glide", "glide"])
