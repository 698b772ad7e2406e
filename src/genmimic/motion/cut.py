"""Parts of motions."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from genmimic.motion.human_motion import HumanMotion
from genmimic.motion.robot_motion import RobotMotion

Motion = TypeVar("Motion", bound=HumanMotion | RobotMotion)


def cut(motion: Motion, frames: slice) -> Motion:
    """The frames `frames` of a motion, under its own name."""
    names = ["root_pos_w", "foot_contact", "confidence"]
    names += ["local_quat"] if isinstance(motion, HumanMotion) else ["root_quat_w", "joint_pos"]
    return replace(motion, **{name: getattr(motion, name)[frames] for name in names})
