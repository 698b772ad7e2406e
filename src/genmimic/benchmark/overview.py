"""What a benchmark holds, in figures."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from genmimic.benchmark.entry import Benchmark
from genmimic.motion.robot_motion import RobotMotion
from genmimic.robot.kinematics import forward_kinematics
from genmimic.tracking.frames import points_to_heading

COLUMNS = ("entries", "modelled", "rendered", "minutes", "shortest, s", "median, s", "longest, s")


def summary(benchmark: Benchmark) -> dict[str, Any]:
    """The benchmark in a few figures."""
    kinds = Counter(entry.kind for entry in benchmark.entries)
    clips = {clip for entry in benchmark.entries for clip in entry.clips.split("; ") if clip}
    return {
        "name": benchmark.name,
        "version": benchmark.version,
        "seed": benchmark.seed,
        "checksum": benchmark.checksum,
        "entries": len(benchmark),
        "modelled": kinds["modelled"],
        "rendered": kinds["rendered"],
        "minutes": round(float(benchmark.shown_motions.seconds.sum()) / 60.0, 1),
        "clean motion known": int((benchmark.clean_motions.lengths > 0).sum()),
        "held-out clips in it": len(clips),
        "entries with held-out clips": sum(bool(entry.clips) for entry in benchmark.entries),
    }


def by(benchmark: Benchmark, *fields: str) -> list[tuple[Any, ...]]:
    """Rows of the entries that share some of `Entry`'s fields: the fields' values, then `COLUMNS`."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for i, entry in enumerate(benchmark.entries):
        groups.setdefault(tuple(str(getattr(entry, field)) for field in fields), []).append(i)
    rows = []
    for key, members in groups.items():
        seconds = benchmark.shown_motions.seconds[members]
        kinds = Counter(benchmark.entries[i].kind for i in members)
        times = (float(seconds.sum()) / 60.0, *(float(f(seconds)) for f in (np.min, np.median, np.max)))
        rows.append((*key, len(members), kinds["modelled"], kinds["rendered"], *(round(t, 1) for t in times)))
    return rows


def keypoint_errors(benchmark: Benchmark) -> np.ndarray:
    """How far what is shown is from what is behind it, (N, 2), metres; NaN where that is unknown.

    Means over frames and keypoints: in each motion's own heading frame, and in the world, where both begin together.
    """
    errors = np.full((len(benchmark), 2), np.nan)
    for i in range(len(benchmark)):
        clean = benchmark.clean(i)
        if clean is not None:
            (shown_w, shown_h), (clean_w, clean_h) = _keypoints(benchmark.shown(i)), _keypoints(clean)
            errors[i] = [
                np.linalg.norm(shown_h - clean_h, axis=-1).mean(),
                np.linalg.norm(shown_w - clean_w, axis=-1).mean(),
            ]
    return errors


def _keypoints(motion: RobotMotion) -> tuple[np.ndarray, np.ndarray]:
    pos_w, _ = forward_kinematics(motion.root_pos_w, motion.root_quat_w, motion.joint_pos)
    return pos_w, points_to_heading(motion.root_pos_w, motion.root_quat_w, pos_w)
