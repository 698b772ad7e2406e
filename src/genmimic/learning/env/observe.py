"""What policy and critic observe of all worlds: a pure function."""

from __future__ import annotations

from dataclasses import replace

import torch

from genmimic.learning.env.config import EnvConfig
from genmimic.learning.env.draws import ObservationDraws
from genmimic.learning.env.estimate import sense
from genmimic.learning.env.goals import believed_goal, clean_goal, shown_goal
from genmimic.learning.env.library import MotionLibrary
from genmimic.learning.env.noise import NoiseBank
from genmimic.learning.env.state import Episode
from genmimic.tracking.observations import layout_terms, observe
from genmimic.tracking.state import RobotState


def observe_worlds(
    config: EnvConfig,
    library: MotionLibrary,
    bank: NoiseBank | None,
    state: RobotState,
    episode: Episode,
    began: torch.Tensor,
    draws: ObservationDraws,
) -> tuple[torch.Tensor, torch.Tensor | None, Episode]:
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
        The actor's noisy observation (N, D), the critic's clean one (None in an evaluation, where nobody asks for it),
        and the episode with what was shown.
    """
    state = replace(state, last_action=episode.action, last_weight_logits=episode.weight_logits)
    shown = shown_goal(config, library, bank, episode, draws)
    known, estimate, noise = state, None, None
    if config.sensors is None:
        noise = _noise(config, draws)
    else:
        assert episode.estimate is not None
        known, estimate = sense(config.sensors, state, episode.estimate, began, draws.sensors)
    actor, actor_history = observe(
        config.actor, known, shown, episode.parameters, history=episode.actor_history, restart=began, noise=noise
    )
    seen = replace(
        episode,
        goal_joint_pos=None if episode.goal_joint_pos is None else shown.joint_pos[:, 0],  # pyright: ignore[reportOptionalSubscript]
        actor_history=None if episode.actor_history is None else actor_history,
        estimate=estimate,
    )
    if config.evaluation is not None:
        return actor, None, seen
    goal = clean_goal(config, episode)
    critic, critic_history = observe(
        config.critic,
        state,
        believed_goal(goal, shown, state, known) if config.believed_goals else goal,
        episode.parameters,
        history=episode.critic_history,
        restart=began,
    )
    return actor, critic, replace(seen, critic_history=None if episode.critic_history is None else critic_history)


def _noise(config: EnvConfig, draws: ObservationDraws) -> list[torch.Tensor | float]:
    """Noise of table 8 on each of the actor's terms."""
    noise, taken = [], 0
    for term in layout_terms(config.actor):
        width = term.size if term.noise > 0 else 0
        scale = config.randomization.observation_noise * term.noise
        noise.append(scale * draws.terms[:, taken : taken + width] if width and scale else 0.0)
        taken += width
    return noise
