"""People that a video reconstructor found, frame by frame, as motions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from genmimic import rotation
from genmimic.errors import InputError
from genmimic.motion import checks
from genmimic.motion.body_shape import offsets_from_betas
from genmimic.motion.fields import as_numbers
from genmimic.motion.human_motion import HumanMotion
from genmimic.motion.importers.placement import stand_on_floor, turned
from genmimic.motion.resample import interpolate_linear, interpolate_quat
from genmimic.motion.skeleton import JOINT_NAMES

_LONGEST_GAP_S = 0.5
"""A person out of sight for longer begins a new motion."""
_NAMES_OF_ALL = ("hmr4d_results", "wham_output", "results")
"""What the tools call their file whatever the video: the folder's name says more."""


@dataclass(frozen=True)
class Track:
    """One person in the frames of a video, in whatever world the file has.

    Attributes:
        frames: Numbers (N,) of the video frames with the person, rising.
        pelvis_pos: (N, 3), metres.
        local_quat: (N, 22, 4), w first; the root's in the file's world, the others' relative to the parent.
        betas: SMPL-X shape coefficients (10,); None where the shape is not SMPL-X's: the mean body stands for it.
        foot_contact: Probability (N, 2) that the left and right foot stand; None where unknown.
        offsets: Rest offsets (22, 3) of the joints, metres; None where they follow from betas.
        assumptions: What was assumed, for `HumanMotion.assumptions`.
    """

    frames: np.ndarray
    pelvis_pos: np.ndarray
    local_quat: np.ndarray
    betas: np.ndarray | None = None
    foot_contact: np.ndarray | None = None
    offsets: np.ndarray | None = None
    assumptions: dict[str, str | float | bool] = field(default_factory=dict)


def to_motions(
    path: Path, tracks: Sequence[Track], fps: float | None, *, to_world: np.ndarray, source: str
) -> list[HumanMotion]:
    """Tracks as motions in our world, the longest first.

    Frames without the person are filled in where these are few (confidence 0 there); else a new motion begins.

    Args:
        path: The file, for names and messages.
        tracks: The people.
        fps: Frame rate of the video; none of the reconstructors' files states it.
        to_world: Turn (4,) from the file's world to one with z up.
        source: Where the motions come from.

    Raises:
        InputError: No frame rate, nobody in two frames in a row, or values that make no motion.
    """
    rate = require_given_fps(path, fps)
    parts = [part for track in tracks for part in _parts(path, track, rate)]
    parts = sorted(parts, key=lambda part: -len(part.frames))
    if not parts:
        raise InputError(f"{path}: nobody is in two frames or more; there is no motion to import.")
    clip = path.resolve().parent.name if path.stem in _NAMES_OF_ALL else path.stem
    names = [clip] if len(parts) == 1 else [f"{clip}_person{k + 1}" for k in range(len(parts))]
    return [
        stand_on_floor(turned(_to_motion(name, part, rate, source), to_world))
        for name, part in zip(names, parts, strict=True)
    ]


def numbers(path: Path, where: str, fields: Mapping[str, Any], name: str, shape: tuple[int | None, ...]) -> np.ndarray:
    """One field as numbers of a known shape.

    Args:
        path: The file, for messages.
        where: What the fields belong to, for messages.
        fields: The fields.
        name: Which of them.
        shape: Its shape; None matches any length.

    Raises:
        InputError: The field is missing, or holds something else.
    """
    if name not in fields:
        raise InputError(f"{path}: {where} lacks the field '{name}'; it has {sorted(map(str, fields))}.")
    array = as_numbers(path, name, fields[name])
    checks.require_shape(str(path), name, array, shape)
    return array


def local_quat_of(rotations: np.ndarray) -> np.ndarray:
    """Quaternions (N, 22, 4) of SMPL's body joints from rotation vectors (N, 66 or more) or matrices (N, J, 3, 3)."""
    joints = len(JOINT_NAMES)
    if rotations.ndim == 4:
        return rotation.normalize(rotation.from_matrix(rotations[:, :joints]))
    return rotation.from_axis_angle(rotations[:, : 3 * joints].reshape(-1, joints, 3))


def require_given_fps(path: Path, fps: float | None) -> float:
    """The frame rate that the user gave.

    Raises:
        InputError: None was given.
    """
    if fps is None:
        raise InputError(f"{path}: does not say its frame rate; give that of the video with --fps.")
    checks.require_fps(str(path), fps)
    return fps


def _parts(path: Path, track: Track, fps: float) -> list[Track]:
    """The track cut where the person is away for long; parts of a single frame are no motions."""
    checks.require_finite(str(path), "translation", track.pelvis_pos)
    checks.require_finite(str(path), "pose", track.local_quat)
    if (np.diff(track.frames) <= 0).any():
        raise InputError(f"{path}: the numbers of a person's frames do not rise; the file is damaged.")
    cuts = np.flatnonzero(np.diff(track.frames) > max(1.0, _LONGEST_GAP_S * fps)) + 1
    parts = []
    for rows in np.split(np.arange(len(track.frames)), cuts):
        if len(rows) >= 2:
            contact = None if track.foot_contact is None else track.foot_contact[rows]
            parts.append(
                replace(
                    track,
                    frames=track.frames[rows],
                    pelvis_pos=track.pelvis_pos[rows],
                    local_quat=track.local_quat[rows],
                    foot_contact=contact,
                )
            )
    return parts


def _to_motion(name: str, track: Track, fps: float, source: str) -> HumanMotion:
    seen = track.frames.astype(np.float64)
    every = np.arange(track.frames[0], track.frames[-1] + 1)
    times = every.astype(np.float64)
    contact = np.full((len(seen), 2), 0.5) if track.foot_contact is None else track.foot_contact
    betas = np.zeros(10) if track.betas is None else track.betas
    filled = ~np.isin(every, track.frames)
    quat = rotation.make_continuous(rotation.normalize(track.local_quat))
    return HumanMotion(
        name=name,
        fps=fps,
        root_pos_w=interpolate_linear(seen, track.pelvis_pos, times),
        local_quat=interpolate_quat(seen, quat, times),
        offsets=offsets_from_betas(betas) if track.offsets is None else track.offsets,
        confidence=np.repeat(np.where(filled, 0.0, 1.0)[:, None], len(JOINT_NAMES), axis=1),
        foot_contact=np.where(filled[:, None], 0.5, interpolate_linear(seen, contact, times)),
        betas=betas,
        source=source,
        assumptions={
            "first_frame": int(track.frames[0]),
            "bone_lengths": _bone_lengths(track),
            **track.assumptions,
        },
    )


def _bone_lengths(track: Track) -> str:
    if track.offsets is not None:
        return "measured"
    return "mean body" if track.betas is None else "betas"
