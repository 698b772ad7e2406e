"""The random numbers of one control step, all drawn at once: three kernels, and the step itself is a pure function."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from genmimic.learning.env.config import EnvConfig
from genmimic.robot.names import JOINT_NAMES, KEYPOINT_NAMES
from genmimic.tracking.observations import layout_terms
from genmimic.tracking.randomization import GOAL_DRAWS, PARAMETER_DRAWS, PUSH_DRAWS
from genmimic.tracking.sensor_noise import SENSOR_DRAWS
from genmimic.tracking.sensor_noise import START_DRAWS as DRIFT_DRAWS

_JOINTS = len(JOINT_NAMES)
RESET_DRAWS = PARAMETER_DRAWS + GOAL_DRAWS + 4
START_DRAWS = 2 * _JOINTS + 12


@dataclass(frozen=True)
class ResetDraws:
    """Numbers for the worlds that begin an episode.

    Attributes:
        parameters: Uniform, (N, PARAMETER_DRAWS).
        goal_offset: Uniform, (N, GOAL_DRAWS).
        delay: Uniform, (N,).
        push: Uniform, (N,).
        noise_track: Uniform, (N,).
        noise_frame: Uniform, (N,).
        start: Normal, (N, START_DRAWS).
        push_kick: Uniform, (N, PUSH_DRAWS): for the worlds that are pushed now.
    """

    parameters: torch.Tensor
    goal_offset: torch.Tensor
    delay: torch.Tensor
    push: torch.Tensor
    noise_track: torch.Tensor
    noise_frame: torch.Tensor
    start: torch.Tensor
    push_kick: torch.Tensor


def draw_reset(config: EnvConfig, generator: torch.Generator) -> ResetDraws:
    """Draw what beginning an episode and pushing need."""
    worlds, device = config.worlds, generator.device
    uniform = torch.rand(worlds, RESET_DRAWS + PUSH_DRAWS, generator=generator, device=device)
    start = torch.randn(worlds, START_DRAWS, generator=generator, device=device)
    goal_offset, single, kick = PARAMETER_DRAWS, PARAMETER_DRAWS + GOAL_DRAWS, RESET_DRAWS
    return ResetDraws(
        parameters=uniform[:, :goal_offset],
        goal_offset=uniform[:, goal_offset:single],
        delay=uniform[:, single],
        push=uniform[:, single + 1],
        noise_track=uniform[:, single + 2],
        noise_frame=uniform[:, single + 3],
        start=start,
        push_kick=uniform[:, kick:],
    )


@dataclass(frozen=True)
class ObservationDraws:
    """Numbers for the observations of a step, normal.

    Attributes:
        keypoints: Noise on goal keypoints, (N, F, 27, 3).
        joints: Noise on goal joints, (N, F, 23).
        terms: Noise on the actor's noisy terms, one after another, (N, D).
        sensors: Noise of the sensors, (N, S); empty where none are simulated.
    """

    keypoints: torch.Tensor
    joints: torch.Tensor
    terms: torch.Tensor
    sensors: torch.Tensor


def noisy_size(config: EnvConfig) -> int:
    """Numbers in one step of the actor's terms that carry noise, D; none where the sensors do."""
    if config.sensors is not None:
        return 0
    return sum(term.size for term in layout_terms(config.actor) if term.noise > 0)


def draw_observation(config: EnvConfig, generator: torch.Generator) -> ObservationDraws:
    """Draw what an observation needs."""
    worlds, frames, terms = config.worlds, len(config.goal_steps), noisy_size(config)
    sensors = 0 if config.sensors is None else SENSOR_DRAWS + DRIFT_DRAWS
    points = 3 * len(KEYPOINT_NAMES) * frames
    joints = _JOINTS * frames
    normal = torch.randn(worlds, points + joints + terms + sensors, generator=generator, device=generator.device)
    return ObservationDraws(
        keypoints=normal[:, :points].reshape(worlds, frames, len(KEYPOINT_NAMES), 3),
        joints=normal[:, points : points + joints].reshape(worlds, frames, _JOINTS),
        terms=normal[:, points + joints : points + joints + terms],
        sensors=normal[:, points + joints + terms :],
    )
