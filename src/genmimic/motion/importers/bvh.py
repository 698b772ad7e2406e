"""BVH files as people: units, the upward axis and the frame of rest are found from the body itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from genmimic import rotation
from genmimic.errors import InputError
from genmimic.motion.human_motion import HumanMotion
from genmimic.motion.importers.bvh_file import read_bvh
from genmimic.motion.importers.foreign import ForeignMotion
from genmimic.motion.importers.foreign_to_human import to_human
from genmimic.motion.importers.joint_naming import JointMap, map_joints
from genmimic.motion.importers.placement import Y_UP_TO_WORLD
from genmimic.motion.importers.smpl_positions import smpl_positions
from genmimic.motion.skeleton import INDEX

_UNITS = {"m": 1.0, "cm": 0.01, "mm": 0.001, "inch": 0.0254, "CMU's unit": 0.0254 / 0.45}
"""Units of length that BVH files come in, metres; CMU counts in inches divided by 0.45."""
_LEG_LENGTHS = (0.55, 1.15)
"""Length of thigh and shin together that a person can have, metres; only one unit can fit between."""
_REST_JUMP, _REST_RATIO = 0.15, 8.0
"""Mean turn of the joints, radians, between the first two frames, and its ratio to that between the next two, above
which the first frame is a pose of rest put in front of the motion."""


def load_bvh(path: str | Path, fps: float | None = None) -> HumanMotion:
    """Read a BVH file of a known skeleton (CMU, Bandai Namco, LAFAN1, Mixamo and more: see `joint_naming`).

    Args:
        path: The file.
        fps: Overrides the file's own frame rate.

    Raises:
        InputError: The file is damaged, has a single frame, joints of unknown names, or legs of no known unit.
    """
    path = Path(path)
    file = read_bvh(path)
    if len(file.values) < 2:
        raise InputError(f"{path}: has {len(file.values)} frame(s); a motion needs two or more.")
    pos, quat = file.local_poses()
    moves = np.ptp(pos[:, 1:], axis=0).max(initial=0.0) > 0.0
    motion = ForeignMotion(
        name=path.stem,
        fps=file.fps if fps is None else fps,
        joint_names=file.joint_names,
        parents=file.parents,
        offsets=pos if moves else pos[0],
        root_pos_w=pos[:, 0],
        local_quat=quat,
        source="BVH",
    )
    joints = map_joints(str(path), motion.joint_names)
    assumptions: dict[str, str | float | bool] = {}
    if _begins_at_rest(motion.local_quat[:, [c for c in joints.columns if c >= 0]]):
        motion, assumptions["rest_frame_dropped"] = _without_first(motion), True
    unit = _unit(path, motion, joints)
    assumptions["unit"] = unit
    assumptions["up"] = _up(motion, joints)
    turn = Y_UP_TO_WORLD if assumptions["up"] == "y" else np.array([1.0, 0.0, 0.0, 0.0])
    human = to_human(motion.turned(turn, _UNITS[unit]))
    return replace(human, source=f"BVH, {joints.naming} skeleton", assumptions={**human.assumptions, **assumptions})


def _begins_at_rest(local_quat: np.ndarray) -> bool:
    if len(local_quat) < 4:
        return False
    turns = rotation.angle_between(local_quat[1:3], local_quat[:2]).mean(axis=-1)
    return bool(turns[0] > max(_REST_JUMP, _REST_RATIO * turns[1]))


def _without_first(motion: ForeignMotion) -> ForeignMotion:
    offsets = motion.offsets[1:] if motion.offsets.ndim == 3 else motion.offsets
    return replace(motion, offsets=offsets, root_pos_w=motion.root_pos_w[1:], local_quat=motion.local_quat[1:])


def _unit(path: Path, motion: ForeignMotion, joints: JointMap) -> str:
    """The unit in which the legs have a person's length."""
    pos = motion.zero_pose().forward_kinematics()[0][0]
    chains = [[pos[joints[f"{side}_{joint}"]] for joint in ("hip", "knee", "ankle")] for side in ("left", "right")]
    leg = float(np.mean([np.linalg.norm(np.diff(chain, axis=0), axis=-1).sum() for chain in chains]))
    shortest, longest = _LEG_LENGTHS
    for name, metres in _UNITS.items():
        if shortest <= leg * metres <= longest:
            return name
    raise InputError(
        f"{path}: the legs are {leg:.3g} long, which is no person's length in {', '.join(_UNITS)}; scale the file."
    )


def _up(motion: ForeignMotion, joints: JointMap) -> str:
    """The axis, y or z, along which the person is tallest most of the time; BVH's own is y."""
    pos = smpl_positions(joints, *motion.forward_kinematics())
    tall = np.median(pos[:, INDEX["neck"]] - 0.5 * (pos[:, INDEX["left_ankle"]] + pos[:, INDEX["right_ankle"]]), axis=0)
    return "z" if tall[2] > abs(tall[1]) else "y"
