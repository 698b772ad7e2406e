"""Analytic inverse kinematics of the legs: the feet end up exactly where they are wanted."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter1d, minimum_filter1d

from genmimic import rotation
from genmimic.motion.skeleton import INDEX, UPRIGHT_QUAT_W
from genmimic.synthetic.footsteps import SIDES, Feet

REACH = 0.9992
"""The legs are never stretched further than this share of their length (about 4.6 degrees of knee flexion)."""


def foot_quat_w(feet: Feet) -> np.ndarray:
    """Orientation of the ankle joints, (T, 2, 4), in SMPL's frame."""
    zero = np.zeros_like(feet.yaw)
    yaw = rotation.from_axis_angle(np.stack([zero, zero, feet.yaw], -1))
    pitch = rotation.from_axis_angle(np.stack([feet.pitch, zero, zero], -1))
    upright = np.broadcast_to(UPRIGHT_QUAT_W, yaw.shape)
    return rotation.multiply(rotation.multiply(yaw, upright), pitch)


def ankle_pos_w(feet: Feet, offsets: np.ndarray) -> np.ndarray:
    """Ankle joints (T, 2, 3), metres, world."""
    to_ball = np.stack([offsets[INDEX[f"{side}_foot"]] for side in SIDES])
    return feet.ball_pos_w - rotation.rotate(foot_quat_w(feet), np.broadcast_to(to_ball, feet.ball_pos_w.shape))


def reachable_height(
    pelvis_pos_w: np.ndarray, pelvis_quat_w: np.ndarray, ankle_w: np.ndarray, offsets: np.ndarray, window: int
) -> np.ndarray:
    """Pelvis heights (T,), at most those wanted in `pelvis_pos_w`, at which both legs reach their ankles, smooth.

    A minimum filter followed by an average over the same window never exceeds the bound itself.
    """
    bound = pelvis_pos_w[:, 2].copy()
    for foot, side in enumerate(SIDES):
        thigh, shank = _lengths(offsets, side)
        hip = rotation.rotate(pelvis_quat_w, np.broadcast_to(offsets[INDEX[f"{side}_hip"]], pelvis_pos_w.shape))
        flat = np.linalg.norm((pelvis_pos_w + hip - ankle_w[:, foot])[:, :2], axis=1)
        rise = np.sqrt(np.maximum((REACH * (thigh + shank)) ** 2 - flat**2, 0.01))
        bound = np.minimum(bound, ankle_w[:, foot, 2] + rise - hip[:, 2])
    low = minimum_filter1d(bound, 2 * window + 1, mode="nearest")
    return gaussian_filter1d(low, 0.5 * window, mode="nearest", radius=window)


def leg_rotations(
    pelvis_pos_w: np.ndarray, pelvis_quat_w: np.ndarray, feet: Feet, offsets: np.ndarray
) -> dict[str, np.ndarray]:
    """Local rotations (T, 4) of hips, knees, ankles and toes by joint name.

    The knee is a hinge about its x axis. The leg's plane holds hip and ankle; the knee points between the pelvis'
    and the foot's forward directions.
    """
    out: dict[str, np.ndarray] = {}
    foot_quat, ankle = foot_quat_w(feet), ankle_pos_w(feet, offsets)
    for foot, side in enumerate(SIDES):
        thigh, shank = _lengths(offsets, side)
        hip_offset = np.broadcast_to(offsets[INDEX[f"{side}_hip"]], pelvis_pos_w.shape)
        reach = ankle[:, foot] - pelvis_pos_w - rotation.rotate(pelvis_quat_w, hip_offset)
        length = np.clip(np.linalg.norm(reach, axis=1), abs(thigh - shank) + 1e-6, thigh + shank - 1e-9)
        cos_knee = (thigh**2 + shank**2 - length**2) / (2 * thigh * shank)
        flexion = np.pi - np.arccos(np.clip(cos_knee, -1.0, 1.0))
        cos_hip = (thigh**2 + length**2 - shank**2) / (2 * thigh * length)
        lead = np.arccos(np.clip(cos_hip, -1.0, 1.0))  # the thigh points this far before the line from hip to ankle
        forward = _forward(pelvis_quat_w) + _yaw_forward(feet.yaw[:, foot])
        up = -rotation.unit(reach)
        axis = rotation.unit(np.cross(up, forward))
        line = rotation.from_matrix(np.stack([axis, up, np.cross(axis, up)], axis=2))
        thigh_quat = rotation.multiply(line, _about_x(-lead))
        shank_quat = rotation.multiply(thigh_quat, _about_x(flexion))
        out[f"{side}_hip"] = rotation.multiply(rotation.conjugate(pelvis_quat_w), thigh_quat)
        out[f"{side}_knee"] = _about_x(flexion)
        out[f"{side}_ankle"] = rotation.multiply(rotation.conjugate(shank_quat), foot_quat[:, foot])
        out[f"{side}_foot"] = _about_x(-np.maximum(feet.pitch[:, foot], 0.0))
    return out


def _lengths(offsets: np.ndarray, side: str) -> tuple[float, float]:
    thigh, shank = (float(np.linalg.norm(offsets[INDEX[f"{side}_{j}"]])) for j in ("knee", "ankle"))
    return thigh, shank


def _about_x(angle: np.ndarray) -> np.ndarray:
    return rotation.from_axis_angle(np.stack([angle, np.zeros_like(angle), np.zeros_like(angle)], -1))


def _forward(quat_w: np.ndarray) -> np.ndarray:
    forward = rotation.rotate(quat_w, np.broadcast_to(np.array([0.0, 0.0, 1.0]), (len(quat_w), 3)))
    return rotation.unit(forward * [1.0, 1.0, 0.0])


def _yaw_forward(yaw: np.ndarray) -> np.ndarray:
    return np.stack([np.cos(yaw), np.sin(yaw), np.zeros_like(yaw)], -1)
