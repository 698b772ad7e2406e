"""GVHMR's `hmr4d_results.pt`: SMPL-X in a world with y up, whose floor is where the lowest joint ever was.

Fields used: `smpl_params_global` with body_pose (L, 63), global_orient (L, 3), transl (L, 3), betas (L, 10); and
`net_outputs/static_conf_logits` (1, L, 6), which rate how still left ankle, left toes, right ankle, right toes and the
wrists stand.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from genmimic.motion.human_motion import HumanMotion
from genmimic.motion.importers.placement import Y_UP_TO_WORLD
from genmimic.motion.importers.smpl_family import smplx_pelvis
from genmimic.motion.importers.tracks import Track, local_quat_of, numbers, to_motions

_STILL = {"left": [0, 1], "right": [2, 3]}


def is_gvhmr(stored: Any) -> bool:
    """Whether a file's content is GVHMR's."""
    return isinstance(stored, Mapping) and "smpl_params_global" in stored


def read_gvhmr(path: Path, stored: Mapping[str, Any], fps: float | None) -> list[HumanMotion]:
    """The person of the file.

    Raises:
        InputError: A field is missing or invalid, or no frame rate was given.
    """
    body = stored["smpl_params_global"]
    where = "'smpl_params_global'"
    orient = numbers(path, where, body, "global_orient", (None, 3))
    frames = len(orient)
    pose = numbers(path, where, body, "body_pose", (frames, 63))
    transl = numbers(path, where, body, "transl", (frames, 3))
    betas = numbers(path, where, body, "betas", (frames, 10)).mean(axis=0)
    track = Track(
        frames=np.arange(frames),
        pelvis_pos=smplx_pelvis(transl, betas),
        local_quat=local_quat_of(np.concatenate([orient, pose], axis=1)),
        betas=betas,
        foot_contact=contact_from_logits(path, stored.get("net_outputs"), frames),
    )
    return to_motions(path, [track], fps, to_world=Y_UP_TO_WORLD, source="GVHMR")


def contact_from_logits(path: Path, fields: Any, frames: int) -> np.ndarray | None:
    """Probability (frames, 2) that each foot stands: the mean of its ankle's and its toes'; None without the field."""
    if not isinstance(fields, Mapping) or "static_conf_logits" not in fields:
        return None
    logits = np.asarray(fields["static_conf_logits"], dtype=np.float64).reshape(-1, 6)
    logits = numbers(path, "its output", {"static_conf_logits": logits}, "static_conf_logits", (frames, 6))
    still = 1.0 / (1.0 + np.exp(-np.clip(logits, -30.0, 30.0)))
    return np.stack([still[:, columns].mean(axis=1) for columns in _STILL.values()], axis=1)
