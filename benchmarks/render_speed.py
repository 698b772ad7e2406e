"""How fast the side-by-side video is made: `python benchmarks/render_speed.py [video]`.

Bar: at least 25 finished frames/s (480 pixels high, decoding and encoding included) on 2 cores. Prints wall
and CPU time per frame; on a machine that is busy with other things the CPU time is the one to look at: with two idle
cores, frames/s = 2000 / (CPU milliseconds per frame) at best.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
from pathlib import Path

import numpy as np

from genmimic.human.video import open_video
from genmimic.motion.robot_motion import RobotMotion
from genmimic.robot.model import default_qpos
from genmimic.robot.names import JOINT_NAMES
from genmimic.sim.gantry import Gantry
from genmimic.sim.rollout import simulate
from genmimic.view.side_by_side import write_video

BAR_FPS = 25.0


def arm_waving(seconds: float, fps: float = 30.0) -> RobotMotion:
    """Both arms wave while the robot stands."""
    frames = round(seconds * fps) + 1
    qpos, time_s = default_qpos(), np.arange(frames) / fps
    joint_pos = np.tile(qpos[7:], (frames, 1))
    for side, sign in (("left", 1.0), ("right", -1.0)):
        joint_pos[:, JOINT_NAMES.index(f"{side}_shoulder_roll_joint")] += sign * (0.6 + 0.5 * np.sin(3.0 * time_s))
    root_pos, root_quat = np.tile(qpos[:3], (frames, 1)), np.tile(qpos[3:7], (frames, 1))
    return RobotMotion("waving", fps, root_pos, root_quat, joint_pos, np.ones((frames, 2)), np.ones(frames))


def cpu_seconds() -> float:
    """CPU time of this process and its finished children."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("video", nargs="?", default=Path(__file__).parents[1] / "examples" / "wave.mp4", type=Path)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--backend", choices=["auto", "software", "mujoco"], default="software")
    options = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, set(list(os.sched_getaffinity(0))[:2]))  # the bar is for two cores
    reference = arm_waving(options.seconds)
    rollout, video = simulate(reference, Gantry()), open_video(options.video)
    frames: list[int] = []
    with tempfile.TemporaryDirectory() as folder:
        began, cpu = time.perf_counter(), cpu_seconds()
        write_video(
            Path(folder) / "video.mp4",
            video,
            None,
            reference,
            rollout,
            lambda done, total: frames.append(done),
            backend=options.backend,
            workers=options.workers,
        )
        wall, cpu = time.perf_counter() - began, cpu_seconds() - cpu
    count = len(frames)
    print(f"{count} frames in {wall:.2f} s: {count / wall:.1f} frames/s (bar: {BAR_FPS:g})")
    print(f"CPU: {1000 * cpu / count:.1f} ms per frame, start of the workers included; load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
