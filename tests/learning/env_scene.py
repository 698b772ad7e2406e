"""Small environments for tests; building one costs seconds, the first on a machine a minute."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import torch
from learning.motions import corpus, swaying

from genmimic.learning.env.config import EnvConfig, VideoNoise
from genmimic.learning.env.library import MotionLibrary
from genmimic.learning.env.tracking_env import TrackingEnv
from genmimic.motion.corpus import Corpus
from genmimic.tracking import randomization

WORLDS = 4
QUIET = EnvConfig(video_noise=VideoNoise(severity=0.0), randomization=randomization.NONE).with_worlds(WORLDS)
"""No noise, no randomization."""
NOISY = EnvConfig(video_noise=VideoNoise(tracks=8, seconds=10.0)).with_worlds(WORLDS)
"""Ours, with a small bank of noise."""


@cache
def library() -> MotionLibrary:
    return MotionLibrary(corpus())


@cache
def short_library() -> MotionLibrary:
    """Two clips of 30 frames, so that a passage from one to the next is never far."""
    motions = [swaying("short a", 30, speed=0.4), swaying("short b", 30, speed=0.8, yaw=1.0, phase=1.0)]
    return MotionLibrary(Corpus.from_motions(motions, contents=["glide", "glide"]))


def environment(
    config: EnvConfig = NOISY, seed: int = 0, clips: MotionLibrary | None = None, **settings: Any
) -> TrackingEnv:
    return TrackingEnv(replace(config, **settings), clips or library(), seed=seed, compiled=False)


def actions(env: TrackingEnv, steps: int, seed: int = 0, size: float = 0.3) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return size * torch.randn(steps, env.num_envs, env.num_actions, generator=generator)
