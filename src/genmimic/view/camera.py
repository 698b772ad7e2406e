"""A pinhole camera: world points to pixels.

The camera frame `_c` is OpenCV's: x to the right, y down, z forward. Pixel coordinates are (column, row) with integers
at the centres of pixels, so that the image spans [-0.5, width - 0.5] x [-0.5, height - 0.5].
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np


@dataclass(frozen=True)
class Camera:
    """A pinhole camera without distortion and with square pixels.

    Attributes:
        size: Image width and height, pixels.
        focal_px: Focal length, pixels.
        centre_px: Principal point (2,), pixels.
        rotation_cw: Rotation (3, 3) of world vectors into the camera frame: v_c = rotation_cw @ v_w.
        position_w: Optical centre (3,), metres, world.
    """

    size: tuple[int, int]
    focal_px: float
    centre_px: np.ndarray
    rotation_cw: np.ndarray
    position_w: np.ndarray

    def to_camera(self, points_w: np.ndarray) -> np.ndarray:
        """World points (..., 3) in the camera frame, metres."""
        return (points_w - self.position_w) @ self.rotation_cw.T

    def to_pixel(self, points_c: np.ndarray) -> np.ndarray:
        """Pixels (..., 2) of points (..., 3) in the camera frame; meaningless where depth z <= 0."""
        depth = points_c[..., 2:]
        # a point in the plane of the optical centre has no image: keep the division quiet, callers look at the depth
        safe = np.where(np.abs(depth) < 1e-9, 1e-9, depth)
        return points_c[..., :2] * (self.focal_px / safe) + self.centre_px

    def project(self, points_w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Pixels (..., 2) and depths (...) in metres along the optical axis of world points (..., 3)."""
        points_c = self.to_camera(np.asarray(points_w))
        return self.to_pixel(points_c), points_c[..., 2]

    def intrinsics(self) -> np.ndarray:
        """The matrix K (3, 3) with pixel ~ K @ point_c."""
        cx, cy = self.centre_px
        return np.array([[self.focal_px, 0.0, cx], [0.0, self.focal_px, cy], [0.0, 0.0, 1.0]])

    def scaled(self, factor: float) -> Camera:
        """The same view on an image `factor` times as large (supersampling, thumbnails)."""
        width, height = (round(side * factor) for side in self.size)
        centre = (np.asarray(self.centre_px) + 0.5) * factor - 0.5
        return replace(self, size=(width, height), focal_px=self.focal_px * factor, centre_px=centre)


def look_at(
    position_w: np.ndarray,
    target_w: np.ndarray | tuple[float, float, float],
    size: tuple[int, int],
    fov_y: float = np.deg2rad(40.0),
    up_w: np.ndarray | tuple[float, float, float] = (0.0, 0.0, 1.0),
) -> Camera:
    """Make a camera at a position that looks at a target and is level with the horizon.

    Args:
        position_w: Optical centre (3,), metres, world.
        target_w: Point (3,) that appears in the middle of the image, metres, world.
        size: Image width and height, pixels.
        fov_y: Vertical field of view, radians.
        up_w: Direction (3,) that points up in the image; not parallel to the line of sight.

    Returns:
        The camera, with its principal point in the middle of the image.
    """
    width, height = size
    position = np.asarray(position_w, dtype=np.float64)
    forward = np.asarray(target_w, dtype=np.float64) - position
    forward = forward / np.linalg.norm(forward)
    right = np.cross(forward, np.asarray(up_w, dtype=np.float64))
    right = right / np.linalg.norm(right)
    down = np.cross(forward, right)
    return Camera(
        size=(width, height),
        focal_px=0.5 * height / np.tan(0.5 * fov_y),
        centre_px=np.array([0.5 * (width - 1), 0.5 * (height - 1)]),
        rotation_cw=np.stack([right, down, forward]),
        position_w=position,
    )
