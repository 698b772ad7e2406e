"""People whose motion is known exactly."""

from __future__ import annotations

import numpy as np

from genmimic import rotation
from genmimic.motion.body_shape import offsets_from_betas
from genmimic.motion.human_motion import HumanMotion
from genmimic.motion.skeleton import INDEX, UPRIGHT_QUAT_W

X, Z = np.array([1.0, 0.0, 0.0]), np.array([0.0, 0.0, 1.0])
FPS = 30.0


def about(axis: np.ndarray, angle: np.ndarray) -> np.ndarray:
    """Quaternions (T, 4)."""
    return rotation.from_axis_angle(np.asarray(angle, dtype=float)[:, None] * axis)


def person(
    joints: dict[str, np.ndarray], frames: int, *, fps: float = FPS, yaw: float = 0.0, path: np.ndarray | None = None
) -> HumanMotion:
    """A symmetric body with some joints turned by quaternions (T, 4); the lower ankle stands 8 cm above the floor."""
    offsets = offsets_from_betas(np.zeros(10), symmetric=True)
    local = np.zeros((frames, 22, 4))
    local[..., 0] = 1.0
    for name, quat in joints.items():
        local[:, INDEX[name]] = quat
    turn = rotation.from_axis_angle(np.array([0.0, 0.0, yaw]))
    local[:, 0] = rotation.multiply(np.tile(turn, (frames, 1)), np.tile(UPRIGHT_QUAT_W, (frames, 1)))
    root = np.zeros((frames, 3)) if path is None else path.copy()
    known = {"confidence": np.ones((frames, 22)), "foot_contact": np.full((frames, 2), 0.5)}
    human = HumanMotion("person", fps, root, local, offsets, **known)
    ankles = human.forward_kinematics()[0][:, [INDEX["left_ankle"], INDEX["right_ankle"]]]
    root[:, 2] -= ankles[..., 2].min(axis=1) - 0.08
    if path is None:  # the feet, not the hips, stay where they are
        root[:, :2] -= ankles[..., :2].mean(axis=1)
    return HumanMotion("person", fps, root, local, offsets, **known)


def hanging_arms(frames: int) -> dict[str, np.ndarray]:
    down = np.full(frames, 1.35)
    return {"left_shoulder": about(Z, -down), "right_shoulder": about(Z, down)}


def stand(frames: int = 30, **kwargs) -> HumanMotion:
    return person(hanging_arms(frames), frames, **kwargs)


def t_pose(frames: int = 30) -> HumanMotion:
    return person({}, frames)


def squat(frames: int = 60, depth: float = 0.9, **kwargs) -> HumanMotion:
    """Down and up again, hips behind the heels no more than a person's."""
    bend = depth * 0.5 * (1.0 - np.cos(2.0 * np.pi * np.arange(frames) / (frames - 1)))
    joints = hanging_arms(frames)
    for side in ("left", "right"):
        joints[f"{side}_hip"] = about(X, -1.15 * bend)
        joints[f"{side}_knee"] = about(X, 2.0 * bend)
        joints[f"{side}_ankle"] = about(X, -0.85 * bend)
        joints["spine1"] = about(X, 0.5 * bend)
    return person(joints, frames, **kwargs)


def bow(frames: int = 60, depth: float = 1.2) -> HumanMotion:
    """A bow from the back alone: the pelvis stays upright."""
    bend = depth * 0.5 * (1.0 - np.cos(2.0 * np.pi * np.arange(frames) / (frames - 1)))
    joints = hanging_arms(frames)
    for spine in ("spine1", "spine2", "spine3"):
        joints[spine] = about(X, bend / 3.0)
    return person(joints, frames)


def raise_left_arm(frames: int = 60, **kwargs) -> HumanMotion:
    """Standing, the left arm from hanging to overhead at the side."""
    joints = hanging_arms(frames)
    joints["left_shoulder"] = about(Z, np.linspace(-1.35, 1.3, frames))
    joints["left_elbow"] = about(np.array([0.0, -1.0, 0.0]), np.linspace(0.1, 0.6, frames))
    return person(joints, frames, **kwargs)
