"""Tracks of noise: drawn once, looked up frame by frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from genmimic.motion import noise_events
from genmimic.motion.noise_model import CHANNELS, NoiseModel
from genmimic.motion.noise_processes import smooth_process
from genmimic.robot.names import JOINT_NAMES
from genmimic.rotation import Array, namespace

_MORPH = slice(CHANNELS, CHANNELS + len(JOINT_NAMES))
_SWAP, _OFFSET = _MORPH.stop, _MORPH.stop + 1
COLUMNS = _MORPH.stop + 2
"""Columns of a frame: the moving error (29), limbs out of place (23), leg swap, frame offset."""
CLIP_COLUMNS = CHANNELS + 2
"""Columns of a track as a whole: the steady error (29), path scale, path turn."""


@dataclass(frozen=True)
class NoiseSample:
    """Noise for one or many references, any leading dimensions (...). Channels as in `noise_model.CHANNELS`.

    Attributes:
        steady: The error that stays for the clip, (..., 29).
        moving: The error that changes, at activity 1, (..., 29).
        morph: Errors of joints of limbs that left their place, (..., 23), radians.
        leg_swap: How far the legs are exchanged, (...), in [0, 1].
        path_scale: Length of the path over the true one, (...).
        path_turn: Angle by which the path turns about its start, (...), radians.
        frame_offset: Look the reference up at frame + this, (...), integers.
    """

    steady: Array
    moving: Array
    morph: Array
    leg_swap: Array
    path_scale: Array
    path_turn: Array
    frame_offset: Array


@dataclass(frozen=True)
class NoiseTracks:
    """M periodic tracks of T frames: any frame number is allowed, the last frame goes on into the first.

    Attributes:
        frame_rows: (M, T, 54) float32, a numpy array or a torch tensor.
        clip_rows: (M, 31) float32, of the same kind.
        fps: Frames per second.
    """

    frame_rows: Array
    clip_rows: Array
    fps: float

    def __len__(self) -> int:
        """Number of tracks M."""
        return self.frame_rows.shape[0]

    @property
    def frames(self) -> int:
        """Length T of each track."""
        return self.frame_rows.shape[1]

    def at(self, track: Array, frame: Array) -> NoiseSample:
        """Samples of tracks and frames, integers that broadcast to (...), on the device of the rows."""
        xp = namespace(self.frame_rows)
        row = self.frame_rows[track, frame % self.frames]
        clip = self.clip_rows[track]
        offset = xp.round(row[..., _OFFSET])
        return NoiseSample(
            steady=clip[..., :CHANNELS],
            moving=row[..., :CHANNELS],
            morph=row[..., _MORPH],
            leg_swap=row[..., _SWAP],
            path_scale=clip[..., CHANNELS],
            path_turn=clip[..., CHANNELS + 1],
            frame_offset=offset.astype(np.int64) if xp is np else offset.long(),
        )

    def to(self, device: Any) -> NoiseTracks:
        """The same tracks as torch tensors on a device."""
        import torch

        frame_rows, clip_rows = (torch.as_tensor(rows, device=device) for rows in (self.frame_rows, self.clip_rows))
        return NoiseTracks(frame_rows, clip_rows, self.fps)


def sample_tracks(
    model: NoiseModel, tracks: int, frames: int, severity: float, rng: np.random.Generator, fps: float = 50.0
) -> NoiseTracks:
    """Draw tracks.

    Args:
        model: The statistics.
        tracks: How many, M.
        frames: Length T of each; at least 10 s, so that the wrap-around is not felt.
        severity: 1 for noise as measured, 0 for none. Errors and path errors are proportional to it, and so are the
            rates of events.
        rng: Source of randomness.
        fps: Frames per second.
    """
    frame_rows = np.zeros((tracks, frames, COLUMNS), dtype=np.float32)
    clip_rows = np.zeros((tracks, CLIP_COLUMNS), dtype=np.float32)
    for frame_row, clip_row in zip(frame_rows, clip_rows, strict=True):
        gain = severity * np.exp(model.gain_spread * rng.standard_normal() - model.gain_spread**2)
        constant = model.constant @ rng.standard_normal(model.constant.shape[1])
        clip_row[:CHANNELS] = severity * model.mean + gain * constant
        clip_row[CHANNELS] = np.exp(severity * model.path_scale_spread * rng.standard_normal())
        clip_row[CHANNELS + 1] = severity * model.path_turn_spread * rng.standard_normal()
        frame_row[:, :CHANNELS] = gain * _moving(model, frames, fps, rng)
        frame_row[:, _MORPH] = noise_events.limb_morphs(model, frames, severity, fps, rng)
        frame_row[:, _SWAP] = noise_events.leg_swaps(model, frames, severity, fps, rng)
        frame_row[:, _OFFSET] = noise_events.frame_offsets(model, frames, severity, fps, rng)
    return NoiseTracks(frame_rows, clip_rows, fps)


def _moving(model: NoiseModel, frames: int, fps: float, rng: np.random.Generator) -> np.ndarray:
    """The slow and the fast part of one track, (frames, 29)."""
    slow = smooth_process(frames, model.slow.shape[1], model.slow_time, fps, rng) @ model.slow.T
    return slow + smooth_process(frames, model.fast.shape[1], model.fast_time, fps, rng) @ model.fast.T
