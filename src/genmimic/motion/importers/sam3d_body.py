"""SAM 3D Body's results, frame by frame: keypoints of the MHR body in the camera's frame.

The tool returns a list of people for an image and stores nothing; we read what a user stored of it with pickle, joblib
or `numpy.save`: a list, over the frames of a video, of such lists (or of single people). Fields used, of each person:
`pred_keypoints_3d` (70, 3) metres, x right, y down, z ahead, and `pred_cam_t` (3), which is added to them. People have
no numbers: who is nearest in the next frame is the same. The camera is assumed level.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from genmimic import rotation
from genmimic.motion.human_motion import HumanMotion
from genmimic.motion.importers.mhr_keypoints import LEFT_HIP, RIGHT_HIP, human_from_mhr
from genmimic.motion.importers.placement import CAMERA_TO_Y_UP, Y_UP_TO_WORLD
from genmimic.motion.importers.tracks import Track, numbers, to_motions

_FARTHEST_STEP = 0.7
"""Nobody moves farther between two frames in which they are seen, metres."""
_UNTURNED = np.array([1.0, 0.0, 0.0, 0.0])

Seen = dict[int, np.ndarray]
"""Keypoints (70, 3) of one person by the number of the frame."""


def is_sam3d_body(stored: Any) -> bool:
    """Whether a file's content is SAM 3D Body's, over the frames of a video."""
    return any("pred_keypoints_3d" in person for frame in _frames(stored) for person in frame)


def read_sam3d_body(path: Path, stored: Any, fps: float | None) -> list[HumanMotion]:
    """The people of the file.

    Raises:
        InputError: A field is missing or invalid, nobody stays for two frames, or no frame rate was given.
    """
    found = [[_keypoints_w(path, number, person) for person in frame] for number, frame in enumerate(_frames(stored))]
    tracks = [_track(path, seen) for seen in _link(found) if len(seen) > 1]
    return to_motions(path, tracks, fps, to_world=_UNTURNED, source="SAM 3D Body")


def _frames(stored: Any) -> list[list[Mapping[str, Any]]]:
    """The people of each frame; empty for content of another kind."""
    items = stored.values() if isinstance(stored, Mapping) else stored
    frames = items if isinstance(items, Sequence) else list(items) if hasattr(items, "__iter__") else []
    people = [[frame] if isinstance(frame, Mapping) else frame for frame in frames]
    if not all(isinstance(frame, list | tuple | np.ndarray) for frame in people):
        return []
    return [[person for person in frame if isinstance(person, Mapping)] for frame in people]


def _keypoints_w(path: Path, number: int, person: Mapping[str, Any]) -> np.ndarray:
    """Keypoints (70, 3) in a world with z up that stands where the camera is."""
    where = f"frame {number}"
    keypoints = numbers(path, where, person, "pred_keypoints_3d", (70, 3))
    camera = keypoints + numbers(path, where, person, "pred_cam_t", (3,))
    return rotation.rotate(np.tile(rotation.multiply(Y_UP_TO_WORLD, CAMERA_TO_Y_UP), (70, 1)), camera)


def _link(frames: list[list[np.ndarray]]) -> list[Seen]:
    """Follow people from frame to frame by where their hips are."""
    tracks: list[Seen] = []
    for number, people in enumerate(frames):
        free = list(range(len(tracks)))
        for keypoints in people:
            gaps = [np.linalg.norm(_hips(tracks[k][max(tracks[k])]) - _hips(keypoints)) for k in free]
            if gaps and min(gaps) < _FARTHEST_STEP:
                tracks[free.pop(int(np.argmin(gaps)))][number] = keypoints
            else:
                tracks.append({number: keypoints})
    return tracks


def _hips(keypoints: np.ndarray) -> np.ndarray:
    return 0.5 * (keypoints[LEFT_HIP] + keypoints[RIGHT_HIP])


def _track(path: Path, seen: Seen) -> Track:
    frames = np.array(sorted(seen))
    human = human_from_mhr(str(path), np.stack([seen[frame] for frame in frames]))
    return Track(
        frames=frames,
        pelvis_pos=human.root_pos_w,
        local_quat=human.local_quat,
        offsets=human.offsets,
        assumptions={"camera_level": True, **human.assumptions},
    )
