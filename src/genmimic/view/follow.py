"""Cameras for the robot: seen from where the person was filmed, following the pelvis smoothly."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter1d

from genmimic import rotation
from genmimic.view.camera import Camera, look_at

FOV_Y = np.deg2rad(30.0)
DISTANCE = 3.45
"""Metres to the robot: with `FOV_Y` a picture is 1.85 m high at the robot, head and raised hands included."""
TARGET_HEIGHT = 0.74
ELEVATION = np.deg2rad(9.0)
SMOOTHING_S = 0.35
"""Standard deviation in seconds of the camera's path about the pelvis: steps do not shake the picture."""


def azimuth_of(position_w: np.ndarray, seen_from_w: np.ndarray) -> float:
    """Azimuth, radians, of the horizontal direction from one world point (3,) to another."""
    away = np.asarray(position_w) - np.asarray(seen_from_w)
    return float(np.arctan2(away[1], away[0]))


def front_azimuth(root_quat_w: np.ndarray) -> float:
    """Azimuth, radians, of a camera that sees a robot (4,) from its front."""
    w, _, _, z = rotation.heading(np.asarray(root_quat_w))
    return float(2.0 * np.arctan2(z, w))


def following_cameras(root_pos_w: np.ndarray, fps: float, size: tuple[int, int], azimuth: float) -> list[Camera]:
    """One camera per frame, all of one orientation and height, that keep a robot in the middle.

    Args:
        root_pos_w: Pelvis (T, 3), metres, world.
        fps: Frames per second.
        size: Width and height of the pictures, pixels.
        azimuth: Direction from the robot to the camera, radians in the x-y plane.
    """
    sigma = max(SMOOTHING_S * fps, 1e-3)
    path = np.asarray(gaussian_filter1d(np.asarray(root_pos_w, np.float64)[:, :2], sigma, axis=0, mode="nearest"))
    away = np.array([np.cos(azimuth) * np.cos(ELEVATION), np.sin(azimuth) * np.cos(ELEVATION), np.sin(ELEVATION)])
    first = look_at(np.array([0.0, 0.0, TARGET_HEIGHT]) + DISTANCE * away, (0.0, 0.0, TARGET_HEIGHT), size, FOV_Y)
    return [
        Camera(size, first.focal_px, first.centre_px, first.rotation_cw, first.position_w + np.array([x, y, 0.0]))
        for x, y in path
    ]
