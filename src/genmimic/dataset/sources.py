"""The files that a corpus is built from, what clips they hold, and how each is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from genmimic import rotation
from genmimic.dataset.robot_as_person import robot_as_person
from genmimic.errors import InputError
from genmimic.motion.files import load_arrays, load_robot
from genmimic.motion.from_positions import human_from_joint_positions
from genmimic.motion.human_motion import HumanMotion
from genmimic.motion.importers.mocap_layout import FIELDS as MOCAP_FIELDS
from genmimic.motion.importers.mocap_layout import read_mocap_clips
from genmimic.motion.robot_motion import RobotMotion
from genmimic.robot.names import SDK_JOINT_NAMES

ENDINGS = frozenset((".npz", ".bvh", ".pkl", ".pt", ".npy"))
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
    """

    path: Path
    label: str
    kind: str
    clips: tuple[str, ...] = ("",)
    licence: str = ""


def find_files(paths: Iterable[Path], *, recursive: bool = False) -> list[Path]:
    """Replace folders by the motion files in them, sorted by name; a file named twice counts once.

    Args:
        paths: Files and folders.
        recursive: Also take what lies in folders of a folder.

    Raises:
        InputError: A path does not exist, or a folder holds no file with an ending of `ENDINGS`.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            entries = path.rglob("*") if recursive else path.iterdir()
            inside = sorted(p for p in entries if p.suffix.lower() in ENDINGS and p.is_file())
            if not inside:
                wanted = ", ".join(sorted(ENDINGS))
                hint = "" if recursive else "; add --recursive if the motions lie in folders below it"
                raise InputError(f"{path}: no motion in this folder; looked for {wanted}{hint}.")
            found |= dict.fromkeys(p.resolve() for p in inside)
        elif path.is_file():
            found[path.resolve()] = None
        else:
            raise InputError(f"{path}: no such file or folder; check the path.")
    return list(found)


def labels_of(files: Sequence[Path]) -> list[str]:
    """A name for each file, its stem; files of one stem are told apart by the folders that they lie in."""
    labels = [file.stem for file in files]
    for stem in {label for label in labels if labels.count(label) > 1}:
        alike = [i for i, file in enumerate(files) if file.stem == stem]
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


def read_clips(source: SourceFile, only: Sequence[str]) -> Iterator[tuple[str, HumanMotion | RobotMotion | InputError]]:
    """Read some clips of a file; a clip that cannot be read does not stop the others.

    Args:
        source: The file.
        only: Names out of `source.clips`.

    Yields:
        Name of the clip and its motion, or what is wrong with it. Files of several people have the people's numbers
        as names.
    """
    try:
        if source.kind == "mocap":
            yield from _mocap(source, only)
        elif source.kind in ("robot29", "joints"):
            yield from _robot_file(source, only)
        elif source.kind == "robot":
            yield "", load_robot(source.path)
        else:
            yield from _imported(source)
    except InputError as error:
        yield from ((name, error) for name in only)


def _mocap(source: SourceFile, only: Sequence[str]) -> Iterator[tuple[str, HumanMotion | InputError]]:
    stored = [str(name) for name in load_arrays(source.path)["clip_names"]]
    wanted = set(only)
    chosen = {stored[i] for i, name in enumerate(source.clips) if name in wanted}
    names = [name for i, name in enumerate(source.clips) if stored[i] in chosen]
    done = 0
    try:
        for name, human in zip(names, read_mocap_clips(source.path, chosen), strict=True):
            done += 1
            if name in wanted:
                yield name, human
    except InputError as error:
        if len(chosen) == 1:
            yield from ((name, error) for name in names[done:] if name in wanted)
        else:  # one by one, so that the damaged clip costs itself alone
            for name in names[done:]:
                if name in wanted:
                    yield from _mocap(source, [name])


def _robot_file(source: SourceFile, only: Sequence[str]) -> Iterator[tuple[str, HumanMotion | InputError]]:
    """Clips of the 29-DoF G1, or of SMPL's joints, that lie one after another in one file; root quaternions xyzw."""
    data = load_arrays(source.path)
    ends = np.cumsum(data["clip_len"])
    fps, text = float(data["fps"]), str(data["source"]) if "source" in data else source.label
    for name in only:
        clip = source.clips.index(name)
        part = slice(int(ends[clip] - data["clip_len"][clip]), int(ends[clip]))
        try:
            if source.kind == "joints":
                pos = data["smpl_joints"][part, :22].astype(np.float64)
                yield (
                    name,
                    human_from_joint_positions(f"{source.label}/{name}", fps, pos, source=text, licence=source.licence),
                )
            else:
                quat = rotation.normalize(np.roll(data["root_quat_xyzw"][part].astype(np.float64), 1, axis=1))
                root, joints = data["root_pos"][part].astype(np.float64), data["dof"][part].astype(np.float64)
                yield (
                    name,
                    robot_as_person(
                        f"{source.label}/{name}", fps, root, quat, joints, source=text, licence=source.licence
                    ),
                )
        except InputError as error:
            yield name, error


def _imported(source: SourceFile) -> Iterator[tuple[str, HumanMotion | InputError]]:
    from genmimic.motion.importers import import_motion

    people = import_motion(source.path)
    for number, human in enumerate(people, 1):
        yield ("" if len(people) == 1 else str(number)), human
