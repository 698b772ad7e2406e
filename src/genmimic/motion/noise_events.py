"""Events of generated video and their reconstruction: swapped legs, freezes, leaps in time, limbs out of place."""

from __future__ import annotations

import numpy as np

from genmimic.motion.noise_model import NoiseModel
from genmimic.motion.noise_processes import bump, poisson_starts
from genmimic.robot.names import ARM_JOINTS, JOINT_NAMES, LEG_JOINTS

RAMP = 0.10
"""Seconds in which stage 1's smoothing lets an event come and go."""
CATCH_UP = 2
"""Frames per frame by which a reference that lags behind, or leapt ahead, returns to the true time."""
_LIMBS = tuple(
    np.array([JOINT_NAMES.index(f"{side}_{joint}_joint") for joint in joints])
    for joints in (LEG_JOINTS, ARM_JOINTS)
    for side in ("left", "right")
)


def leg_swaps(model: NoiseModel, frames: int, severity: float, fps: float, rng: np.random.Generator) -> np.ndarray:
    """How far the legs are exchanged, (frames,), from 0 to 1."""
    out = np.zeros(frames)
    for start in poisson_starts(frames, severity * model.swap_rate, fps, rng):
        length = round(rng.uniform(*model.swap_time) * fps)
        out = np.maximum(out, bump(frames, int(start), length, round(RAMP * fps)))
    return out


def limb_morphs(model: NoiseModel, frames: int, severity: float, fps: float, rng: np.random.Generator) -> np.ndarray:
    """Joint offsets (frames, 23), radians, of limbs that leave their place for a moment."""
    out = np.zeros((frames, len(JOINT_NAMES)))
    for start in poisson_starts(frames, severity * model.morph_rate, fps, rng):
        limb = _LIMBS[rng.integers(len(_LIMBS))]
        size = rng.uniform(*model.morph_angle) * rng.standard_normal(len(limb))
        length = round(rng.uniform(*model.morph_time) * fps)
        out[:, limb] += bump(frames, int(start), length, round(1.5 * RAMP * fps))[:, None] * size
    return out


def frame_offsets(model: NoiseModel, frames: int, severity: float, fps: float, rng: np.random.Generator) -> np.ndarray:
    """Which frame is shown instead of each, as a difference (frames,), whole numbers.

    A freeze lags further behind frame by frame and then catches up. A leap runs ahead as fast as a catch-up does, and
    then waits until the true time has come. Both return, so that a motion's length stays what it was.
    """
    out = np.zeros(frames, dtype=np.int64)
    for rate, lasting, sign in ((model.freeze_rate, model.freeze_time, -1), (model.jump_rate, model.jump_time, 1)):
        for start in poisson_starts(frames, severity * rate, fps, rng):
            most = max(1, round(rng.uniform(*lasting) * fps))
            slow = np.arange(1, most + 1)
            quick = np.arange(most, 0, -CATCH_UP)
            lag = np.concatenate([slow, quick] if sign < 0 else [quick[::-1], slow[::-1]])[:frames]
            at = (int(start) + np.arange(len(lag))) % frames
            free = out[at] == 0
            if free.all():  # two at once would make steps of more frames than either
                out[at] = sign * lag
    return out
