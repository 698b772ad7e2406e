"""Letting time go on after a control step: new episodes, the next clip, pushes. A pure function on all worlds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import torch

from genmimic import rotation
from genmimic.learning.env.config import EnvConfig, StartNoise
from genmimic.learning.env.draws import ResetDraws
from genmimic.learning.env.library import MotionLibrary
from genmimic.learning.env.noise import NoiseBank
from genmimic.learning.env.playback import advance, begin, stay, window
from genmimic.learning.env.reference_rows import ReferenceFrame
from genmimic.learning.env.state import Episode
from genmimic.learning.env.step import Outcome, Taken
from genmimic.learning.records import choose, map_tensors
from genmimic.robot.names import JOINT_NAMES
from genmimic.sim.world import CONTROL_HZ
from genmimic.tracking import randomization
from genmimic.tracking.feet import missing_clearance, standing
from genmimic.tracking.robot_constants import constant

_JOINTS = len(JOINT_NAMES)


@dataclass(frozen=True)
class Renewed:
    """Episodes after some ended and others went on.

    Attributes:
        episode: All but what observing adds to it.
        start: State qpos (N, 30), qvel (N, 29) of the worlds that begin; None where none can.
        push: Change of all worlds' velocities, (N, 29); zero where nobody pushes.
    """

    episode: Episode
    start: tuple[torch.Tensor, torch.Tensor] | None
    push: torch.Tensor


def renew(
    config: EnvConfig,
    library: MotionLibrary,
    bank: NoiseBank | None,
    episode: Episode,
    taken: Taken,
    outcome: Outcome,
    start: tuple[torch.Tensor, torch.Tensor] | None,
    qvel: torch.Tensor,
    draws: ResetDraws,
) -> Renewed:
    """Let time go on: new episodes where the last one is done, the next clip where one has ended, pushes where due.

    Args:
        config: The task.
        library: The clips.
        bank: Bank of video noise, or None.
        episode: As it was before the step.
        taken: What the policy did.
        outcome: How that went.
        start: Clip and frame (N,) with which a world begins, after a reset or after its clip; None if none can, as in
            an evaluation without resets, which then costs little.
        qvel: Velocities after the physics, (N, 29).
        draws: Random numbers.
    """
    done = outcome.done
    if start is None:
        playback = stay(library, episode.playback)
    else:
        moving_on = config.evaluation is None and config.transitions
        moved = advance(library, episode.playback, *start)[0] if moving_on else stay(library, episode.playback)
        playback = choose(done, begin(library, *start), moved)
    frames = window(library, playback, (0, *config.goal_steps))
    present = frames.at(0)
    push, push_in = _push(config, episode, done, qvel, draws)
    continued = replace(
        episode,
        step=episode.step + 1,
        playback=playback,
        ahead=map_tensors(lambda x: x[:, 1:], frames),
        reference_root_pos_w=present.root_pos_w,
        reference_root_quat_w=present.root_quat_w,
        action=taken.action,
        weight_logits=taken.weight_logits,
        joint_vel=qvel[:, 6:].clone(),  # what is given is the simulator's own, and will change
        queue=taken.queue,
        feet=outcome.feet,
        push_in=push_in,
        noise_frame=episode.noise_frame + 1,
    )
    if start is None:
        return Renewed(continued, None, push)
    qpos, start_qvel = _start_state(config.start, present, draws.start)
    begun = _beginning(config, bank, continued, qpos[:, 7:], start_qvel[:, 6:], draws)
    chosen = {name: choose(done, value, getattr(continued, name)) for name, value in begun.items()}
    return Renewed(replace(continued, **chosen), (qpos, start_qvel), push)


def _start_state(noise: StartNoise, present: ReferenceFrame, normal: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The reference's state, lifted out of the floor, with noise, as qpos (N, 30) and qvel (N, 29).

    `normal` is (N, START_DRAWS).
    """
    joints, joint_vels, root = normal[:, :_JOINTS], normal[:, _JOINTS : 2 * _JOINTS], normal[:, 2 * _JOINTS :]
    joint_pos = present.joint_pos + noise.joint_pos * joints
    joint_pos = torch.minimum(joint_pos, constant("joint_upper", joint_pos))
    joint_pos = torch.maximum(joint_pos, constant("joint_lower", joint_pos))
    quat = rotation.multiply(present.root_quat_w, rotation.from_axis_angle(noise.root_rot * root[:, 3:6]))
    ang_vel_w = present.root_ang_vel_w + noise.root_ang_vel * root[:, 9:12]
    root_pos_w = present.root_pos_w + noise.root_pos * root[:, :3]
    root_pos_w = torch.cat(
        [root_pos_w[:, :2], root_pos_w[:, 2:] + missing_clearance(present.keypoint_pos_w)[:, None]], -1
    )
    qpos = torch.cat([root_pos_w, rotation.normalize(quat), joint_pos], -1)
    qvel = torch.cat(
        [
            present.root_lin_vel_w + noise.root_lin_vel * root[:, 6:9],
            # MuJoCo gives a free joint's angular velocity in the body's frame
            rotation.rotate_inverse(quat, ang_vel_w),
            present.joint_vel + noise.joint_vel * joint_vels,
        ],
        -1,
    )
    return qpos, qvel


def _push(
    config: EnvConfig, episode: Episode, done: torch.Tensor, qvel: torch.Tensor, draws: ResetDraws
) -> tuple[torch.Tensor, torch.Tensor]:
    """Change of velocities (N, 29), zero for those who are not pushed now, and steps until the next push (N,)."""
    if not config.randomization.pushes:
        return torch.zeros_like(qvel), episode.push_in
    change, seconds = randomization.push(config.randomization, qvel[:, :6], draws.push_kick)
    left = episode.push_in - 1
    due = (left <= 0) & ~done
    change = torch.where(due[:, None], change, 0.0)
    return torch.cat([change, torch.zeros_like(qvel[:, 6:])], -1), torch.where(due, _steps(seconds), left)


def _beginning(
    config: EnvConfig,
    bank: NoiseBank | None,
    continued: Episode,
    joint_pos: torch.Tensor,
    joint_vel: torch.Tensor,
    draws: ResetDraws,
) -> dict[str, Any]:
    """What is particular to an episode's first moment, by field of `Episode`."""
    zeros, settings = torch.zeros_like(joint_pos), config.randomization
    begun = {
        "step": torch.zeros_like(continued.step),
        "action": zeros,
        "joint_vel": joint_vel,
        "queue": joint_pos[:, None].expand_as(continued.queue),
        "delay": randomization.delay_steps(settings, draws.delay).long(),
        "feet": standing(continued.feet.air_time),
        "parameters": randomization.simulation_parameters(settings, draws.parameters),
        "goal_offset": randomization.goal_offset(settings, draws.goal_offset),
        # at any moment of the time between two pushes, so that not all are pushed together
        "push_in": _steps(settings.push_seconds[1] * draws.push) + 1,
        "noise_start_pos_w": continued.reference_root_pos_w,
    }
    if continued.weight_logits is not None:
        begun["weight_logits"] = torch.zeros_like(continued.weight_logits)
    if bank is not None:
        begun["noise_track"] = (len(bank.tracks) * draws.noise_track).long()
        begun["noise_frame"] = (bank.tracks.frames * draws.noise_frame).long()
    return begun


def _steps(seconds: torch.Tensor) -> torch.Tensor:
    return (seconds * CONTROL_HZ).round().long()
