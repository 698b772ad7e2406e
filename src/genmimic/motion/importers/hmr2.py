"""4D-Humans' (HMR 2.0 with PHALP) `results/*.pkl` (joblib): SMPL in the camera's frame, frame by frame.

The file maps each frame to lists with one entry per person: `tid` (track), `smpl` (global_orient (1, 3, 3), body_pose
(23, 3, 3)), `camera` (3), `tracked_time` (0 where the person was seen), and `time`. The camera is assumed level. Its
translation holds for a focal length of 5000 pixels in a picture of 256: depths are brought back to a camera like most.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from genmimic import rotation
from genmimic.errors import InputError
from genmimic.motion.human_motion import HumanMotion
from genmimic.motion.importers.placement import CAMERA_TO_Y_UP, Y_UP_TO_WORLD
from genmimic.motion.importers.smpl_family import smpl_pelvis
from genmimic.motion.importers.tracks import Track, local_quat_of, numbers, to_motions

_FOCAL_OF_FILE = 5000.0 / 256.0
_FOCAL = 1.1
"""Assumed focal length in long sides of the picture, as in our own reconstruction."""
_PER_PERSON = ("tid", "smpl", "camera")


def is_hmr2(stored: Any) -> bool:
    """Whether a file's content is PHALP's."""
    return (
        isinstance(stored, Mapping)
        and len(stored) > 0
        and all(isinstance(frame, Mapping) and set(_PER_PERSON) <= set(frame) for frame in stored.values())
    )


def read_hmr2(path: Path, stored: Mapping[str, Any], fps: float | None) -> list[HumanMotion]:
    """The people of the file.

    Raises:
        InputError: A field is missing or invalid, or no frame rate was given.
    """
    people: dict[int, dict[int, tuple[np.ndarray, np.ndarray]]] = {}
    for number, (key, frame) in enumerate(stored.items()):
        if len({len(frame[name]) for name in _PER_PERSON}) > 1:
            raise InputError(f"{path}: frame '{key}' has lists of different lengths; the file is damaged.")
        ages = frame.get("tracked_time") or [0] * len(frame["tid"])
        for person, age in enumerate(ages[: len(frame["tid"])]):
            if age == 0:
                seen = _seen(path, f"frame '{key}'", frame["smpl"][person], frame["camera"][person])
                people.setdefault(int(frame["tid"][person]), {})[int(frame.get("time", number))] = seen
    return to_motions(
        path,
        [_track(frames) for frames in people.values()],
        fps,
        to_world=rotation.multiply(Y_UP_TO_WORLD, CAMERA_TO_Y_UP),
        source="4D-Humans",
    )


def _seen(path: Path, where: str, smpl: Any, camera: Any) -> tuple[np.ndarray, np.ndarray]:
    """Rotation matrices (24, 3, 3) and the translation (3,) of one person in one frame."""
    if not isinstance(smpl, Mapping):
        raise InputError(f"{path}: {where} has no SMPL parameters for a person who was seen; the file is damaged.")
    root = numbers(path, where, smpl, "global_orient", (1, 3, 3))
    body = numbers(path, where, smpl, "body_pose", (23, 3, 3))
    return np.concatenate([root, body]), numbers(path, where, {"camera": camera}, "camera", (3,))


def _track(seen: Mapping[int, tuple[np.ndarray, np.ndarray]]) -> Track:
    frames = np.array(sorted(seen))
    shift = np.stack([seen[frame][1] for frame in frames])
    shift[:, 2] *= _FOCAL / _FOCAL_OF_FILE
    return Track(
        frames=frames,
        pelvis_pos=smpl_pelvis(shift),
        local_quat=local_quat_of(np.stack([seen[frame][0] for frame in frames])),
        assumptions={"camera_level": True, "focal_in_long_sides": _FOCAL},
    )
