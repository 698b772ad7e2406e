"""One door for files of all kinds: what a file is follows from its content."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from genmimic.errors import InputError
from genmimic.motion import checks
from genmimic.motion.files import load_arrays, load_human
from genmimic.motion.human_motion import HumanMotion
from genmimic.motion.importers import gvhmr, hmr2, prompthmr, sam3d_body, tram, wham
from genmimic.motion.importers.amass import is_amass, read_amass
from genmimic.motion.importers.bvh import load_bvh
from genmimic.motion.importers.mocap_layout import is_mocap_layout, read_mocap_clips
from genmimic.motion.importers.stored_objects import load_objects, looks_stored

Reader = Callable[[Path, Any, float | None], list[HumanMotion]]
_RECONSTRUCTORS: tuple[tuple[Callable[[Any], bool], Reader], ...] = (
    (gvhmr.is_gvhmr, gvhmr.read_gvhmr),
    (prompthmr.is_prompthmr, prompthmr.read_prompthmr),
    (wham.is_wham, wham.read_wham),
    (tram.is_tram, tram.read_tram),
    (hmr2.is_hmr2, hmr2.read_hmr2),
    (sam3d_body.is_sam3d_body, sam3d_body.read_sam3d_body),
)
_KNOWN = (
    "AMASS npz, BVH, clips in the npz layout of docs/formats.md, our own human npz, and the results of GVHMR, TRAM, "
    "WHAM, PromptHMR, 4D-Humans and SAM 3D Body"
)


def import_motion(
    path: str | Path, *, fps: float | None = None, progress: Callable[[int, int], None] | None = None
) -> list[HumanMotion]:
    """Read people's motions of any known format.

    Args:
        path: A file, or the folder of TRAM's results.
        fps: Frame rate of the motions; needed where the file does not state it, else it overrides the file's.
        progress: Called with clips done and clips in all, for files of many.

    Returns:
        The motions, on z = 0; several where the file has several clips or people, the longest-seen person first.

    Raises:
        InputError: The file is of no known format, damaged or incomplete; the message says what to do.
    """
    path = Path(path)
    if fps is not None:
        checks.require_fps("--fps", fps)
    if path.is_dir():
        if tram.is_tram_folder(path):
            return tram.read_tram_folder(path, fps)
        raise InputError(f"{path}: is a folder, and not one of TRAM's results; give the files in it.")
    if not path.is_file():
        raise InputError(f"{path}: no such file; check the path.")
    if path.suffix.lower() == ".bvh" or path.read_bytes()[:200].lstrip().upper().startswith(b"HIERARCHY"):
        return [load_bvh(path, fps)]
    if _is_npz(path):
        return _from_arrays(path, fps, progress)
    if looks_stored(path):
        stored = load_objects(path)
        for belongs, read in _RECONSTRUCTORS:
            if belongs(stored):
                return _guarded(read, path, stored, fps)
    raise InputError(f"{path}: is of no known format; known are {_KNOWN}.")


def _guarded(read: Reader, path: Path, stored: Any, fps: float | None) -> list[HumanMotion]:
    """Read content that another tool may have written in any way."""
    try:
        return read(path, stored, fps)
    except (TypeError, ValueError, KeyError, IndexError, AttributeError) as error:
        raise InputError(f"{path}: is not as its tool writes it ({type(error).__name__}: {error}).") from error


def _is_npz(path: Path) -> bool:
    if path.suffix.lower() == ".npz":
        return True
    return zipfile.is_zipfile(path) and all(name.endswith(".npy") for name in zipfile.ZipFile(path).namelist())


def _from_arrays(
    path: Path, fps: float | None, progress: Callable[[int, int], None] | None = None
) -> list[HumanMotion]:
    fields = load_arrays(path)
    if str(fields.get("kind", "")) == "genmimic human motion":
        motions = [load_human(path)]
    elif is_mocap_layout(fields):
        motions = []
        for motion in read_mocap_clips(path):
            motions.append(motion)
            if progress is not None:
                progress(len(motions), len(fields["clip_names"]))
    elif is_amass(fields):
        return [read_amass(path, fields, fps)]
    else:
        raise InputError(f"{path}: an npz with the fields {sorted(fields)} is of no known format; known are {_KNOWN}.")
    return motions if fps is None else [replace(motion, fps=fps) for motion in motions]
