"""How hands and head are turned: joint positions do not say it, the file's rotations do.

A joint's frame in the file differs from SMPL's by a fixed rotation. It follows from the pose with all rotations at
zero where that is a T-pose, or a person with hanging arms (palms to the floor or to the thighs). In rigs whose bones
all lie along one axis that pose is none of a person; there the axis that elbows bend about and the way the chest faces
tell it. Where the zero pose is just some pose of the person, nothing is known and positions must do.
"""

from __future__ import annotations

import numpy as np

from genmimic import rotation
from genmimic.errors import InputError
from genmimic.motion import skeleton
from genmimic.motion.from_positions import REST_DIRECTIONS, human_from_joint_positions, swing
from genmimic.motion.human_motion import HumanMotion
from genmimic.motion.importers.foreign import ForeignMotion
from genmimic.motion.importers.joint_naming import JointMap
from genmimic.motion.importers.smpl_positions import smpl_positions

_SIDES = ("left", "right")
_STRAIGHT_DOWN = 0.9
"""Cosine between a leg and down, above which a zero pose stands."""
_SYMMETRIC = 0.8
"""Cosine between a forearm and the other's mirror image, above which a zero pose is one of rest."""
_SIDEWAYS = 0.5
"""Forward part of a forearm's direction below which it was turned aside or down from the T-pose with a level palm."""
_CLEAR_BEND = 0.2
"""Sine of an elbow's bend, above which its axis is well known."""
_LEAST_FRAMES = 5


def leaf_orientations(
    motion: ForeignMotion, joints: JointMap, quat: np.ndarray, human: HumanMotion
) -> dict[str, np.ndarray]:
    """World orientations (T, 4), in SMPL's frames, of the wrists and the head, as far as they can be understood.

    Args:
        motion: The file's motion.
        joints: Where SMPL's joints are in it.
        quat: Orientations (T, J, 4) of its joints in the world.
        human: The same motion from positions alone.
    """
    zero = _upright_zero_pose(motion, joints)
    if zero is not None:
        alignments = _from_rest(motion, *zero)
    else:
        alignments = {side: _wrist_from_hinge(motion, joints, quat, side) for side in ("left_wrist", "right_wrist")}
        alignments["head"] = _head_from_chest(motion, joints, quat, human)
    return {
        leaf: rotation.multiply(quat[:, joints[leaf]], np.broadcast_to(alignment, (len(motion), 4)))
        for leaf, alignment in alignments.items()
        if alignment is not None
    }


def _upright_zero_pose(motion: ForeignMotion, joints: JointMap) -> tuple[np.ndarray, np.ndarray] | None:
    """Joints (22, 3) of the zero pose, turned upright to face +x, and that turn (3, 3); None if it does not stand."""
    pos, quat = motion.zero_pose().forward_kinematics()
    found = smpl_positions(joints, pos, quat)[0]
    p = dict(zip(skeleton.JOINT_NAMES, found, strict=True))
    up = rotation.unit(p["neck"] - 0.5 * (p["left_hip"] + p["right_hip"]))
    left = p["left_hip"] - p["right_hip"]
    left = rotation.unit(left - (left @ up) * up)
    legs = [rotation.unit(p[f"{side}_hip"] - p[f"{side}_ankle"]) @ up for side in _SIDES]
    if not min(legs) > _STRAIGHT_DOWN:
        return None
    upright = np.stack([np.cross(left, up), left, up])
    return found @ upright.T, upright


def _from_rest(motion: ForeignMotion, found: np.ndarray, upright: np.ndarray) -> dict[str, np.ndarray | None]:
    """Rotations (4,) from the file's frames to SMPL's, from a zero pose that is a T-pose or has hanging arms."""
    p = dict(zip(skeleton.JOINT_NAMES, found, strict=True))
    left, right = (rotation.unit(p[f"{side}_wrist"] - p[f"{side}_elbow"]) for side in _SIDES)
    if max(abs(left[0]), abs(right[0])) > _SIDEWAYS or left @ (right * [1.0, -1.0, 1.0]) < _SYMMETRIC:
        return {}
    try:
        human = human_from_joint_positions(motion.name, motion.fps, found[None])
    except InputError:  # limbs folded into one line
        return {}
    head = human.forward_kinematics()[1][0, skeleton.INDEX["head"]]
    smpl = {"head": head}
    for wrist, forearm in (("left_wrist", left), ("right_wrist", right)):
        smpl[wrist] = swing(skeleton.UPRIGHT_QUAT_W[None], REST_DIRECTIONS[wrist], forearm[None])[0]
    back = rotation.conjugate(rotation.from_matrix(upright))
    return {leaf: rotation.multiply(back, frame) for leaf, frame in smpl.items()}


def _wrist_from_hinge(motion: ForeignMotion, joints: JointMap, quat: np.ndarray, wrist: str) -> np.ndarray | None:
    """SMPL's wrist frame from the bone's axis and the axis about which the elbow bends in the upper arm's frame."""
    side, sign = wrist.split("_")[0], 1.0 if wrist.startswith("left") else -1.0
    pos, _ = motion.forward_kinematics()
    shoulder, elbow, hand = (pos[:, joints[f"{side}_{joint}"]] for joint in ("shoulder", "elbow", "wrist"))
    normal = np.cross(rotation.unit(elbow - shoulder), rotation.unit(hand - elbow))
    bent = np.linalg.norm(normal, axis=-1) > _CLEAR_BEND
    if bent.sum() < _LEAST_FRAMES:
        return None
    hinge = rotation.rotate_inverse(quat[bent, joints[f"{side}_shoulder"]], rotation.unit(normal[bent]))
    along = _nearest_axis(_rest_offset(motion, joints[wrist]), 0.95)
    about = _nearest_axis(np.median(hinge, axis=0), 0.8)
    if along is None or about is None:
        return None
    return _frame(x=sign * along, y=-sign * about)


def _head_from_chest(
    motion: ForeignMotion, joints: JointMap, quat: np.ndarray, human: HumanMotion
) -> np.ndarray | None:
    """SMPL's head frame from the neck's axis and from the way that the chest faces most of the time."""
    chest = human.forward_kinematics()[1][:, skeleton.INDEX["spine3"]]
    ahead = rotation.rotate(chest, np.broadcast_to([0.0, 0.0, 1.0], (len(motion), 3)))
    seen = np.median(rotation.rotate_inverse(quat[:, joints["head"]], ahead), axis=0)
    up, forward = _nearest_axis(_rest_offset(motion, joints["head"]), 0.8), _nearest_axis(seen, 0.7)
    if up is None or forward is None or abs(up @ forward) > 0.5:
        return None
    return _frame(x=np.cross(up, forward), y=up)


def _rest_offset(motion: ForeignMotion, joint: int) -> np.ndarray:
    return motion.zero_pose().offsets[joint]


def _nearest_axis(vec: np.ndarray, least_cosine: float) -> np.ndarray | None:
    """The coordinate axis (3,), with its sign, that `vec` (3,) follows, if it follows one."""
    length = np.linalg.norm(vec)
    axis = int(np.abs(vec).argmax())
    if length < 1e-9 or abs(vec[axis]) < least_cosine * length:
        return None
    return np.sign(vec[axis]) * np.eye(3)[axis]


def _frame(x: np.ndarray, y: np.ndarray) -> np.ndarray | None:
    if abs(x @ y) > 1e-6:
        return None
    return rotation.from_matrix(np.stack([x, y, np.cross(x, y)], axis=-1))
