"""The bank of video noise that the worlds of an environment draw from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from genmimic.learning.env.config import VideoNoise
from genmimic.motion.noise import NoiseModel, load_noise_model, sample_tracks
from genmimic.motion.noise_tracks import NoiseTracks
from genmimic.sim.world import CONTROL_HZ


@dataclass(frozen=True)
class NoiseBank:
    """Tracks of noise on the training device.

    Attributes:
        tracks: M tracks of T frames, of severities spread evenly from 0 to the configured one: a world that draws any
            of them draws its severity with it.
        model: The statistics they are of.
    """

    tracks: NoiseTracks
    model: NoiseModel


def make_bank(settings: VideoNoise, model: NoiseModel | None, device: torch.device) -> NoiseBank | None:
    """Draw a bank; None where the severity is 0.

    Args:
        settings: Size and severity.
        model: The statistics; the packaged ones if None.
        device: Where the environment runs.
    """
    if settings.severity == 0.0:
        return None
    model = load_noise_model() if model is None else model
    rng = np.random.default_rng(settings.seed)
    frames = round(settings.seconds * CONTROL_HZ)
    severities = settings.severity * (np.arange(settings.tracks) + 0.5) / settings.tracks
    drawn = [sample_tracks(model, 1, frames, float(severity), rng, CONTROL_HZ) for severity in severities]
    frame_rows, clip_rows = (np.concatenate([getattr(t, name) for t in drawn]) for name in ("frame_rows", "clip_rows"))
    return NoiseBank(NoiseTracks(frame_rows, clip_rows, CONTROL_HZ).to(device), model)
