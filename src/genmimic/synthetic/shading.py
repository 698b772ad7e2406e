"""Light on a rendered person: which pixels see the lamp, and how bright each is."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from genmimic.view.camera import Camera, look_at
from genmimic.view.rasterizer import draw_triangles

SHADOW_SIZE = 320
"""Pixels along a side of the shadow map."""
SHADOW_EXTENT = 2.8
"""Metres that the shadow map covers."""
LAMP_DISTANCE = 25.0
"""The lamp is far enough that its light is nearly parallel, metres."""
NO_SURFACE = 1e3
SAMPLES = np.array([(-2, 0), (-1, 2), (0, -1), (0, 1), (1, -2), (2, 0), (-1, -2), (1, 2)])
"""Neighbours in the shadow map whose answers are averaged, so that shadows have soft borders, pixels."""


@dataclass(frozen=True)
class ShadowMap:
    """What the lamp sees: depth (S, S) in metres from the lamp, `NO_SURFACE` where it sees past the person."""

    camera: Camera
    depth: np.ndarray

    def lit(self, points_w: np.ndarray, softness: int = 1, bias: float = 0.025) -> np.ndarray:
        """Share of the lamp (...), in [0, 1], that points (..., 3) in the world see."""
        pixel, depth = self.camera.project(points_w)
        side = self.depth.shape[0]
        at = np.rint(pixel).astype(np.int32)
        total = np.zeros(depth.shape, np.float32)
        for dx, dy in SAMPLES * softness:
            column, row = np.clip(at[..., 0] + dx, 0, side - 1), np.clip(at[..., 1] + dy, 0, side - 1)
            total += self.depth[row, column] > depth - bias
        return total / len(SAMPLES)


def cast(vertices_w: np.ndarray, faces: np.ndarray, light_w: np.ndarray) -> ShadowMap:
    """Shadow map of a mesh under a distant lamp in direction `light_w` (3,)."""
    middle = 0.5 * (vertices_w.min(0) + vertices_w.max(0))
    fov = 2.0 * np.arctan(0.5 * SHADOW_EXTENT / LAMP_DISTANCE)
    camera = look_at(middle + LAMP_DISTANCE * light_w, middle, (SHADOW_SIZE, SHADOW_SIZE), fov)
    depth = np.full((SHADOW_SIZE, SHADOW_SIZE), NO_SURFACE, np.float32)
    _, corner_depth = camera.project(vertices_w)
    draw_triangles(depth, camera, vertices_w, faces, corner_depth[faces].mean(1)[:, None])
    return ShadowMap(camera, depth)


def floor_shadow(shadow: ShadowMap, floor_point: np.ndarray, softness_px: float = 5.0) -> np.ndarray:
    """Share of the lamp (H, W) that floor points (H, W, 2) lose to the person; NaN points count as lit."""
    blocked = cv2.GaussianBlur((shadow.depth < NO_SURFACE).astype(np.float32), (0, 0), softness_px)
    points = np.concatenate([np.nan_to_num(floor_point, nan=1e4), np.zeros_like(floor_point[..., :1])], -1)
    pixel, _ = shadow.camera.project(points)
    pixel = pixel.astype(np.float32)
    return cv2.remap(blocked, pixel[..., 0], pixel[..., 1], cv2.INTER_LINEAR, None, cv2.BORDER_CONSTANT, 0.0)


def vertex_normals(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """Unit normals (V, 3) at vertices, averaged over their faces by area."""
    a, b, c = (vertices[faces[:, i]] for i in range(3))
    area = np.cross(b - a, c - a)
    total = np.stack(
        [sum(np.bincount(faces[:, i], area[:, k], len(vertices)) for i in range(3)) for k in range(3)], axis=1
    )
    return total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-12)


def brightness(normals_w: np.ndarray, lit: np.ndarray, light_w: np.ndarray, fill_w: np.ndarray) -> np.ndarray:
    """Light (N,) on surfaces with normals (N, 3): a lamp, a weak fill light from `fill_w` and the room's own light."""
    lamp = np.clip((normals_w @ light_w + 0.15) / 1.15, 0.0, None) * lit
    fill = np.clip(normals_w @ fill_w, 0.0, None)
    room = 0.72 + 0.28 * normals_w[:, 2]
    return 0.72 * lamp + 0.20 * fill + 0.36 * room
