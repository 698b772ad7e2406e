"""Finding people who are small in the picture: the detector sees 224 pixels and misses people below about 50."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from genmimic.human.blazepose import Detection
from genmimic.human.roi import Roi

Detector = Callable[[np.ndarray], list[Detection]]

SAME_PLACE = 0.15
"""Hips nearer than this share of the square's side, about 0.3 m, belong to one person."""

_OVERLAP = 0.25  # of a tile's side: room for head and hips of a person at a seam


def find_people(detector: Detector, image: np.ndarray, levels: int = 0) -> list[Detection]:
    """People in an RGB image (H, W, 3), the surest first.

    Args:
        detector: Finds people in a picture.
        image: The whole picture.
        levels: Where nobody is found, search this many times again, in square tiles of the height (or width, if less)
            and then of half of it.
    """
    found = detector(image)
    side = min(image.shape[:2])
    for _ in range(levels):
        if found:
            break
        for left, top in _tiles(image.shape[1], image.shape[0], side):
            for detection in detector(image[top : top + side, left : left + side]):
                x, y = detection.roi.centre
                moved = replace(detection, roi=replace(detection.roi, centre=(x + left, y + top)))
                if not any(same_place(moved.roi, other.roi) for other in found):
                    found.append(moved)
        side //= 2
    return sorted(found, key=lambda detection: -detection.score)


def same_place(a: Roi, b: Roi) -> bool:
    """Whether two squares have their centres, the hips, so near to each other that they show one person."""
    distance = np.hypot(a.centre[0] - b.centre[0], a.centre[1] - b.centre[1])
    return bool(distance < SAME_PLACE * min(a.size, b.size))


def _tiles(width: int, height: int, side: int) -> list[tuple[int, int]]:
    def starts(length: int) -> np.ndarray:
        count = 1 + int(np.ceil(max(0, length - side) / (side * (1.0 - _OVERLAP))))
        return np.linspace(0, length - side, count).astype(int)

    return [(int(left), int(top)) for top in starts(height) for left in starts(width)]
