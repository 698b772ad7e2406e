"""The control step as pure functions on all worlds: act, judge, renew, observe. Compiled on a GPU.

They take the configuration first, then tensors with the leading dimension N, and draw no random numbers. Between them
the environment lets the simulator work: act -> physics -> judge -> renew -> write -> observe.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import torch

from genmimic import rotation
from genmimic.learning.env_config import CONTROL_HZ, EnvConfig, StartNoise
from genmimic.learning.env_draws import ObservationDraws, ResetDraws
from genmimic.learning.env_goals import clean_goal, shown_goal
from genmimic.learning.env_noise import NoiseBank
from genmimic.learning.env_state import Episode
from genmimic.learning.library import MotionLibrary
from genmimic.learning.playback import advance, begin, stay, window
from genmimic.learning.records import choose, map_tensors
from genmimic.learning.reference_rows import ReferenceFrame
from genmimic.robot.names import JOINT_NAMES
from genmimic.tracking import randomization
from genmimic.tracking.actions import joint_targets
from genmimic.tracking.feet import FeetState, sole_height, standing, step_feet
from genmimic.tracking.observations import layout_terms, observe
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


@dataclass(frozen=True)
class Renewed:
    """Episodes after some ended and others went on.

    Attributes:
        episode: All but what observing adds to it.
        qpos: State of the worlds that begin, (N, 30).
        qvel: (N, 29).
        push: Change of all worlds' velocities, (N, 29); zero where nobody pushes.
    """

    episode: Episode
    qpos: torch.Tensor
    qvel: torch.Tensor
    push: torch.Tensor


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


def renew(
    config: EnvConfig,
    library: MotionLibrary,
    bank: NoiseBank | None,
    episode: Episode,
    taken: Taken,
    outcome: Outcome,
    start: tuple[torch.Tensor, torch.Tensor],
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
        start: Clip and frame (N,) with which a world begins, after a reset or after its clip.
        qvel: Velocities after the physics, (N, 29).
        draws: Random numbers.
    """
    done = outcome.done
    if config.evaluation is None and config.transitions:
        moved, _ = advance(library, episode.playback, *start)
    else:
        moved = stay(library, episode.playback)
    playback = choose(done, begin(library, *start), moved)
    frames = window(library, playback, (0, *config.goal_steps))
    present = frames.at(0)
    qpos, start_qvel = _start_state(config.start, present, draws.start)
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
        joint_vel=qvel[:, 6:],
        queue=taken.queue,
        feet=outcome.feet,
        push_in=push_in,
        noise_frame=episode.noise_frame + 1,
    )
    begun = _beginning(config, bank, continued, qpos[:, 7:], start_qvel[:, 6:], draws)
    chosen = {name: choose(done, value, getattr(continued, name)) for name, value in begun.items()}
    return Renewed(replace(continued, **chosen), qpos, start_qvel, push)


def observe_worlds(
    config: EnvConfig,
    library: MotionLibrary,
    bank: NoiseBank | None,
    state: RobotState,
    episode: Episode,
    began: torch.Tensor,
    draws: ObservationDraws,
) -> tuple[torch.Tensor, torch.Tensor, Episode]:
    """Observations of all worlds.

    Args:
        config: The task.
        library: The clips.
        bank: Bank of video noise, or None.
        state: The robots; `last_action` and `last_weight_logits` are not read.
        episode: As `renew` left it.
        began: Worlds (N,) whose histories start anew.
        draws: Random numbers.

    Returns:
        The actor's noisy observation (N, D), the critic's clean one, and the episode with what was shown.
    """
    state = replace(state, last_action=episode.action, last_weight_logits=episode.weight_logits)
    shown = shown_goal(config, library, bank, episode, draws)
    noise, taken = [], 0
    for term in layout_terms(config.actor):
        width = term.size if term.noise > 0 else 0
        scale = config.randomization.observation_noise * term.noise
        noise.append(scale * draws.terms[:, taken : taken + width] if width and scale else 0.0)
        taken += width
    actor, actor_history = observe(
        config.actor, state, shown, episode.parameters, history=episode.actor_history, restart=began, noise=noise
    )
    critic, critic_history = observe(
        config.critic, state, clean_goal(episode), episode.parameters, history=episode.critic_history, restart=began
    )
    return (
        actor,
        critic,
        replace(
            episode,
            goal_joint_pos=None if episode.goal_joint_pos is None else shown.joint_pos[:, 0],  # pyright: ignore
            actor_history=None if episode.actor_history is None else actor_history,
            critic_history=None if episode.critic_history is None else critic_history,
        ),
    )


def _keypoint_weights(config: EnvConfig, taken: Taken, like: torch.Tensor) -> torch.Tensor:
    if taken.weight_logits is not None:
        return taken.weight_logits.softmax(-1)
    return constant("uniform_keypoint_weights" if config.reward.weights == "uniform" else "keypoint_weights", like)


def _start_state(noise: StartNoise, present: ReferenceFrame, normal: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The reference's state with noise, as qpos (N, 30) and qvel (N, 29); `normal` is (N, START_DRAWS)."""
    joints, joint_vels, root = normal[:, :_JOINTS], normal[:, _JOINTS : 2 * _JOINTS], normal[:, 2 * _JOINTS :]
    joint_pos = present.joint_pos + noise.joint_pos * joints
    joint_pos = torch.minimum(joint_pos, constant("joint_upper", joint_pos))
    joint_pos = torch.maximum(joint_pos, constant("joint_lower", joint_pos))
    quat = rotation.multiply(present.root_quat_w, rotation.from_axis_angle(noise.root_rot * root[:, 3:6]))
    ang_vel_w = present.root_ang_vel_w + noise.root_ang_vel * root[:, 9:12]
    qpos = torch.cat([present.root_pos_w + noise.root_pos * root[:, :3], rotation.normalize(quat), joint_pos], -1)
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
