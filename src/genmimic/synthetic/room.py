"""The room a rendered person stands in: textured floor and walls with enough detail to measure camera motion on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from genmimic.view.camera import Camera

TEXELS_PER_METRE = 128
WALL_HEIGHT = 3.6
"""Metres; no ceiling is drawn, so the walls reach above every shot."""
BLUR_LEVELS = (0.0, 1.5, 4.0)
"""Blur in texels of the versions of each texture; surfaces seen from afar or at a flat angle use the softer ones."""


@dataclass(frozen=True)
class Surface:
    """A rectangle of the room.

    Attributes:
        origin_w: Corner (3,) at texture coordinate (0, 0), metres, world.
        u_w: Direction (3,) of the texture's columns.
        v_w: Direction (3,) of the texture's rows.
        levels: The texture (H, W, 3), RGB uint8, at increasing blur.
        is_floor: Whether it is the floor, which receives the person's shadow.
    """

    origin_w: np.ndarray
    u_w: np.ndarray
    v_w: np.ndarray
    levels: tuple[np.ndarray, ...]
    is_floor: bool = False


def make_room(
    heading: float, seed: int = 0, behind: float = 3.0, side: float = 4.6, front: float = 6.0
) -> list[Surface]:
    """A floor, a back wall and two side walls around the origin, open towards the camera.

    Args:
        heading: Direction of the line of sight in the floor plane, radians from world +x.
        seed: Chooses colours, pictures and planks.
        behind: Distance of the back wall from the origin, metres.
        side: Distance of the side walls, metres.
        front: How far floor and side walls reach towards the camera, metres.
    """
    rng = np.random.default_rng(seed)
    ahead = np.array([np.cos(heading), np.sin(heading), 0.0])
    right = np.array([np.sin(heading), -np.cos(heading), 0.0])
    down = np.array([0.0, 0.0, -1.0])
    top = np.array([0.0, 0.0, WALL_HEIGHT])
    tint = rng.uniform(0.94, 1.0, 3) * np.array([226.0, 222.0, 212.0])
    depth, width = behind + front, 2 * side
    floor = _planks(rng, width, depth)
    return [
        Surface(ahead * behind - right * side, right, -ahead, _blurred(floor), is_floor=True),
        Surface(ahead * behind - right * side + top, right, down, _blurred(_wall(rng, width, tint, door=True))),
        Surface(-ahead * front - right * side + top, ahead, down, _blurred(_wall(rng, depth, 0.93 * tint))),
        Surface(ahead * behind + right * side + top, -ahead, down, _blurred(_wall(rng, depth, 0.9 * tint))),
    ]


def draw_room(surfaces: Sequence[Surface], camera: Camera) -> tuple[np.ndarray, np.ndarray]:
    """Picture of the empty room.

    Returns:
        The image (H, W, 3), RGB float32 in [0, 255], and where it shows the floor, (H, W) bool.
    """
    width, height = camera.size
    x = (np.arange(width, dtype=np.float32) - np.float32(camera.centre_px[0])) / np.float32(camera.focal_px)
    y = (np.arange(height, dtype=np.float32) - np.float32(camera.centre_px[1])) / np.float32(camera.focal_px)
    rot = camera.rotation_cw.astype(np.float32)
    rays = (x[None, :, None] * rot[0] + y[:, None, None] * rot[1]) + rot[2]
    image = np.full((height, width, 3), 200.0, np.float32)
    nearest = np.full((height, width), np.inf, np.float32)
    is_floor = np.zeros((height, width), bool)
    for surface in surfaces:
        normal = np.cross(surface.u_w, surface.v_w).astype(np.float32)
        slope = rays @ normal
        offset = np.float32((surface.origin_w - camera.position_w) @ normal)
        with np.errstate(divide="ignore", invalid="ignore"):
            t = offset / slope
        hit = (t > 0.05) & (t < nearest)
        if not hit.any():
            continue
        rows = np.flatnonzero(hit.any(1))
        rows = slice(rows[0], rows[-1] + 1)
        t, hit = np.where(hit, t, 0.0)[rows], hit[rows]
        relative = (camera.position_w - surface.origin_w).astype(np.float32)
        u = t * (rays[rows] @ surface.u_w.astype(np.float32)) + np.float32(relative @ surface.u_w)
        v = t * (rays[rows] @ surface.v_w.astype(np.float32)) + np.float32(relative @ surface.v_w)
        colour = _sample(surface, u, v, _footprint(t, slope[rows], camera.focal_px))
        texture_height, texture_width = surface.levels[0].shape[:2]
        hit &= (u >= 0) & (v >= 0) & (u * TEXELS_PER_METRE < texture_width) & (v * TEXELS_PER_METRE < texture_height)
        image[rows][hit] = colour[hit]
        nearest[rows][hit] = t[hit]
        is_floor[rows][hit] = surface.is_floor
    return image, is_floor


def _footprint(t: np.ndarray, slope: np.ndarray, focal_px: float) -> np.ndarray:
    """Texels that one pixel covers along the steep direction of a surface, (H, W)."""
    return TEXELS_PER_METRE * t / focal_px / np.maximum(np.abs(slope), 0.05)


def _sample(surface: Surface, u: np.ndarray, v: np.ndarray, footprint: np.ndarray) -> np.ndarray:
    """Texture colours (H, W, 3) at surface coordinates in metres, blended between the two nearest blur levels."""
    columns, rows = u * TEXELS_PER_METRE - 0.5, v * TEXELS_PER_METRE - 0.5
    wanted = np.interp(footprint, [1.0, 3.0, 8.0], [0.0, 1.0, 2.0]).astype(np.float32)
    out = np.zeros((*u.shape, 3), np.float32)
    for level, texture in enumerate(surface.levels):
        weight = np.maximum(1.0 - np.abs(wanted - level), 0.0)
        if weight.any():
            sampled = cv2.remap(texture, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
            out += weight[..., None] * sampled
    return out


def _blurred(texture: np.ndarray) -> tuple[np.ndarray, ...]:
    texture = np.clip(texture, 0, 255).astype(np.uint8)
    return tuple(cv2.GaussianBlur(texture, (0, 0), s) if s else texture for s in BLUR_LEVELS)


def _noise(rng: np.random.Generator, shape: tuple[int, int], cells: float) -> np.ndarray:
    """Smooth noise (H, W) in about [-1, 1] with features of `cells` texels."""
    coarse = rng.standard_normal((max(2, int(shape[0] / cells)), max(2, int(shape[1] / cells)))).astype(np.float32)
    return cv2.resize(coarse, shape[::-1], interpolation=cv2.INTER_CUBIC)


def _planks(rng: np.random.Generator, width: float, depth: float) -> np.ndarray:
    """Wooden floor boards that run from the back wall to the camera."""
    rows, columns = int(depth * TEXELS_PER_METRE), int(width * TEXELS_PER_METRE)
    board = int(0.16 * TEXELS_PER_METRE)
    base = np.array([168.0, 132.0, 98.0])
    image = np.empty((rows, columns, 3), np.float32)
    grain = cv2.GaussianBlur(rng.standard_normal((rows, columns)).astype(np.float32), (0, 0), 0.8, sigmaY=14)
    grain *= 0.055 / grain.std()
    for left in range(0, columns, board):
        start = -int(rng.integers(0, 2 * TEXELS_PER_METRE))
        while start < rows:
            end = start + int(rng.uniform(1.0, 2.2) * TEXELS_PER_METRE)
            image[max(start, 0) : end, left : left + board] = base * (1 + 0.11 * rng.standard_normal())
            image[max(end - 1, 0) : end + 1, left : left + board] = 0.55 * base
            start = end
        image[:, left : left + 1] = 0.6 * base
    return image * (1 + grain[..., None])


def _wall(rng: np.random.Generator, width: float, tint: np.ndarray, door: bool = False) -> np.ndarray:
    """A plastered wall with a skirting board, pictures and perhaps a door."""
    rows, columns = int(WALL_HEIGHT * TEXELS_PER_METRE), int(width * TEXELS_PER_METRE)
    metre = TEXELS_PER_METRE
    plaster = 0.02 * _noise(rng, (rows, columns), 90) + 0.012 * _noise(rng, (rows, columns), 7)
    image = tint * (1 + plaster[..., None])
    image[rows - int(0.11 * metre) :] = (240, 238, 232)
    image[rows - int(0.11 * metre) - 2 : rows - int(0.11 * metre)] = (150, 146, 138)
    at = rng.uniform(0.3, 0.9)
    if door:
        x0, x1, y0 = (int(s * metre) for s in (width - 2.1, width - 1.2, WALL_HEIGHT - 2.1))
        cv2.rectangle(image, (x0 - 9, y0 - 9), (x1 + 9, rows), (236, 233, 226), -1)
        cv2.rectangle(image, (x0, y0), (x1, rows), (148, 120, 92), -1)
        for a, b in ((0.15, 0.95), (1.1, 1.95)):
            cv2.rectangle(image, (x0 + 16, y0 + int(a * metre)), (x1 - 16, y0 + int(b * metre)), (122, 98, 74), 3)
        cv2.circle(image, (x0 + 12, y0 + int(1.05 * metre)), 5, (210, 196, 150), -1)
    limit = width - (2.4 if door else 0.9)
    while at < limit:
        wide, tall = rng.uniform(0.45, 0.95), rng.uniform(0.45, 0.85)
        centre = rng.uniform(1.35, 1.6)
        _picture(rng, image, at, WALL_HEIGHT - centre - 0.5 * tall, min(wide, limit + 0.3 - at), tall)
        at += wide + rng.uniform(0.35, 0.9)
    return image


def _picture(rng: np.random.Generator, image: np.ndarray, x: float, y: float, wide: float, tall: float) -> None:
    """Hang an abstract picture at (x, y) metres from the upper left corner."""
    x0, y0, x1, y1 = (int(s * TEXELS_PER_METRE) for s in (x, y, x + wide, y + tall))
    image[y0 + 4 : y1 + 7, x0 + 4 : x1 + 6] *= 0.86
    cv2.rectangle(image, (x0, y0), (x1, y1), tuple(rng.uniform(40, 110, 3)), -1)
    cv2.rectangle(image, (x0 + 5, y0 + 5), (x1 - 5, y1 - 5), (234, 231, 222), -1)
    inner = image[y0 + 16 : y1 - 16, x0 + 16 : x1 - 16]
    height, width = inner.shape[:2]
    if min(height, width) < 8:
        return
    painted = np.ascontiguousarray(np.broadcast_to(rng.uniform(110, 210, 3), inner.shape), np.float32)
    for _ in range(int(rng.integers(4, 9))):
        centre = (int(rng.integers(0, width)), int(rng.integers(0, height)))
        colour = tuple(rng.uniform(40, 225, 3))
        if rng.random() < 0.5:
            cv2.circle(painted, centre, int(rng.integers(6, 28)), colour, -1, cv2.LINE_AA)
        else:
            other = (int(rng.integers(0, width)), int(rng.integers(0, height)))
            cv2.line(painted, centre, other, colour, int(rng.integers(3, 14)), cv2.LINE_AA)
    inner[:] = painted
