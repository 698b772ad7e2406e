"""Which observations a real robot can compute.

Found by trying rather than from a list: a term that changes when only what no sensor tells changes cannot be had.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from genmimic.errors import InputError
from genmimic.sim.policy_metadata import PolicyMetadata
from genmimic.sim.world import Physics
from genmimic.tracking.estimated import ESTIMABLE_TERMS
from genmimic.tracking.observations import Layout, term_values
from genmimic.tracking.state import Goal, RobotState, SimulationParameters


def require_measurable(file: str, metadata: PolicyMetadata) -> None:
    """Refuse a policy that sees what a robot can neither measure nor estimate, such as any teacher.

    Raises:
        InputError: It sees more.
    """
    known = ESTIMABLE_TERMS if metadata.estimated_state else ()
    hidden = [name for name in unmeasurable_terms(metadata.observations, metadata.goal_steps) if name not in known]
    if hidden:
        raise InputError(
            f"{file}: observes {', '.join(hidden)}, which no sensor of the robot tells; deploy a student "
            "(genmimic distill), or try this policy in simulation with genmimic simulate."
        )


def unmeasurable_terms(layout: Layout, goal_steps: tuple[int, ...]) -> list[str]:
    """Names of the terms of a layout that depend on more than joints, the IMU and the reference.

    `tracking.estimated.ESTIMABLE_TERMS` among them can be had from leg odometry.
    """
    rng = np.random.default_rng(0)
    state, goal, parameters = _scene(rng, goal_steps)
    moved = rng.normal(size=3)
    other = replace(
        state,
        root_pos_w=state.root_pos_w + moved,
        keypoint_pos_w=state.keypoint_pos_w + moved,
        root_lin_vel_w=state.root_lin_vel_w + moved,
        keypoint_lin_vel_w=state.keypoint_lin_vel_w + moved,
        foot_force_w=state.foot_force_w + 1.0,
    )
    nominal = SimulationParameters(**{name: np.asarray(value) + 0.1 for name, value in vars(parameters).items()})
    known, changed = term_values(layout, state, goal, parameters), term_values(layout, other, goal, nominal)
    return [
        name
        for (name, _), before, after in zip(layout, known, changed, strict=True)
        if not np.allclose(before, after, atol=1e-9)
    ]


def _scene(rng: np.random.Generator, goal_steps: tuple[int, ...]) -> tuple[RobotState, Goal, SimulationParameters]:
    """Any state and goal."""
    frames = len(goal_steps)
    state = RobotState(
        root_pos_w=rng.normal(size=3),
        root_quat_w=_quats(rng),
        root_lin_vel_w=rng.normal(size=3),
        root_ang_vel_w=rng.normal(size=3),
        joint_pos=rng.normal(size=23),
        joint_vel=rng.normal(size=23),
        keypoint_pos_w=rng.normal(size=(27, 3)),
        keypoint_quat_w=_quats(rng, 27),
        keypoint_lin_vel_w=rng.normal(size=(27, 3)),
        keypoint_ang_vel_w=rng.normal(size=(27, 3)),
        foot_force_w=rng.normal(size=(2, 3)),
        last_action=rng.normal(size=23),
        last_weight_logits=rng.normal(size=27),
    )
    goal = Goal(
        keypoint_pos_w=rng.normal(size=(frames, 27, 3)),
        root_pos_w=rng.normal(size=3),
        root_quat_w=_quats(rng),
        joint_pos=rng.normal(size=(frames, 23)),
        joint_vel=rng.normal(size=(frames, 23)),
        keypoint_quat_w=_quats(rng, frames, 27),
        keypoint_lin_vel_w=rng.normal(size=(frames, 27, 3)),
        keypoint_ang_vel_w=rng.normal(size=(frames, 27, 3)),
        steps=goal_steps,
    )
    return state, goal, Physics().parameters()


def _quats(rng: np.random.Generator, *shape: int) -> np.ndarray:
    quat = rng.normal(size=(*shape, 4))
    return quat / np.linalg.norm(quat, axis=-1, keepdims=True)
