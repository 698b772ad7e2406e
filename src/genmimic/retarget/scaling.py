"""One fixed rule that scales a person to the robot: the ratio of the legs' lengths and that of the arms'."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genmimic.errors import InputError
from genmimic.motion.human_motion import HumanMotion
from genmimic.motion.skeleton import INDEX
from genmimic.robot.constants import JOINT_UPPER
from genmimic.robot.kinematics import forward_kinematics
from genmimic.robot.names import KEYPOINT_NAMES


@dataclass(frozen=True)
class LimbRatios:
    """Robot length divided by human length, with the robot's hip width that no ratio gives.

    Attributes:
        leg: Hip to knee to ankle. Also scales the root's path and height.
        arm: Shoulder to elbow to palm.
        hip_shift: How much farther from the middle each of the robot's hips lies than the scaled person's, metres.
            Feet are moved outwards by it, so that parallel legs stay parallel.
    """

    leg: float
    arm: float
    hip_shift: float


def _robot_length(pos: np.ndarray, names: tuple[str, ...]) -> float:
    points = np.array([pos[KEYPOINT_NAMES.index(f"left_{name}")] for name in names])
    return float(np.linalg.norm(np.diff(points, axis=0), axis=1).sum())


def limb_ratios(human: HumanMotion, palm_fraction: float) -> LimbRatios:
    """Ratios of limb lengths, robot over person.

    The robot's hip is the origin of its hip roll link, its shoulder that of the shoulder roll link, its hand the palm.

    Args:
        human: The person's motion; only its bone lengths are used.
        palm_fraction: Distance from wrist to palm as a share of the forearm.

    Raises:
        InputError: A limb of the person is shorter than 10 cm or longer than 1.5 m.
    """
    zero = np.zeros_like(JOINT_UPPER)
    pos, _ = forward_kinematics(np.zeros(3), np.array([1.0, 0.0, 0.0, 0.0]), zero)
    robot_leg = _robot_length(pos, ("hip_roll_link", "knee_link", "ankle_roll_link"))
    robot_arm = _robot_length(pos, ("shoulder_roll_link", "elbow_link", "hand"))

    def bone(name: str) -> float:
        lengths = [np.linalg.norm(human.offsets[INDEX[f"{side}_{name}"]]) for side in ("left", "right")]
        return float(np.mean(lengths))

    leg, arm = bone("knee") + bone("ankle"), bone("elbow") + (1.0 + palm_fraction) * bone("wrist")
    for limb, length in (("leg", leg), ("arm", arm)):
        if not 0.1 < length < 1.5:
            raise InputError(
                f"{human.name}: field 'offsets' makes a {limb} {length:.2f} m long; a person's is between 0.1 and "
                "1.5 m: offsets are in metres."
            )
    hips = human.offsets[INDEX["left_hip"]] - human.offsets[INDEX["right_hip"]]
    ratio = robot_leg / leg
    hip_shift = float(pos[KEYPOINT_NAMES.index("left_hip_roll_link"), 1]) - 0.5 * ratio * float(np.linalg.norm(hips))
    return LimbRatios(leg=ratio, arm=robot_arm / arm, hip_shift=hip_shift)
