"""Our own file format: one npz for a HumanMotion or a RobotMotion, with everything needed to understand it.

The file states its kind, units, quaternion order and the names of joints and keypoints; nothing relies on an order
that is not named in it. It is loaded without pickle. Fields with the prefix `evidence_` (or another prefix that the
caller allows) may travel along; any other unknown field is refused.
"""

from __future__ import annotations

import contextlib
import json
import os
import uuid
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from genmimic.errors import InputError
from genmimic.motion import checks, skeleton
from genmimic.motion.fields import as_mapping
from genmimic.motion.human_motion import HumanMotion
from genmimic.motion.robot_motion import RobotMotion
from genmimic.robot.names import JOINT_NAMES, KEYPOINT_NAMES

Motion = TypeVar("Motion", HumanMotion, RobotMotion)

_DAMAGE = (zipfile.BadZipFile, zlib.error, KeyError)

VERSION = 1
UNITS = "metre, radian, second"
QUATERNION_ORDER = "wxyz"

_STATED = ("kind", "version", "units", "quaternion_order", "joint_names", "keypoint_names")
_HUMAN = (
    *("name", "fps", "root_pos_w", "local_quat", "offsets", "confidence", "foot_contact", "betas"),
    *("source", "licence", "assumptions"),
)
_ROBOT = (
    *("name", "fps", "root_pos_w", "root_quat_w", "joint_pos", "foot_contact", "confidence"),
    *("source", "licence", "metadata"),
)


@contextlib.contextmanager
def atomic_path(path: str | Path) -> Iterator[Path]:
    """Write a file under a temporary name in the same folder and rename it when all went well.

    Args:
        path: Where the file shall be in the end. Missing folders are made.

    Yields:
        The temporary path, with the same suffix, to write to.

    Raises:
        InputError: The folder or file cannot be written.
    """
    path = Path(path)
    temporary = path.with_name(f".{path.stem}.{uuid.uuid4().hex[:8]}{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        os.replace(temporary, path)
    except OSError as error:
        # the caller's own reads may fail too: only failures on our paths are about this output
        named = {str(temporary), str(path), str(path.parent), None}
        if error.filename not in named:
            raise
        reason = error.strerror or error
        raise InputError(f"{path}: cannot be written ({reason}); choose another output folder.") from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def save_human(motion: HumanMotion, path: str | Path, extra: Mapping[str, Any] | None = None) -> None:
    """Write a human motion, in `path`, with the extra arrays (no object arrays) under their own names."""
    fields = {name: getattr(motion, name) for name in _HUMAN if name != "assumptions"}
    fields["assumptions"] = json.dumps(dict(motion.assumptions))
    _save(path, _stated("human", skeleton.JOINT_NAMES, skeleton.JOINT_NAMES), fields, extra or {})


def save_robot(motion: RobotMotion, path: str | Path, extra: Mapping[str, Any] | None = None) -> None:
    """Write a robot motion, in `path`, with the extra arrays (no object arrays) under their own names."""
    fields = {name: getattr(motion, name) for name in _ROBOT if name != "metadata"}
    fields["metadata"] = json.dumps(dict(motion.metadata))
    _save(path, _stated("robot", motion.joint_names, KEYPOINT_NAMES), fields, extra or {})


def load_human(path: str | Path, extra_prefixes: tuple[str, ...] = ("evidence_",)) -> HumanMotion:
    """Read a human motion written by `save_human`.

    Args:
        path: The npz file.
        extra_prefixes: Fields whose names begin so are left alone; read them with `load_arrays`.

    Raises:
        InputError: The file is missing, damaged, of another kind, or a field is missing, unknown or invalid.
    """
    data = load_arrays(path)
    _require_stated(path, data, "human", _HUMAN, extra_prefixes)
    checks.require_names(str(path), "joint_names", data["joint_names"].tolist(), skeleton.JOINT_NAMES)
    fields = {name: _value(data[name]) for name in _HUMAN}
    fields["assumptions"] = as_mapping(path, "assumptions", fields["assumptions"])
    return construct(HumanMotion, path, fields)


def load_robot(path: str | Path, extra_prefixes: tuple[str, ...] = ("evidence_",)) -> RobotMotion:
    """Read a robot motion written by `save_robot`; arguments and errors as in `load_human`."""
    data = load_arrays(path)
    _require_stated(path, data, "robot", _ROBOT, extra_prefixes)
    checks.require_names(str(path), "joint_names", data["joint_names"].tolist(), JOINT_NAMES)
    checks.require_names(str(path), "keypoint_names", data["keypoint_names"].tolist(), KEYPOINT_NAMES)
    fields = {name: _value(data[name]) for name in _ROBOT}
    fields["metadata"] = as_mapping(path, "metadata", fields["metadata"])
    return construct(RobotMotion, path, fields)


def load_arrays(path: str | Path) -> dict[str, np.ndarray]:
    """Read all arrays of an npz file, without pickle.

    Raises:
        InputError: The file is missing, not an npz, damaged, or holds Python objects.
    """
    path = Path(path)
    if not path.is_file():
        raise InputError(f"{path}: no such file; check the path.")
    try:
        with np.load(path, allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except (ValueError, EOFError, OSError, AttributeError, NotImplementedError, *_DAMAGE) as error:
        raise InputError(f"{path}: is not a readable npz file of plain arrays ({error}); write it again.") from error


def save_arrays(path: str | Path, arrays: Mapping[str, Any]) -> None:
    """Write arrays, numbers and strings as a compressed npz, atomically; objects are refused.

    Raises:
        InputError: The path cannot be written.
        TypeError: A value is not a plain array, number or string.
    """
    plain = {name: np.asarray(value) for name, value in arrays.items()}
    for name, value in plain.items():
        if value.dtype.hasobject:
            raise TypeError(f"field '{name}' holds Python objects; only plain arrays can be stored")
    with atomic_path(path) as temporary:
        np.savez_compressed(temporary, allow_pickle=False, **plain)


def construct(kind: type[Motion], path: str | Path, fields: Mapping[str, Any]) -> Motion:
    """Make a motion from a file's fields, so that every complaint begins with the file's name.

    Raises:
        InputError: A field is invalid.
    """
    try:
        return kind(**fields)
    except InputError as error:
        # messages of the motion types begin with the clip's name
        name = f"{fields['name']}: "
        raise InputError(f"{path}: {str(error).removeprefix(name)}") from error
    except (TypeError, ValueError) as error:
        raise InputError(f"{path}: a field has the wrong type ({error}).") from error


def _stated(kind: str, joint_names: Any, keypoint_names: Any) -> dict[str, Any]:
    return {
        "kind": f"genmimic {kind} motion",
        "version": VERSION,
        "units": UNITS,
        "quaternion_order": QUATERNION_ORDER,
        "joint_names": list(joint_names),
        "keypoint_names": list(keypoint_names),
    }


def _save(path: str | Path, stated: Mapping[str, Any], fields: Mapping[str, Any], extra: Mapping[str, Any]) -> None:
    clashes = set(extra) & {*stated, *fields}
    if clashes:
        raise ValueError(f"extra fields would replace the motion's own: {sorted(clashes)}")
    save_arrays(path, {**stated, **fields, **extra})


def _require_stated(
    path: str | Path, data: Mapping[str, np.ndarray], kind: str, fields: tuple[str, ...], prefixes: tuple[str, ...]
) -> None:
    missing = [name for name in (*_STATED, *fields) if name not in data]
    if missing:
        raise InputError(f"{path}: lacks the fields {missing}; write it with genmimic, or see docs/formats.md.")
    unknown = [name for name in data if name not in (*_STATED, *fields) and not name.startswith(prefixes)]
    if unknown:
        raise InputError(f"{path}: has unknown fields {unknown}; remove them, or see docs/formats.md.")
    for name, wanted in _stated(kind, (), ()).items():
        found = data[name].tolist()
        if name not in ("joint_names", "keypoint_names") and found != wanted:
            raise InputError(f"{path}: field '{name}' is '{found}', expected '{wanted}'.")


def _value(array: np.ndarray) -> Any:
    return array.item() if array.ndim == 0 else array
