"""The left column of the video: the input picture, cut to the person, with the fitted skeleton on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import cv2
import numpy as np
from scipy.ndimage import gaussian_filter1d

from genmimic.view.skeleton_overlay import draw_skeleton

MARGIN = 0.12
"""Room left beside the person, in parts of the picture's height."""
SMOOTHING_S = 0.4
"""Standard deviation in seconds of the window's path where it has to follow the person."""


class InputPanel:
    """Scales pictures to a height, cuts them to a width around the person, draws the skeleton."""

    def __init__(
        self,
        image_size: tuple[int, int],
        fps: float,
        height: int,
        max_width: int,
        joint_px: np.ndarray | None = None,
        confidence: np.ndarray | None = None,
    ) -> None:
        """Plan the window.

        Args:
            image_size: Width and height of the pictures, pixels.
            fps: Pictures per second.
            height: Height of the panel, pixels.
            max_width: Largest width of the panel, pixels.
            joint_px: Fitted skeleton in each picture, (T, 22, 2), pixels, or None.
            confidence: Trust in each joint, (T, 22), in [0, 1], or None.
        """
        self._scale = height / image_size[1]
        full = max(2, round(image_size[0] * self._scale) // 2 * 2)
        self.size = (min(full, max_width // 2 * 2), height)
        self._joint_px, self._confidence = joint_px, confidence
        self._left = np.zeros(1)
        if full > self.size[0]:
            self._left = self._plan(full, fps)

    def _plan(self, full: int, fps: float) -> np.ndarray:
        """Left border of the window in each picture, pixels of the scaled picture; one value if it can stay."""
        width, free = self.size[0], full - self.size[0]
        if self._joint_px is None:
            return np.array([0.5 * free])
        x = self._joint_px[..., 0] * self._scale
        low, high = x.min(1), x.max(1)
        margin = MARGIN * self.size[1]
        first, last = float(np.percentile(low, 1)), float(np.percentile(high, 99))
        if last - first + 2.0 * margin <= width:
            return np.array([np.clip(0.5 * (first + last - width), 0.0, free)])
        middle = gaussian_filter1d(0.5 * (low + high), SMOOTHING_S * fps, mode="nearest")
        return np.clip(middle - 0.5 * width, 0.0, free)

    def draw(self, image: np.ndarray, frame: int) -> np.ndarray:
        """The panel (height, width, 3) uint8 RGB for picture number `frame`."""
        left = float(self._left[min(frame, len(self._left) - 1)])
        # a warp and not crop-and-resize: the window moves by parts of a pixel
        shrink = cv2.INTER_AREA if self._scale < 0.5 else cv2.INTER_LINEAR
        if shrink == cv2.INTER_AREA:  # warpAffine does not average: halve first
            image = cv2.resize(image, None, fx=self._scale, fy=self._scale, interpolation=cv2.INTER_AREA)
        scale = 1.0 if shrink == cv2.INTER_AREA else self._scale
        offset = 0.5 * scale - 0.5
        matrix = np.array([[scale, 0.0, offset - left], [0.0, scale, offset]])
        panel = cv2.warpAffine(image, matrix, self.size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        if self._joint_px is not None and frame < len(self._joint_px):
            points = (self._joint_px[frame] + 0.5) * self._scale - 0.5 - np.array([left, 0.0])
            draw_skeleton(panel, points, None if self._confidence is None else self._confidence[frame])
        return panel


def at_times(images: Iterable[np.ndarray], fps: float, times: np.ndarray, panel: InputPanel) -> Iterator[np.ndarray]:
    """Draw the pictures that are shown at ascending `times` (seconds since the first); the last one stays.

    Yields:
        Panels (height, width, 3) uint8 RGB, read-only: one that is shown again is the same array.
    """
    source = enumerate(images)
    number, image = next(source)
    shown, drawn = -1, np.zeros(0)
    for time in times:
        wanted = int(time * fps + 1e-6)
        while number < wanted:
            following = next(source, None)
            if following is None:
                break
            number, image = following
        if number != shown:
            drawn, shown = panel.draw(image, number), number
        yield drawn
