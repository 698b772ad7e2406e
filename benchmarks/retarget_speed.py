"""Speed and quality of retargeting on one core, with mink frame by frame beside it.

    OMP_NUM_THREADS=1 python benchmarks/retarget_speed.py ../shared/mocap/cmu_walks.npz --clips 10 --mink

Times are CPU seconds of this process, for the whole of `retarget` (scaling, stance detection, solution, quality).
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "retarget"))
from asap import read_asap

from genmimic.motion.human_motion import HumanMotion
from genmimic.motion.importers.mocap_layout import read_mocap_clips
from genmimic.retarget import RetargetConfig, RetargetQuality, retarget
from genmimic.retarget.quality import assess
from genmimic.retarget.targets import make_targets

COLUMNS = (
    "hand_error", "foot_error", "hips_error", "foot_slip", "sole_error", "penetration", "joint_acc", "self_collision",
    "unbalanced_share", "score",
)  # fmt: skip


def load(path: Path, clips: int) -> list[HumanMotion]:
    """Load at most `clips` clips, spread over the file."""
    humans = (
        [human for human, *_ in read_asap(path)] if path.stem == "robot_asap_pairs" else list(read_mocap_clips(path))
    )
    return humans[:: max(1, len(humans) // clips)][:clips]


def with_mink(human: HumanMotion, iterations: int) -> RetargetQuality:
    """Retarget with mink."""
    from mink_retargeter import solve_with_mink

    config = RetargetConfig()
    targets, _ = make_targets(human, config)
    solution = solve_with_mink(targets, config.fps, iterations)
    return assess(solution, targets, config.fps, config.thresholds)


def report(name: str, humans: list[HumanMotion], solve) -> None:
    """Time one method over all clips and print a line of means."""
    rates, rows = [], []
    for human in humans:
        start = time.process_time()
        quality = solve(human)
        rates.append(len(human) / (time.process_time() - start))
        rows.append([getattr(quality, column) for column in COLUMNS])
    means = "  ".join(f"{column} {value:.4g}" for column, value in zip(COLUMNS, np.mean(rows, axis=0), strict=True))
    print(f"{name}: {np.median(rates):.0f} frames/s (from {min(rates):.0f} to {max(rates):.0f})  {means}")


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mocap", type=Path, help="a file of ../shared/mocap")
    parser.add_argument("--clips", type=int, default=10)
    parser.add_argument("--mink", action="store_true", help="measure mink with 2 and 5 iterations a frame, too")
    arguments = parser.parse_args()
    humans = load(arguments.mocap, arguments.clips)
    print(f"{len(humans)} clips, {sum(map(len, humans))} frames; errors in metres, accelerations in rad/s^2")
    report("genmimic", humans, lambda human: retarget(human).quality)
    if arguments.mink:
        for iterations in (2, 5):
            report(f"mink x{iterations}", humans, lambda human, n=iterations: with_mink(human, n))


if __name__ == "__main__":
    main()
