"""Stage 1b: a person's motion in, the robot's reference motion out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from genmimic.errors import InputError
from genmimic.motion.human_motion import HumanMotion
from genmimic.motion.resample import resample_human
from genmimic.motion.robot_motion import RobotMotion
from genmimic.retarget.config import RetargetConfig
from genmimic.retarget.quality import RetargetQuality, assess
from genmimic.retarget.targets import make_targets
from genmimic.retarget.trajectory import solve_trajectory
from genmimic.rotation import make_continuous


@dataclass(frozen=True)
class Retargeted:
    """A reference motion and what is to be thought of it."""

    motion: RobotMotion
    quality: RetargetQuality


def retarget(
    human: HumanMotion,
    config: RetargetConfig | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Retargeted:
    """Retarget a person's motion to the 23-DoF G1.

    The person is scaled by two ratios, that of the legs' lengths (which also scales the path and the height of the
    hips) and that of the arms'. All frames are solved together by Gauss-Newton: keypoint positions and orientations,
    joint limits, motor speeds, the floor, footholds, links that must not meet, balance and smoothness.

    Args:
        human: The person's motion at any frame rate.
        config: Settings; the result has `config.fps` frames per second.
        progress: Called with frames done and frames in all.

    Returns:
        The reference motion, whose `foot_contact` is 1 where a foot is meant to stand, and its quality.

    Raises:
        InputError: The motion has no frames, or limbs of impossible length.
    """
    config = config or RetargetConfig()
    if len(human) == 0:
        raise InputError(f"{human.name}: the motion has no frames.")
    if human.fps != config.fps:
        human = resample_human(human, config.fps)
    targets, ratios = make_targets(human, config)
    solution, _ = solve_trajectory(targets, config, progress)
    quality = assess(solution, targets, config.fps, config.thresholds, float(human.confidence.mean()))
    motion = RobotMotion(
        name=human.name,
        fps=config.fps,
        root_pos_w=solution.root_pos_w,
        root_quat_w=make_continuous(solution.root_quat_w),
        joint_pos=solution.joint_pos,
        foot_contact=targets.stance.astype(np.float64),
        confidence=human.confidence.mean(axis=1),
        source=human.source,
        licence=human.licence,
        metadata={
            "leg_ratio": ratios.leg,
            "arm_ratio": ratios.arm,
            "retarget_score": quality.score,
            "retarget_reasons": "; ".join(quality.reasons),
        },
    )
    return Retargeted(motion, quality)
