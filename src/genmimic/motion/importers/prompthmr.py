"""PromptHMR's `results.pkl` (joblib): SMPL-X in a world with y up and a fitted floor at 0.

Fields used, of each of `people`: `frames` (N), `smplx_world` with pose (N, 165), shape (N, 10), trans (N, 3); and
`smplx_cam/static_conf_logits` (N, 6), as in GVHMR.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from genmimic.errors import InputError
from genmimic.motion.human_motion import HumanMotion
from genmimic.motion.importers.gvhmr import contact_from_logits
from genmimic.motion.importers.placement import Y_UP_TO_WORLD
from genmimic.motion.importers.smpl_family import smplx_pelvis
from genmimic.motion.importers.tracks import Track, local_quat_of, numbers, to_motions


def is_prompthmr(stored: Any) -> bool:
    """Whether a file's content is PromptHMR's."""
    return isinstance(stored, Mapping) and isinstance(stored.get("people"), Mapping)


def read_prompthmr(path: Path, stored: Mapping[str, Any], fps: float | None) -> list[HumanMotion]:
    """The people of the file.

    Raises:
        InputError: A field is missing or invalid, or no frame rate was given.
    """
    tracks = [_track(path, key, person) for key, person in stored["people"].items()]
    return to_motions(path, tracks, fps, to_world=Y_UP_TO_WORLD, source="PromptHMR")


def _track(path: Path, key: Any, person: Mapping[str, Any]) -> Track:
    if not isinstance(person.get("smplx_world"), Mapping):
        raise InputError(f"{path}: person {key} has no 'smplx_world'; run PromptHMR to its end.")
    where, body = f"'smplx_world' of person {key}", person["smplx_world"]
    frames = numbers(path, f"person {key}", person, "frames", (None,)).astype(int)
    pose = numbers(path, where, body, "pose", (len(frames), None))
    if pose.shape[1] < 66:
        raise InputError(f"{path}: field 'pose' of person {key} has {pose.shape[1]} columns, expected 66 or more.")
    betas = numbers(path, where, body, "shape", (len(frames), None))[:, :10].mean(axis=0)
    return Track(
        frames=frames,
        pelvis_pos=smplx_pelvis(numbers(path, where, body, "trans", (len(frames), 3)), betas),
        local_quat=local_quat_of(pose),
        betas=betas,
        foot_contact=contact_from_logits(path, person.get("smplx_cam"), len(frames)),
    )
