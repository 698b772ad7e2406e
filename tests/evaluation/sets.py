"""Small sets of motions."""

from __future__ import annotations

from dataclasses import replace

from sim.motions import standing

from genmimic.evaluation.motion_set import MotionSet, TrialMotion, trial_motion
from genmimic.motion.robot_motion import RobotMotion


def named(name: str, seconds: float = 0.3, wave: float = 0.0) -> RobotMotion:
    return replace(standing(seconds, wave=wave), name=name)


def motion(name: str, seconds: float = 0.3, wave: float = 0.0, clean: bool = False, **tags: str) -> TrialMotion:
    behind = named(name, seconds) if clean else None
    return trial_motion(named(name, seconds, wave), behind, {"group": name, **tags})


def small_set() -> MotionSet:
    return MotionSet("two", "motions", [motion("stand"), motion("wave", 0.4, 1.0, clean=True)])
