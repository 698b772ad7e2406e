"""Tables and plots of docs/noise.md: measured and generated statistics side by side."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import noise_plots
import numpy as np
from noise_errors import Pair, load_pairs, path_error, residual
from noise_fit import FPS, SEEDS, Clip, draw, fit_continuous, mean_error, usable, without_events
from noise_statistics import ARMS, LEGS, acceleration, camera_axes, keypoint_table, summary, travels

from genmimic.motion.files import load_arrays
from genmimic.motion.noise import body_speed
from genmimic.motion.noise_model import NoiseModel, load_noise_model
from genmimic.motion.velocities import differentiate
from genmimic.robot.kinematics import forward_kinematics
from genmimic.robot.names import BODY_NAMES, FOOT_NAMES, JOINT_NAMES

CHANNEL_NAMES = ["x", "y", "z", "roll", "pitch", "yaw", *(n.removesuffix("_joint") for n in JOINT_NAMES)]
SHOWN = ("z", "pitch", "yaw", "left_hip_pitch", "left_knee", "left_shoulder_pitch", "left_elbow", "waist_yaw")


def report(cache: Path, images: Path) -> None:
    """Print the tables and write the plots."""
    everything, lost = load_pairs(cache)
    pairs, model = usable(everything), load_noise_model()
    calm, full = draw(pairs, without_events(model)), draw(pairs, model)
    _clips(everything, pairs, lost)
    _table(("", "measured", "generated", "with events"), _side_by_side(pairs, calm, full))
    _by_camera(pairs)
    _channels(model)
    _keypoints(pairs, calm, images)
    _depth(pairs)
    _paths(pairs, model)
    _real(cache, pairs, calm, full)
    _variograms(pairs, calm, images)
    _tracks(pairs, calm, images)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    print(f"\n| {' | '.join(head)} |\n|{'---|' * len(head)}")
    for row in rows:
        print(f"| {' | '.join(row)} |")


def _clips(everything: Sequence[Pair], pairs: Sequence[Pair], lost: dict[str, str]) -> None:
    seconds = sum(len(p.stance) for p in pairs) / FPS
    print(f"{len(everything) + len(lost)} clips, {len(pairs)} used ({seconds:.0f} s), lost: {lost or 'none'}")
    failed = [f"{p.name} ({p.view}, {p.move}): {100 * mean_error(p):.0f} cm" for p in everything if p not in pairs]
    print("over the limit:", "; ".join(failed) or "none")
    print("undetected frames:", np.mean([p.notes["undetected_share"] for p in pairs]))
    print(
        "sides exchanged, frames:",
        {p.name: p.notes["sides_exchanged_frames"] for p in pairs if p.notes["sides_exchanged_frames"]},
    )
    print("frame rate off:", {p.name: p.notes["seen_fps"] for p in pairs if abs(p.notes["seen_fps"] - 16) > 0.1})
    print("kept by the quality filter, score median:", np.median([p.notes["noisy_score"] for p in pairs]))


def _side_by_side(*kinds: Sequence[Pair]) -> list[list[str]]:
    columns = [summary(kind) for kind in kinds]
    return [[name, *(column[name] for column in columns)] for name in columns[0]]


def _by_camera(pairs: Sequence[Pair]) -> None:
    """Mean keypoint error for each view and each camera move."""
    rows = []
    for kind in ("view", "move"):
        for value in sorted({getattr(p, kind) for p in pairs}):
            errors = [mean_error(p) for p in pairs if getattr(p, kind) == value]
            rows.append([value.replace("_", " "), str(len(errors)), f"{100 * np.mean(errors):.1f}"])
    _table(("camera", "clips", "keypoints in the heading frame, cm"), rows)


def _channels(model: NoiseModel) -> None:
    rows = []
    for number, name in enumerate(CHANNEL_NAMES):
        if name.startswith("right_"):
            continue
        unit = 100.0 if number < 3 else np.degrees(1.0)
        parts = [np.linalg.norm(factor[number]) for factor in (model.constant, model.slow, model.fast)]
        cells = [f"{unit * model.mean[number]:+.1f}", *(f"{unit * part:.1f}" for part in parts)]
        rows.append([name.removeprefix("left_"), "cm" if number < 3 else "degrees", *cells])
    _table(("channel", "unit", "mean", "constant", "slow", "fast"), rows)
    print(f"\nslow {model.slow_time} s, fast {model.fast_time} s, gain spread {model.gain_spread:.2f}")
    print(f"activity: {model.activity_floor} at rest, flattens at {model.activity_speed} rad/s")


def _keypoints(pairs: Sequence[Pair], drawn: Sequence[Pair], images: Path) -> None:
    names, bias, spread = keypoint_table(pairs)
    _, bias_drawn, spread_drawn = keypoint_table(drawn)
    rows = [
        [name, *(" ".join(f"{100 * v:+.1f}" for v in b[k]) for b in (bias, bias_drawn)),
         *(" ".join(f"{100 * v:.1f}" for v in s[k]) for s in (spread, spread_drawn))]
        for k, name in enumerate(names)
    ]  # fmt: skip
    _table(("keypoint", "bias, measured", "generated", "s.d., measured", "generated"), rows)
    rms = [100 * np.sqrt((b**2 + s**2).sum(1)) for b, s in ((bias, spread), (bias_drawn, spread_drawn))]
    short = [
        n.replace("shoulder", "sh").replace("_roll", " r").replace("_pitch", " p").replace("_yaw", " y") for n in names
    ]
    figure = noise_plots.bars("rms error of keypoints in the heading frame, cm", short, rms, ("measured", "generated"))
    noise_plots.save(images / "noise_keypoints.png", [[figure]])


def _depth(pairs: Sequence[Pair]) -> None:
    rows = []
    for label, chosen in (("stays", False), ("travels", True)):
        part = [camera_axes(p) for p in pairs if travels(p) == chosen]
        spread = 100 * np.sqrt(np.mean([(e**2).mean(0) for e in part], axis=0))
        rows.append([f"{label} ({len(part)} clips)", f"{spread[0]:.1f}", f"{spread[1]:.1f}"])
    _table(("who", "towards the camera, rms cm", "across, rms cm"), rows)


def _paths(pairs: Sequence[Pair], model: NoiseModel) -> None:
    bent = np.array([path for path in map(path_error, pairs) if path is not None])
    print(f"\npath scale of {len(bent)} clips: median {np.median(bent[:, 0]):.2f}, 10 / 90 % "
          f"{np.quantile(bent[:, 0], 0.1):.2f} / {np.quantile(bent[:, 0], 0.9):.2f}; "
          f"model: s.d. of its logarithm {model.path_scale_spread:.2f}")  # fmt: skip
    print(f"path turn: rms {np.degrees(np.sqrt((bent[:, 1] ** 2).mean())):.1f} degrees")


def _real(cache: Path, pairs: Sequence[Pair], calm: Sequence[Pair], full: Sequence[Pair]) -> None:
    """Figures that need no truth, on real clips, rendered clips and generated noise."""
    rows = []
    real = [load_arrays(path) for path in sorted(cache.glob("[!.]*.real.npz"))]
    if real:
        poses = [tuple(d[f"noisy_{k}"] for k in ("root_pos_w", "root_quat_w", "joint_pos")) for d in real]
        off = 100 * np.mean([float(d["reprojection"]) for d in real])
        rows.append(["real clips", *_plain(poses, [d["noisy_foot_contact"] > 0.5 for d in real]), f"{off:.1f}"])
    off = 100 * np.mean([p.notes["reprojection"] for p in pairs])
    rows.append(["rendered clips", *_plain([p.noisy for p in pairs], [p.noisy_stance for p in pairs]), f"{off:.1f}"])
    rows.append(["true references", *_plain([p.clean for p in pairs], [p.stance for p in pairs]), "-"])
    for name, drawn in (("generated", calm), ("with events", full)):
        rows.append([name, *_plain([p.noisy for p in drawn], [p.stance for p in drawn]), "-"])
    head = (
        "references",
        "legs, 1000 degrees/s^2",
        "arms",
        "pelvis, m/s^2",
        "feet slide, cm/s",
        "reprojection, % of height",
    )
    _table(head, rows)


def _plain(poses: Sequence[tuple[np.ndarray, ...]], stance: Sequence[np.ndarray]) -> list[str]:
    legs, arms = (np.degrees(acceleration([pose[2][:, part] for pose in poses])) / 1000 for part in (LEGS, ARMS))
    slide = []
    for pose, stands in zip(poses, stance, strict=True):
        feet = forward_kinematics(*pose)[0][:, [BODY_NAMES.index(name) for name in FOOT_NAMES], :2]
        slide.append(np.linalg.norm(np.diff(feet, axis=0), axis=-1)[stands[1:] & stands[:-1]] * FPS)
    pelvis = acceleration([pose[0] for pose in poses])
    return [f"{legs:.1f}", f"{arms:.1f}", f"{pelvis:.1f}", f"{100 * np.concatenate(slide).mean():.1f}"]


def _variograms(pairs: Sequence[Pair], drawn: Sequence[Pair], images: Path) -> None:
    """How far errors change within a time, measured and generated, channel by channel."""
    parts = [fit_continuous([_clip(p) for p in kind]) for kind in (pairs, drawn)]
    panels = []
    for name in SHOWN:
        number = CHANNEL_NAMES.index(name)
        unit, text = (100.0, "cm") if number < 3 else (np.degrees(1.0), "degrees")
        curves = [unit * np.sqrt(2.0 * part.measured[:, number]) for part in parts]
        title = f"{name.removeprefix('left_')}, {text}, over s"
        panels.append(noise_plots.panel(title, parts[0].lag, curves, ("measured", "generated"), low=0.0))
    noise_plots.save(images / "noise_in_time.png", [panels[k : k + 2] for k in range(0, len(panels), 2)])


def _clip(pair: Pair) -> Clip:
    return Clip(residual(pair), body_speed(differentiate(pair.clean[2], FPS)))


def _tracks(pairs: Sequence[Pair], drawn: Sequence[Pair], images: Path) -> None:
    """Errors of two joints over time in three clips: measured above, generated below."""
    order = sorted(range(len(pairs)), key=lambda k: mean_error(pairs[k]))
    chosen = [order[len(order) * k // 10] for k in (2, 5, 8)]
    rows = []
    for name in ("left_knee", "left_elbow"):
        number = CHANNEL_NAMES.index(name)
        for title, kind, step in (("measured", pairs, 1), ("generated", drawn, SEEDS)):
            curves = [np.degrees(residual(kind[step * k])[:, number]) for k in chosen]
            length = min(map(len, curves))
            text = f"{name.removeprefix('left_')}: {title} error, degrees, over s"
            names = ("20 %", "50 %", "80 %")
            rows.append(noise_plots.panel(text, np.arange(length) / FPS, [c[:length] for c in curves], names))
    noise_plots.save(images / "noise_tracks.png", [rows[:2], rows[2:]])
