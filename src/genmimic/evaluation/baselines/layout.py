"""What must be known of someone else's tracker to run it: its robot, what it observes and what its outputs mean.

An observation is a row of blocks. A block is a list of terms, of the reference or of the robot, each in the policy's
joint order and times a factor; it is given once for the present, or for frames of the reference ahead, or for control
steps before the present. GMT, for example, observes twenty frames ahead, then the robot, then the robot in the twenty
steps before (`known.GMT`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from genmimic.errors import InputError
from genmimic.robot.names import JOINT_NAMES, SDK_JOINT_NAMES
from genmimic.sim.world import CONTROL_HZ, PHYSICS_HZ

PER_JOINT = 0
"""Size of a term that has one number per joint of the policy."""
ROBOT_TERMS: dict[str, int] = {
    "root_ang_vel_b": 3,
    "projected_gravity_b": 3,
    "root_roll_pitch": 2,
    "joint_pos": PER_JOINT,
    "joint_pos_rel": PER_JOINT,
    "joint_vel": PER_JOINT,
    "last_action": PER_JOINT,
}
"""Terms of the robot and their sizes; roll and pitch are those of yaw-pitch-roll angles, `_rel` is relative to the
default pose."""
REFERENCE_TERMS: dict[str, int] = {
    "reference_root_height": 1,
    "reference_root_roll_pitch": 2,
    "reference_root_roll_pitch_yaw": 3,
    "reference_root_lin_vel_b": 3,
    "reference_root_lin_vel_xy_b": 2,
    "reference_root_ang_vel_b": 3,
    "reference_root_yaw_rate_b": 1,
    "reference_joint_pos": PER_JOINT,
    "reference_joint_pos_rel": PER_JOINT,
    "reference_joint_vel": PER_JOINT,
}
"""Terms of a frame of the reference; velocities along the axes of the reference's own pelvis (`_b`)."""
ROBOTS: dict[str, tuple[str, ...]] = {"unitree_g1_23dof": JOINT_NAMES, "unitree_g1_29dof": SDK_JOINT_NAMES}
"""Joints of the robots that can be simulated."""


@dataclass(frozen=True)
class Term:
    """Part of a block.

    Attributes:
        name: Of `ROBOT_TERMS` or `REFERENCE_TERMS`.
        scale: What it is multiplied by.
        zeroed: Joints whose number is always 0, whatever they do.
    """

    name: str
    scale: float = 1.0
    zeroed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Block:
    """Terms that stand together.

    Attributes:
        terms: One after another.
        ahead: Control steps ahead of the frames that its terms of the reference show, one copy of the block each.
        past: Instead of the present, this many control steps before it, oldest first.
    """

    terms: tuple[Term, ...]
    ahead: tuple[int, ...] = (1,)
    past: int = 0


@dataclass(frozen=True)
class ForeignLayout:
    """How to run a foreign tracker; n is the number of its joints.

    Attributes:
        name: For tables.
        robot: Of `ROBOTS`.
        joint_names: The joints that it observes and drives, in its order, (n,).
        default_joint_pos: The pose around which its actions are given, (n,), radians.
        kp: Gains that it was trained with, (n,), N m/rad.
        kd: (n,), N m s/rad.
        effort_limit: Largest torques, (n,), N m.
        action_scale: Radians of joint target per unit of action, (n,).
        blocks: Its observation.
        action_clip: Largest magnitude of an action.
        clips_last_action: Whether the action that it is shown again is the clipped one.
        history_start: What fills the past in the first step: zeros, or copies of the present.
        held_kp: Gain of joints of the robot that it does not drive; they are held at the reference's positions.
        held_kd: N m s/rad.
        control_hz: Steps per second.
        physics_hz: Physics steps per second that it is run with.
        source: Where these facts come from.

    Raises:
        InputError: The parts do not fit together.
    """

    name: str
    robot: Literal["unitree_g1_23dof", "unitree_g1_29dof"]
    joint_names: tuple[str, ...]
    default_joint_pos: tuple[float, ...]
    kp: tuple[float, ...]
    kd: tuple[float, ...]
    effort_limit: tuple[float, ...]
    action_scale: tuple[float, ...]
    blocks: tuple[Block, ...]
    action_clip: float = 10.0
    clips_last_action: bool = False
    history_start: Literal["zeros", "present"] = "zeros"
    held_kp: float = 40.0
    held_kd: float = 2.0
    control_hz: float = CONTROL_HZ
    physics_hz: float = 1000.0
    source: str = ""

    def __post_init__(self) -> None:
        where = f"layout '{self.name}'"
        if self.robot not in ROBOTS:
            raise InputError(f"{where}: field 'robot' is '{self.robot}', expected one of {sorted(ROBOTS)}.")
        if unknown := sorted(set(self.joint_names) - set(ROBOTS[self.robot])):
            raise InputError(f"{where}: field 'joint_names' has {unknown}, which {self.robot} lacks.")
        if len(set(self.joint_names)) != len(self.joint_names) or not self.joint_names:
            raise InputError(f"{where}: field 'joint_names' is empty or names a joint twice.")
        for field in ("default_joint_pos", "kp", "kd", "effort_limit", "action_scale"):
            self._check_numbers(where, field)
        if self.control_hz != CONTROL_HZ:
            raise InputError(f"{where}: field 'control_hz' is {self.control_hz:g}, only {CONTROL_HZ} is supported.")
        if self.physics_hz <= 0 or self.physics_hz % PHYSICS_HZ:
            raise InputError(
                f"{where}: field 'physics_hz' is {self.physics_hz:g}, expected a multiple of {PHYSICS_HZ}."
            )
        if self.history_start not in ("zeros", "present"):
            raise InputError(f"{where}: field 'history_start' is '{self.history_start}', expected zeros or present.")
        if not 0 < self.action_clip < float("inf") or self.held_kp < 0 or self.held_kd < 0:
            raise InputError(f"{where}: 'action_clip' must be positive, 'held_kp' and 'held_kd' must not be negative.")
        if not self.blocks:
            raise InputError(f"{where}: field 'blocks' is empty, so that the policy would see nothing.")
        for number, block in enumerate(self.blocks):
            self._check_block(f"{where}: block {number}", block)

    @property
    def joints(self) -> int:
        """Number of joints n."""
        return len(self.joint_names)

    @property
    def observation_size(self) -> int:
        """Number of inputs."""
        return sum(self.block_size(block) * len(block.ahead) * max(1, block.past) for block in self.blocks)

    @property
    def held_joint_names(self) -> tuple[str, ...]:
        """Joints of the robot that the policy does not drive."""
        return tuple(name for name in ROBOTS[self.robot] if name not in self.joint_names)

    def block_size(self, block: Block) -> int:
        """Numbers of one copy of a block."""
        sizes = ROBOT_TERMS | REFERENCE_TERMS
        return sum(sizes[term.name] or self.joints for term in block.terms)

    def _check_numbers(self, where: str, field: str) -> None:
        values = np.asarray(getattr(self, field), dtype=np.float64)
        if values.shape != (self.joints,):
            raise InputError(f"{where}: field '{field}' has {values.size} numbers for {self.joints} joints.")
        if not np.isfinite(values).all() or (field != "default_joint_pos" and (values < 0).any()):
            raise InputError(f"{where}: field '{field}' holds a value that is negative or not finite.")

    def _check_block(self, where: str, block: Block) -> None:
        names = [term.name for term in block.terms]
        if unknown := sorted(set(names) - set(ROBOT_TERMS) - set(REFERENCE_TERMS)):
            known = sorted(ROBOT_TERMS | REFERENCE_TERMS)
            raise InputError(f"{where}: unknown terms {unknown}; known are {known}.")
        for term in block.terms:
            size = (ROBOT_TERMS | REFERENCE_TERMS)[term.name]
            if strange := [joint for joint in term.zeroed if size != PER_JOINT or joint not in self.joint_names]:
                raise InputError(f"{where}: term '{term.name}' has no joints {strange} that could be zeroed.")
        if not names or not block.ahead or min(block.ahead) < 0 or block.past < 0:
            raise InputError(f"{where}: needs terms, frames ahead of 0 or more, and a past of 0 or more steps.")
        if len(block.ahead) > 1 and (block.past or set(names) & set(ROBOT_TERMS)):
            raise InputError(f"{where}: several frames ahead are for terms of the reference in the present alone.")
