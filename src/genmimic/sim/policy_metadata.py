"""What a policy file must say about itself, so that it never runs on another robot or with another order.

The facts travel as JSON in the ONNX file's metadata, one entry per field of `PolicyMetadata`. Training writes them
with `to_entries`, everything that runs a policy reads them with `from_entries`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from genmimic.errors import InputError
from genmimic.motion import checks
from genmimic.robot.names import JOINT_NAMES, KEYPOINT_NAMES
from genmimic.sim.world import CONTROL_HZ, PHYSICS_HZ
from genmimic.tracking.estimated import hidden_terms
from genmimic.tracking.observations import Layout, layout_size
from genmimic.tracking.terms import GOAL_FUTURE

ROBOT = "unitree_g1_23dof"
WEIGHT_LOGITS = "last_weight_logits"
"""Observation term of a policy that chooses its keypoint weights."""
VERSION = 1
_SWITCHES = ("residual_action", "estimated_state")


@dataclass(frozen=True)
class PolicyMetadata:
    """Everything needed to run a policy.

    Attributes:
        observations: Names of the observation terms and the steps each is observed over, in the order of the input.
        action_scale: Radians of joint target per unit of action (paper eq. 4).
        action_clip: Largest magnitude of an action.
        default_joint_pos: The pose around which actions are given, (23,), radians.
        kp: Gains the policy was trained with, (23,), N m/rad.
        kd: (23,), N m s/rad.
        goal_steps: How many control steps the goal's frames are ahead, rising from 1; files without it mean 1 to 10.
        residual_action: Whether actions are around the goal's next joint positions instead; files without it mean no.
        estimated_state: Whether it observes the state that the robot estimates from its own sensors
            (`tracking.estimated`) and not the simulator's; files without it mean no.
        joint_names: The 23 joints in the policy's order; only the package's own order is accepted.
        keypoint_names: The 27 keypoints, likewise.
        control_hz: Policy rate.
        physics_hz: Rate of the physics the policy was trained in.
        robot: Which robot.
        version: Version of this description.
        name: The policy's name, for results.
    """

    observations: Layout
    action_scale: float
    action_clip: float
    default_joint_pos: np.ndarray
    kp: np.ndarray
    kd: np.ndarray
    goal_steps: tuple[int, ...] = GOAL_FUTURE
    residual_action: bool = False
    estimated_state: bool = False
    joint_names: tuple[str, ...] = JOINT_NAMES
    keypoint_names: tuple[str, ...] = KEYPOINT_NAMES
    control_hz: float = CONTROL_HZ
    physics_hz: float = PHYSICS_HZ
    robot: str = ROBOT
    version: int = VERSION
    name: str = "policy"

    @property
    def privileged(self) -> bool:
        """Whether it observes what only a simulator knows."""
        return bool(hidden_terms(self.observations, estimated=self.estimated_state))

    @property
    def observation_size(self) -> int:
        """Number of inputs."""
        return layout_size(self.observations)

    @property
    def output_size(self) -> int:
        """Number of outputs: an action per joint, and the keypoints' weights where the policy is shown them again."""
        return len(JOINT_NAMES) + (len(KEYPOINT_NAMES) if WEIGHT_LOGITS in dict(self.observations) else 0)


def to_entries(metadata: PolicyMetadata) -> dict[str, str]:
    """Entries for the metadata of an ONNX file."""
    return {
        field.name: json.dumps(np.asarray(value).tolist() if isinstance(value, np.ndarray) else value)
        for field in fields(PolicyMetadata)
        for value in (getattr(metadata, field.name),)
    }


def from_entries(file: str, entries: Mapping[str, str]) -> PolicyMetadata:
    """Read and check the metadata of a policy file.

    Args:
        file: Name of the file, for messages.
        entries: Its metadata; entries other than those of `PolicyMetadata` are ignored.

    Raises:
        InputError: A field is missing, damaged, or made for another robot, order or rate.
    """
    entries = {"goal_steps": json.dumps(GOAL_FUTURE), **dict.fromkeys(_SWITCHES, "false"), **entries}
    values = {field.name: _value(file, entries, field.name) for field in fields(PolicyMetadata)}
    for name, expected in (("version", VERSION), ("robot", ROBOT), ("control_hz", CONTROL_HZ)):
        if values[name] != expected:
            raise InputError(f"{file}: field '{name}' is {values[name]!r}, expected {expected!r}; use a policy for it.")
    for name, expected in (("joint_names", JOINT_NAMES), ("keypoint_names", KEYPOINT_NAMES)):
        if not isinstance(values[name], list):
            raise InputError(f"{file}: field '{name}' is not a list of names.")
        checks.require_names(file, name, values[name], expected)
        values[name] = tuple(values[name])
    for name in ("default_joint_pos", "kp", "kd"):
        values[name] = _numbers(file, name, values[name])
    for name in ("action_scale", "action_clip", "physics_hz"):
        if not isinstance(values[name], int | float) or not 0 < values[name] < float("inf"):
            raise InputError(f"{file}: field '{name}' is {values[name]!r}, expected a positive number.")
    for name in _SWITCHES:
        if not isinstance(values[name], bool):
            raise InputError(f"{file}: field '{name}' is {values[name]!r}, expected true or false.")
    values["observations"] = _layout(file, values["observations"])
    values["goal_steps"] = _steps(file, values["goal_steps"])
    return PolicyMetadata(**values)


def _value(file: str, entries: Mapping[str, str], name: str) -> Any:
    if name not in entries:
        raise InputError(
            f"{file}: lacks the metadata field '{name}', so it is not known which robot and order it is for; "
            "export the policy with genmimic."
        )
    try:
        return json.loads(entries[name])
    except ValueError as error:
        raise InputError(f"{file}: metadata field '{name}' is not JSON ({error}).") from error


def _numbers(file: str, name: str, value: Any) -> np.ndarray:
    try:
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(f"{file}: field '{name}' does not hold numbers.") from error
    checks.require_shape(file, name, array, (len(JOINT_NAMES),))
    if not np.isfinite(array).all() or (name != "default_joint_pos" and (array < 0).any()):
        raise InputError(f"{file}: field '{name}' holds a value that is negative or not finite.")
    return array


def _steps(file: str, value: Any) -> tuple[int, ...]:
    steps = tuple(value) if isinstance(value, list) else ()
    if not steps or not all(isinstance(step, int) for step in steps) or list(steps) != sorted({1, *steps}):
        raise InputError(f"{file}: field 'goal_steps' is {value!r}, expected whole numbers that rise from 1.")
    return steps


def _layout(file: str, value: Any) -> Layout:
    try:
        layout = tuple((str(name), int(steps)) for name, steps in value)
        layout_size(layout)
    except (TypeError, ValueError) as error:
        raise InputError(f"{file}: field 'observations' is not a list of term names and steps.") from error
    except KeyError as error:
        raise InputError(f"{file}: field 'observations' has an {error.args[0]}.") from error
    return layout
