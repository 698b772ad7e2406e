"""Run the pipeline on real videos and write docs/real_videos.md from what it measured.

    python benchmarks/real_videos.py ../shared/videos            run what is not finished yet, then write the table
    python benchmarks/real_videos.py ../shared/videos --force    run all again, for timings of one and the same state

Every figure comes from metrics.json and stages.json of the runs. The two crops of the untouched page video
(`originals/`) are run too where they are there.
"""

from __future__ import annotations

import argparse
import datetime
import os
import platform
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import genmimic
from genmimic.human.observe import observe
from genmimic.human.reconstruct import reconstruct_landmarks
from genmimic.human.video import open_video
from genmimic.pipeline.ledger import Record, read_ledger

ROOT = Path(__file__).resolve().parents[1]
STAGES = ("reconstruct", "retarget", "simulate", "video", "report")
CROPS = {
    "original_sample1_A": ("originals/genmimicbench_sample1.mp4", (1132, 0, 1086, 622), None),
    "original_sample1_B": ("originals/genmimicbench_sample1.mp4", (2230, 0, 1088, 622), None),
    "original_raise_arms": ("originals/Raise_arms_and_grab_something_from_side.mp4", (0, 0, 1106, 622), 16.0),
}
"""Clips inside the page's composites: where they lie is in the videos' README; and the frame rate of content that the
page plays too fast, which no file can tell."""


def main() -> None:
    """Run the clips and write the table."""
    parser = argparse.ArgumentParser(description="Run the pipeline on real videos and write docs/real_videos.md.")
    parser.add_argument("videos", type=Path)
    parser.add_argument("--out", type=Path, default=Path("out"))
    parser.add_argument("--force", action="store_true")
    options = parser.parse_args()

    clips: dict[str, dict[str, Any]] = {path.stem: {"video": path} for path in sorted(options.videos.glob("*.mp4"))}
    for name, (file, crop, fps) in CROPS.items():
        if (options.videos / file).is_file():
            clips[name] = {"video": options.videos / file, "crop": crop, "fps": fps}
    rows = []
    for name, arguments in clips.items():
        result = genmimic.run(out=options.out, name=name, force=options.force, progress=True, **arguments)
        fit_seconds = time_fit(**arguments)
        rows.append(row(name, result.metrics, read_ledger(result.folder).records, fit_seconds))
        print(f"{name}: {result.verdict.sentence}", flush=True)
    (ROOT / "docs" / "real_videos.md").write_text(page(rows))


def time_fit(video: Path, crop: tuple[int, int, int, int] | None = None, fps: float | None = None) -> float:
    """Wall seconds of the 3D fit alone, which the stage's own time does not tell apart from decoding and landmarks."""
    landmarks, camera = observe(open_video(video, crop=crop, fps=fps))
    began = time.perf_counter()
    reconstruct_landmarks(landmarks, camera)
    return time.perf_counter() - began


def row(name: str, metrics: Mapping[str, Any], records: Mapping[str, Record], fit_seconds: float) -> dict[str, str]:
    """The figures of one clip, by column."""
    human, reference, robot = metrics["human"], metrics["reference"], metrics["robot"]
    seconds = {stage: records[stage].seconds for stage in STAGES}
    return {
        "clip": name,
        "frames": f"{human['frames']} at {human['fps']:.4g}/s",
        "found %": f"{human['person_found_percent']:.1f}",
        "2D error px": f"{human['reprojection_error_px']:.1f}",
        "% of height": f"{human['reprojection_error_percent']:.1f}",
        "jerk m/s³": f"{human['jerk_m_s3']:.0f}",
        "stance slip cm/s (coverage)": f"{human['stance_slip_cm_s']:.1f} ({human['stance_percent']:.0f} %)",
        "retarget error cm": f"{100 * reference['hand_error']:.1f} / {100 * reference['foot_error']:.1f}",
        "saturation %": f"{100 * reference['limit_share']:.0f}",
        "support %": f"{robot['support_mean_percent']:.0f}",
        "local error cm": f"{robot['lmpkpe_nt_cm']:.1f}",
        "verdict": metrics["verdict"]["kind"],
        "fit s": f"{fit_seconds:.1f}",
        **{f"{stage} s": f"{spent:.1f}" for stage, spent in seconds.items()},
        "all s (without video)": f"{sum(seconds.values()):.1f} ({sum(seconds.values()) - seconds['video']:.1f})",
    }


def page(rows: list[dict[str, str]]) -> str:
    """The whole of docs/real_videos.md."""
    columns = list(rows[0])
    table = [columns, ["---"] * len(columns), *([r[column] for column in columns] for r in rows)]
    lines = "\n".join("| " + " | ".join(cells) + " |" for cells in table)
    return f"""# Reconstruction and retargeting of real videos

Written by `python benchmarks/real_videos.py` on {datetime.date.today().isoformat()} with genmimic
{genmimic.__version__}, Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores. The clips are
generated videos from the paper's page (genmimic.github.io, CC BY-SA 4.0), not part of this repository;
`original_*` are crops of the page's untouched composites, `original_raise_arms` with `--fps 16`,
because the page plays it too fast. There is no ground truth for them.

{lines}

- **found**: frames in which the detector saw the person. **2D error**: mean distance of the fitted skeleton from the
  landmarks, in pixels of the analysed frame and per cent of the skeleton's height in it.
- **jerk**: mean third derivative of all 22 joint positions. **stance slip**: mean horizontal speed of feet that the
  reconstruction says stand; in brackets the share of foot frames that this covers.
- **retarget error**: mean distance of the robot's hands / feet from the scaled human's. **saturation**: share of frames
  in which some joint is at its limit.
- **support**: mean force of the gantry, per cent of body weight. **local error**: mean keypoint error of the simulated
  robot against the reference, each in its own pelvis frame (LMPKPE-NT). Robots on the gantry are `held`: that is
  no statement about balance.
- **s** are seconds of wall time of each stage, decoding and encoding included; `reconstruct` is
  decoding, detection, landmarks, camera motion and the **fit**, which is also timed by itself.

Other figures: the corpus ([corpus.md](corpus.md)), the noise of reconstruction ([noise.md](noise.md)), stage 1 against
truth ([rendered_truth.md](rendered_truth.md)), policies ([results.md](results.md)).
"""


if __name__ == "__main__":
    main()
