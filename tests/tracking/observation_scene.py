"""Random but consistent inputs for observation tests; positions stay near the floor's origin."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np

from genmimic import rotation
from genmimic.tracking.state import Goal, RobotState, SimulationParameters


def random_scene(seed: int, worlds: tuple[int, ...] = (), frames: int = 20):
    rng = np.random.default_rng(seed)

    def quats(*shape: int) -> np.ndarray:
        return rotation.normalize(rng.standard_normal((*worlds, *shape, 4)))

    def vectors(*shape: int) -> np.ndarray:
        return rng.standard_normal((*worlds, *shape, 3))

    upright = rotation.normalize(quats() * 0.3 + np.array([1.0, 0.0, 0.0, 0.0]))
    state = RobotState(
        root_pos_w=vectors(),
        root_quat_w=upright,
        root_lin_vel_w=vectors(),
        root_ang_vel_w=vectors(),
        joint_pos=rng.standard_normal((*worlds, 23)),
        joint_vel=rng.standard_normal((*worlds, 23)),
        keypoint_pos_w=vectors(27),
        keypoint_quat_w=quats(27),
        keypoint_lin_vel_w=vectors(27),
        keypoint_ang_vel_w=vectors(27),
        foot_force_w=100 * vectors(2),
        last_action=rng.standard_normal((*worlds, 23)),
        last_weight_logits=rng.standard_normal((*worlds, 27)),
    )
    goal = Goal(
        vectors(frames, 27),
        vectors(),
        rotation.normalize(quats() * 0.3 + np.array([1.0, 0, 0, 0])),
        joint_pos=rng.standard_normal((*worlds, frames, 23)),
        joint_vel=rng.standard_normal((*worlds, frames, 23)),
        keypoint_quat_w=quats(frames, 27),
        keypoint_lin_vel_w=vectors(frames, 27),
        keypoint_ang_vel_w=vectors(frames, 27),
    )
    parameters = SimulationParameters(
        base_com_offset_b=0.1 * vectors(),
        foot_friction=rng.uniform(0.4, 1.25, (*worlds, 2)),
        link_mass_scale=rng.uniform(0.7, 1.3, (*worlds, 8)),
        kd_scale=rng.uniform(0.75, 1.25, (*worlds, 23)),
        kp_scale=rng.uniform(0.75, 1.25, (*worlds, 23)),
        motor_strength=rng.uniform(0.5, 1.5, (*worlds, 23)),
    )
    return state, goal, parameters


def to_torch(record: Any) -> Any:
    import torch

    values = {f.name: getattr(record, f.name) for f in fields(record)}
    return replace(record, **{n: torch.as_tensor(v) for n, v in values.items() if isinstance(v, np.ndarray)})


def moved(state: RobotState, goal: Goal, yaw: float, shift: np.ndarray) -> tuple[RobotState, Goal]:
    """Turn the whole scene about the vertical and shift it horizontally."""
    turn = rotation.from_axis_angle(np.array([0.0, 0.0, yaw]))

    def point(x: np.ndarray) -> np.ndarray:
        return rotation.rotate(turn, x) + np.array([*shift, 0.0])

    def vector(x: np.ndarray) -> np.ndarray:
        return rotation.rotate(turn, x)

    state = replace(
        state,
        root_pos_w=point(state.root_pos_w),
        root_quat_w=rotation.multiply(turn, state.root_quat_w),
        root_lin_vel_w=vector(state.root_lin_vel_w),
        root_ang_vel_w=vector(state.root_ang_vel_w),
        keypoint_pos_w=point(state.keypoint_pos_w),
        keypoint_quat_w=rotation.multiply(turn, state.keypoint_quat_w),
        keypoint_lin_vel_w=vector(state.keypoint_lin_vel_w),
        keypoint_ang_vel_w=vector(state.keypoint_ang_vel_w),
        foot_force_w=vector(state.foot_force_w),
    )
    return state, replace(
        goal,
        keypoint_pos_w=point(goal.keypoint_pos_w),
        root_pos_w=point(goal.root_pos_w),
        root_quat_w=rotation.multiply(turn, goal.root_quat_w),
        keypoint_quat_w=rotation.multiply(turn, goal.keypoint_quat_w),
        keypoint_lin_vel_w=vector(goal.keypoint_lin_vel_w),
        keypoint_ang_vel_w=vector(goal.keypoint_ang_vel_w),
    )
