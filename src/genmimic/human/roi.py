"""The rotated square around a person that BlazePose's landmark network looks at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

MARGIN = 1.25
"""How much larger the square is than the circle around the body; the margin BlazePose was trained with."""


@dataclass(frozen=True)
class Roi:
    """A square in the image, turned so that the person in it stands upright.

    Attributes:
        centre: Centre (x, y), pixels.
        size: Side length, pixels.
        angle: Turn of the square's up direction, radians, clockwise as seen in the image.
    """

    centre: tuple[float, float]
    size: float
    angle: float

    def to_image(self, points: np.ndarray) -> np.ndarray:
        """Map points (..., 2) given in units of the square, [0, 1] from its top left corner, to image pixels."""
        return (points - 0.5) * self.size @ self.rotation.T + np.array(self.centre)

    @property
    def rotation(self) -> np.ndarray:
        """Rotation (2, 2) from the axes of the square to those of the image."""
        c, s = np.cos(self.angle), np.sin(self.angle)
        return np.array([[c, -s], [s, c]])

    def crop_matrix(self, pixels: int) -> np.ndarray:
        """Affine matrix (2, 3) from a crop of `pixels` by `pixels` to the image (for WARP_INVERSE_MAP)."""
        origin = self.to_image(np.zeros(2))
        return np.hstack([self.rotation * (self.size / pixels), origin[:, None]])

    def overlap(self, other: Roi) -> float:
        """Intersection over union of the two squares with their turns ignored, in [0, 1]."""
        low = np.maximum(np.array(self.centre) - self.size / 2, np.array(other.centre) - other.size / 2)
        high = np.minimum(np.array(self.centre) + self.size / 2, np.array(other.centre) + other.size / 2)
        shared = float(np.prod(np.clip(high - low, 0.0, None)))
        return shared / (self.size**2 + other.size**2 - shared)


def roi_from_circle(hip_centre: np.ndarray, rim: np.ndarray) -> Roi:
    """Square around the circle about the hips through `rim`, a point above the head (both (2,), pixels).

    This is BlazePose's alignment: both its networks predict these two points (arXiv:2006.10204, section 2.2).
    """
    dx, dy = float(rim[0] - hip_centre[0]), float(rim[1] - hip_centre[1])
    centre = (float(hip_centre[0]), float(hip_centre[1]))
    return Roi(centre, 2.0 * MARGIN * float(np.hypot(dx, dy)), float(np.arctan2(dx, -dy)))
