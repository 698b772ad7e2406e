"""A control step before and after the physics: what the action does, how well it went. Pure functions on all worlds.

The whole step is `act`, physics, `judge`, `renew.renew`, new states written, `observe.observe_worlds`. All four
take the configuration first, then tensors with the leading dimension N, draw no random numbers and never wait for the
device; on a GPU they are compiled.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch

from genmimic.learning.env.config import EnvConfig
from genmimic.learning.env.library import MotionLibrary
from genmimic.learning.env.state import Episode
from genmimic.robot.names import JOINT_NAMES
from genmimic.sim.world import CONTROL_HZ
from genmimic.tracking.actions import joint_targets
from genmimic.tracking.feet import FeetState, sole_height, step_feet
from genmimic.tracking.rewards import reward
from genmimic.tracking.robot_constants import constant
from genmimic.tracking.state import RobotState
from genmimic.tracking.termination_rules import has_failed
from genmimic.tracking.terminations import keypoint_deviation
from genmimic.tracking.transition import Transition

_JOINTS = len(JOINT_NAMES)


@dataclass(frozen=True)
class Taken:
    """An action on its way to the motors.

    Attributes:
        action: Clipped, (N, 23).
        weight_logits: The policy's other outputs, (N, 27), or None.
        queue: Joint targets, newest first, (N, delay + 1, 23), radians.
        applied: The targets that take effect now, (N, 23), radians.
    """

    action: torch.Tensor
    weight_logits: torch.Tensor | None
    queue: torch.Tensor
    applied: torch.Tensor


@dataclass(frozen=True)
class Outcome:
    """How a control step went.

    Attributes:
        reward: (N,).
        failed: Whether the episode ends in failure, (N,), boolean.
        timed_out: Whether it ends without one, (N,), boolean.
        done: Whether it ends, (N,), boolean.
        ended: Whether the clip's last frame is the present, (N,), boolean.
        frame: Frame of the clip that is the present now, (N,), int64.
        feet: The feet's new state.
        figures: Means over the worlds: the reward's active terms, then `FIGURES`, (T,).
    """

    reward: torch.Tensor
    failed: torch.Tensor
    timed_out: torch.Tensor
    done: torch.Tensor
    ended: torch.Tensor
    frame: torch.Tensor
    feet: FeetState
    figures: torch.Tensor


FIGURES = ("reward", "failed", "keypoint_error", "joint_error")
"""What is reported of each step besides the reward's terms: means; metres and radians."""


def act(config: EnvConfig, episode: Episode, outputs: torch.Tensor) -> Taken:
    """Turn the policy's outputs (N, A) into joint targets (eq. 4) and send the oldest due one to the motors."""
    clipped = outputs.clamp(-config.action_clip, config.action_clip)
    action = clipped[:, :_JOINTS]
    centre = constant("default_joint_pos", outputs) if episode.goal_joint_pos is None else episode.goal_joint_pos
    target = joint_targets(action, centre, config.action_scale, config.action_clip)
    queue = torch.cat([target[:, None], episode.queue[:, :-1]], 1)
    applied = queue.gather(1, episode.delay[:, None, None].expand(-1, 1, _JOINTS))[:, 0]
    return Taken(action, None if episode.weight_logits is None else clipped[:, _JOINTS:], queue, applied)


def judge(
    config: EnvConfig,
    library: MotionLibrary,
    state: RobotState,
    torque: torch.Tensor,
    grounded: torch.Tensor,
    broken: torch.Tensor,
    episode: Episode,
    taken: Taken,
) -> Outcome:
    """Reward the step and decide who has to stop.

    Args:
        config: The task.
        library: The clips.
        state: The robots after the physics; `last_action` is not read.
        torque: (N, 23), N m.
        grounded: Another body than a foot on the floor, (N,).
        broken: The simulation came apart, (N,).
        episode: As it was before the step.
        taken: What the policy did.
    """
    reference = episode.target
    dt = 1.0 / CONTROL_HZ
    feet, steps = step_feet(episode.feet, state.foot_force_w, sole_height(state.keypoint_pos_w), dt)
    failed = has_failed(config.terminations, state, reference) | broken
    transition = Transition(
        state=replace(state, last_action=taken.action),
        reference=reference,
        previous_action=episode.action,
        previous_joint_vel=episode.joint_vel,
        torque=torque,
        steps=steps,
        grounded=grounded,
        terminated=failed,
        keypoint_weights=_keypoint_weights(config, taken, torque),
        joint_weights=constant(
            "uniform_joint_weights" if config.reward.weights == "uniform" else "joint_weights", torque
        ),
        weight_logits=taken.weight_logits,
        previous_weight_logits=episode.weight_logits,
        dt=dt,
    )
    total, shares = reward(config.reward, transition)
    frame = torch.minimum(episode.playback.frame + 1, library.lengths[episode.playback.clip] - 1)
    ended = frame + 1 >= library.lengths[episode.playback.clip]
    if config.evaluation is None:
        timed_out = episode.step + 1 >= config.episode_steps
        timed_out = timed_out if config.transitions else timed_out | ended
        timed_out = timed_out & ~failed
        done = failed | timed_out
    else:
        timed_out = torch.zeros_like(failed)
        done = failed if config.evaluation.resets else timed_out
    error = keypoint_deviation(state.keypoint_pos_w, reference.keypoint_pos_w)
    joint_error = (state.joint_pos - reference.joint_pos).abs().mean(-1)
    figures = torch.stack([*shares, total, failed.to(total.dtype), error, joint_error]).mean(-1)
    return Outcome(total, failed, timed_out, done, ended, frame, feet, figures)


def _keypoint_weights(config: EnvConfig, taken: Taken, like: torch.Tensor) -> torch.Tensor:
    if taken.weight_logits is not None:
        return taken.weight_logits.softmax(-1)
    return constant("uniform_keypoint_weights" if config.reward.weights == "uniform" else "keypoint_weights", like)
