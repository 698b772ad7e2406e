"""Many clips in one npz: the layout of the project's motion capture.

`root_pos` (T, 3) metres, z up; `local_quat` (T, J, 4) int16 / 32767, w first, entry 0 in the world, the others
relative to the parent; `joint_names` (J); `parents` (J); `offsets` (J, 3), or (C, J, 3) for clips of different people,
in the parent's frame, metres; `clip_names` (C) and `clip_lengths` (C), the clips one after another; `fps`, `licence`,
`source`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

import numpy as np

from genmimic import rotation
from genmimic.errors import InputError
from genmimic.motion import checks
from genmimic.motion.fields import as_number, as_numbers
from genmimic.motion.files import load_arrays
from genmimic.motion.human_motion import HumanMotion
from genmimic.motion.importers.foreign import ForeignMotion
from genmimic.motion.importers.foreign_to_human import to_human

FIELDS = (
    *("root_pos", "local_quat", "joint_names", "parents", "offsets", "clip_names", "clip_lengths"),
    *("fps", "licence", "source"),
)


def is_mocap_layout(fields: Collection[str]) -> bool:
    """Whether an npz with these fields is of this layout."""
    return {"clip_names", "clip_lengths", "local_quat"} <= set(fields)


def read_mocap_clips(path: str | Path, only: Collection[str] | None = None) -> Iterator[HumanMotion]:
    """Yield the clips of one file as people, each named `file/clip`, with the file's source and licence.

    Args:
        path: The npz file.
        only: Names of the clips wanted, without the file's; all by default.

    Raises:
        InputError: The file is not readable, a field is missing or invalid, `only` names an unknown clip, or (while
            iterating) a clip is damaged.
    """
    path = Path(path)
    data = load_arrays(path)
    missing = [name for name in FIELDS if name not in data]
    if missing:
        raise InputError(f"{path}: lacks the fields {missing} of a file of motion clips; see docs/formats.md.")
    names = [str(name) for name in data["clip_names"]]
    unknown = sorted(set(only or ()) - set(names))
    if unknown:
        raise InputError(f"{path}: has no clips {unknown}; it has {names[:10]} and {max(len(names) - 10, 0)} more.")
    _check(path, data)
    return _clips(path, data, names, only)


def _check(path: Path, data: dict[str, np.ndarray]) -> None:
    """Refuse arrays that do not belong together."""
    clips, joints, frames = len(data["clip_names"]), len(data["joint_names"]), len(data["root_pos"])
    checks.require_shape(str(path), "root_pos", data["root_pos"], (frames, 3))
    checks.require_shape(str(path), "local_quat", data["local_quat"], (frames, joints, 4))
    checks.require_shape(str(path), "parents", data["parents"], (joints,))
    checks.require_shape(str(path), "clip_lengths", data["clip_lengths"], (clips,))
    if data["offsets"].shape not in ((joints, 3), (clips, joints, 3)):
        raise InputError(f"{path}: field 'offsets' has shape {data['offsets'].shape}, expected ({joints}, 3).")
    if data["clip_lengths"].sum() != frames or (data["clip_lengths"] < 0).any():
        raise InputError(
            f"{path}: field 'clip_lengths' adds up to {data['clip_lengths'].sum()}, not to {frames} frames."
        )
    if data["parents"][0] != -1 or any(not 0 <= p < j for j, p in enumerate(data["parents"]) if j):
        raise InputError(f"{path}: field 'parents' must be -1 for the first joint and name earlier joints elsewhere.")


def _clips(
    path: Path, data: dict[str, np.ndarray], names: list[str], only: Collection[str] | None
) -> Iterator[HumanMotion]:
    ends = np.cumsum(data["clip_lengths"])
    joint_names, parents = tuple(map(str, data["joint_names"])), tuple(map(int, data["parents"]))
    offsets = as_numbers(path, "offsets", data["offsets"])
    for clip, name in enumerate(names):
        if only is not None and name not in only:
            continue
        part = slice(int(ends[clip] - data["clip_lengths"][clip]), int(ends[clip]))
        full_name = f"{path.stem}/{name}"
        checks.require_frames(full_name, part.stop - part.start)
        stored = data["local_quat"][part]
        quat = as_numbers(path, "local_quat", stored) / (32767.0 if stored.dtype.kind == "i" else 1.0)
        checks.require_unit_quaternions(full_name, "local_quat", quat, tolerance=0.01)
        motion = ForeignMotion(
            name=full_name,
            fps=as_number(path, "fps", data["fps"]),
            joint_names=joint_names,
            parents=parents,
            offsets=offsets[clip] if offsets.ndim == 3 else offsets,
            root_pos_w=as_numbers(path, "root_pos", data["root_pos"][part]),
            local_quat=rotation.normalize(quat),
            source=str(data["source"]),
            licence=str(data["licence"]),
        )
        yield to_human(motion)
