"""Which builds of the G1 there are, by the number that they report as `mode_machine`, and which motors each has.

Sources: the G1 description in unitree_ros (1 to 6, 9), unitree_mujoco's bridge (4 and 5) and reports of robots (5, 6).
Commands with another number than the robot's own are ignored by its firmware without a word.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genmimic.errors import InputError
from genmimic.motion.sdk_layout import ABSENT
from genmimic.robot.names import SDK_JOINT_NAMES, SDK_MOTOR_INDICES

LOCKED_WAIST: tuple[int, ...] = (13, 14)
"""Waist roll and pitch, which some 29-DoF robots have locked by a bracket."""


@dataclass(frozen=True)
class Machine:
    """A build of the robot.

    Attributes:
        name: What it is called here.
        extra: Indices among the SDK's 29 of the motors that it has besides our 23.
    """

    name: str
    extra: tuple[int, ...] = ()

    @property
    def motors(self) -> np.ndarray:
        """Indices of all motors that it has, sorted."""
        return np.array(sorted((*SDK_MOTOR_INDICES, *self.extra)))


G1_23 = Machine("23dof")
G1_29 = Machine("29dof", ABSENT)
G1_29_LOCKED = Machine("29dof with locked waist", tuple(i for i in ABSENT if i not in LOCKED_WAIST))

MACHINES: dict[int, Machine] = {1: G1_23, 2: G1_29, 3: G1_29_LOCKED, 4: G1_23, 5: G1_29, 6: G1_29_LOCKED}
"""By `mode_machine`: 1 to 3 are early robots, whose hip roll has another gear; 4 to 6 those of revision 1.0."""


def machine_of(mode_machine: int) -> Machine:
    """The build with this number.

    Raises:
        InputError: None that has our 23 joints; motors are never commanded on a guess.
    """
    if mode_machine not in MACHINES:
        known = ", ".join(f"{number} ({machine.name})" for number, machine in MACHINES.items())
        raise InputError(f"the robot says mode_machine {mode_machine}, which is no G1 known here; known are {known}.")
    return MACHINES[mode_machine]


def motor_name(index: int) -> str:
    """Name of the joint of motor `index` of the SDK."""
    return SDK_JOINT_NAMES[index] if 0 <= index < len(SDK_JOINT_NAMES) else f"motor {index}"
