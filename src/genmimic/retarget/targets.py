"""What the robot should do: the scaled person's hips, trunk, feet, knees, elbows, hands and thumbs, frame by frame."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from genmimic import rotation
from genmimic.motion.human_motion import HumanMotion
from genmimic.motion.skeleton import INDEX, UPRIGHT_QUAT_W
from genmimic.motion.skeleton import forward_kinematics as human_kinematics
from genmimic.retarget.config import RetargetConfig
from genmimic.retarget.scaling import LimbRatios, limb_ratios
from genmimic.retarget.stance import detect_stance, footholds, segments
from genmimic.retarget.unseen_legs import Feet, imagine_steps, soften_path, unseen_frames
from genmimic.robot.constants import SOLE_HEIGHT

_SIDES = ("left", "right")
_CLEARANCE = 0.025
"""Height of the sole above the floor in a fast swing, metres."""
_CLEARANCE_SPEEDS = (0.2, 0.8)
"""Speeds of the toes, scaled to the robot, between which the clearance rises from nothing to all of it, m/s."""
_FARTHEST_SHIFT = 0.12
"""A foothold is moved by at most this much to where the robot can stand, metres."""
_LARGEST_FLOOR_DRIFT = 0.15
"""The floor may seem to wander by this much (drifting reconstructions), metres; more is a stair or a bad clip."""


@dataclass(frozen=True)
class Targets:
    """Targets of the inverse kinematics; index 0 of a pair is the left side.

    Attributes:
        hips_pos_w: Middle of the hips, (T, 3), metres.
        pelvis_quat_w: (T, 4): inclination of the person's trunk, heading of the hips.
        torso_quat_w: (T, 4): inclination of the person's trunk, heading of the shoulders.
        ankle_pos_w: (T, 2, 3), metres.
        foot_quat_w: (T, 2, 4); flat in stance.
        knee_from_hip_w: (T, 2, 3), metres, scaled by the leg ratio.
        elbow_from_shoulder_w: (T, 2, 3), metres, scaled by the arm ratio.
        hand_from_shoulder_w: (T, 2, 3), metres, scaled by the arm ratio.
        thumb_w: Unit vectors (T, 2, 3) across the palm towards the thumb.
        arm_confidence: (T, 2) in [0, 1].
        leg_confidence: (T, 2) in [0, 1].
        stance: (T, 2) bool.
        clearance: Height that the whole sole must keep above the floor, (T, 2), metres: 0 for a foot that stands or
            leaves the floor, more for one that swings fast.
    """

    hips_pos_w: np.ndarray
    pelvis_quat_w: np.ndarray
    torso_quat_w: np.ndarray
    ankle_pos_w: np.ndarray
    foot_quat_w: np.ndarray
    knee_from_hip_w: np.ndarray
    elbow_from_shoulder_w: np.ndarray
    hand_from_shoulder_w: np.ndarray
    thumb_w: np.ndarray
    arm_confidence: np.ndarray
    leg_confidence: np.ndarray
    stance: np.ndarray
    clearance: np.ndarray

    def __len__(self) -> int:
        """Number of frames T."""
        return len(self.hips_pos_w)

    def at(self, frames: np.ndarray | slice) -> Targets:
        """Return the targets of some frames."""
        return Targets(**{name: value[frames] for name, value in vars(self).items()})


def make_targets(human: HumanMotion, config: RetargetConfig) -> tuple[Targets, LimbRatios]:
    """Scale a person's motion to the robot and fix the footholds.

    Args:
        human: The person's motion at the frame rate of the solution.
        config: Settings.

    Returns:
        The targets and the ratios they were scaled by.
    """
    ratios = limb_ratios(human, config.palm_fraction)
    pos, quat = human.forward_kinematics()
    ankle, toe = _pair(pos, "ankle"), _pair(pos, "foot")
    unseen = unseen_frames(_pair(human.confidence, "ankle"), human.fps)
    leg_confidence = np.mean([_pair(human.confidence, joint) for joint in ("hip", "knee", "ankle")], axis=0)
    # nobody saw whether a leg outside the picture stands
    contact = 0.5 + np.clip(2.0 * leg_confidence, 0.0, 1.0) * (human.foot_contact - 0.5)
    stance = detect_stance(ankle, toe, contact, human.fps, config.stance)
    floor = _ankle_floor(ankle[..., 2], stance, unseen)

    hips = 0.5 * (pos[:, INDEX["left_hip"]] + pos[:, INDEX["right_hip"]])
    hips_pos = soften_path(_to_robot_height(hips, floor, ratios.leg), unseen, human.fps)
    pelvis_quat, torso_quat = _trunk_orientations(human, pos)
    outwards = rotation.rotate(rotation.heading(pelvis_quat), np.array([0.0, ratios.hip_shift, 0.0]))
    ankle_pos = _to_robot_height(ankle, floor[:, None], ratios.leg)
    ankle_pos = ankle_pos + np.stack([outwards, -outwards], axis=1)
    foot_quat = rotation.multiply(_pair(quat, "ankle"), rotation.conjugate(UPRIGHT_QUAT_W) + np.zeros((1, 1, 4)))
    ankle_pos, foot_quat, stance = _fix_feet(ankle_pos, foot_quat, stance & ~unseen[:, None], human.fps, config)
    toe_pos = ratios.leg * toe
    if unseen.any():
        feet = Feet(ankle_pos, _yaw(foot_quat), stance)
        feet = imagine_steps(feet, hips_pos, _yaw(pelvis_quat), unseen, human.fps)
        flat = unseen[:, None, None]
        ankle_pos, stance, toe_pos = feet.pos_w, feet.stance, np.where(flat, feet.pos_w, toe_pos)
        foot_quat = np.where(flat, rotation.about_z(feet.yaw), foot_quat)
        leg_confidence = np.where(unseen[:, None], 0.0, leg_confidence)

    shoulder, wrist_quat = _pair(pos, "shoulder"), _pair(quat, "wrist")
    out = np.array([[1.0, 0.0, 0.0], [-1.0, 0.0, 0.0]])
    forearm = np.array([[np.linalg.norm(human.offsets[INDEX[f"{side}_wrist"]])] for side in _SIDES])
    palm = _pair(pos, "wrist") + rotation.rotate(
        wrist_quat, config.palm_fraction * forearm * out + np.zeros_like(shoulder)
    )
    arm_confidence = np.mean([_pair(human.confidence, joint) for joint in ("shoulder", "elbow", "wrist")], axis=0)
    targets = Targets(
        hips_pos_w=hips_pos,
        pelvis_quat_w=rotation.make_continuous(pelvis_quat),
        torso_quat_w=rotation.make_continuous(torso_quat),
        ankle_pos_w=ankle_pos,
        foot_quat_w=rotation.make_continuous(foot_quat),
        knee_from_hip_w=ratios.leg * (_pair(pos, "knee") - _pair(pos, "hip")),
        elbow_from_shoulder_w=ratios.arm * (_pair(pos, "elbow") - shoulder),
        hand_from_shoulder_w=ratios.arm * (palm - shoulder),
        thumb_w=rotation.rotate(wrist_quat, np.array([0.0, 0.0, 1.0]) + np.zeros_like(shoulder)),
        arm_confidence=arm_confidence,
        leg_confidence=leg_confidence,
        stance=stance,
        clearance=_swing_clearance(toe_pos, ankle_pos, stance, human.fps),
    )
    return targets, ratios


def _pair(array: np.ndarray, joint: str) -> np.ndarray:
    return array[:, [INDEX[f"{side}_{joint}"] for side in _SIDES]]


def _to_robot_height(pos: np.ndarray, floor: np.ndarray, ratio: float) -> np.ndarray:
    """Scale positions (..., 3) so that an ankle at its standing height `floor` (...) puts the robot's sole on z = 0."""
    height = ratio * (pos[..., 2] - floor) + SOLE_HEIGHT
    return np.concatenate([ratio * pos[..., :2], height[..., None]], axis=-1)


def _ankle_floor(ankle_height: np.ndarray, stance: np.ndarray, unseen: np.ndarray) -> np.ndarray:
    """Height (T,) of a standing person's ankle over time, from the stances; it follows a drifting floor.

    A person whose legs are out of sight (`unseen`, (T,)) is taken to stand: nothing else is known.
    """
    frames = np.arange(len(ankle_height))
    anywhere = stance.any(axis=1) | unseen
    if not anywhere.any():
        return np.full(len(frames), np.percentile(ankle_height, 5))
    lowest = np.where(stance | unseen[:, None], ankle_height, np.inf).min(axis=1)
    level = float(np.median(lowest[anywhere]))
    floor = np.interp(frames, frames[anywhere], lowest[anywhere])
    width = min(15, len(frames))
    kernel = np.hanning(width + 2)[1:-1]
    padded = np.pad(floor, width, mode="edge")
    smooth = np.convolve(padded, kernel / kernel.sum(), mode="same")[width:-width]
    return np.clip(smooth, level - _LARGEST_FLOOR_DRIFT, level + _LARGEST_FLOOR_DRIFT)


def _trunk_orientations(human: HumanMotion, pos: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pelvis and torso orientations (T, 4).

    The robot's waist only yaws, so pelvis and torso share the inclination of the line from hips to neck: a person's
    bent back becomes a pelvis that pitches about the hips. Both are identity in the person's rest pose.
    """
    rest, _ = human_kinematics(np.zeros(3), _rest_quat(), human.offsets)
    frames = []
    for joints in (("left_hip", "right_hip"), ("left_shoulder", "right_shoulder")):
        moving, still = _trunk_frame(pos, joints), _trunk_frame(rest[None], joints)
        frames.append(rotation.multiply(moving, rotation.conjugate(still)))
    return frames[0], frames[1]


def _rest_quat() -> np.ndarray:
    quat = np.zeros((22, 4))
    quat[:, 0] = 1.0
    quat[0] = UPRIGHT_QUAT_W
    return quat


def _trunk_frame(pos: np.ndarray, lateral: tuple[str, str]) -> np.ndarray:
    hips = 0.5 * (pos[:, INDEX["left_hip"]] + pos[:, INDEX["right_hip"]])
    up = pos[:, INDEX["neck"]] - hips
    up = up / np.linalg.norm(up, axis=-1, keepdims=True)
    left = pos[:, INDEX[lateral[0]]] - pos[:, INDEX[lateral[1]]]
    left = left - (left * up).sum(-1, keepdims=True) * up
    left = left / np.linalg.norm(left, axis=-1, keepdims=True)
    return rotation.from_matrix(np.stack([np.cross(left, up), left, up], axis=-1))


def _fix_feet(
    ankle_pos: np.ndarray, foot_quat: np.ndarray, stance: np.ndarray, fps: float, config: RetargetConfig
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Fix footholds; in stance the sole is flat on the floor and keeps its place and heading."""
    pos, quat, standing = ankle_pos.copy(), foot_quat.copy(), stance.copy()
    for foot in range(2):
        yaw = _yaw(foot_quat[:, foot])
        pos[:, foot], fixed_yaw, standing[:, foot] = footholds(pos[:, foot], yaw, stance[:, foot], fps, config.stance)
        on_floor = standing[:, foot]
        pos[:, foot, 2] = np.where(on_floor, SOLE_HEIGHT, np.maximum(pos[:, foot, 2], SOLE_HEIGHT))
        turned = rotation.multiply(rotation.about_z(fixed_yaw - yaw), foot_quat[:, foot])
        quat[:, foot] = np.where(on_floor[:, None], rotation.about_z(fixed_yaw), turned)
    return pos, quat, standing


def settle_feet(targets: Targets, reached: tuple[np.ndarray, np.ndarray], at: np.ndarray) -> Targets:
    """Move each foothold to where the robot could stand, and the swings with it.

    Args:
        targets: Targets (T,).
        reached: Ankle positions (N, 2, 3) and foot orientations (N, 2, 4) of a first solution.
        at: Frames (N,) of that solution.

    Returns:
        Targets with other places and headings of the feet.
    """
    pos, quat = targets.ankle_pos_w.copy(), targets.foot_quat_w.copy()
    missed = reached[0][..., :2] - pos[at, :, :2]
    turned = rotation.to_axis_angle(rotation.multiply(reached[1], rotation.conjugate(quat[at])))[..., 2]
    frames = np.arange(len(targets))
    for foot in range(2):
        knots, shifts = [], []
        for start, end in segments(targets.stance[:, foot]):
            inside = (at >= start) & (at < end)
            if inside.any():
                shift = np.median(np.concatenate([missed[:, foot], turned[:, foot, None]], axis=1)[inside], axis=0)
                shift *= min(1.0, _FARTHEST_SHIFT / max(float(np.linalg.norm(shift[:2])), 1e-9))
                knots += [start, end - 1]
                shifts += [shift, shift]
        if knots:
            shift = np.stack([np.interp(frames, knots, [s[i] for s in shifts]) for i in range(3)], axis=1)
            pos[:, foot, :2] += shift[:, :2]
            quat[:, foot] = rotation.multiply(rotation.about_z(shift[:, 2]), quat[:, foot])
    return replace(targets, ankle_pos_w=pos, foot_quat_w=rotation.make_continuous(quat))


def _swing_clearance(toe_pos: np.ndarray, ankle_pos: np.ndarray, stance: np.ndarray, fps: float) -> np.ndarray:
    """Clearance (T, 2) of feet whose toes are at `toe_pos` and whose ankles go to `ankle_pos`, each (T, 2, 3).

    A person's toes pass the floor at a centimetre; scaled down and under the robot's longer foot they would drag.
    Where neither foot stands for certain, the slower one may be what carries the robot and is not lifted.
    """
    if len(toe_pos) < 2:
        return np.zeros(toe_pos.shape[:2])
    toe, ankle = (np.linalg.norm(np.gradient(pos[..., :2], 1.0 / fps, axis=0), axis=-1) for pos in (toe_pos, ankle_pos))
    # a flat foot that moves from one foothold to another must step, too; behind a rising heel the toes stay planted
    flat = ankle_pos[..., 2] < SOLE_HEIGHT + _CLEARANCE
    slow, fast = _CLEARANCE_SPEEDS
    speed = np.maximum(toe, np.where(flat, ankle, 0.0))
    carries = stance | ((speed <= speed.min(axis=1, keepdims=True)) & ~stance.any(axis=1, keepdims=True))
    return np.where(carries, 0.0, _CLEARANCE * np.clip((speed - slow) / (fast - slow), 0.0, 1.0))


def _yaw(quat: np.ndarray) -> np.ndarray:
    """Headings (T, ...) of orientations (T, ..., 4), radians, continuous over the frames."""
    heading = rotation.heading(quat)
    return np.unwrap(2.0 * np.arctan2(heading[..., 3], heading[..., 0]), axis=0)
