"""WHAM's `wham_output.pkl` (joblib): SMPL in a world with y up.

Fields used, of each person: `pose_world` (N, 72), `trans_world` (N, 3), `frame_ids` (N). WHAM moves its bodies so that
the middle of the hips lies at `trans_world`: neither the pelvis nor SMPL's usual `transl`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from genmimic import rotation
from genmimic.motion.body_shape import offsets_from_betas
from genmimic.motion.human_motion import HumanMotion
from genmimic.motion.importers.placement import Y_UP_TO_WORLD
from genmimic.motion.importers.tracks import Track, local_quat_of, numbers, to_motions
from genmimic.motion.skeleton import INDEX


def is_wham(stored: Any) -> bool:
    """Whether a file's content is WHAM's."""
    return (
        isinstance(stored, Mapping)
        and len(stored) > 0
        and all(isinstance(person, Mapping) and "trans_world" in person for person in stored.values())
    )


def read_wham(path: Path, stored: Mapping[Any, Any], fps: float | None) -> list[HumanMotion]:
    """The people of the file.

    Raises:
        InputError: A field is missing or invalid, or no frame rate was given.
    """
    tracks = [_track(path, key, person) for key, person in stored.items()]
    return to_motions(path, tracks, fps, to_world=Y_UP_TO_WORLD, source="WHAM")


def _track(path: Path, key: Any, person: Mapping[str, Any]) -> Track:
    where = f"person {key}"
    frames = numbers(path, where, person, "frame_ids", (None,)).astype(int)
    local = local_quat_of(numbers(path, where, person, "pose_world", (len(frames), 72)))
    hips = numbers(path, where, person, "trans_world", (len(frames), 3))
    offsets = offsets_from_betas(np.zeros(10))
    middle = 0.5 * (offsets[INDEX["left_hip"]] + offsets[INDEX["right_hip"]])
    return Track(frames, hips - rotation.rotate(local[:, 0], np.broadcast_to(middle, hips.shape)), local)
