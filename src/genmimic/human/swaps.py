"""Frames in which the detector takes left for right: found as jumps that vanish when the sides are exchanged."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from genmimic.human.blazepose import BLAZEPOSE_NAMES
from genmimic.human.landmarks import Landmarks
from genmimic.robot.names import mirrored_name


def _mirrored(name: str) -> str:
    if name.endswith(("_left", "_right")):  # mouth_left
        stem, side = name.rsplit("_", 1)
        return f"{stem}_{'right' if side == 'left' else 'left'}"
    return mirrored_name(name)


MIRROR = np.array([BLAZEPOSE_NAMES.index(_mirrored(name)) for name in BLAZEPOSE_NAMES])
"""Index of each landmark's partner on the other side."""

_LEGS = np.array(
    [i for i, n in enumerate(BLAZEPOSE_NAMES) if any(p in n for p in ("hip", "knee", "ankle", "heel", "foot"))]
)
_SCORED = np.array(
    [
        BLAZEPOSE_NAMES.index(f"{s}_{p}")
        for s in ("left", "right")
        for p in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
    ]
)
_PERMUTATIONS = np.tile(np.arange(len(BLAZEPOSE_NAMES)), (3, 1))
_PERMUTATIONS[1, _LEGS] = MIRROR[_LEGS]
_PERMUTATIONS[2] = MIRROR

_JUMP = 0.15  # person heights per frame beyond which a jump is a jump
_SWAPPED_COST = 0.07  # per frame, in the same unit: a short exchange is an error, a long one a turned person
_BODY_HEIGHT = 1.7
_CHANGE_COST = 0.20  # where an exchange begins or ends


def find_swaps(pixel: np.ndarray, world: np.ndarray, confidence: np.ndarray, fps: float) -> np.ndarray:
    """State of each frame: 0 as detected, 1 legs exchanged, 2 everything exchanged, (T,).

    A Viterbi search for the sequence of states with the least motion of the landmarks, in the picture and in depth:
    in profile left and right coincide in the picture, but the network still says which is nearer.

    Args:
        pixel: (T, 33, 2) landmarks.
        world: (T, 33, 3) world landmarks, metres.
        confidence: (T, 33) in [0, 1].
        fps: Frames per second.
    """
    frames = len(pixel)
    height = np.maximum(np.median(np.ptp(pixel[..., 1], axis=1)), 1.0)
    states = len(_PERMUTATIONS)
    position = np.concatenate([pixel / height, world[..., 2:] / _BODY_HEIGHT], -1)
    views = np.stack([position[:, p] for p in _PERMUTATIONS], 1)[:, :, _SCORED]
    trust = np.stack([confidence[:, p] for p in _PERMUTATIONS], 1)[:, :, _SCORED]
    limit = _JUMP * max(1.0, 16.0 / fps)
    cost = np.zeros(states)
    back = np.zeros((frames, states), dtype=int)
    penalty = _SWAPPED_COST * np.arange(states).clip(max=1) * 16.0 / fps
    change = _CHANGE_COST * (1.0 - np.eye(states))
    for t in range(1, frames):
        distance = np.linalg.norm(views[t][None] - views[t - 1][:, None], axis=-1)
        weight = trust[t][None] * trust[t - 1][:, None]
        step = (np.minimum(distance, limit) * weight).sum(-1)
        total = cost[:, None] + step + change
        back[t] = total.argmin(0)
        cost = total.min(0) + penalty
    state = np.zeros(frames, dtype=int)
    state[-1] = cost.argmin()
    for t in range(frames - 1, 0, -1):
        state[t - 1] = back[t, state[t]]
    return state


def undo_swaps(landmarks: Landmarks) -> tuple[Landmarks, int]:
    """Landmarks with exchanged sides put right, and the number of frames changed."""
    state = find_swaps(landmarks.pixel, landmarks.world, landmarks.visibility, landmarks.fps)
    order = _PERMUTATIONS[state]
    take = np.arange(len(state))[:, None]
    fixed = replace(
        landmarks,
        pixel=landmarks.pixel[take, order],
        visibility=landmarks.visibility[take, order],
        presence=landmarks.presence[take, order],
        world=landmarks.world[take, order],
    )
    return fixed, int((state > 0).sum())
