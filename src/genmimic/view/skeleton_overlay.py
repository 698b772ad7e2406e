"""The fitted skeleton drawn on a picture."""

from __future__ import annotations

import cv2
import numpy as np

from genmimic.motion.skeleton import JOINT_NAMES, PARENTS
from genmimic.view.compositing import composite

LEFT_RGB = (255, 138, 46)
RIGHT_RGB = (46, 182, 255)
MIDDLE_RGB = (248, 248, 248)
OUTLINE_RGB = (16, 20, 28)
_BITS = 4


def bone_colours() -> list[tuple[int, int, int]]:
    """Colour of the bone that ends at each of the 22 joints: left orange, right blue, middle white."""
    side = {"left": LEFT_RGB, "right": RIGHT_RGB}
    return [side.get(name.split("_")[0], MIDDLE_RGB) for name in JOINT_NAMES]


def draw_skeleton(
    image: np.ndarray, joint_px: np.ndarray, confidence: np.ndarray | None = None, width: float = 3.0
) -> None:
    """Draw the bones and joints of a person on a picture, in place.

    Args:
        image: (H, W, 3) uint8 RGB.
        joint_px: Joints (22, 2), pixels; a bone with an end that is not finite is left out.
        confidence: (22,), in [0, 1]; the less a joint is trusted, the more transparent it is. None trusts all.
        width: Width of the bones, pixels.
    """
    trust = np.ones(len(joint_px)) if confidence is None else np.clip(confidence, 0.0, 1.0)
    opacity = 0.25 + 0.75 * trust
    points = np.where(np.isfinite(joint_px), joint_px, -1e4)
    visible = np.all((points > -1e3) & (points < 1e4), axis=1)
    if not visible.any():
        return
    corner, layer = _layer(image, points[visible])
    if not layer.size:
        return
    fixed = np.rint((points - corner) * (1 << _BITS)).astype(int)
    colours = bone_colours()
    for outline in (True, False):  # all outlines first, so that none cuts through a bone
        for joint, parent in enumerate(PARENTS):
            if parent < 0 or not (visible[joint] and visible[parent]):
                continue
            colour = _premultiplied(OUTLINE_RGB if outline else colours[joint], min(opacity[joint], opacity[parent]))
            thickness = round(width + (3.0 if outline else 0.0))
            start, end = fixed[parent].tolist(), fixed[joint].tolist()
            cv2.line(layer, start, end, colour, thickness, cv2.LINE_AA, _BITS)
    for joint in np.flatnonzero(visible):
        radius = round(0.95 * width * (1 << _BITS))
        colour = _premultiplied(colours[joint], opacity[joint])
        cv2.circle(layer, fixed[joint].tolist(), radius, colour, -1, cv2.LINE_AA, _BITS)
    composite(image, layer, (int(corner[0]), int(corner[1])))


def _premultiplied(rgb: tuple[int, int, int], opacity: float) -> tuple[int, ...]:
    return tuple(round(opacity * channel) for channel in (*rgb, 255))


def _layer(image: np.ndarray, points: np.ndarray, margin: int = 12) -> tuple[np.ndarray, np.ndarray]:
    """Corner (2,) and empty RGBA layer that hold the points, cut to the image."""
    limit = np.array(image.shape[1::-1])
    low = np.clip(np.floor(points.min(0)).astype(int) - margin, 0, limit)
    high = np.clip(np.ceil(points.max(0)).astype(int) + margin, 0, limit)
    return low, np.zeros((*np.maximum(high - low, 0)[::-1], 4), np.uint8)
