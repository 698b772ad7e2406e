"""Transitions for tests: random ones, and a calm one whose every term is known."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np
from tracking.observation_scene import random_scene

from genmimic.robot import constants
from genmimic.robot.kinematics import forward_kinematics
from genmimic.tracking.feet import FootSteps
from genmimic.tracking.robot_constants import constant
from genmimic.tracking.state import RobotState
from genmimic.tracking.transition import Transition


def random_transition(seed: int, worlds: tuple[int, ...] = ()) -> Transition:
    rng = np.random.default_rng(seed)
    state, _, _ = random_scene(seed, worlds)
    reference, _, _ = random_scene(seed + 1000, worlds)
    joints = (*worlds, 23)
    weights = rng.uniform(0, 1, (*worlds, 27))
    return Transition(
        state=state,
        reference=reference,
        previous_action=rng.standard_normal(joints),
        previous_joint_vel=rng.standard_normal(joints),
        torque=60 * rng.standard_normal(joints),
        steps=FootSteps(
            contact=rng.random((*worlds, 2)) < 0.5,
            touchdown=rng.random((*worlds, 2)) < 0.5,
            air_time=rng.uniform(0, 0.5, (*worlds, 2)),
            peak_height=rng.uniform(0, 0.2, (*worlds, 2)),
            height=rng.uniform(0, 0.2, (*worlds, 2)),
        ),
        grounded=rng.random(worlds) < 0.5,
        terminated=rng.random(worlds) < 0.5,
        keypoint_weights=weights / weights.sum(-1, keepdims=True),
        joint_weights=constant("joint_weights", weights),
        weight_logits=rng.standard_normal((*worlds, 27)),
        previous_weight_logits=rng.standard_normal((*worlds, 27)),
    )


def calm_transition() -> Transition:
    """A robot that stands exactly as its reference does, without any action, force or motion."""
    joint_pos = np.array(constants.DEFAULT_JOINT_POS)
    pos, upright = np.array([0.0, 0.0, 0.76]), np.array([1.0, 0.0, 0.0, 0.0])
    keypoint_pos_w, keypoint_quat_w = forward_kinematics(pos, upright, joint_pos)
    zeros, still = np.zeros(23), np.zeros((27, 3))
    state = RobotState(
        root_pos_w=pos,
        root_quat_w=upright,
        root_lin_vel_w=np.zeros(3),
        root_ang_vel_w=np.zeros(3),
        joint_pos=joint_pos,
        joint_vel=zeros,
        keypoint_pos_w=keypoint_pos_w,
        keypoint_quat_w=keypoint_quat_w,
        keypoint_lin_vel_w=still,
        keypoint_ang_vel_w=still,
        foot_force_w=np.zeros((2, 3)),
        last_action=zeros,
    )
    quiet = np.zeros(2)
    return Transition(
        state=state,
        reference=state,
        previous_action=zeros,
        previous_joint_vel=zeros,
        torque=zeros,
        steps=FootSteps(quiet == 0, quiet > 0, quiet, quiet, quiet),
        grounded=np.array(False),
        terminated=np.array(False),
        keypoint_weights=constant("keypoint_weights", zeros),
        joint_weights=constant("joint_weights", zeros),
    )


def with_state(transition: Transition, **values: Any) -> Transition:
    return replace(transition, state=replace(transition.state, **values))


def as_tensors(record: Any) -> Any:
    """The same record on torch."""
    import torch

    if is_dataclass(record):
        return replace(record, **{f.name: as_tensors(getattr(record, f.name)) for f in fields(record)})  # type: ignore
    return torch.as_tensor(record) if isinstance(record, np.ndarray | np.generic) else record
