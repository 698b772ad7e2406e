"""Poses of trunk, head and arms, given the way people describe them: where the upper arm, forearm and palm point.

Directions are in the chest's frame: x to the body's left, y up, z forward. `mirrored` swaps the sides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from genmimic import rotation
from genmimic.motion.skeleton import INDEX
from genmimic.synthetic.footsteps import min_jerk

Direction = tuple[float, float, float]


@dataclass(frozen=True)
class Arm:
    """Where the parts of a left arm point; a right arm is given mirrored, as if it were a left one."""

    upper: Direction = (0.17, -1.0, -0.06)
    fore: Direction = (0.08, -1.0, 0.24)
    palm: Direction = (-1.0, 0.0, -0.1)
    wrist_bend: float = 0.0
    """Radians by which the hand is bent towards the palm."""


@dataclass(frozen=True)
class UpperBody:
    """A pose of everything above the hips; angles in radians."""

    left: Arm = Arm()
    right: Arm = Arm()
    bend: float = 0.0
    """Of the spine, forwards."""
    twist: float = 0.0
    """Of the spine, to the left."""
    nod: float = 0.0
    """Of the head, downwards."""
    look: float = 0.0
    """Of the head, to the left."""

    def mirrored(self) -> UpperBody:
        """The same with left and right exchanged."""
        return replace(self, left=self.right, right=self.left, twist=-self.twist, look=-self.look)


def pose_track(time: np.ndarray, keys: Sequence[tuple[float, UpperBody]]) -> dict[str, np.ndarray]:
    """Local rotations (T, 4) by joint name that pass through poses at given times by minimum-jerk slerp.

    Args:
        time: Seconds, (T,).
        keys: Time in seconds and pose, in order of time; the first and last are held outside.
    """
    poses = [local_rotations(pose) for _, pose in keys]
    knots = np.array([t for t, _ in keys])
    segment = np.clip(np.searchsorted(knots, time, side="right") - 1, 0, max(len(keys) - 2, 0))
    if len(keys) == 1:
        return {name: np.tile(quat, (len(time), 1)) for name, quat in poses[0].items()}
    share = min_jerk((time - knots[segment]) / np.maximum(knots[segment + 1] - knots[segment], 1e-9))
    out = {}
    for name in poses[0]:
        quats = np.stack([pose[name] for pose in poses])
        out[name] = rotation.slerp(quats[segment], quats[segment + 1], share)
    return out


def local_rotations(pose: UpperBody) -> dict[str, np.ndarray]:
    """Local rotations (4,) by joint name of one pose."""
    out = {}
    for name, share in (("spine1", 0.35), ("spine2", 0.35), ("spine3", 0.3)):
        out[name] = _rotvec(share * pose.bend, share * pose.twist, 0.0)
    for name, share in (("neck", 0.5), ("head", 0.5)):
        out[name] = _rotvec(share * pose.nod, share * pose.look, 0.0)
    for side, arm in (("left", pose.left), ("right", pose.right)):
        collar, shoulder, elbow, wrist = _arm_rotations(arm)
        for joint, quat in (("collar", collar), ("shoulder", shoulder), ("elbow", elbow), ("wrist", wrist)):
            # mirroring about x = 0 keeps the x part of a rotation vector and flips the others
            out[f"{side}_{joint}"] = quat if side == "left" else quat * np.array([1.0, 1.0, -1.0, -1.0])
    return out


def to_local_quat(frames: int, *tracks: dict[str, np.ndarray]) -> np.ndarray:
    """Collect rotations by joint name into (T, 22, 4); joints that nobody sets keep their rest."""
    quat = np.tile(np.array([1.0, 0.0, 0.0, 0.0]), (frames, 22, 1))
    for track in tracks:
        for name, values in track.items():
            quat[:, INDEX[name]] = values
    return quat


def _arm_rotations(arm: Arm) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Collar, shoulder, elbow and wrist rotations (4,) of a left arm."""
    x = rotation.unit(np.asarray(arm.upper))
    fore = rotation.unit(np.asarray(arm.fore))
    flexion = float(np.arccos(np.clip(x @ fore, -1.0, 1.0)))
    z = fore - x * (x @ fore)
    if np.linalg.norm(z) < 1e-3:  # a straight arm has no plane of its own: let the elbow's crook look forwards
        z = np.array([0.0, 0.0, 1.0]) - x * x[2]
    z = rotation.unit(z)
    y = np.cross(z, x)
    arm_quat = rotation.from_matrix(np.stack([x, y, z], axis=1))
    # shoulder girdle: it lifts with the arm above the horizontal and follows it a little forwards
    collar = _rotvec(0.0, -0.12 * max(x[2], 0.0), 0.32 * max(x[1] + 0.15, 0.0))
    shoulder = rotation.multiply(rotation.conjugate(collar), arm_quat)
    flexed = rotation.multiply(arm_quat, _rotvec(0.0, -flexion, 0.0))
    wanted = rotation.rotate_inverse(flexed, rotation.unit(np.asarray(arm.palm)))
    # at rest the palm looks along -y: the roll about the forearm's x axis that turns it the wanted way
    roll = float(np.arctan2(-wanted[2], -wanted[1]))
    roll = float(np.clip(roll, -1.9, 1.9))
    elbow = rotation.multiply(_rotvec(0.0, -flexion, 0.0), _rotvec(0.65 * roll, 0.0, 0.0))
    wrist = rotation.multiply(_rotvec(0.35 * roll, 0.0, 0.0), _rotvec(0.0, 0.0, -arm.wrist_bend))
    return collar, shoulder, elbow, wrist


def _rotvec(x: float, y: float, z: float) -> np.ndarray:
    return rotation.from_axis_angle(np.array([x, y, z]))
