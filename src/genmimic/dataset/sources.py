"""The files that a corpus is built from, and what clips they hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from genmimic.errors import InputError
from genmimic.motion.files import load_arrays
from genmimic.motion.importers.mocap_layout import FIELDS as MOCAP_FIELDS
from genmimic.pipeline import ledger
from genmimic.robot.names import SDK_JOINT_NAMES

ENDINGS = frozenset((".npz", ".bvh", ".pkl", ".pt", ".npy"))
_NO_MOTIONS = ("shape.npz", "_stagei.npz")
"""Files beside AMASS' motions that hold a body's shape only."""
_OF_A_RUN = "reference.npz"
"""What of a folder of `genmimic run` is a motion to learn; the person and the rollouts are the same motion again."""
_MARKS = {
    "mocap": frozenset(MOCAP_FIELDS),
    "robot29": frozenset(("root_pos", "root_quat_xyzw", "dof", "clip_name", "clip_len", "fps")),
    "joints": frozenset(("smpl_joints", "clip_name", "clip_len", "fps")),
}
"""Fields by which files of many clips are told from others; the first kind that fits is taken."""


@dataclass(frozen=True)
class SourceFile:
    """One file of motions.

    Attributes:
        path: The file.
        label: Name of the file among all files of a build, without ending.
        kind: 'mocap' (many people's clips), 'robot29' (clips of the 29-DoF G1), 'joints' (clips as positions of SMPL's
            joints), 'robot' (one motion of our robot), or 'file' (anything that `genmimic import` reads).
        clips: Names of its clips; ('',) for a file that is one.
        licence: Licence that the file states; '' where that is only known after reading it, or never.
        folders: Folders between the one that was named for the build and the file; the first is that folder itself.
        fps: Frame rate of a file that states none; 0 where it is not known.
    """

    path: Path
    label: str
    kind: str
    clips: tuple[str, ...] = ("",)
    licence: str = ""
    folders: tuple[str, ...] = ()
    fps: float = 0.0


def find_files(paths: Iterable[Path], *, recursive: bool = False) -> dict[Path, tuple[str, ...]]:
    """Replace folders by the motion files in them, sorted by name; a file named twice counts once.

    Of a folder of `genmimic run` that is the robot's reference alone.

    Args:
        paths: Files and folders.
        recursive: Also take what lies in folders of a folder.

    Returns:
        For each file the names of the folders above it, from the one in `paths` on.

    Raises:
        InputError: A path does not exist, or a folder holds no file with an ending of `ENDINGS`.
    """
    found: dict[Path, tuple[str, ...]] = {}
    for path in paths:
        if path.is_dir():
            entries = path.rglob("*") if recursive else path.iterdir()
            inside = sorted(p for p in entries if _may_be_motion(p))
            if not inside:
                wanted = ", ".join(sorted(ENDINGS))
                hint = "" if recursive else "; add --recursive if the motions lie in folders below it"
                raise InputError(f"{path}: no motion in this folder; looked for {wanted}{hint}.")
            for file in inside:
                found.setdefault(file.resolve(), (path.resolve().name, *file.relative_to(path).parent.parts))
        elif path.is_file():
            found.setdefault(path.resolve(), ())
        else:
            raise InputError(f"{path}: no such file or folder; check the path.")
    return found


def _may_be_motion(path: Path) -> bool:
    if path.suffix.lower() not in ENDINGS or path.name.endswith(_NO_MOTIONS):
        return False
    return path.is_file() and (path.name == _OF_A_RUN or not _in_run(path))


def _in_run(path: Path) -> bool:
    return path.with_name(ledger.FILE_NAME).is_file()


def labels_of(files: Sequence[Path]) -> list[str]:
    """A name for each file, its stem; files of one stem are told apart by the folders that they lie in.

    The reference of a run is called as the run's folder.
    """
    files = [
        f.parent.with_name(f"{f.parent.name}{f.suffix}") if f.name == _OF_A_RUN and _in_run(f) else f for f in files
    ]
    labels = [file.stem for file in files]
    by_stem: dict[str, list[int]] = {}
    for i, label in enumerate(labels):
        by_stem.setdefault(label, []).append(i)
    for alike in (indices for indices in by_stem.values() if len(indices) > 1):
        deepest = max(len(files[i].parts) for i in alike)
        for depth, ending in ((depth, ending) for depth in range(deepest) for ending in (False, True)):
            for i in alike:
                folders = files[i].parent.parts[len(files[i].parent.parts) - depth :] if depth else ()
                labels[i] = "/".join([*folders, files[i].name if ending else files[i].stem])
            if len({labels[i] for i in alike}) == len(alike):
                break
    return labels


def inspect(path: Path, label: str) -> SourceFile:
    """Find out what a file holds, without reading its motions.

    Raises:
        InputError: An npz file is damaged.
    """
    if path.suffix.lower() != ".npz":
        return SourceFile(path, label, "file")
    data = load_arrays(path)
    if "kind" in data and str(data["kind"]) == "genmimic robot motion":
        return SourceFile(path, label, "robot", licence=str(data.get("licence", "")))
    for kind, fields in _MARKS.items():
        if fields <= set(data):
            names = unique([str(name) for name in data["clip_names" if kind == "mocap" else "clip_name"]])
            licence = str(data["licence"]) if "licence" in data else ""
            if kind == "robot29" and data["dof"].shape[1:] != (len(SDK_JOINT_NAMES),):
                continue
            return SourceFile(path, label, kind, tuple(names), licence)
    return SourceFile(path, label, "file", licence=str(data["licence"]) if "licence" in data else "")


def unique(names: Sequence[str]) -> list[str]:
    """The same names, a repeated one with `~2`, `~3`, ... behind it."""
    used: dict[str, int] = {}
    result = []
    for name in names:
        used[name] = used.get(name, 0) + 1
        result.append(name if used[name] == 1 else f"{name}~{used[name]}")
    return result
