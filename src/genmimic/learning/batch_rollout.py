"""Rollouts of thousands of robots at once, with the figures that `evaluation` has for one."""

from __future__ import annotations

from dataclasses import replace

import torch

from genmimic.evaluation.figures import rollout_figures
from genmimic.evaluation.readings import Readings, Target
from genmimic.evaluation.series import Series, stacked, step_figures
from genmimic.learning.env.library import MotionLibrary
from genmimic.learning.env.playback import window
from genmimic.learning.env.tracking_env import TrackingEnv
from genmimic.learning.learner import Policy
from genmimic.robot.model import build_model
from genmimic.robot.names import JOINT_NAMES
from genmimic.sim.rollout import PUSH_PHASE
from genmimic.sim.world import CONTROL_HZ
from genmimic.tracking import terminations
from genmimic.tracking.state import RANDOMIZED_MASS_BODIES


def roll_out(
    env: TrackingEnv,
    policy: Policy,
    clips: torch.Tensor,
    clean: MotionLibrary | None = None,
    most_steps: int | None = None,
) -> dict[str, torch.Tensor]:
    """Roll clips out from their first frames to their last, whatever happens.

    Args:
        env: In evaluation mode, without resets.
        policy: From observations to actions.
        clips: Clips (n,) of the environment's library, one a world; n may be less than there are worlds.
        clean: The clean motions behind the library's clips, frame by frame, in the same order; None for none.
        most_steps: Cut longer clips off after so many control steps.

    Returns:
        Figures (n,) by the names of `evaluation.metrics.Metrics`.
    """
    lengths = env.library.lengths[clips]
    frames = int(lengths.max()) if most_steps is None else min(int(lengths.max()), most_steps + 1)
    # worlds without a clip repeat the last one and are not read
    filled = torch.cat([clips, clips[-1:].expand(env.num_envs - len(clips))])
    observations = env.assign(filled)
    # all are pushed at the same moment, as in plain MuJoCo
    env.episode = replace(env.episode, push_in=torch.full_like(env.episode.push_in, PUSH_PHASE))
    steps: list[Series] = []
    before = None
    for frame in range(frames):
        action = policy(observations)
        now = _readings(env, action, len(clips))
        steps.append(_figures(env, now, now if before is None else before, clean))
        before = replace(now, keypoint_pos_w=now.keypoint_pos_w.clone(), action=now.action.clone())
        if frame + 1 < frames:
            observations, _, _, _ = env.step(action)
    weight = body_weight(env.episode.parameters.link_mass_scale[: len(clips)])
    counted = torch.arange(frames, device=env.device)[:, None] < lengths
    return rollout_figures(stacked(steps), counted, CONTROL_HZ, weight)


def body_weight(link_mass_scale: torch.Tensor) -> torch.Tensor:
    """Weights (...) in newtons of robots with mass factors (..., 8)."""
    model = build_model(visual=False)
    masses = torch.tensor([model.body(name).mass[0] for name in RANDOMIZED_MASS_BODIES]).to(link_mass_scale)
    return -float(model.opt.gravity[2]) * (
        float(model.body_subtreemass[0]) + ((link_mass_scale - 1.0) * masses).sum(-1)
    )


def _readings(env: TrackingEnv, action: torch.Tensor, count: int) -> Readings:
    """Of the first `count` worlds: views of the simulator's memory, which the next step changes."""
    state, clip = env.state, env.config.action_clip
    return Readings(
        root_pos_w=state.root_pos_w[:count],
        root_quat_w=state.root_quat_w[:count],
        joint_pos=state.joint_pos[:count],
        joint_vel=state.joint_vel[:count],
        torque=env.world.torque[:count],
        foot_force_w=state.foot_force_w[:count],
        keypoint_pos_w=state.keypoint_pos_w[:count],
        action=action[:count, : len(JOINT_NAMES)].clamp(-clip, clip),
    )


def _figures(env: TrackingEnv, now: Readings, before: Readings, clean: MotionLibrary | None) -> Series:
    count, world = len(now.root_pos_w), env.world
    reference = _target(env, env.library, count)
    broken = world.broken[:count]
    fallen = terminations.tilted(now.root_quat_w, reference.root_quat_w) | terminations.sunk(now.root_pos_w)
    fallen = fallen | world.collapsed[:count] | broken
    behind = None if clean is None else _target(env, clean, count)
    series = step_figures(now, before, reference, behind, fallen, CONTROL_HZ)
    return replace(series, tipped=series.tipped | broken)


def _target(env: TrackingEnv, library: MotionLibrary, count: int) -> Target:
    """What the first worlds' clips show now, out of a library."""
    frame = window(library, env.episode.playback).at(0)
    return Target(
        frame.root_pos_w[:count], frame.root_quat_w[:count], frame.joint_pos[:count], frame.keypoint_pos_w[:count]
    )
