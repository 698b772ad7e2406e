"""Run a controller on a reference in a world and record what happens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from genmimic.motion.robot_motion import RobotMotion
from genmimic.robot import constants
from genmimic.sim.controller import BringsWorld, Controller
from genmimic.sim.falls import fall_reason
from genmimic.sim.record import Rollout, load_rollout, save_rollout
from genmimic.sim.reference import Reference, prepare_reference
from genmimic.sim.world import CONTROL_HZ, Physics, StartState, World
from genmimic.tracking import randomization
from genmimic.tracking.actions import action_of_targets
from genmimic.tracking.state import RobotState

__all__ = ["Rollout", "SimConfig", "load_rollout", "save_rollout", "simulate"]

PUSH_INTERVAL = 5.0
"""Seconds from one push to the next (paper B.4)."""
PUSH_PHASE = round(0.2 * PUSH_INTERVAL * CONTROL_HZ)
"""Control step of the first push: early enough for short clips to get one."""
CONTACT_FORCE = 1.0
"""A foot is in contact when it bears more than this, newtons (table 7)."""


@dataclass(frozen=True)
class SimConfig:
    """How to simulate.

    Attributes:
        physics: Friction, motor strength, control delay.
        initial_noise: Scale of the noise on the first state; 1 is that of training (joints 0.05 rad, joint
            velocities 0.2 rad/s, root velocity 0.1 m/s).
        seed: Seed of that noise.
        stop_after_fall: Seconds to go on after a fall; None goes on to the end of the motion, as the metrics without
            termination need.
        push_speed: Every `PUSH_INTERVAL` the pelvis' horizontal velocity is set to a random one of up to this in x
            and in y, m/s (table 8: 1 m/s).
    """

    physics: Physics = field(default_factory=Physics)
    initial_noise: float = 0.0
    seed: int = 0
    stop_after_fall: float | None = None
    push_speed: float = 0.0


def simulate(
    reference: RobotMotion,
    controller: Controller,
    config: SimConfig | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Rollout:
    """Simulate a reference from its first frame to its last.

    Args:
        reference: The motion to track, at any rate.
        controller: What drives the robot, such as `sim.gantry.Gantry`.
        config: How to simulate.
        progress: Called with (steps done, steps in all).

    Returns:
        The rollout; shorter than the reference only if `stop_after_fall` says so or the simulation became unstable.

    Raises:
        InputError: The reference is too short.
    """
    config = config or SimConfig()
    track = prepare_reference(reference)
    own = isinstance(controller, BringsWorld)
    world = controller.build_world(config.physics) if own else World(config.physics, controller.gains)
    rng = np.random.default_rng(config.seed)
    controller.reset(track, world.parameters())
    state = world.reset(_noisy(track.start_state(), rng, config.initial_noise))
    records: list[dict[str, np.ndarray]] = []
    fall_time, reason = float("nan"), ""
    for frame in range(len(track)):
        target = controller.act(state, frame)
        records.append(_record(world, state, target))
        if not reason:
            reason = fall_reason(state, track.motion.root_quat_w[frame], world.grounded)
            fall_time = frame / CONTROL_HZ if reason else fall_time
        elif config.stop_after_fall is not None and frame >= round((fall_time + config.stop_after_fall) * CONTROL_HZ):
            break
        if config.push_speed > 0.0 and frame % round(PUSH_INTERVAL * CONTROL_HZ) == PUSH_PHASE:
            world.push(_push(state, rng, config.push_speed))
        if frame + 1 < len(track):
            try:
                state = world.step(target, controller.harness(frame))
            except FloatingPointError as error:
                fall_time, reason = (fall_time, reason) if reason else ((frame + 1) / CONTROL_HZ, str(error))
                break
        if progress is not None:
            progress(frame + 1, len(track))
    return _rollout(track, world, controller, records, fall_time, reason)


def _push(state: RobotState, rng: np.random.Generator, speed: float) -> np.ndarray:
    """Change of the pelvis' velocity, (3,), m/s."""
    config = replace(randomization.PAPER, push_velocity=(speed, speed, 0.0, 0.0, 0.0, 0.0))
    velocity = np.concatenate([state.root_lin_vel_w, state.root_ang_vel_w])
    change, _ = randomization.push(config, velocity, rng.random(randomization.PUSH_DRAWS))
    return change[:3]


def _noisy(start: StartState, rng: np.random.Generator, scale: float) -> StartState:
    return StartState(
        root_pos_w=start.root_pos_w,
        root_quat_w=start.root_quat_w,
        root_lin_vel_w=start.root_lin_vel_w + scale * 0.1 * rng.standard_normal(3),
        root_ang_vel_w=start.root_ang_vel_w,
        joint_pos=np.clip(
            start.joint_pos + scale * 0.05 * rng.standard_normal(len(start.joint_pos)),
            constants.JOINT_LOWER,
            constants.JOINT_UPPER,
        ),
        joint_vel=start.joint_vel + scale * 0.2 * rng.standard_normal(len(start.joint_vel)),
    )


def _record(world: World, state: RobotState, target: np.ndarray) -> dict[str, np.ndarray]:
    return {
        "root_pos_w": state.root_pos_w,
        "root_quat_w": state.root_quat_w,
        "joint_pos": state.joint_pos,
        "joint_vel": state.joint_vel,
        "torque": world.torque,
        "foot_force": state.foot_force_w,
        "foot_contact": np.linalg.norm(state.foot_force_w, axis=-1) > CONTACT_FORCE,
        "action": action_of_targets(target, constants.DEFAULT_JOINT_POS, constants.ACTION_SCALE),
        "target_joint_pos": target,
        "keypoint_pos_w": state.keypoint_pos_w,
        "support_force_w": world.support_force_w,
        "support_moment_w": world.support_moment_w,
        "support_fraction": np.asarray(np.linalg.norm(world.support_force_w) / world.weight),
    }


def _rollout(
    track: Reference,
    world: World,
    controller: Controller,
    records: list[dict[str, np.ndarray]],
    fall_time: float,
    reason: str,
) -> Rollout:
    steps = len(records)
    return Rollout(
        name=track.motion.name,
        fps=CONTROL_HZ,
        **{name: np.stack([record[name] for record in records]) for name in records[0]},
        reference_root_pos_w=track.motion.root_pos_w[:steps],
        reference_root_quat_w=track.motion.root_quat_w[:steps],
        reference_joint_pos=track.motion.joint_pos[:steps],
        reference_keypoint_pos_w=track.kinematics.keypoint_pos_w[:steps],
        body_weight=world.weight,
        controller=controller.name,
        held=controller.held,
        fall_time=fall_time,
        fall_reason=reason,
    )
