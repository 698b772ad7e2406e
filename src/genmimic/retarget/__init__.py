"""Stage 1b: HumanMotion -> RobotMotion by inverse kinematics over whole trajectories, and the quality filter."""

from genmimic.retarget.config import QualityThresholds, RetargetConfig, StanceConfig, TaskScales
from genmimic.retarget.quality import RetargetQuality
from genmimic.retarget.retarget import Retargeted, retarget

__all__ = [
    "QualityThresholds",
    "RetargetConfig",
    "RetargetQuality",
    "Retargeted",
    "StanceConfig",
    "TaskScales",
    "retarget",
]
