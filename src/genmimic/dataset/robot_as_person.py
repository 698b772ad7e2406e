"""Motions of the 29-DoF G1 as a person of the robot's own build, for the retargeter to fit our 23-DoF robot to.

Dropping the six joints that our robot lacks would leave the hands elsewhere: the waist's roll and pitch carry both
arms. So the larger robot's landmarks become the joints of a person, whose limbs are as long as the robot's own (both
ratios of the retargeter are then 1), and the retargeter finds the 23 joints that keep feet, hips, hands and trunk.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from genmimic import rotation
from genmimic.motion.from_positions import human_from_joint_positions
from genmimic.motion.human_motion import HumanMotion
from genmimic.motion.skeleton import INDEX, JOINT_NAMES, PARENTS, UPRIGHT_QUAT_W
from genmimic.retarget.config import RetargetConfig
from genmimic.robot import names
from genmimic.robot.bodies import BODIES
from genmimic.robot.constants import HAND_OFFSET, SOLE_HEIGHT
from genmimic.robot.kinematics import forward_kinematics

WRIST_PITCH_OFFSET, WRIST_YAW_OFFSET = np.array([0.038, 0.0, 0.0]), np.array([0.046, 0.0, 0.0])
"""Origins of the 29-DoF model's wrist pitch link in the wrist roll link, and of the wrist yaw link in that, metres."""
_TOE = np.array([0.09, 0.0, -SOLE_HEIGHT])
_NECK_HEIGHT, _HEAD_HEIGHT = 0.30, 0.42
"""Above the torso link's origin, metres."""
_SIDES = ("left", "right")


def robot_as_person(
    name: str,
    fps: float,
    root_pos_w: np.ndarray,
    root_quat_w: np.ndarray,
    joint_pos: np.ndarray,
    *,
    source: str = "",
    licence: str = "",
) -> HumanMotion:
    """Turn a motion of the 29-DoF G1 into that of a person of its build.

    Args:
        name: Clip name.
        fps: Frames per second.
        root_pos_w: Pelvis origin, (T, 3), metres.
        root_quat_w: Pelvis orientation, (T, 4), w, x, y, z.
        joint_pos: (T, 29), radians, in the order of `robot.names.SDK_JOINT_NAMES`.
        source: Where the motion comes from.
        licence: Licence of the motion data.

    Raises:
        InputError: Values that are not finite, or no frames.
    """
    points, foot_quat, thumbs = _landmarks(root_pos_w, root_quat_w, joint_pos)
    human = human_from_joint_positions(
        name, fps, np.stack([points[joint] for joint in JOINT_NAMES], axis=1), source=source, licence=licence
    )
    _, world_quat = human.forward_kinematics()
    world_quat = world_quat.copy()
    for i, (side, sign) in enumerate(zip(_SIDES, (1.0, -1.0), strict=True)):
        # positions leave the turn of hands and feet open; the robot knows it
        out = sign * rotation.unit(points[f"{side}_wrist"] - points[f"{side}_elbow"])
        up = np.cross(thumbs[i], out)
        world_quat[:, INDEX[f"{side}_wrist"]] = _frame(out, up)
        upright = np.broadcast_to(UPRIGHT_QUAT_W, foot_quat[i].shape)
        world_quat[:, [INDEX[f"{side}_ankle"], INDEX[f"{side}_foot"]]] = rotation.multiply(foot_quat[i], upright)[
            :, None
        ]
    parents = np.array(PARENTS[1:])
    local = rotation.multiply(rotation.conjugate(world_quat[:, parents]), world_quat[:, 1:])
    local_quat = np.concatenate([world_quat[:, :1], local], axis=1)
    # toes hang on ankles: their place in the ankle's frame is the same in every frame
    offsets = human.offsets.copy()
    for side in _SIDES:
        offsets[INDEX[f"{side}_foot"]] = rotation.rotate_inverse(UPRIGHT_QUAT_W, _TOE)
    return replace(
        human,
        local_quat=rotation.normalize(rotation.make_continuous(local_quat)),
        offsets=offsets,
        assumptions={"joint_rotations": "of the 29-DoF robot"},
    )


def _landmarks(
    root_pos_w: np.ndarray, root_quat_w: np.ndarray, joint_pos: np.ndarray
) -> tuple[dict[str, np.ndarray], list[np.ndarray], list[np.ndarray]]:
    """The person's joints (T, 3), the feet's orientations (T, 4) and the directions of the thumbs (T, 3)."""
    column = {joint: joint_pos[:, i] for i, joint in enumerate(names.SDK_JOINT_NAMES)}
    known = np.stack([column[joint] for joint in names.JOINT_NAMES], axis=1)
    legs, legs_quat = forward_kinematics(root_pos_w, root_quat_w, known)
    key = {name: i for i, name in enumerate(names.KEYPOINT_NAMES)}
    torso_pos = legs[:, key["torso_link"]]
    torso_quat = root_quat_w
    for joint, axis in (("waist_yaw_joint", 2), ("waist_roll_joint", 0), ("waist_pitch_joint", 1)):
        torso_quat = rotation.multiply(torso_quat, _about(axis, column[joint]))
    # the arms of our robot, hung on a pelvis that is turned as this torso is and has no waist
    straight = known.copy()
    straight[:, names.JOINT_NAMES.index("waist_yaw_joint")] = 0.0
    torso_offset = np.array(BODIES[names.BODY_NAMES.index("torso_link")].pos)
    base = torso_pos - rotation.rotate(torso_quat, np.broadcast_to(torso_offset, torso_pos.shape))
    arms, arms_quat = forward_kinematics(base, torso_quat, straight)

    hips = 0.5 * (legs[:, key["left_hip_roll_link"]] + legs[:, key["right_hip_roll_link"]])
    ahead = -torso_offset[0]  # straight above the hips when the robot stands upright

    def above(height: float) -> np.ndarray:
        return torso_pos + rotation.rotate(torso_quat, np.broadcast_to([ahead, 0.0, height], torso_pos.shape))

    neck = above(_NECK_HEIGHT)
    points = {"pelvis": hips, "neck": neck, "head": above(_HEAD_HEIGHT)}
    points |= {f"spine{i}": hips + share * (neck - hips) for i, share in ((1, 0.25), (2, 0.5), (3, 0.75))}
    foot_quat, thumbs = [], []
    palm = RetargetConfig().palm_fraction
    for side, sign in zip(_SIDES, (1.0, -1.0), strict=True):
        ankle, turn = legs[:, key[f"{side}_ankle_roll_link"]], legs_quat[:, key[f"{side}_ankle_roll_link"]]
        points[f"{side}_hip"], points[f"{side}_knee"] = (
            legs[:, key[f"{side}_hip_roll_link"]],
            legs[:, key[f"{side}_knee_link"]],
        )
        points[f"{side}_ankle"] = ankle
        points[f"{side}_foot"] = ankle + rotation.rotate(turn, np.broadcast_to(_TOE, ankle.shape))
        foot_quat.append(turn)
        wrist, wrist_quat = arms[:, key[f"{side}_wrist_roll_link"]], arms_quat[:, key[f"{side}_wrist_roll_link"]]
        hand, hand_quat = _palm(
            wrist, wrist_quat, column[f"{side}_wrist_pitch_joint"], column[f"{side}_wrist_yaw_joint"]
        )
        elbow = arms[:, key[f"{side}_elbow_link"]]
        points[f"{side}_shoulder"], points[f"{side}_elbow"] = arms[:, key[f"{side}_shoulder_roll_link"]], elbow
        points[f"{side}_collar"] = neck + rotation.rotate(
            torso_quat, np.broadcast_to([0, 0.05 * sign, -0.02], neck.shape)
        )
        # the retargeter looks for the palm beyond the wrist by a share of the forearm
        points[f"{side}_wrist"] = elbow + (hand - elbow) / (1.0 + palm)
        thumbs.append(rotation.rotate(hand_quat, np.broadcast_to([0.0, 0.0, 1.0], hand.shape)))
    return points, foot_quat, thumbs


def _palm(pos: np.ndarray, quat: np.ndarray, pitch: np.ndarray, yaw: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Palm (T, 3) and orientation (T, 4) of a hand behind a wrist that rolls at `pos`, then pitches and yaws."""
    for offset, axis, angle in ((WRIST_PITCH_OFFSET, 1, pitch), (WRIST_YAW_OFFSET, 2, yaw)):
        pos = pos + rotation.rotate(quat, np.broadcast_to(offset, pos.shape))
        quat = rotation.multiply(quat, _about(axis, angle))
    rest = HAND_OFFSET - WRIST_PITCH_OFFSET - WRIST_YAW_OFFSET
    return pos + rotation.rotate(quat, np.broadcast_to(rest, pos.shape)), quat


def _about(axis: int, angle: np.ndarray) -> np.ndarray:
    quat = np.zeros((*angle.shape, 4))
    quat[..., 0], quat[..., 1 + axis] = np.cos(0.5 * angle), np.sin(0.5 * angle)
    return quat


def _frame(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Orientation (T, 4) with its x axis along `x` and its y axis as near to `y` as that allows."""
    y = rotation.unit(y - (y * x).sum(-1, keepdims=True) * x)
    return rotation.from_matrix(np.stack([x, y, np.cross(x, y)], axis=-1))
