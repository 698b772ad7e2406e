"""Assembling observations: which terms, over how many steps.

An observation is laid out term by term; a term with history gives its steps oldest first. Histories are plain tuples
of arrays handed from step to step, so the same code runs under `torch.compile` for thousands of worlds, on the CPU
for one, and on the robot.

Example:
    observation, history = observe(STUDENT, state, goal, parameters)                    # first step
    observation, history = observe(STUDENT, state, goal, parameters, history=history)   # every later one
"""

from __future__ import annotations

from collections.abc import Sequence

from genmimic import rotation
from genmimic.rotation import Array
from genmimic.tracking import symmetry
from genmimic.tracking.baseline_terms import BASELINE_TERMS
from genmimic.tracking.dof_terms import DOF_TERMS
from genmimic.tracking.state import Goal, RobotState, SimulationParameters
from genmimic.tracking.term import ObservationTerm
from genmimic.tracking.terms import TABLE_6

Layout = tuple[tuple[str, int], ...]
"""Names of terms and the number of steps (1 = the present alone) each is observed over."""

History = tuple[Array, ...]
"""The steps kept for each entry of a layout, (..., steps, size), oldest first."""

TERMS: tuple[ObservationTerm, ...] = (*TABLE_6, *DOF_TERMS, *BASELINE_TERMS)
"""All terms that a layout may name."""

TERM_BY_NAME: dict[str, ObservationTerm] = {term.name: term for term in TERMS}

PROPRIOCEPTION = ("joint_pos", "joint_vel", "root_ang_vel_b", "projected_gravity_b", "last_action")

TEACHER: Layout = tuple(
    (name, 1)
    for name in (
        *PROPRIOCEPTION,
        "local_keypoint_pos",
        "keypoint_pos",
        "keypoint_quat",
        "keypoint_lin_vel",
        "keypoint_ang_vel",
        "goal_keypoint_pos",
        "goal_keypoint_diff",
        "base_com_offset",
        "foot_friction",
        "link_mass_scale",
        "kd_scale",
        "kp_scale",
        "motor_strength",
        "foot_force",
    )
)
"""The privileged teacher and critic: 507 + 162 + 88 = 757 inputs (the paper's table 6)."""

STUDENT: Layout = (
    *((name, 10) for name in PROPRIOCEPTION),
    ("local_keypoint_pos", 10),
    ("future_keypoint_pos", 1),
)
"""The paper's deployable student: 1560 + 810 = 2370 inputs (table 6)."""


def layout_terms(layout: Layout) -> list[ObservationTerm]:
    """Return the terms of a layout.

    Raises:
        KeyError: A name is unknown or a number of steps is not positive.
    """
    for name, steps in layout:
        if name not in TERM_BY_NAME:
            raise KeyError(f"unknown observation term '{name}'; known are {sorted(TERM_BY_NAME)}")
        if steps < 1:
            raise KeyError(f"observation term '{name}' has {steps} steps, expected at least 1")
    return [TERM_BY_NAME[name] for name, _ in layout]


def layout_size(layout: Layout) -> int:
    """Number of inputs of a layout."""
    return sum(term.size * steps for term, (_, steps) in zip(layout_terms(layout), layout, strict=True))


def layout_mirror(layout: Layout) -> symmetry.SignedPermutation:
    """Mirror map of whole observations of a layout."""
    return symmetry.concatenate(
        term.mirror.repeated(steps) for term, (_, steps) in zip(layout_terms(layout), layout, strict=True)
    )


def term_values(layout: Layout, state: RobotState, goal: Goal, parameters: SimulationParameters) -> tuple[Array, ...]:
    """Present value (..., size) of each entry of a layout, without noise."""
    return tuple(term.function(state, goal, parameters) for term in layout_terms(layout))


def start_history(layout: Layout, values: Sequence[Array]) -> History:
    """History whose every step is the present one."""
    return tuple(_repeat(value, steps) for value, (_, steps) in zip(values, layout, strict=True))


def push_history(history: History, values: Sequence[Array], restart: Array | None = None) -> History:
    """Drop the oldest step of each entry and append the present one.

    Args:
        history: As given by `start_history` or this function.
        values: Present values (..., size), one per entry.
        restart: Worlds (...), boolean, whose history starts anew as copies of `values`; None for no world.
    """
    pushed = []
    for steps, value in zip(history, values, strict=True):
        xp = rotation.namespace(value)
        latest = value[..., None, :]
        moved = xp.concatenate([steps[..., 1:, :], latest], -2) if steps.shape[-2] > 1 else latest
        pushed.append(moved if restart is None else xp.where(restart[..., None, None], latest, moved))
    return tuple(pushed)


def assemble(history: History) -> Array:
    """Observation (..., D): all entries one after another, each with its steps oldest first."""
    xp = rotation.namespace(history[0])
    return xp.concatenate([steps.reshape(*steps.shape[:-2], -1) for steps in history], -1)


def observe(
    layout: Layout,
    state: RobotState,
    goal: Goal,
    parameters: SimulationParameters,
    *,
    history: History | None = None,
    restart: Array | None = None,
    noise: Sequence[Array] | None = None,
) -> tuple[Array, History]:
    """Observation of a state and the history to hand to the next step.

    Args:
        layout: Terms and steps, such as `TEACHER` or `STUDENT`.
        state: The robot.
        goal: The reference ahead.
        parameters: What the simulation was randomized with; only a teacher's terms read it.
        history: What the call for the step before returned; None in the first step.
        restart: Worlds whose history starts anew, (...), boolean.
        noise: Added to each entry's present value (see `tracking.noise`); None for exact observations.

    Returns:
        Observation (..., D), D = `layout_size(layout)`, and the new history.
    """
    values = term_values(layout, state, goal, parameters)
    if noise is not None:
        values = tuple(value + extra for value, extra in zip(values, noise, strict=True))
    history = start_history(layout, values) if history is None else push_history(history, values, restart)
    return assemble(history), history


def _repeat(value: Array, steps: int) -> Array:
    xp = rotation.namespace(value)
    return xp.concatenate([value[..., None, :]] * steps, -2)
