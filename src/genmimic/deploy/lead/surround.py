"""A motion with a lead-in before and a lead-out after it, so that it begins and ends at rest, standing."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from genmimic.deploy.lead.entry import LOOKED_AT
from genmimic.deploy.lead.transition import approach
from genmimic.errors import InputError
from genmimic.motion.resample import resample_robot
from genmimic.motion.robot_motion import RobotMotion
from genmimic.sim.world import CONTROL_HZ

FIELDS = ("root_pos_w", "root_quat_w", "joint_pos", "foot_contact", "confidence")


@dataclass(frozen=True)
class LedMotion:
    """A motion that begins and ends at rest.

    Attributes:
        motion: Lead-in, the motion itself and lead-out, at 50 Hz.
        clip: Frames of the motion itself.
    """

    motion: RobotMotion
    clip: slice


def lead(motion: RobotMotion) -> LedMotion:
    """Put a lead-in before a motion and a lead-out after it.

    The lead-out is the lead-in of the motion played backwards, itself played backwards. No frame of the motion changes.

    Raises:
        InputError: The motion is too short.
    """
    motion = resample_robot(motion, CONTROL_HZ)
    if len(motion) < LOOKED_AT:
        raise InputError(f"{motion.name}: has {len(motion)} frames at 50 Hz; a lead-in needs at least {LOOKED_AT}.")
    before, after = approach(motion), backwards(approach(backwards(motion)))
    arrays = {name: np.concatenate([getattr(part, name) for part in (before, motion, after)]) for name in FIELDS}
    return LedMotion(replace(motion, **arrays), slice(len(before), len(before) + len(motion)))


def backwards(motion: RobotMotion) -> RobotMotion:
    """The motion played backwards."""
    return replace(motion, **{name: getattr(motion, name)[::-1] for name in FIELDS})
