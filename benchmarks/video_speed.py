"""Speed of stage 1a's first half: examining a video, people's landmarks, and the camera's motion.

    python benchmarks/video_speed.py VIDEO [VIDEO ...]

Prints frames per second of wall time and milliseconds of processor time per frame. With --cores N only the first N
processor cores are used (Linux), for figures that compare between machines.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from typing import TypeVar

from genmimic.human.landmarks import detect_landmarks
from genmimic.human.observe import observe
from genmimic.human.video import open_video

T = TypeVar("T")


def timed(name: str, frames: int | None, work: Callable[[], T]) -> T:
    """Run `work` and print what it took; `frames` None takes the length of its result."""
    wall, processor = time.perf_counter(), time.process_time()
    result = work()
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    count = frames or len(result)  # type: ignore[arg-type]
    print(
        f"  {name:32s} {wall:6.2f} s  {count / wall:7.1f} frames/s  {1e3 * processor / count:6.1f} ms processor/frame"
    )
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("videos", nargs="+")
    parser.add_argument("--cores", type=int, default=0, help="use only so many processor cores")
    arguments = parser.parse_args()
    if arguments.cores:
        os.sched_setaffinity(0, range(arguments.cores))
    for path in arguments.videos:
        print(path)
        video = timed("open (rate, repeats)", None, lambda path=path: open_video(path))
        print(f"  {len(video)} frames of {video.size[0]} x {video.size[1]} at {video.fps:g} per second")
        timed("decode to RGB", len(video), lambda video=video: sum(1 for _ in video.frames()))
        timed("detection + landmarks", len(video), lambda video=video: detect_landmarks(video))
        timed("the same + camera motion", len(video), lambda video=video: observe(video))
    print(f"load average of the machine: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
