"""The safety filter: every command to the robot goes through `filter_command`, and nothing else decides to stop.

It is a pure function from a situation and a small memory to a verdict and the next memory. A verdict either holds a
target within all limits or asks for damping; once a trip has happened every later verdict asks for damping, whatever
comes (it latches), until a new session begins. Since the filter runs in each control step, a trip takes effect within
the 20 ms of one; a loop that stands still is caught by the link's own thread (`deploy.link`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from genmimic.deploy.safety.checks import CHECKS
from genmimic.deploy.safety.clamps import Clamped, clamp_target
from genmimic.deploy.safety.limits import SafetyLimits
from genmimic.deploy.safety.situation import Situation


@dataclass(frozen=True)
class Memory:
    """What the filter remembers from step to step.

    Attributes:
        trips: Causes by name, with their sentences, of the step that tripped; empty as long as nothing has.
        trip_time: When that was, seconds; NaN before.
        last_target: Targets sent in the step before, (23,), radians; None before the first.
        last_proposal: The policy's targets before clamping, (23,); None before the first.
        late_steps: Late steps in a row.
        saturated_steps: Steps in a row with many joints beyond the action's clip.
        frozen_steps: Steps in a row with the very same policy output.
    """

    trips: Mapping[str, str]
    trip_time: float = float("nan")
    last_target: np.ndarray | None = None
    last_proposal: np.ndarray | None = None
    late_steps: int = 0
    saturated_steps: int = 0
    frozen_steps: int = 0


FRESH = Memory(trips={})
"""The memory to begin with."""


@dataclass(frozen=True)
class Verdict:
    """What may be sent.

    Attributes:
        target_joint_pos: Joint targets (23,), radians, within all limits; None asks for damping.
        clamped: Which limits the target met; None for damping.
        trips: Why it is damping, by name; empty while nothing has tripped.
    """

    target_joint_pos: np.ndarray | None
    clamped: Clamped | None
    trips: Mapping[str, str]


def filter_command(limits: SafetyLimits, memory: Memory, situation: Situation) -> tuple[Verdict, Memory]:
    """Judge one control step.

    Args:
        limits: What is allowed.
        memory: What the call for the step before returned; `FRESH` in the first.
        situation: The step.

    Returns:
        The verdict, and the memory for the next step.
    """
    if memory.trips:
        return Verdict(None, None, memory.trips), memory
    memory = _counted(limits, memory, situation)
    trips = {name: sentence for name, check in CHECKS.items() if (sentence := check(limits, situation))}
    trips |= _lasting(limits, memory, situation)
    if trips:
        tripped = replace(memory, trips=trips, trip_time=situation.now)
        return Verdict(None, None, trips), tripped
    low = situation.low_state
    assert low is not None  # `state_age` has tripped otherwise
    clamped = clamp_target(
        limits, situation.target_joint_pos, memory.last_target, low.joint_pos, low.joint_vel, situation.gains
    )
    proposal = None if situation.action is None else np.array(situation.target_joint_pos)
    memory = replace(memory, last_target=clamped.target_joint_pos, last_proposal=proposal)
    return Verdict(clamped.target_joint_pos, clamped, {}), memory


def _counted(limits: SafetyLimits, memory: Memory, situation: Situation) -> Memory:
    """Memory with the rows of steps counted on."""
    late = not situation.step_time <= limits.step_time
    saturated = frozen = False
    if situation.action is not None:
        saturated = int((np.abs(situation.action) >= limits.action).sum()) >= limits.saturated_joints
        last = memory.last_proposal
        frozen = last is not None and np.array_equal(last, situation.target_joint_pos)
    return replace(
        memory,
        late_steps=memory.late_steps + 1 if late else 0,
        saturated_steps=memory.saturated_steps + 1 if saturated else 0,
        frozen_steps=memory.frozen_steps + 1 if frozen else 0,
    )


def _lasting(limits: SafetyLimits, memory: Memory, situation: Situation) -> dict[str, str]:
    """Causes that need more than the present step."""
    trips: dict[str, str] = {}
    if memory.late_steps >= limits.late_steps:
        trips["late_steps"] = f"{memory.late_steps} control steps in a row took over {1e3 * limits.step_time:.0f} ms"
    if memory.saturated_steps >= limits.saturated_steps:
        trips["saturated_action"] = f"the policy's actions are at their clip for {memory.saturated_steps} steps"
    if memory.frozen_steps >= limits.frozen_steps:
        trips["frozen_action"] = f"the policy gave the same output {memory.frozen_steps} times in a row"
    if situation.action is not None and memory.last_proposal is not None:
        jump = float(np.abs(situation.target_joint_pos - memory.last_proposal).mean())
        if jump > limits.action_jump:
            trips["action_jump"] = f"the policy's targets jumped by {jump:.2f} rad on average in one step"
    return trips
