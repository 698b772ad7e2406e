"""Run the whole pipeline on a video and print what became of it.

python examples/run_and_print.py [VIDEO]
"""

from __future__ import annotations

import sys

import genmimic


def main() -> None:
    """Run the video named on the command line, or the example."""
    video = sys.argv[1] if len(sys.argv) > 1 else "examples/wave.mp4"
    result = genmimic.run(video, progress=True)

    print(result.verdict.sentence)
    robot = result.metrics["robot"]
    print(f"keypoint error, each in its own pelvis frame: {robot['lmpkpe_nt_cm']:.1f} cm")
    print(f"carried by the gantry: {robot['support_mean_percent']:.0f} % of body weight")
    for stage, seconds in result.timings.items():
        print(f"{stage:<12} {seconds:6.2f} s{'  (reused)' if stage in result.reused else ''}")
    print(f"look at {result.paths['report.html']}")


if __name__ == "__main__":
    main()
