"""A studio floor: a soft checkerboard that fades into the background, with soft shadows on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from genmimic.view.camera import Camera


@dataclass(frozen=True)
class FloorStyle:
    """Colours (RGB, 0..255) and sizes (metres) of the floor and the background."""

    background_top: tuple[float, float, float] = (226.0, 231.0, 238.0)
    background_bottom: tuple[float, float, float] = (246.0, 247.0, 249.0)
    dark: tuple[float, float, float] = (205.0, 211.0, 220.0)
    light: tuple[float, float, float] = (226.0, 230.0, 236.0)
    square: float = 0.5
    fade_start: float = 1.2
    fade_end: float = 4.2


TEXELS_PER_METRE = 128
LARGEST_TEXTURE = 2500
"""Texels; floors that fade out farther away than that look up a single repeated tile, which is ten times slower."""
BLUR_LEVELS_M = (0.004, 0.015, 0.05)
"""Standard deviations of the blurred copies of the checkerboard; each image row takes the one that fits its scale."""


class Floor:
    """The floor z = 0 for cameras of one orientation, height and size, which may move horizontally.

    What depends on the orientation alone is computed once: for every pixel the floor point relative to the camera and
    the picture if all squares were dark or light. A frame then costs one texture look-up and one blend.
    """

    def __init__(self, camera: Camera, style: FloorStyle | None = None) -> None:
        """Prepare for `camera`; the fade is centred on the floor below the middle of the image."""
        self.camera, self.style = camera, style or FloorStyle()
        width, height = camera.size
        offset, below = _floor_points(camera)
        first_row = int(below.any(1).argmax()) if below.any() else height
        middle = _floor_below_middle(camera) - camera.position_w[:2]
        distance = np.linalg.norm(offset - middle, axis=-1)
        fade = np.clip((self.style.fade_end - distance) / (self.style.fade_end - self.style.fade_start), 0.0, 1.0)
        fade = fade * fade * (3.0 - 2.0 * fade) * below
        self._fade = np.rint(255.0 * fade).astype(np.uint8)
        ramp = np.linspace(0.0, 1.0, height)[:, None, None]
        top, bottom = np.array(self.style.background_top), np.array(self.style.background_bottom)
        background = np.broadcast_to((1.0 - ramp) * top + ramp * bottom, (height, width, 3))
        self._all_dark, all_light = (
            np.rint(background + fade[..., None] * (np.array(colour) - background)).astype(np.uint8)
            for colour in (self.style.dark, self.style.light)
        )
        self._lighter = cv2.subtract(all_light, self._all_dark)
        self._floor_rows = slice(first_row, height)
        # the texture starts a whole number of periods from the camera, so that it stays in step with the world
        period, reach = 2.0 * self.style.square, self.style.fade_end
        start = np.floor((middle - reach) / period) * period
        tiles = int(np.ceil(2.0 * reach / period)) + 2
        self._border = cv2.BORDER_CONSTANT
        if tiles * period * TEXELS_PER_METRE > LARGEST_TEXTURE:
            tiles, self._border = 1, cv2.BORDER_WRAP
        self._bands = [
            (
                rows,
                np.ascontiguousarray((offset[rows] - start) * TEXELS_PER_METRE - 0.5, np.float32),
                np.tile(_checkerboard(self.style, blur), (tiles, tiles)),
            )
            for rows, blur in _bands(offset, first_row)
        ]

    def fits(self, camera: Camera) -> bool:
        """Whether `camera` differs from the prepared one only by a horizontal shift."""
        mine = self.camera
        return (
            camera.size == mine.size
            and camera.focal_px == mine.focal_px
            and np.array_equal(camera.centre_px, mine.centre_px)
            and abs(camera.position_w[2] - mine.position_w[2]) < 1e-9
            and np.allclose(camera.rotation_cw, mine.rotation_cw, atol=1e-9)
        )

    def draw(self, camera: Camera, shadow: np.ndarray | None = None) -> np.ndarray:
        """Background and floor, (H, W, 3) uint8 RGB, darkened by `shadow` (H, W) uint8 (255: fully shaded)."""
        image = self._all_dark.copy()
        # the board repeats every two squares: small coordinates keep their digits in float32
        shift = np.mod(camera.position_w[:2], 2.0 * self.style.square) * TEXELS_PER_METRE
        for rows, texel, texture in self._bands:
            at = texel + shift.astype(np.float32)
            light = cv2.remap(texture, at, None, cv2.INTER_LINEAR, borderMode=self._border)  # type: ignore[call-overload]
            part = image[rows]
            cv2.add(part, cv2.multiply(self._lighter[rows], _three(light), scale=1.0 / 255.0), dst=part)
        if shadow is not None and (floor := self._floor_rows).stop > floor.start:
            keep = 255 - cv2.multiply(shadow[floor], self._fade[floor], scale=1.0 / 255.0)
            image[floor] = cv2.multiply(image[floor], _three(keep), scale=1.0 / 255.0)
        return image


class Studio:
    """Background, floor and shadows for any sequence of cameras; keeps what consecutive pictures share."""

    def __init__(self) -> None:
        self._floor: Floor | None = None

    def draw(self, camera: Camera, bodies_w: Sequence[np.ndarray], light_w: np.ndarray) -> np.ndarray:
        """The empty studio with the shadows of bodies, (H, W, 3) uint8 RGB; arguments as in `cast_shadow`."""
        if self._floor is None or not self._floor.fits(camera):
            self._floor = Floor(camera)
        return self._floor.draw(camera, cast_shadow(camera, bodies_w, light_w))


def cast_shadow(
    camera: Camera,
    bodies_w: Sequence[np.ndarray],
    light_w: np.ndarray,
    strength: float = 0.42,
    softness_px: float = 3.0,
) -> np.ndarray:
    """Shadow of convex bodies on the floor z = 0 under a distant light.

    Args:
        camera: The camera.
        bodies_w: Vertices (n, 3) of each body, metres, world; its convex hull casts the shadow.
        light_w: Direction (3,) towards the light, pointing up.
        strength: Darkness of the full shadow, 0..1.
        softness_px: Standard deviation of the blurred border, pixels.

    Returns:
        The shadow (H, W) uint8, 0..255 times `strength`, with a wider and fainter one of the sky light around it.
    """
    half = camera.scaled(0.5)  # shadows are soft: half the resolution will do
    mask = np.zeros(half.size[::-1], np.uint8)
    slope = light_w[:2] / light_w[2]
    for body in bodies_w:
        ground = np.zeros_like(body)
        ground[:, :2] = body[:, :2] - np.maximum(body[:, 2:], 0.0) * slope
        pixel, depth = half.project(ground)
        if (depth > 0.1).all():
            outline = cv2.convexHull(np.rint(pixel * 16.0).astype(np.int32))
            cv2.fillConvexPoly(mask, outline, 255, cv2.LINE_8, 4)
    sharp = cv2.GaussianBlur(mask, (0, 0), 0.5 * softness_px)
    tiny = cv2.resize(mask, (half.size[0] // 4, half.size[1] // 4), interpolation=cv2.INTER_AREA)
    wide = cv2.resize(cv2.GaussianBlur(tiny, (0, 0), 2.5), half.size, interpolation=cv2.INTER_LINEAR)
    both = cv2.addWeighted(sharp, 0.7 * strength, wide, 0.5 * strength, 0.0)
    return cv2.resize(both, camera.size, interpolation=cv2.INTER_LINEAR)


def _floor_below_middle(camera: Camera) -> np.ndarray:
    """Floor point (2,) under the middle of the image, a camera's height times 2.5 ahead when it looks level."""
    forward = camera.rotation_cw[2]
    reach = camera.position_w[2] / max(-forward[2], 0.4) if camera.position_w[2] > 0 else 3.0
    return camera.position_w[:2] + reach * forward[:2]


def _floor_points(camera: Camera) -> tuple[np.ndarray, np.ndarray]:
    """For every pixel the floor point relative to the camera (H, W, 2), metres, and whether there is one (H, W)."""
    width, height = camera.size
    columns, rows = np.meshgrid(np.arange(width, dtype=np.float64), np.arange(height, dtype=np.float64))
    rays_c = np.stack([columns, rows, np.ones_like(rows)], -1)
    rays_c[..., :2] = (rays_c[..., :2] - camera.centre_px) / camera.focal_px
    rays_w = rays_c @ camera.rotation_cw
    below = rays_w[..., 2] < -1e-3
    scale = np.where(below, -camera.position_w[2] / np.minimum(rays_w[..., 2], -1e-3), 0.0)
    return rays_w[..., :2] * scale[..., None], below


def _bands(offset: np.ndarray, first_row: int) -> list[tuple[slice, float]]:
    """Ranges of rows that see the floor, each with the blur in metres that suits the size of its pixels there."""
    if first_row >= len(offset) - 1:
        return []
    row_step = np.linalg.norm(np.gradient(offset[first_row:], axis=0), axis=-1).mean(1)
    level = np.searchsorted(np.array(BLUR_LEVELS_M[1:]), 0.7 * row_step)
    edges = [0, *(np.flatnonzero(np.diff(level)) + 1).tolist(), len(level)]
    return [(slice(first_row + a, first_row + b), BLUR_LEVELS_M[level[a]]) for a, b in pairwise(edges)]


def _checkerboard(style: FloorStyle, blur: float) -> np.ndarray:
    """One period of the board, uint8, 0 dark to 255 light, blurred by `blur` metres."""
    side = round(style.square * TEXELS_PER_METRE)
    square = np.full((side, side), 255, np.uint8)
    board = np.block([[square, 0 * square], [0 * square, square]])
    around = np.tile(board, (3, 3))
    return np.ascontiguousarray(
        cv2.GaussianBlur(around, (0, 0), blur * TEXELS_PER_METRE)[2 * side : 4 * side, 2 * side : 4 * side]
    )


def _three(channel: np.ndarray) -> np.ndarray:
    return cv2.merge([channel, channel, channel])
