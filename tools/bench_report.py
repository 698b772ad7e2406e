"""Tables and pictures of docs/benchmark.md, from a built GenMimicBench-Sim (developer's tool).

    python tools/bench_report.py docs/images [VIDEOS]     # VIDEOS: folder of `genmimic bench build --videos`

Prints Markdown; writes bench_modelled.jpg and, with the rendered videos, bench_rendered.jpg.
"""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import numpy as np

from genmimic.benchmark.entry import Benchmark
from genmimic.benchmark.overview import COLUMNS, by, summary
from genmimic.benchmark.store import load_benchmark
from genmimic.dataset.showing import stills
from genmimic.motion.robot_motion import RobotMotion
from genmimic.motion.velocities import differentiate
from genmimic.robot.kinematics import forward_kinematics
from genmimic.robot.names import JOINT_NAMES, KEYPOINT_NAMES
from genmimic.tracking.frames import points_to_heading

MODELLED = ("wan-s2-front-touch_head", "wan-s1-left-head_fold", "wan-s1-right-wave_arms_walk", "cosmos-s2-turn_lift")
RENDERED = (
    "wan-s1-front-touch_head",
    "wan-s3-left-head_thumb_wave",
    "wan-s3-right-wave_arms_walk",
    "cosmos-s7-raise_arms_walk",
)
PICTURES, SIZE = 6, (150, 190)
TRAVEL = 0.5
"""Who gets this far from the start travels, metres."""
_HANDS = [KEYPOINT_NAMES.index(name) for name in ("left_hand", "right_hand")]
_LEGS = [i for i, name in enumerate(JOINT_NAMES) if any(part in name for part in ("hip", "knee", "ankle"))]
_ARMS = [i for i, name in enumerate(JOINT_NAMES) if any(part in name for part in ("shoulder", "elbow", "wrist"))]


def measures(shown: RobotMotion, clean: RobotMotion) -> dict[str, float]:
    """Errors of one entry; centimetres and 1000 degrees/s^2."""
    points = [forward_kinematics(m.root_pos_w, m.root_quat_w, m.joint_pos)[0] for m in (shown, clean)]
    local = [points_to_heading(m.root_pos_w, m.root_quat_w, p) for m, p in zip((shown, clean), points, strict=True)]
    error = 100.0 * np.linalg.norm(local[0] - local[1], axis=-1)
    away = 100.0 * np.linalg.norm(shown.root_pos_w[:, :2] - clean.root_pos_w[:, :2], axis=1)
    path = np.linalg.norm(clean.root_pos_w[:, :2] - clean.root_pos_w[0, :2], axis=1).max()
    out = {
        "heading": float(error.mean()),
        "hands": float(error[:, _HANDS].mean()),
        "world": 100.0 * float(np.linalg.norm(points[0] - points[1], axis=-1).mean()),
        "pelvis": float(np.sqrt((away**2).mean())),
        "travels": float(path > TRAVEL),
    }
    for name, motion in (("shown", shown), ("clean", clean)):
        speed = differentiate(motion.joint_pos, motion.fps)
        acc = np.degrees(differentiate(speed, motion.fps)) / 1000.0
        for part, which in (("legs", _LEGS), ("arms", _ARMS)):
            out[f"{name} {part}"] = float(np.sqrt((acc[:, which] ** 2).mean()))
    return out


def table(head: tuple[str, ...], rows: list[tuple]) -> str:
    """Markdown."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def noise_table(benchmark: Benchmark) -> str:
    """What is shown against what is behind it, for each kind of entry."""
    rows = []
    for label, kind, generator in (
        ("modelled", "modelled", ""),
        ("rendered, all", "rendered", ""),
        ("rendered, Wan2.1 half", "rendered", "Wan2.1"),
        ("rendered, Cosmos-Predict2 half", "rendered", "Cosmos-Predict2"),
    ):
        found = []
        for i, entry in enumerate(benchmark.entries):
            clean = benchmark.clean(i)
            if entry.kind == kind and generator in entry.generator and clean is not None:
                found.append(measures(benchmark.shown(i), clean))
        if not found:
            continue
        column = {key: np.array([one[key] for one in found]) for key in found[0]}
        spread = " / ".join(f"{value:.1f}" for value in np.percentile(column["heading"], (10, 50, 90)))
        goes = column["travels"] > 0.5
        pelvis = [f"{column['pelvis'][mask].mean():.0f}" if mask.any() else "-" for mask in (~goes, goes)]
        rows.append(
            (
                *(label, len(found), f"{column['heading'].mean():.1f}", spread, f"{column['hands'].mean():.1f}"),
                *(f"{column['world'].mean():.1f}", *pelvis),
                f"{column['shown legs'].mean():.2f} / {column['clean legs'].mean():.2f}",
                f"{column['shown arms'].mean():.2f} / {column['clean arms'].mean():.2f}",
            )
        )
    head = ("entries", "n", "keypoints, heading frame", "10 / 50 / 90 % of entries", "hands", "keypoints, world")
    return table((*head, "pelvis, who stays", "who travels", "legs' acceleration", "arms'"), rows)


def strip(benchmark: Benchmark, name: str, videos: Path | None) -> np.ndarray:
    """One entry: the video's frames where there are any, what is shown, what is behind it."""
    index = benchmark.find(name)
    clean = benchmark.clean(index)
    rows = [stills(m, pictures=PICTURES, size=SIZE) for m in (benchmark.shown(index), clean) if m is not None]
    video = None if videos is None else videos / f"{benchmark.entries[index].name}.mp4"
    if video is not None and video.is_file():
        rows.insert(0, film(video, benchmark.shown(index).duration))
    picture = np.concatenate(rows)
    band = np.full((22, picture.shape[1], 3), 255, np.uint8)
    cv2.putText(band, benchmark.entries[index].name, (6, 16), cv2.FONT_HERSHEY_SIMPLEX, 0.45, (40,) * 3, 1, cv2.LINE_AA)
    return np.concatenate([band, picture])


def film(video: Path, duration: float) -> np.ndarray:
    """Middle parts of the frames at the stills' times."""
    capture, frames = cv2.VideoCapture(str(video)), []
    while (read := capture.read())[0]:
        frames.append(read[1][..., ::-1])
    fps = capture.get(cv2.CAP_PROP_FPS)
    capture.release()
    columns = []
    for share in np.linspace(0.0, 1.0, PICTURES + 2)[1:-1]:
        frame = frames[min(round(share * duration * fps), len(frames) - 1)]
        height = SIZE[1]
        small = cv2.resize(
            frame, (round(frame.shape[1] * height / frame.shape[0]), height), interpolation=cv2.INTER_AREA
        )
        left = (small.shape[1] - SIZE[0]) // 2
        columns.append(small[:, left : left + SIZE[0]])
    return np.concatenate(columns, axis=1)


def main() -> None:
    """Print the tables and write the pictures."""
    images, videos = Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None
    benchmark = load_benchmark()
    print("\n".join(f"- {key}: {value}" for key, value in summary(benchmark).items()), "\n")
    print(table(("generator", "category", *COLUMNS), by(benchmark, "generator", "category")), "\n")
    print(table(("row of table 2", *COLUMNS), sorted(by(benchmark, "table2"), key=lambda row: -row[1])), "\n")
    print(
        table(
            ("kind", "view", "camera", *COLUMNS),
            by(benchmark.select(lambda e: bool(e.camera)), "kind", "view", "camera"),
        )
    )
    print("\n" + noise_table(benchmark))
    for file, names, films in (("bench_modelled", MODELLED, None), ("bench_rendered", RENDERED, videos)):
        strips = [strip(benchmark, name, films) for name in names]
        picture = np.concatenate(strips)
        cv2.imwrite(str(images / f"{file}.jpg"), picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 80])


if __name__ == "__main__":
    main()
