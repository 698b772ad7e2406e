"""Measure what video reconstruction does to the robot's reference, and fit the noise model to it (developer's tool).

    python tools/measure_noise.py render ../shared/mocap CACHE      # about 10 CPU seconds per take, once
    python tools/measure_noise.py reconstruct CACHE [--again]       # stage 1 and both retargetings, about 5
    python tools/measure_noise.py real ../shared/videos CACHE       # the same on real clips, whose truth nobody knows
    python tools/measure_noise.py fit CACHE src/genmimic/motion/assets/noise_v1.npz
    python tools/measure_noise.py report CACHE docs/images          # tables and plots of docs/noise.md

Stage 1 is told nothing of the truth: neither stature nor focal length. Each step skips what it finds done in CACHE, so
that it can be interrupted. A take that stage 1 refuses is listed in the report as lost.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import cv2
import numpy as np
from noise_errors import load_pairs
from noise_fit import fit_model
from noise_report import report
from noise_takes import takes

from genmimic.errors import InputError
from genmimic.evaluation.reconstruction import person_height_px
from genmimic.human.reconstruct import Reconstruction, reconstruct
from genmimic.motion.files import load_human, save_arrays, save_human
from genmimic.motion.noise_model import checksum, save_noise_model
from genmimic.retarget.retarget import Retargeted, retarget
from genmimic.synthetic.body import load_body
from genmimic.synthetic.cameras import azimuth, camera_path
from genmimic.synthetic.truth import take_of, write_clip


def render(mocap: Path, cache: Path, only: set[str] | None, most: int | None) -> None:
    """Render the takes that are missing, with their truth beside them."""
    for number, take in enumerate(takes(mocap, only)):
        if most is not None and number >= most:
            break
        video, truth = cache / f"{take.name}.mp4", cache / f"{take.name}.truth.npz"
        if video.is_file() and truth.is_file():
            continue
        begin = time.process_time()
        cameras = camera_path(take.shot, take.human.root_pos_w, take.human.fps, take.seed)
        write_clip(video, take_of(load_body(take.body), take.human, take.shot, take.seed), cameras)
        seen = {
            "camera_azimuth": azimuth(take.shot),
            "camera_view": take.shot.view,
            "camera_move": take.shot.move,
            "camera_fov_x": take.shot.fov_x,
            "camera_content": take.content,
            "camera_body": take.body,
        }
        save_human(take.human, truth, seen)
        print(f"{number + 1:3d} {take.name}: {time.process_time() - begin:.1f} s", flush=True)


def reconstruct_all(cache: Path, only: set[str] | None, again: bool) -> None:
    """Stage 1 on each video, then the retargeting of its result and of the truth, into one file per take."""
    for known in sorted(cache.glob("[!.]*.truth.npz")):
        name = known.name.removesuffix(".truth.npz")
        video, out = cache / f"{name}.mp4", cache / f"{name}.pair.npz"
        if (only is not None and name not in only) or (out.is_file() and not again):
            continue
        begin = time.process_time()
        truth = load_human(known, extra_prefixes=("camera_",))
        clean = retarget(truth)
        fields = {"clean_" + key: value for key, value in _arrays(clean).items()}
        fields["fps"] = clean.motion.fps
        try:
            seen = reconstruct(video)
        except InputError as error:
            save_arrays(out, {**fields, "lost": str(error)})
            print(f"{name}: lost: {error}", flush=True)
            continue
        noisy = retarget(seen.human)
        fields |= {"noisy_" + key: value for key, value in _arrays(noisy).items()}
        save_arrays(out, {**fields, "lost": "", **_notes(seen, truth.fps)})
        print(f"{name}: {time.process_time() - begin:.1f} s", flush=True)


def reconstruct_real(videos: Path, cache: Path, again: bool) -> None:
    """Stage 1 and the retargeting of real clips."""
    for video in sorted(videos.glob("*.mp4")):
        out = cache / f"{video.stem}.real.npz"
        if out.is_file() and not again:
            continue
        seen = reconstruct(video)
        noisy = retarget(seen.human)
        fields = {"noisy_" + key: value for key, value in _arrays(noisy).items()}
        save_arrays(out, {**fields, "fps": noisy.motion.fps, **_notes(seen, seen.human.fps)})
        print(video.stem, flush=True)


def _arrays(done: Retargeted) -> dict[str, np.ndarray]:
    names = ("root_pos_w", "root_quat_w", "joint_pos", "foot_contact", "confidence")
    return {name: getattr(done.motion, name) for name in names} | {"score": np.array(done.quality.score)}


def _notes(seen: Reconstruction, true_fps: float) -> dict[str, object]:
    human, evidence = seen.human, seen.evidence
    return {
        "start": float(evidence.frame_index[0]) / true_fps,
        "seen_fps": human.fps,
        "sides_exchanged_frames": float(human.assumptions["sides_exchanged_frames"]),
        "undetected_share": float(1.0 - np.mean(evidence.detected)),
        "stature": float(human.assumptions["person_height_m"]),
        "reprojection": float(np.mean(evidence.reprojection_error_px / person_height_px(evidence.joint_px))),
    }


def main() -> None:
    """Do one step."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    steps = parser.add_subparsers(dest="step", required=True)
    first = steps.add_parser("render")
    first.add_argument("mocap", type=Path)
    first.add_argument("cache", type=Path)
    first.add_argument("--most", type=int)
    second = steps.add_parser("reconstruct")
    second.add_argument("cache", type=Path)
    second.add_argument("--again", action="store_true", help="also the takes that are done")
    real = steps.add_parser("real")
    real.add_argument("videos", type=Path)
    real.add_argument("cache", type=Path)
    real.add_argument("--again", action="store_true", help="also the clips that are done")
    third = steps.add_parser("fit")
    third.add_argument("cache", type=Path)
    third.add_argument("out", type=Path)
    fourth = steps.add_parser("report")
    fourth.add_argument("cache", type=Path)
    fourth.add_argument("images", type=Path)
    for step in (first, second):
        step.add_argument("--only", nargs="*")
    args = parser.parse_args()
    cv2.setNumThreads(1)
    only = set(args.only) if getattr(args, "only", None) else None
    if args.step == "render":
        args.cache.mkdir(parents=True, exist_ok=True)
        render(args.mocap, args.cache, only, args.most)
    elif args.step == "reconstruct":
        reconstruct_all(args.cache, only, args.again)
    elif args.step == "real":
        reconstruct_real(args.videos, args.cache, args.again)
    elif args.step == "report":
        report(args.cache, args.images)
    elif args.step == "fit":
        model = fit_model(load_pairs(args.cache)[0])
        save_noise_model(model, args.out)
        print(f"{args.out}: checksum {checksum(model)}")


if __name__ == "__main__":
    main()
