"""The pinhole camera of the fit: a levelled world at the camera, its pitch and roll, and rays instead of pixels.

The fit works in world axes (x along the levelled view, y to its left, z up) with the origin at the camera. Pixels of
all frames become rays of the first frame's camera, so that a pan or zoom is gone before the fit begins.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

LEVEL_CAMERA_ROT = np.array([[0.0, -1.0, 0.0], [0.0, 0.0, -1.0], [1.0, 0.0, 0.0]])
"""Takes world axes to camera axes (x right, y down, z away) for a camera that looks along world +x, level."""


@dataclass(frozen=True)
class CameraTrack:
    """Intrinsics and rotation of a camera that stays in place.

    Attributes:
        focal_px: Focal length per frame, (T,), pixels.
        rot: (T, 3, 3), takes directions in the first frame's camera axes to those of frame t.
        centre_px: Principal point, (2,), pixels.
    """

    focal_px: np.ndarray
    rot: np.ndarray
    centre_px: np.ndarray

    def to_rays(self, pixel: np.ndarray) -> np.ndarray:
        """Directions (T, K, 3), z = 1, in the first frame's camera axes, of pixels (T, K, 2)."""
        xy = (pixel - self.centre_px) / self.focal_px[:, None, None]
        rays = np.concatenate([xy, np.ones_like(xy[..., :1])], -1) @ self.rot  # rot transposed, on row vectors
        return rays / np.maximum(rays[..., 2:], 1e-3)

    def to_pixels(self, point_c: np.ndarray) -> np.ndarray:
        """Pixels (T, K, 2) of points (T, K, 3) in the first frame's camera axes."""
        local = point_c @ np.swapaxes(self.rot, -1, -2)
        depth = np.maximum(local[..., 2:], 1e-2)
        return self.focal_px[:, None, None] * local[..., :2] / depth + self.centre_px


def camera_rot(pitch: float, roll: float) -> np.ndarray:
    """Rotation (3, 3) from world to camera axes of a camera that looks down by `pitch` and leans by `roll`, radians.

    A positive roll turns the picture clockwise.
    """
    return _about_z(roll) @ _about_x(pitch) @ LEVEL_CAMERA_ROT


def camera_rot_gradient(pitch: float, roll: float) -> tuple[np.ndarray, np.ndarray]:
    """Derivatives (3, 3) of `camera_rot` by the pitch and by the roll."""
    by_pitch = _about_z(roll) @ _GENERATOR_X @ _about_x(pitch) @ LEVEL_CAMERA_ROT
    by_roll = _GENERATOR_Z @ _about_z(roll) @ _about_x(pitch) @ LEVEL_CAMERA_ROT
    return by_pitch, by_roll


_GENERATOR_X = np.array([[0.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])
_GENERATOR_Z = np.array([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]])


def _about_x(angle: float) -> np.ndarray:
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[1.0, 0.0, 0.0], [0.0, c, -s], [0.0, s, c]])


def _about_z(angle: float) -> np.ndarray:
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])


def ray_rotation(rays: np.ndarray) -> np.ndarray:
    """Smallest rotations (T, 3, 3) that turn the optical axis to rays (T, 3).

    BlazePose sees a crop around the person, as if the camera looked straight at him; what it says in depth is along
    the ray through the person, not along the optical axis.
    """
    unit = rays / np.linalg.norm(rays, axis=-1, keepdims=True)
    x, y, z = unit[:, 0], unit[:, 1], unit[:, 2]
    k = 1.0 / (1.0 + np.maximum(z, 1e-3))
    return np.stack(
        [
            np.stack([1.0 - k * x * x, -k * x * y, x], -1),
            np.stack([-k * x * y, 1.0 - k * y * y, y], -1),
            np.stack([-x, -y, z], -1),
        ],
        1,
    )
