"""Reads the motion capture of ../shared/mocap for tests and benchmarks, joints by name; the importers come later."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from genmimic import rotation
from genmimic.motion.from_positions import human_from_joint_positions
from genmimic.motion.human_motion import HumanMotion
from genmimic.motion.skeleton import JOINT_NAMES

SIDED = ("hip", "knee", "ankle", "foot", "collar", "shoulder", "elbow", "wrist")
# for each skeleton: pelvis, spine1-3, neck, head, then the left side's joints in the order of SIDED
SKELETONS = {
    "cmu": "root lowerback upperback thorax lowerneck head lfemur ltibia lfoot ltoes lclavicle lhumerus lradius lwrist",
    "cgspeed": "Hips LowerBack Spine Spine1 Neck Head "
    "LeftUpLeg LeftLeg LeftFoot LeftToeBase LeftShoulder LeftArm LeftForeArm LeftHand",
    "o3de": "Hips Spine Chest UpperChest Neck Head "
    "LeftUpperLeg LeftLowerLeg LeftFoot LeftToes LeftShoulder LeftUpperArm LeftLowerArm LeftHand",
    "bandai": "Hips Spine Spine Chest Neck Head "
    "UpperLeg_L LowerLeg_L Foot_L Toes_L Shoulder_L UpperArm_L LowerArm_L Hand_L",
    "animdraw": "Hips Spine Spine1 Spine3 Neck Head "
    "LeftUpLeg LeftLeg LeftFoot LeftToeBase LeftShoulder LeftArm LeftForeArm LeftHand",
}


def _right(name: str, skeleton: str) -> str:
    if skeleton == "cmu":
        return "r" + name[1:]
    return name.replace("_L", "_R") if skeleton == "bandai" else name.replace("Left", "Right")


def smpl_columns(joint_names: list[str]) -> list[int]:
    """Columns of the 22 SMPL joints among a skeleton's joints."""
    for skeleton, text in SKELETONS.items():
        names = text.split()
        if set(names) <= set(joint_names):
            chain = dict(zip(("pelvis", "spine1", "spine2", "spine3", "neck", "head"), names, strict=False))
            for joint, name in zip(SIDED, names[6:], strict=True):
                chain[f"left_{joint}"], chain[f"right_{joint}"] = name, _right(name, skeleton)
            return [joint_names.index(chain[joint]) for joint in JOINT_NAMES]
    raise ValueError(f"unknown skeleton: {joint_names}")


def read_clips(path: Path, only: set[str] | None = None) -> Iterator[HumanMotion]:
    """Yield the clips of one file of the layout described in ../shared/mocap/README.md."""
    with np.load(path) as data:
        names, parents = [str(n) for n in data["joint_names"]], data["parents"]
        columns = smpl_columns(names)
        starts = np.concatenate([[0], np.cumsum(data["clip_lengths"])])
        root, quats, offsets = data["root_pos"], data["local_quat"], data["offsets"].astype(np.float64)
        for clip, name in enumerate(data["clip_names"]):
            if only is not None and str(name) not in only:
                continue
            part = slice(starts[clip], starts[clip + 1])
            quat = rotation.normalize(quats[part].astype(np.float64))
            offset = offsets[clip] if offsets.ndim == 3 else offsets
            pos = _joint_positions(root[part].astype(np.float64), quat, offset, parents)
            yield human_from_joint_positions(f"{path.stem}/{name}", float(data["fps"]), pos[:, columns])


def _joint_positions(root: np.ndarray, local: np.ndarray, offsets: np.ndarray, parents: np.ndarray) -> np.ndarray:
    pos, quat = [root], [local[:, 0]]
    for joint in range(1, len(parents)):
        parent = parents[joint]
        pos.append(pos[parent] + rotation.rotate(quat[parent], np.tile(offsets[joint], (len(root), 1))))
        quat.append(rotation.multiply(quat[parent], local[:, joint]))
    return np.stack(pos, axis=1)


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
