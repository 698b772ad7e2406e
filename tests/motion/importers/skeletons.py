"""BVH files of several rigs for a person whose motion is known."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation

from genmimic import rotation
from genmimic.motion.human_motion import HumanMotion
from genmimic.motion.importers.joint_naming import smpl_names
from genmimic.motion.skeleton import JOINT_NAMES, PARENTS

SPINE_AXES = np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
LEG_AXES = np.array([[0.0, 0.0, -1.0], [-1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
"""Axes (columns, in SMPL's) in rigs whose bones lie along x: up the spine, down the legs."""


@dataclass(frozen=True)
class Rig:
    """How a tool exports people.

    Attributes:
        naming: Name of the joints' naming.
        prefix: What stands before each name.
        unit: Metres.
        up: Axis that points up, y or z.
        order: Order of the rotation channels.
        along_bones: Joint frames follow the bones, so that the pose with all rotations at zero is no pose of a person.
        positions: Every joint has position channels.
    """

    naming: str
    prefix: str = ""
    unit: float = 0.01
    up: str = "y"
    order: str = "ZXY"
    along_bones: bool = False
    positions: bool = False


def write_bvh(path: Path, human: HumanMotion, rig: Rig, rest_frame: bool = False) -> Path:
    """Write a person's motion as this rig's tool would."""
    names = smpl_names(rig.naming)
    pos, quat = human.forward_kinematics()
    turn = np.array([0.5, -0.5, -0.5, -0.5]) if rig.up == "y" else np.array([1.0, 0.0, 0.0, 0.0])
    pos = rotation.rotate(np.broadcast_to(turn, (*pos.shape[:2], 4)), pos) / rig.unit
    frames = rotation.multiply(np.broadcast_to(turn, quat.shape), quat)
    bind = np.tile([1.0, 0.0, 0.0, 0.0], (22, 1))
    if rig.along_bones:
        bind = np.stack([_bind(name) for name in JOINT_NAMES])
        frames = rotation.multiply(frames, np.broadcast_to(bind, frames.shape))
    offsets = rotation.rotate_inverse(bind[np.maximum(PARENTS, 0)], human.offsets) / rig.unit
    columns, text = [], ["HIERARCHY"]
    _write_joint(text, columns, 0, names, rig, offsets, pos, frames)
    table = np.concatenate(columns, axis=1)
    if rest_frame:
        table = np.concatenate([np.zeros((1, table.shape[1])), table])
    rows = [" ".join(f"{value:.6f}" for value in row) for row in table]
    text += ["MOTION", f"Frames:\t{len(rows)}", f"Frame Time: {1.0 / human.fps:.7f}", *rows]
    path.write_text("\n".join(text) + "\n")
    return path


def _bind(joint: str) -> np.ndarray:
    """A joint's frame (4,) in SMPL's T-pose, its bone along x."""
    part = joint.split("_")[-1]
    if part in ("hip", "knee", "ankle", "foot"):
        return rotation.from_matrix(LEG_AXES)
    if part in ("shoulder", "elbow", "wrist"):
        # the right arm's mirrors the left's: half a turn about the bone
        return np.array([1.0, 0.0, 0.0, 0.0]) if joint.startswith("left") else np.array([0.0, 1.0, 0.0, 0.0])
    return rotation.from_matrix(SPINE_AXES)


def _write_joint(
    text: list[str],
    columns: list[np.ndarray],
    joint: int,
    names: dict[str, str],
    rig: Rig,
    offsets: np.ndarray,
    pos: np.ndarray,
    frames: np.ndarray,
) -> None:
    parent = PARENTS[joint]
    kind = "ROOT" if parent < 0 else "JOINT"
    text += [f"{kind} {rig.prefix}{names[JOINT_NAMES[joint]]}", "{"]
    text.append("\tOFFSET " + " ".join(f"{value:.6f}" for value in offsets[joint]))
    channels = [f"{axis}rotation" for axis in rig.order]
    local = frames[:, joint]
    if parent < 0 or rig.positions:
        channels = [*(f"{axis}position" for axis in "XYZ"), *channels]
        place = pos[:, joint] if parent < 0 else np.broadcast_to(offsets[joint], pos[:, joint].shape)
        columns.append(place)
    if parent >= 0:
        local = rotation.multiply(rotation.conjugate(frames[:, parent]), local)
    text.append(f"\tCHANNELS {len(channels)} " + " ".join(channels))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # gimbal lock: any of the solutions will do
        columns.append(Rotation.from_quat(np.roll(local, -1, axis=1)).as_euler(rig.order, degrees=True))
    children = [child for child, p in enumerate(PARENTS) if p == joint]
    for child in children:
        _write_joint(text, columns, child, names, rig, offsets, pos, frames)
    if not children:
        text += ["\tEnd Site", "\t{", "\t\tOFFSET 0 0 0", "\t}"]
    text.append("}")
