"""Stage 1a against rendered clips with known truth: the bars of MPJPE, root path, knee flexion and foot slide.

    python benchmarks/rendered_truth.py [--folder DIR] [--only NAME ...] [--height] [--focal]

Clips that the folder lacks are rendered first (about 10 s each). `--height` tells the reconstruction the person's true
stature and `--focal` the true focal length; without them it assumes both, as for any video. All lengths scale with
the stature, and depth scales with the focal length, too: the clips called wide have a lens it does not expect.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np

from genmimic.human.reconstruct import ReconstructConfig, reconstruct
from genmimic.synthetic.body import load_body
from genmimic.synthetic.comparison import TruthErrors, compare_to_truth
from genmimic.synthetic.scenes import SCENES, scene
from genmimic.synthetic.truth import load_truth, write_truth_clip

COLUMNS = (
    *("clip", "frames", "MPJPE mm", "PA mm", "root mean / max cm", "height cm", "path scale", "stature"),
    *("knee (bias) deg", "slide cm/s", "s"),
)


def row(name: str, e: TruthErrors, seconds: float) -> str:
    """One line of the table."""
    cells = (
        name,
        f"{e.frames}",
        f"{1e3 * e.mpjpe:.0f}",
        f"{1e3 * e.pa_mpjpe:.0f}",
        f"{1e2 * e.root_path_mean:.0f} / {1e2 * e.root_path_max:.0f}",
        f"{1e2 * e.root_height_bias:+.0f}",
        f"{e.path_scale:.2f}",
        f"{e.stature_ratio:.2f}",
        f"{e.knee_mean:.1f} ({e.knee_bias:+.1f})",
        f"{1e2 * e.foot_slide:.1f}",
        f"{seconds:.1f}",
    )
    return f"| {' | '.join(cells)} |"


def settings(name: str, truth: Path, height: bool, focal: bool) -> ReconstructConfig:
    """What the reconstruction is told of the clip."""
    focal_px = float(np.load(truth)["camera_focal_px"][0])
    stature = load_body(scene(name).body).height
    return ReconstructConfig(height=stature if height else None, focal_px=focal_px if focal else None)


def main() -> None:
    """Render what is missing, reconstruct, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "genmimic_truth")
    parser.add_argument("--only", nargs="*", default=[s.name for s in SCENES])
    parser.add_argument("--height", action="store_true")
    parser.add_argument("--focal", action="store_true")
    args = parser.parse_args()

    print(f"| {' | '.join(COLUMNS)} |")
    print("|" + "---|" * len(COLUMNS))
    for name in args.only:
        video, truth = args.folder / f"{name}.mp4", args.folder / f"{name}.npz"
        if not (video.is_file() and truth.is_file()):
            write_truth_clip(scene(name), args.folder)
        begin = time.perf_counter()
        result = reconstruct(video, settings(name, truth, args.height, args.focal))
        seconds = time.perf_counter() - begin
        print(row(name, compare_to_truth(result.human, load_truth(truth)), seconds), flush=True)


if __name__ == "__main__":
    main()
