"""The file of a benchmark: one npz, packed as corpora are, with its version and a checksum of its content."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from genmimic.benchmark.entry import ENTRY_FIELDS, Benchmark, Entry
from genmimic.errors import InputError
from genmimic.motion import checks
from genmimic.motion.corpus import FPS, Corpus
from genmimic.motion.corpus_codec import STEPS, TYPES, decode, encode
from genmimic.motion.files import QUATERNION_ORDER, UNITS, load_arrays, save_arrays
from genmimic.motion.resample import resample_robot
from genmimic.motion.robot_motion import RobotMotion
from genmimic.robot.names import JOINT_NAMES
from genmimic.rotation import make_continuous

ASSET = Path(__file__).parent / "assets" / "genmimicbench_sim_v1.npz"
NAME, VERSION = "GenMimicBench-Sim", 1
FROZEN = "a319e8c1d81892ad4e2e9db75af63d86384de014880a55f04c3e02fd6d0b4753"
"""Checksum of the packaged file, version 1; results that name it are comparable only while it holds."""
_SIDES = ("shown", "clean")
_STATED: dict[str, Any] = {
    "kind": "genmimic benchmark",
    "format": 1,
    "units": UNITS,
    "quaternion_order": QUATERNION_ORDER,
    "fps": FPS,
    **{f"{field}_step": step for field, step in STEPS.items()},
}


def save_benchmark(
    entries: Sequence[Entry],
    shown: Sequence[RobotMotion],
    clean: Sequence[RobotMotion | None],
    path: str | Path,
    *,
    seed: int = 0,
    version: int = VERSION,
) -> str:
    """Write entries and their motions; keypoints come back within a millimetre.

    Returns:
        The checksum of the content.

    Raises:
        InputError: No entry, a motion whose clean one has another number of frames, or the path cannot be written.
    """
    if not entries:
        raise InputError(f"{path}: a benchmark needs at least one entry.")
    for one, other in zip(shown, clean, strict=True):
        if other is not None and len(one) != len(other):
            raise InputError(f"{one.name}: is shown in {len(one)} frames, but {len(other)} are behind it.")
    arrays: dict[str, np.ndarray] = {}
    for side, motions in zip(_SIDES, (shown, clean), strict=True):
        arrays[f"{side}_lengths"] = np.array([0 if m is None else len(resample_robot(m, FPS)) for m in motions])
        known = [resample_robot(motion, FPS) for motion in motions if motion is not None]
        for field in TYPES:
            values = [_values(motion, field) for motion in known]
            arrays[f"{side}_{field}"] = encode(
                field, np.concatenate(values) if values else np.zeros((0, *_shape(field)))
            )
    texts = json.dumps([asdict(entry) for entry in entries], sort_keys=True)
    content = {"name": NAME, "version": version, "seed": seed, "entries": texts, "joint_names": list(JOINT_NAMES)}
    stated = checksum({**content, **arrays})
    save_arrays(path, {**_STATED, **content, **arrays, "checksum": stated})
    return stated


def load_benchmark(path: str | Path | None = None) -> Benchmark:
    """Read a benchmark.

    Args:
        path: A file that `genmimic bench build` wrote; None for the packaged GenMimicBench-Sim.

    Raises:
        InputError: The file is missing, damaged, of another kind, its content was changed, or (for the packaged one)
            it is not the version that this program names.
    """
    source = ASSET if path is None else Path(path)
    data = load_arrays(source)
    wanted = {**_STATED, "name": None, "version": None, "seed": None, "entries": None, "joint_names": None}
    wanted |= {f"{side}_{field}": None for side in _SIDES for field in (*TYPES, "lengths")}
    if "kind" not in data or data["kind"].tolist() != _STATED["kind"]:
        raise InputError(f"{source}: is not a benchmark; make one with genmimic bench build.")
    missing, unknown = sorted({*wanted, "checksum"} - set(data)), sorted(set(data) - {*wanted, "checksum"})
    if missing or unknown:
        raise InputError(f"{source}: lacks the fields {missing} and has unknown fields {unknown}; build it again.")
    for field, value in _STATED.items():
        if data[field].tolist() != value:
            raise InputError(f"{source}: field '{field}' is '{data[field].tolist()}', expected '{value}'.")
    checks.require_names(str(source), "joint_names", data["joint_names"].tolist(), JOINT_NAMES)
    content = {name: data[name] for name in wanted if name not in _STATED}
    stated = str(data["checksum"])
    if checksum(content) != stated:
        raise InputError(f"{source}: its content does not have the checksum that it states; fetch or build it again.")
    if path is None and stated != FROZEN:
        raise InputError(f"{source}: is not version {VERSION} as it was frozen; restore the file or reinstall.")
    entries = _entries(source, str(data["entries"]))
    shown, clean = (_corpus(source, entries, side, data) for side in _SIDES)
    return Benchmark(str(data["name"]), int(data["version"]), int(data["seed"]), stated, entries, shown, clean)


def checksum(content: Mapping[str, Any]) -> str:
    """SHA-256 of a file's content, independent of how it was compressed."""
    digest = hashlib.sha256()
    for name in sorted(content):
        value = np.asarray(content[name])
        if value.dtype.kind == "U":
            digest.update(f"{name}:{value.tolist()}".encode())
        else:
            little = np.ascontiguousarray(value, dtype=value.dtype.newbyteorder("<"))
            digest.update(f"{name}{little.dtype.kind}{little.shape}".encode())
            digest.update(little.tobytes())
    return digest.hexdigest()


def _values(motion: RobotMotion, field: str) -> np.ndarray:
    values = getattr(motion, field)
    return make_continuous(values) if field == "root_quat_w" else values


def _shape(field: str) -> tuple[int, ...]:
    return {"root_pos_w": (3,), "root_quat_w": (4,), "joint_pos": (len(JOINT_NAMES),), "foot_contact": (2,)}.get(
        field, ()
    )


def _entries(source: Path, text: str) -> tuple[Entry, ...]:
    try:
        return tuple(Entry(**{name: str(values[name]) for name in ENTRY_FIELDS}) for values in json.loads(text))
    except (ValueError, TypeError, KeyError) as error:
        raise InputError(f"{source}: its list of entries is damaged ({error}); build it again.") from error


def _corpus(source: Path, entries: tuple[Entry, ...], side: str, data: Mapping[str, np.ndarray]) -> Corpus:
    arrays: dict[str, Any] = {field: decode(field, data[f"{side}_{field}"]) for field in TYPES}
    count = len(entries)
    try:
        return Corpus(
            names=tuple(entry.name for entry in entries),
            contents=tuple(f"bench:{entry.category}" for entry in entries),
            sources=tuple(f"{entry.generator}, {entry.kind}" for entry in entries),
            subjects=tuple(entry.subject for entry in entries),
            licences=tuple(entry.licence for entry in entries),
            tiers=("benchmark",) * count,
            splits=("test",) * count,
            reasons=tuple("" if length else "unknown" for length in data[f"{side}_lengths"]),
            kept=data[f"{side}_lengths"] > 0,
            lengths=data[f"{side}_lengths"],
            fps=FPS,
            **arrays,
        )
    except InputError as error:
        raise InputError(f"{source}: {str(error).removeprefix('corpus: ')}") from error
