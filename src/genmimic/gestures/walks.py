"""Legs of recorded walks and turns, under gestures of our own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.ndimage import gaussian_filter1d, minimum_filter1d
from scipy.spatial.transform import Rotation

from genmimic import rotation
from genmimic.gestures.locomotion import Locomotion
from genmimic.gestures.lower_body import LowerBody
from genmimic.gestures.styles import Family
from genmimic.gestures.walk_loop import prolong
from genmimic.motion.robot_motion import RobotMotion
from genmimic.retarget.jacobian import Configuration, Kinematics, centre_of_mass
from genmimic.retarget.stance import segments
from genmimic.robot.bodies import Vector
from genmimic.robot.collision import SOLE_CORNERS
from genmimic.robot.constants import SOLE_HEIGHT
from genmimic.robot.names import BODY_NAMES, FOOT_NAMES, JOINT_NAMES

if TYPE_CHECKING:
    from genmimic.motion.corpus import Corpus

_CONTENTS: dict[Locomotion, tuple[str, ...]] = {
    "walk": ("walk", "turn", "step"),
    "turn_90": ("turn",),
    "turn_180": ("turn",),
}
"""What the content of a clip may contain, for each kind of locomotion of which recorded legs are known."""
_TURNS: dict[Locomotion, tuple[float, float]] = {"turn_90": (1.0, 2.2), "turn_180": (2.4, 3.9)}
"""Least and largest turn from beginning to end, radians, either way."""
_SPLIT: dict[Family, str] = {"train": "train", "bench": "test"}
_TRIES = 8
_SHORTEST_CLIP_S = 1.6
"""Clips shorter than this are not prolonged, seconds."""
_SMOOTHING, _RADIUS = 1.5, 4
"""Standard deviation and half width in frames of the filter that rounds off what pinning and resampling leave."""
_FEET = [BODY_NAMES.index(name) for name in FOOT_NAMES]
_WAIST = JOINT_NAMES.index("waist_yaw_joint")
_FASTEST, _SLOWEST = 1.5, 0.1
"""Mean speeds of a walk, m/s."""
_LARGEST_TILT = 0.35
_LOWEST_PELVIS, _HIGHEST_ANKLE = 0.6, 0.4
_LEAST_STANCE = 0.9
"""Part of the frames in which a foot must stand."""
_LARGEST_SWING = 0.7


@dataclass(frozen=True)
class Walk:
    """Part of a recorded motion, starting at the origin and heading along x."""

    motion: RobotMotion

    @property
    def name(self) -> str:
        """Name of the recorded motion."""
        return self.motion.name

    @property
    def licence(self) -> str:
        """Its licence."""
        return self.motion.licence

    @property
    def duration(self) -> float:
        """Seconds."""
        return self.motion.duration

    def lower_body(self) -> LowerBody:
        """Feet, pelvis and centre of mass, the feet pinned exactly where they stand."""
        motion = self.motion
        kinematics = Kinematics.of(Configuration(motion.root_pos_w, motion.root_quat_w, motion.joint_pos))
        standing = motion.foot_contact > 0.5
        pinned = [
            _pin(kinematics.body_pos[:, body], kinematics.body_quat[:, body], standing[:, foot], SOLE_CORNERS[foot])
            for foot, body in enumerate(_FEET)
        ]
        # the filter leaves those frames exactly still whose neighbours within its width are
        stance = minimum_filter1d(standing.astype(np.uint8), 2 * _RADIUS + 1, axis=0, mode="nearest").astype(bool)
        _, com = centre_of_mass(kinematics)
        joint_pos = _smooth(motion.joint_pos)
        arms = joint_pos[:, _WAIST + 1 :]
        return LowerBody(
            ankle_pos_w=np.stack([pos for pos, _ in pinned], axis=1),
            ankle_quat_w=np.stack([quat for _, quat in pinned], axis=1),
            stance=stance,
            com_w=_smooth(com[:, :2]),
            pelvis_quat_w=rotation.normalize(_smooth(rotation.make_continuous(motion.root_quat_w))),
            pelvis_height=_smooth(motion.root_pos_w[:, 2]),
            leg_joint_pos=joint_pos[:, :12],
            waist_yaw=joint_pos[:, _WAIST],
            arm_swing=np.clip(arms - arms.mean(axis=0), -_LARGEST_SWING, _LARGEST_SWING),
        )


def _smooth(values: np.ndarray) -> np.ndarray:
    return gaussian_filter1d(values, _SMOOTHING, axis=0, mode="nearest", radius=_RADIUS)


def draw_walk(
    walks: Corpus, kind: Locomotion, shortest: float, family: Family, rng: np.random.Generator
) -> Walk | None:
    """Draw a part of a recorded walk, prolonged where it is too short, or None where no clip of the split will do.

    Args:
        walks: Motions to choose from, at the frame rate of gestures.
        kind: What the legs should do; for some kinds there are no recorded legs.
        shortest: Least duration, seconds.
        family: 'train' takes clips of the training split, 'bench' those of the test split.
        rng: Source of the choice.
    """
    frames, least = round(shortest * walks.fps) + 1, round(_SHORTEST_CLIP_S * walks.fps)
    fits = np.array(
        [
            kept
            and length >= least
            and split == _SPLIT[family]
            and any(word in content for word in _CONTENTS.get(kind, ()))
            for kept, length, split, content in zip(
                walks.kept, walks.lengths, walks.splits, walks.contents, strict=True
            )
        ],
        dtype=bool,
    )
    candidates = np.flatnonzero(fits)
    for _ in range(_TRIES if len(candidates) else 0):
        clip = walks.clip(int(rng.choice(candidates)))
        start = int(rng.integers(max(len(clip) - frames, 0) + 1))
        part = prolong(_part(clip, start), frames)
        if part is not None and _is_walk(part, kind):
            return Walk(part)
    return None


def _part(clip: RobotMotion, start: int) -> RobotMotion:
    """A clip from a frame on, moved to the origin and turned to head along x."""
    back = rotation.conjugate(rotation.heading(clip.root_quat_w[start]))
    pos = clip.root_pos_w[start:] - clip.root_pos_w[start] * [1.0, 1.0, 0.0]
    turns = np.tile(back, (len(clip) - start, 1))
    return RobotMotion(
        name=clip.name,
        fps=clip.fps,
        root_pos_w=rotation.rotate(turns, pos),
        root_quat_w=rotation.normalize(rotation.multiply(turns, clip.root_quat_w[start:])),
        joint_pos=clip.joint_pos[start:],
        foot_contact=clip.foot_contact[start:],
        confidence=clip.confidence[start:],
        source=clip.source,
        licence=clip.licence,
    )


def _is_walk(motion: RobotMotion, kind: Locomotion) -> bool:
    """Whether somebody walks upright on flat ground, or turns as far as wanted."""
    kinematics = Kinematics.of(Configuration(motion.root_pos_w, motion.root_quat_w, motion.joint_pos))
    way = np.linalg.norm(np.diff(motion.root_pos_w[:, :2], axis=0), axis=-1).sum()
    tilt = np.arccos(np.clip(rotation.to_matrix(motion.root_quat_w)[:, 2, 2], -1.0, 1.0))
    heading = rotation.heading(motion.root_quat_w)
    yaw = np.unwrap(2.0 * np.arctan2(heading[:, 3], heading[:, 0]))
    least, largest = _TURNS.get(kind, (0.0, np.inf))
    return bool(
        least <= abs(yaw[-1] - yaw[0]) <= largest
        and (kind in _TURNS or way > _SLOWEST * motion.duration)
        and way < _FASTEST * motion.duration
        and tilt.max() < _LARGEST_TILT
        and motion.root_pos_w[:, 2].min() > _LOWEST_PELVIS
        and kinematics.body_pos[:, _FEET, 2].max() < _HIGHEST_ANKLE
        and (motion.foot_contact > 0.5).any(axis=1).mean() > _LEAST_STANCE
    )


def _pin(
    pos: np.ndarray, quat: np.ndarray, stance: np.ndarray, corners: Sequence[Vector]
) -> tuple[np.ndarray, np.ndarray]:
    """Poses (T, 3), (T, 4) of one foot, flat, still and on the floor in each stance; swings are bent to meet them.

    Where a swinging sole, whose `corners` are given in the foot's frame, would sink into the floor, it is raised.
    """
    angles = np.unwrap(Rotation.from_quat(quat[:, [1, 2, 3, 0]]).as_euler("ZYX"), axis=0)
    pose = np.concatenate([pos, angles], axis=1)  # x, y, z, yaw, pitch, roll
    shift, knots, values = np.zeros_like(pose), [], []
    for start, end in segments(stance):
        wanted = np.median(pose[start:end], axis=0)
        wanted[[2, 4, 5]] = SOLE_HEIGHT, 0.0, 0.0
        shift[start:end] = wanted - pose[start:end]
        knots += [start, end - 1]
        values += [shift[start], shift[end - 1]]
    if knots:
        frames = np.arange(len(pose))
        between = np.stack([np.interp(frames, knots, [v[i] for v in values]) for i in range(6)], axis=1)
        pose = pose + np.where(stance[:, None], shift, between)
    turned = Rotation.from_euler("ZYX", pose[:, 3:])
    lowest = np.min([turned.apply(corner)[:, 2] for corner in corners], axis=0)
    pose[:, 2] = np.maximum(pose[:, 2], -lowest)
    pose = _smooth(pose)
    pinned = Rotation.from_euler("ZYX", pose[:, 3:]).as_quat()[:, [3, 0, 1, 2]]
    return pose[:, :3], rotation.make_continuous(pinned)
