"""Layers with transparency on RGB images, and text."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import cv2
import numpy as np


def composite(image: np.ndarray, layer: np.ndarray, corner: tuple[int, int] = (0, 0), alpha: float = 1.0) -> None:
    """Lay a layer over a part of an image, in place.

    Args:
        image: (H, W, 3) uint8 RGB.
        layer: (h, w, 4) uint8 RGBA, its colour premultiplied by its coverage; what hangs out on the right or below
            is cut off.
        corner: Column and row in the image of the layer's upper left corner.
        alpha: Opacity of the whole layer, 0..1.
    """
    part = image[corner[1] : corner[1] + layer.shape[0], corner[0] : corner[0] + layer.shape[1]]
    layer = layer[: part.shape[0], : part.shape[1]]
    if not layer.size:
        return
    keep = 255 - cv2.convertScaleAbs(layer[..., 3], alpha=alpha)
    under = cv2.multiply(np.ascontiguousarray(part), cv2.merge([keep, keep, keep]), scale=1.0 / 255.0)
    part[:] = cv2.addWeighted(under, 1.0, np.ascontiguousarray(layer[..., :3]), alpha, 0.0)


def text_width(text: str, size: int, bold: bool = False) -> int:
    """Width of a line of text in pixels."""
    if font := _font():
        return int(cv2.getTextSize((0, 0), text, (0, 0), font, size, 700 if bold else 400)[2])  # type: ignore[call-overload]
    return cv2.getTextSize(_ascii(text), cv2.FONT_HERSHEY_SIMPLEX, size / 30.0, 1)[0][0]


def draw_text(
    image: np.ndarray, text: str, origin: tuple[int, int], size: int, colour: tuple[int, ...], bold: bool = False
) -> None:
    """Write a line of text, in place, its baseline starting at `origin` (column, row).

    OpenCV 5 brings a real typeface; with OpenCV 4 the strokes of the Hershey font have to do.
    """
    if font := _font():
        cv2.putText(image, text, origin, colour, font, size, 700 if bold else 400)  # type: ignore[call-overload]
    else:
        thickness = 2 if bold else 1
        cv2.putText(image, _ascii(text), origin, cv2.FONT_HERSHEY_SIMPLEX, size / 30.0, colour, thickness, cv2.LINE_AA)


@lru_cache(maxsize=256)
def label(
    text: str,
    size: int = 15,
    colour: tuple[int, int, int] = (255, 255, 255),
    background: tuple[int, int, int] = (24, 30, 40),
    opacity: float = 0.72,
    bold: bool = False,
) -> np.ndarray:
    """Text on a rounded plate, lines centred: a premultiplied RGBA layer (h, w, 4) for `composite`."""
    lines = text.split("\n")
    widths = [text_width(line, size, bold) for line in lines]
    pad_x, line_height = round(0.66 * size), round(1.45 * size)
    width, height = max(widths) + 2 * pad_x, round(0.4 * size) + line_height * len(lines)
    plate = np.zeros((4 * height, 4 * width), np.uint8)
    radius = round(4 * 0.39 * size)
    right, bottom = 4 * width - 1 - radius, 4 * height - 1 - radius
    cv2.rectangle(plate, (radius, 0), (right, 4 * height - 1), 255, -1)
    cv2.rectangle(plate, (0, radius), (4 * width - 1, bottom), 255, -1)
    for centre in ((radius, radius), (right, radius), (radius, bottom), (right, bottom)):
        cv2.circle(plate, centre, radius, 255, -1)
    coverage = cv2.resize(plate, (width, height), interpolation=cv2.INTER_AREA).astype(np.float32) / 255.0 * opacity
    glyphs = np.zeros((height, width, 3), np.uint8)
    for row, line in enumerate(lines):
        baseline = round(0.2 * size + (row + 0.5) * line_height + 0.36 * size)
        draw_text(glyphs, line, ((width - widths[row]) // 2, baseline), size, (255, 255, 255), bold)
    ink = glyphs[..., 0].astype(np.float32) / 255.0
    alpha = ink + (1.0 - ink) * coverage
    colours = ink[..., None] * np.array(colour) + ((1.0 - ink) * coverage)[..., None] * np.array(background)
    layer = np.concatenate([colours, 255.0 * alpha[..., None]], -1)
    layer = np.clip(np.rint(layer), 0, 255).astype(np.uint8)
    layer.setflags(write=False)
    return layer


@lru_cache(maxsize=1)
def _font() -> Any:
    return cv2.FontFace("sans") if hasattr(cv2, "FontFace") else None


def _ascii(text: str) -> str:
    """Hershey fonts know ASCII only."""
    return text.replace("\u2212", "-").replace("·", "-").replace("°", " deg").encode("ascii", "replace").decode()
