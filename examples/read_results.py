"""Read the files of a finished run, stage by stage, and work with them in numpy.

genmimic run examples/wave.mp4
python examples/read_results.py out/wave
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from genmimic.motion.files import load_human, load_robot
from genmimic.motion.skeleton import INDEX
from genmimic.robot.kinematics import forward_kinematics
from genmimic.robot.names import JOINT_NAMES, KEYPOINT_NAMES
from genmimic.sim.rollout import load_rollout


def main() -> None:
    """Print a few facts about each stage's result."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "out/wave")

    human = load_human(folder / "human.npz")
    joint_pos_w, _ = human.forward_kinematics()
    wrist_height = joint_pos_w[:, INDEX["right_wrist"], 2]
    print(f"human:     {len(human)} frames at {human.fps:g}/s; the right wrist rises to {wrist_height.max():.2f} m")

    reference = load_robot(folder / "reference.npz")
    keypoint_pos_w, _ = forward_kinematics(reference.root_pos_w, reference.root_quat_w, reference.joint_pos)
    hand_height = keypoint_pos_w[:, KEYPOINT_NAMES.index("right_hand"), 2]
    print(
        f"reference: {len(reference)} frames at {reference.fps:g}/s; the right hand rises to {hand_height.max():.2f} m"
    )

    robot = load_rollout(folder / "robot.npz")
    busiest = int(np.abs(robot.torque).max(axis=0).argmax())
    print(
        f"robot:     {len(robot.torque)} steps at {robot.fps:g}/s under '{robot.controller}'; "
        f"largest torque {np.abs(robot.torque[:, busiest]).max():.0f} N m at {JOINT_NAMES[busiest]}"
    )


if __name__ == "__main__":
    main()
