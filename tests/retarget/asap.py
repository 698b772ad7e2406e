"""The ASAP data: people with somebody else's robot; its hands and feet against the scaled person's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from genmimic import rotation
from genmimic.motion.from_positions import human_from_joint_positions
from genmimic.motion.human_motion import HumanMotion
from genmimic.motion.skeleton import INDEX
from genmimic.retarget.scaling import limb_ratios
from genmimic.robot.kinematics import forward_kinematics
from genmimic.robot.names import JOINT_NAMES, KEYPOINT_NAMES

PALM_FRACTION = 0.3
# legs, then waist yaw, roll, pitch, then four joints an arm
WAIST, LEFT_ARM, RIGHT_ARM = slice(12, 15), slice(15, 19), slice(19, 23)


def read_asap(path: Path) -> Iterator[tuple[HumanMotion, np.ndarray, np.ndarray, np.ndarray]]:
    """Yield each clip's person and somebody else's robot: pelvis (T, 3), quaternions (T, 4) w x y z, joints (T, 23)."""
    with np.load(path) as data:
        starts = np.concatenate([[0], np.cumsum(data["clip_len"])])
        joints, root, dof = data["smpl_joints"], data["root_pos"], data["dof"]
        quat = np.roll(data["root_quat_xyzw"].astype(np.float64), 1, axis=1)
        for clip, name in enumerate(data["clip_name"]):
            part = slice(starts[clip], starts[clip + 1])
            human = human_from_joint_positions(str(name), float(data["fps"]), joints[part, :22].astype(np.float64))
            yield human, root[part].astype(np.float64), rotation.normalize(quat[part]), dof[part].astype(np.float64)


def limb_errors(human: HumanMotion, limbs: np.ndarray) -> tuple[float, float]:
    """Mean distance of hands and feet from where the scaled person's are, metres.

    Hands are taken from the shoulders and scaled by the ratio of the arms, ankles from the hips and scaled by the ratio
    of the legs. `limbs` (T, 4, 3) are the robot's: left and right hand, left and right foot.
    """
    pos, quat = human.forward_kinematics()
    ratios = limb_ratios(human, PALM_FRACTION)
    wanted = []
    for side, out in (("left", 1.0), ("right", -1.0)):
        length = np.linalg.norm(human.offsets[INDEX[f"{side}_wrist"]])
        along = rotation.rotate(quat[:, INDEX[f"{side}_wrist"]], np.tile([out, 0.0, 0.0], (len(pos), 1)))
        hand = pos[:, INDEX[f"{side}_wrist"]] + PALM_FRACTION * length * along
        wanted.append(ratios.arm * (hand - pos[:, INDEX[f"{side}_shoulder"]]))
    for side in ("left", "right"):
        wanted.append(ratios.leg * (pos[:, INDEX[f"{side}_ankle"]] - pos[:, INDEX[f"{side}_hip"]]))
    error = np.linalg.norm(limbs - np.stack(wanted, axis=1), axis=-1)
    return float(error[:, :2].mean()), float(error[:, 2:].mean())


def robot_limbs(root_pos: np.ndarray, root_quat: np.ndarray, joint_pos: np.ndarray) -> np.ndarray:
    """Hands from shoulders and ankles from hips (T, 4, 3) of the 23-DoF robot."""
    pos, _ = forward_kinematics(root_pos, root_quat, joint_pos)
    pairs = [(f"{s}_hand", f"{s}_shoulder_roll_link") for s in ("left", "right")]
    pairs += [(f"{s}_ankle_roll_link", f"{s}_hip_roll_link") for s in ("left", "right")]
    return np.stack([pos[:, KEYPOINT_NAMES.index(a)] - pos[:, KEYPOINT_NAMES.index(b)] for a, b in pairs], axis=1)


def asap_limbs(root_pos: np.ndarray, root_quat: np.ndarray, dof: np.ndarray) -> np.ndarray:
    """The same of the ASAP data's robot, whose legs and arms are those of ours.

    Its waist turns by yaw, roll and pitch: the arms are ours on a pelvis that is turned as its torso is.
    """
    joint_pos = np.zeros((len(dof), len(JOINT_NAMES)))
    joint_pos[:, :12] = dof[:, :12]
    legs = robot_limbs(root_pos, root_quat, joint_pos)
    torso = root_quat
    for angle, axis in zip(dof[:, WAIST].T, np.eye(3)[[2, 0, 1]], strict=True):
        torso = rotation.multiply(torso, rotation.from_axis_angle(angle[:, None] * axis))
    joint_pos[:, JOINT_NAMES.index("left_shoulder_pitch_joint") :][:, :4] = dof[:, LEFT_ARM]
    joint_pos[:, JOINT_NAMES.index("right_shoulder_pitch_joint") :][:, :4] = dof[:, RIGHT_ARM]
    arms = robot_limbs(root_pos, torso, joint_pos)
    return np.concatenate([arms[:, :2], legs[:, 2:]], axis=1)
