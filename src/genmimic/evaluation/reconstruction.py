"""How well a reconstruction explains its video, and how human its motion is: figures without ground truth."""

from __future__ import annotations

import numpy as np

from genmimic.motion.human_motion import HumanMotion
from genmimic.motion.skeleton import INDEX

STANCE = 0.5
"""A foot stands where its contact probability exceeds this."""


def person_height_px(joint_px: np.ndarray) -> np.ndarray:
    """Height of the fitted skeleton in the picture: vertical extent of its joints, (T,), pixels.

    Args:
        joint_px: Fitted joints in the video frames, (T, 22, 2), pixels.
    """
    return np.ptp(joint_px[..., 1], axis=1)


def mean_jerk(motion: HumanMotion) -> float:
    """Mean size of the third derivative of all joint positions in the world, m/s^3; zero under four frames."""
    joint_pos_w, _ = motion.forward_kinematics()
    if len(joint_pos_w) < 4:
        return 0.0
    return float(np.linalg.norm(np.diff(joint_pos_w, n=3, axis=0), axis=-1).mean() * motion.fps**3)


def stance_slip(motion: HumanMotion) -> tuple[float, float]:
    """How much feet slide while they stand.

    A foot is the midpoint of its ankle and ball joints; it stands between two frames when its contact probability
    exceeds one half in both.

    Returns:
        Mean horizontal speed in stance, m/s (NaN if no foot ever stands), and the share of all foot frames that are
        stance, in [0, 1].
    """
    joint_pos_w, _ = motion.forward_kinematics()
    ankle = joint_pos_w[:, [INDEX["left_ankle"], INDEX["right_ankle"]]]
    ball = joint_pos_w[:, [INDEX["left_foot"], INDEX["right_foot"]]]
    speed = np.linalg.norm(np.diff(0.5 * (ankle + ball), axis=0)[..., :2], axis=-1) * motion.fps
    stands = motion.foot_contact > STANCE
    stance = stands[1:] & stands[:-1]
    return (float(speed[stance].mean()) if stance.any() else float("nan")), float(stance.mean() if stance.size else 0.0)
