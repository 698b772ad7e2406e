"""Pictures of the robot by our own rasterizer: no display, no GPU and no GL library needed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from genmimic.view import rasterizer
from genmimic.view.camera import Camera
from genmimic.view.compositing import composite
from genmimic.view.floor import Studio
from genmimic.view.robot_mesh import RobotMesh, load_robot_mesh
from genmimic.view.scene import GHOST_ALPHA, GHOST_RGB, Pose, Scene, draw_strap, draw_trail, light_direction_w

SUPERSAMPLING = 2
MIN_AREA_PX = 3.0
"""Faces smaller than this in the supersampled picture, pixels^2, are left out."""


class RobotRenderer:
    """Draws the robot on a studio floor, with soft shadows and, if asked, a translucent second robot behind it."""

    name = "software"

    def __init__(self, size: tuple[int, int]) -> None:
        """Load the meshes; `size` is the pictures' width and height in pixels."""
        self.size = size
        self._mesh = load_robot_mesh()
        self._coarse = load_robot_mesh("coarse")
        self._studio = Studio()

    def render(self, scene: Scene) -> np.ndarray:
        """The picture (H, W, 3) uint8 RGB."""
        camera = scene.camera
        light = light_direction_w(camera)
        outline, _ = self._coarse.pose(scene.robot.pos_w, scene.robot.quat_w)
        image = self._studio.draw(camera, self._coarse.per_body(outline), light)
        if scene.trail_w is not None:
            draw_trail(image, scene.camera, scene.trail_w)
        if scene.ghost is not None:
            tint = 255.0 * np.array(GHOST_RGB)
            layer, corner = self._layer(self._coarse, scene.ghost, camera, lambda n, v, _: _ghost_shade(n, v, tint))
            composite(image, layer, corner, GHOST_ALPHA)
        if scene.strap:
            draw_strap(image, camera, scene.robot)
        layer, corner = self._layer(self._mesh, scene.robot, camera, lambda n, v, c: studio_shade(n, v, c, light))
        composite(image, layer, corner, 1.0)
        return image

    def close(self) -> None:
        """Nothing to free."""

    def _layer(
        self, mesh: RobotMesh, pose: Pose, camera: Camera, shader: Callable[..., np.ndarray]
    ) -> tuple[np.ndarray, tuple[int, int]]:
        """Draw one robot alone.

        Returns:
            The smallest part of the image that holds it, (h, w, 4) uint8 RGBA with colour premultiplied by coverage,
            and the column and row of its upper left corner.
        """
        vertices, normals = mesh.pose(pose.pos_w, pose.quat_w)
        view = (camera.position_w - pose.pos_w[0]).astype(np.float64)
        colours = shader(normals, view / np.linalg.norm(view), mesh.colours)
        corner, size = _bounds(camera, vertices)
        if size[0] <= 0 or size[1] <= 0:
            return np.zeros((0, 0, 4), np.uint8), (0, 0)
        part = _crop(camera, corner, size).scaled(SUPERSAMPLING)
        large = np.zeros((part.size[1], part.size[0], 4), np.uint8)
        rgba = np.concatenate([colours, np.full((len(colours), 1), 255, np.uint8)], 1)
        rasterizer.draw_triangles(large, part, vertices, mesh.faces, rgba, min_area_px=MIN_AREA_PX)
        return rasterizer.downsample(large, SUPERSAMPLING), corner


def studio_shade(normals_w: np.ndarray, view_w: np.ndarray, colours: np.ndarray, light_w: np.ndarray) -> np.ndarray:
    """Shade faces as painted metal in a studio: key light with a soft highlight, sky and floor light, bright rim.

    Args:
        normals_w: Unit normals (F, 3), world.
        view_w: Unit direction (3,) towards the camera, the same for all faces.
        colours: Colours (F, 3), 0..255.
        light_w: Unit direction (3,) towards the key light.

    Returns:
        Colours (F, 3), uint8.
    """
    key = np.maximum(normals_w @ light_w, 0.0)
    half = light_w + view_w
    highlight = np.maximum(normals_w @ (half / np.linalg.norm(half)), 0.0) ** 24
    facing = np.maximum(normals_w @ view_w, 0.0)
    rim = (1.0 - facing) ** 3
    diffuse = 0.40 + 0.14 * normals_w[:, 2] + 0.55 * key + 0.30 * facing
    lit = colours * diffuse[:, None] + (46.0 * highlight + 34.0 * rim * (0.5 + 0.5 * normals_w[:, 2]))[:, None]
    return np.clip(lit, 0.0, 255.0).astype(np.uint8)


def _ghost_shade(normals_w: np.ndarray, view_w: np.ndarray, tint: np.ndarray) -> np.ndarray:
    """Shade faces as tinted glass: bright where seen flat on, saturated at the rim."""
    facing = np.clip(normals_w @ view_w, 0.0, 1.0)[:, None]
    return np.clip(tint * (0.80 + 0.45 * facing) + 40.0 * facing, 0.0, 255.0).astype(np.uint8)


def _bounds(camera: Camera, vertices_w: np.ndarray) -> tuple[tuple[int, int], tuple[int, int]]:
    """Upper left corner and size, pixels, of the part of the image that vertices in front of the camera touch."""
    pixel, depth = camera.project(vertices_w)
    if (depth < rasterizer.NEAR).any():
        return (0, 0), camera.size
    low = np.maximum(np.floor(pixel.min(0)).astype(int) - 1, 0)
    high = np.minimum(np.ceil(pixel.max(0)).astype(int) + 2, camera.size)
    return (int(low[0]), int(low[1])), (int(high[0] - low[0]), int(high[1] - low[1]))


def _crop(camera: Camera, corner: tuple[int, int], size: tuple[int, int]) -> Camera:
    return Camera(size, camera.focal_px, camera.centre_px - np.array(corner), camera.rotation_cw, camera.position_w)
