"""What policies are tried on: motions with what is known of them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from genmimic.errors import InputError
from genmimic.evaluation.alignment import placed_like
from genmimic.evaluation.metrics import near_paper_fall
from genmimic.motion.resample import resample_robot
from genmimic.motion.robot_motion import RobotMotion
from genmimic.sim.world import CONTROL_HZ

MOST_FRAMES_APART = 2
"""Rounding may give a motion and its clean counterpart so many frames more or less."""


@dataclass(frozen=True)
class TrialMotion:
    """A motion that policies are tried on.

    Attributes:
        shown: What the policy is given, T frames at 50 Hz.
        clean: The motion behind it, where that is known: as many frames, moved and turned on the floor to where it is
            closest to `shown`.
        tags: What it is, by heading: 'group' at least; perhaps 'category', 'table 2', 'view', 'kind', ...
    """

    shown: RobotMotion
    clean: RobotMotion | None
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Its name, unique in a set."""
        return self.shown.name

    @property
    def near_paper_fall(self) -> bool:
        """Whether the motion itself comes close to falling by the paper's rule."""
        return near_paper_fall(self.shown.root_quat_w)

    def digest(self) -> str:
        """Hash of the motions, the same on every machine."""
        state = hashlib.sha256()
        for motion in (self.shown, self.clean):
            for name in ("root_pos_w", "root_quat_w", "joint_pos") if motion is not None else ():
                state.update(np.ascontiguousarray(getattr(motion, name), dtype="<f8").tobytes())
        return state.hexdigest()[:16]


@dataclass(frozen=True)
class MotionSet:
    """Several motions.

    Attributes:
        name: What the set is called.
        kind: 'benchmark', 'corpus' or 'motions': which column of the paper's tables its figures belong in.
        motions: One or more.

    Raises:
        InputError: There is no motion, or two have one name.
    """

    name: str
    kind: str
    motions: Sequence[TrialMotion]

    def __post_init__(self) -> None:
        if not self.motions:
            raise InputError(f"{self.name}: holds no motion to try a policy on.")
        seen: set[str] = set()
        for motion in self.motions:
            if motion.name in seen:
                raise InputError(f"{self.name}: two motions are named '{motion.name}'; rename one of them.")
            seen.add(motion.name)

    @property
    def digest(self) -> str:
        """Hash of all motions in their order."""
        return hashlib.sha256("".join(motion.digest() for motion in self.motions).encode()).hexdigest()[:16]


def trial_motion(shown: RobotMotion, clean: RobotMotion | None, tags: Mapping[str, str]) -> TrialMotion:
    """Bring a motion and its clean counterpart to the control rate and to one place.

    Raises:
        InputError: The motion is too short, or the two are not of one length.
    """
    if len(shown) < 2 or shown.duration < 1.0 / CONTROL_HZ:
        raise InputError(f"{shown.name}: has {len(shown)} frame(s), less than a control step; leave it out.")
    shown = resample_robot(shown, CONTROL_HZ)
    if clean is None:
        return TrialMotion(shown, None, tags)
    clean = resample_robot(clean, CONTROL_HZ)
    if abs(len(clean) - len(shown)) > MOST_FRAMES_APART:
        raise InputError(f"{shown.name}: has {len(shown)} frames, but its clean motion has {len(clean)}.")
    return TrialMotion(shown, placed_like(shown, clean), tags)
