"""Light on a rendered person: which pixels see the lamp, and how bright each is."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from genmimic.view.camera import Camera, look_at

SHADOW_SIZE = 320
"""Pixels along a side of the shadow map."""
SHADOW_EXTENT = 2.8
"""Metres that the shadow map covers."""
LAMP_DISTANCE = 25.0
"""The lamp is far enough that its light is nearly parallel, metres."""
NO_SURFACE = 1e3
GAP = 5
"""Points of the mesh lie closer than this many pixels of the shadow map, so that they close to a surface."""
SAMPLES = ((-2, 0), (-1, 2), (0, -1), (0, 1), (1, -2), (2, 0), (-1, -2), (1, 2))
"""Neighbours in the shadow map whose answers are averaged, so that shadows have soft borders, pixels."""


@dataclass(frozen=True)
class ShadowMap:
    """What the lamp sees: depth (S, S) in metres from the lamp, `NO_SURFACE` where it sees past the person."""

    camera: Camera
    depth: np.ndarray

    def lit(self, points_w: np.ndarray, bias: float = 0.06) -> np.ndarray:
        """Share of the lamp (N,), in [0, 1], that points (N, 3) in the world see."""
        pixel, depth = self.camera.project(points_w)
        side = self.depth.shape[0]
        at = np.clip(np.rint(pixel), 2, side - 3).astype(np.int32)
        nearest = self.depth.reshape(-1)
        index, limit = at[:, 1] * side + at[:, 0], depth - bias
        seen = np.zeros(len(points_w), np.float32)
        for dx, dy in SAMPLES:
            seen += nearest[index + dy * side + dx] > limit
        return seen / len(SAMPLES)


def cast(vertices_w: np.ndarray, faces: np.ndarray, light_w: np.ndarray) -> ShadowMap:
    """Shadow map of a mesh under a distant lamp in direction `light_w` (3,), from its vertices and face centres."""
    middle = 0.5 * (vertices_w.min(0) + vertices_w.max(0))
    fov = 2.0 * np.arctan(0.5 * SHADOW_EXTENT / LAMP_DISTANCE)
    camera = look_at(middle + LAMP_DISTANCE * light_w, middle, (SHADOW_SIZE, SHADOW_SIZE), fov)
    centres = (vertices_w[faces[:, 0]] + vertices_w[faces[:, 1]] + vertices_w[faces[:, 2]]) / 3.0
    pixel, depth = camera.project(np.concatenate([vertices_w, centres]))
    column, row = np.clip(np.rint(pixel), 0, SHADOW_SIZE - 1).astype(np.int32).T
    nearest = np.full(SHADOW_SIZE * SHADOW_SIZE, NO_SURFACE, np.float32)
    np.minimum.at(nearest, row * SHADOW_SIZE + column, depth.astype(np.float32))
    # a closing that takes minima: fill the gaps between points, then give the outline back
    grown = cv2.erode(nearest.reshape(SHADOW_SIZE, SHADOW_SIZE), np.ones((GAP, GAP), np.uint8))
    outline = cv2.erode((grown < NO_SURFACE).astype(np.uint8), np.ones((GAP, GAP), np.uint8))
    return ShadowMap(camera, np.where(outline > 0, grown, np.float32(NO_SURFACE)))


def floor_shadow(shadow: ShadowMap, camera: Camera, softness_px: float = 5.0) -> np.ndarray:
    """Share of the lamp (H, W) that the floor z = 0 loses to the person in a camera's picture; 0 above the horizon."""
    blocked = cv2.GaussianBlur((shadow.depth < NO_SURFACE).astype(np.float32), (0, 0), softness_px)
    picture, lamp = _floor_homography(camera), _floor_homography(shadow.camera)
    return cv2.warpPerspective(blocked, picture @ np.linalg.inv(lamp), camera.size, flags=cv2.INTER_LINEAR)


def _floor_homography(camera: Camera) -> np.ndarray:
    """Matrix (3, 3) from floor points (x, y, 1) to homogeneous pixels."""
    onto = np.column_stack([camera.rotation_cw[:, :2], -camera.rotation_cw @ camera.position_w])
    return camera.intrinsics() @ onto


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
