"""Parser of BVH files: the hierarchy and the table of channels, in the file's own units and axes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from genmimic import rotation
from genmimic.errors import InputError
from genmimic.motion import checks

_AXES = {"x": 0, "y": 1, "z": 2}


@dataclass(frozen=True)
class BvhFile:
    """What a BVH file says.

    Attributes:
        joint_names: The J joints in the order of the file, parents before children; end sites are left out.
        parents: Index of each joint's parent, (J,); -1 for the root.
        offsets: From the parent to the joint, (J, 3), in the file's units.
        channels: Of each joint, lower case: `xposition`, `zrotation` and so on, in the order of the file.
        values: (T, C), the channels of all joints side by side, in the file's units and degrees.
        fps: Frames per second.
    """

    joint_names: tuple[str, ...]
    parents: tuple[int, ...]
    offsets: np.ndarray
    channels: tuple[tuple[str, ...], ...]
    values: np.ndarray
    fps: float

    def local_poses(self) -> tuple[np.ndarray, np.ndarray]:
        """Positions (T, J, 3) in the parent's frame and rotations (T, J, 4) relative to the parent.

        Rotation channels are about the turning axes, in their order; position channels replace the offset.
        """
        frames = len(self.values)
        pos = np.tile(self.offsets, (frames, 1, 1))
        quat = np.tile([1.0, 0.0, 0.0, 0.0], (frames, len(self.parents), 1))
        column = 0
        for joint, channels in enumerate(self.channels):
            for channel in channels:
                axis, value = _AXES[channel[0]], self.values[:, column]
                if channel.endswith("position"):
                    pos[:, joint, axis] = value
                else:
                    turn = rotation.from_axis_angle(np.radians(value)[:, None] * np.eye(3)[axis])
                    quat[:, joint] = rotation.multiply(quat[:, joint], turn)
                column += 1
        return pos, quat


def read_bvh(path: str | Path) -> BvhFile:
    """Read a BVH file.

    Raises:
        InputError: The file is missing, no BVH, cut off or damaged; the message says where.
    """
    path = Path(path)
    if not path.is_file():
        raise InputError(f"{path}: no such file; check the path.")
    text = path.read_bytes().decode("utf-8-sig", errors="replace").replace("{", "\n{\n").replace("}", "\n}\n")
    lines = [line.strip() for line in text.splitlines()]
    if not any(line.upper() == "HIERARCHY" for line in lines[:20]):
        raise InputError(f"{path}: is not a BVH file: it does not begin with HIERARCHY.")
    starts = [number for number, line in enumerate(lines) if line.upper() == "MOTION"]
    if not starts:
        raise InputError(f"{path}: has no MOTION section; the file is cut off, export it again.")
    names, parents, offsets, channels = _hierarchy(path, lines[: starts[0]])
    values, frame_time = _table(path, lines[starts[0] + 1 :], sum(map(len, channels)))
    rate = 1.0 / frame_time
    # frame times are rounded: 0.0083333 means 120
    fps = float(round(rate)) if abs(rate - round(rate)) < 2e-3 * rate else rate
    return BvhFile(tuple(names), tuple(parents), np.array(offsets), tuple(channels), values, fps)


def _hierarchy(path: Path, lines: list[str]) -> tuple[list[str], list[int], list[list[float]], list[tuple[str, ...]]]:
    names: list[str] = []
    parents: list[int] = []
    offsets: list[list[float]] = []
    channels: list[tuple[str, ...]] = []
    open_joints: list[int] = []  # -1 stands for an end site
    current = -1
    for line in lines:
        word, _, rest = line.partition(" ")
        match word.upper():
            case "ROOT" | "JOINT":
                current = len(names)
                names.append(rest.strip())
                parents.append(open_joints[-1] if open_joints else -1)
                offsets.append([0.0, 0.0, 0.0])
                channels.append(())
            case "END":
                current = -1
            case "{":
                open_joints.append(current)
            case "}":
                if not open_joints:
                    raise InputError(f"{path}: a brace closes more than was opened; the hierarchy is damaged.")
                open_joints.pop()
            case "OFFSET" if current >= 0:
                offsets[current] = _numbers(path, f"OFFSET of '{names[current]}'", rest, 3)
            case "CHANNELS" if current >= 0:
                channels[current] = _channels(path, names[current], rest)
    if not names or open_joints:
        raise InputError(f"{path}: the hierarchy does not end; the file is cut off, export it again.")
    if parents.count(-1) > 1:
        raise InputError(f"{path}: has {parents.count(-1)} skeletons; export each person to a file of its own.")
    if len(set(names)) < len(names):
        twice = sorted({name for name in names if names.count(name) > 1})
        raise InputError(f"{path}: the joint names {twice} occur more than once; rename them.")
    return names, parents, offsets, channels


def _channels(path: Path, joint: str, text: str) -> tuple[str, ...]:
    words = tuple(text.lower().split())
    known = {axis + kind for axis in _AXES for kind in ("position", "rotation")}
    if not words or not words[0].isdigit() or int(words[0]) != len(words) - 1 or not set(words[1:]) <= known:
        raise InputError(
            f"{path}: CHANNELS of '{joint}' are '{text}', expected a number and as many of {sorted(known)}."
        )
    return words[1:]


def _table(path: Path, lines: list[str], columns: int) -> tuple[np.ndarray, float]:
    """Channels (T, columns) and the time of a frame in seconds."""
    lines = [line for line in lines if line]
    header = [line.lower().partition(":") for line in lines[:2]]
    if [key.strip() for key, _, _ in header] != ["frames", "frame time"]:
        raise InputError(f"{path}: the MOTION section lacks 'Frames:' and 'Frame Time:'; export it again.")
    (frames,) = _numbers(path, "Frames", header[0][2], 1)
    (frame_time,) = _numbers(path, "Frame Time", header[1][2], 1)
    if not 1e-3 <= frame_time <= 10.0:
        raise InputError(f"{path}: 'Frame Time' is {frame_time:g}, expected seconds between 0.001 and 10.")
    rows = lines[2:]
    for frame, row in enumerate(rows):
        if row.count(" ") + row.count("\t") < columns - 1 or len(row.split()) != columns:
            found = len(row.split())
            raise InputError(
                f"{path}: frame {frame} has {found} values instead of {columns}; it is cut off or damaged."
            )
    if len(rows) != frames:
        raise InputError(f"{path}: holds {len(rows)} frames instead of {frames:g}; it is cut off, export it again.")
    try:
        values = np.loadtxt(rows, comments=None, ndmin=2) if rows else np.zeros((0, columns))
    except ValueError as error:
        raise InputError(f"{path}: the MOTION section holds something else than numbers ({error}).") from error
    checks.require_finite(str(path), "MOTION", values)
    return values, frame_time


def _numbers(path: Path, what: str, text: str, count: int) -> list[float]:
    try:
        values = [float(word) for word in text.split()]
    except ValueError:
        values = []
    if len(values) != count or not np.isfinite(values).all():
        raise InputError(f"{path}: {what} is '{text.strip()}', expected {count} number(s).")
    return values
