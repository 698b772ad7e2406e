"""TRAM's results: SMPL in the camera's frame (`hps/hps_track_K.npy`) and the camera in the world (`camera.npy`).

Fields used: pred_rotmat (N, 24, 3, 3), pred_trans (N, 1, 3), frame (N); world_cam_R (F, 3, 3) and world_cam_T (F, 3),
with x_w = R x_c + T in a world with y up. The files are dictionaries of numpy arrays and torch tensors.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from genmimic import rotation
from genmimic.errors import InputError
from genmimic.motion.human_motion import HumanMotion
from genmimic.motion.importers.placement import Y_UP_TO_WORLD
from genmimic.motion.importers.smpl_family import smpl_pelvis
from genmimic.motion.importers.stored_objects import load_objects
from genmimic.motion.importers.tracks import Track, local_quat_of, numbers, to_motions


def is_tram(stored: Any) -> bool:
    """Whether a file's content is a track of TRAM's."""
    return isinstance(stored, Mapping) and {"pred_rotmat", "pred_trans"} <= set(stored)


def is_tram_folder(path: Path) -> bool:
    """Whether a folder holds TRAM's results."""
    return (path / "hps").is_dir()


def read_tram(path: Path, stored: Mapping[str, Any], fps: float | None) -> list[HumanMotion]:
    """The person of one `hps_track_K.npy`; `camera.npy` must lie in the folder above.

    Raises:
        InputError: The camera or a field is missing or invalid, or no frame rate was given.
    """
    camera = _camera(path.resolve().parent.parent / "camera.npy")
    return to_motions(path, [_track(path, stored, *camera)], fps, to_world=Y_UP_TO_WORLD, source="TRAM")


def read_tram_folder(path: Path, fps: float | None) -> list[HumanMotion]:
    """The people of a folder of results.

    Raises:
        InputError: As in `read_tram`.
    """
    camera = _camera(path / "camera.npy")
    tracks = []
    for file in sorted((path / "hps").glob("*.npy")):
        stored = load_objects(file)
        if not is_tram(stored):
            raise InputError(f"{file}: is not a track of TRAM's; expected pred_rotmat and pred_trans.")
        tracks.append(_track(file, stored, *camera))
    return to_motions(path, tracks, fps, to_world=Y_UP_TO_WORLD, source="TRAM")


def _camera(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Camera to world: rotations (F, 3, 3) and translations (F, 3)."""
    if not path.is_file():
        raise InputError(f"{path}: no such file; TRAM's camera is needed beside the folder 'hps'.")
    stored = load_objects(path)
    if not isinstance(stored, Mapping):
        raise InputError(f"{path}: is not TRAM's camera; expected world_cam_R and world_cam_T.")
    rot = numbers(path, "the camera", stored, "world_cam_R", (None, 3, 3))
    return rot, numbers(path, "the camera", stored, "world_cam_T", (len(rot), 3))


def _track(path: Path, stored: Mapping[str, Any], rot: np.ndarray, trans: np.ndarray) -> Track:
    frames = numbers(path, "the track", stored, "frame", (None,)).astype(int)
    if len(frames) and not 0 <= frames.min() <= frames.max() < len(rot):
        raise InputError(f"{path}: has frame {frames.max()}, but the camera has {len(rot)} frames; run TRAM again.")
    matrices = numbers(path, "the track", stored, "pred_rotmat", (len(frames), 24, 3, 3))
    shift = numbers(path, "the track", stored, "pred_trans", (len(frames), 1, 3))[:, 0]
    local = local_quat_of(matrices)
    local[:, 0] = rotation.multiply(rotation.from_matrix(rot[frames]), local[:, 0])
    pelvis = np.einsum("nij,nj->ni", rot[frames], smpl_pelvis(shift)) + trans[frames]
    return Track(frames, pelvis, local)
