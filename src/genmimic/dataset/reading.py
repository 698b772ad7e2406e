"""How the clips of each kind of file are read; a clip that cannot be read does not stop the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from genmimic import rotation
from genmimic.dataset.robot_as_person import robot_as_person
from genmimic.dataset.sources import SourceFile
from genmimic.errors import InputError
from genmimic.motion.files import load_arrays, load_robot
from genmimic.motion.from_positions import human_from_joint_positions
from genmimic.motion.human_motion import HumanMotion
from genmimic.motion.importers import import_motion
from genmimic.motion.importers.mocap_layout import read_mocap_clips
from genmimic.motion.robot_motion import RobotMotion


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
    people = import_motion(source.path, fps=source.fps or None)
    for number, human in enumerate(people, 1):
        yield ("" if len(people) == 1 else str(number)), human
