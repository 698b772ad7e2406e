"""Pictures of the robot by MuJoCo's OpenGL renderer, on the same floor as our own rasterizer's.

MuJoCo draws the robot alone, smoothly shaded and with its own shadows on itself, at twice the size; where its depth
buffer is not empty, the picture is laid over our floor.
"""

# mujoco's compiled modules come without type stubs
# pyright: reportAttributeAccessIssue=false

from __future__ import annotations

import mujoco
import numpy as np

from genmimic import rotation
from genmimic.errors import InputError
from genmimic.robot.model import build_model
from genmimic.robot.names import BODY_NAMES
from genmimic.view import rasterizer
from genmimic.view.camera import Camera
from genmimic.view.compositing import composite
from genmimic.view.floor import Studio
from genmimic.view.probe_gl import make_context
from genmimic.view.robot_mesh import load_robot_mesh
from genmimic.view.scene import GHOST_ALPHA, GHOST_RGB, Pose, Scene, draw_strap, draw_trail, light_direction_w

SUPERSAMPLING = 2
NEAR, FAR = 0.05, 60.0


class MujocoRenderer:
    """Draws the robot with OpenGL; needs the platform that `backends.gl_platform` found."""

    name = "mujoco"

    def __init__(self, size: tuple[int, int], platform: str) -> None:
        """Make the GL context and load the meshes onto the GPU.

        Args:
            size: Width and height of the pictures, pixels.
            platform: `egl`, `osmesa`, `cgl` or `glfw`.

        Raises:
            InputError: The graphics driver cannot draw pictures of this size.
        """
        self.size = size
        width, height = (SUPERSAMPLING * side for side in size)
        self._model = build_model(visual=True, floor=False)
        self._model.vis.global_.offwidth, self._model.vis.global_.offheight = width, height
        self._model.vis.quality.offsamples = 0
        self._model.vis.headlight.ambient[:] = 0.46
        self._model.vis.headlight.diffuse[:] = 0.42
        self._model.vis.headlight.specular[:] = 0.1
        self._model.light_diffuse[:] = 0.55
        self._model.light_specular[:] = 0.25
        self._data = mujoco.MjData(self._model)
        mujoco.mj_forward(self._model, self._data)
        self._body = np.array([self._model.body(name).id for name in BODY_NAMES])
        self._gl = make_context(platform, (width, height))
        self._context = mujoco.MjrContext(self._model, mujoco.mjtFontScale.mjFONTSCALE_100)
        mujoco.mjr_setBuffer(mujoco.mjtFramebuffer.mjFB_OFFSCREEN, self._context)
        if self._context.currentBuffer != mujoco.mjtFramebuffer.mjFB_OFFSCREEN:
            raise InputError("The graphics driver has no offscreen buffer; use the renderer 'software'.")
        self._scene = mujoco.MjvScene(self._model, maxgeom=4 * self._model.ngeom)
        self._scene.flags[mujoco.mjtRndFlag.mjRND_SKYBOX] = 0
        self._scene.flags[mujoco.mjtRndFlag.mjRND_HAZE] = 0
        self._scene.flags[mujoco.mjtRndFlag.mjRND_SHADOW] = 0  # limbs would black out what lies behind them
        self._viewport = mujoco.MjrRect(0, 0, width, height)
        self._studio = Studio()
        self._outline = load_robot_mesh("coarse")

    def render(self, scene: Scene) -> np.ndarray:
        """The picture (H, W, 3) uint8 RGB."""
        self._gl.make_current()
        outline, _ = self._outline.pose(scene.robot.pos_w, scene.robot.quat_w)
        image = self._studio.draw(scene.camera, self._outline.per_body(outline), light_direction_w(scene.camera))
        if scene.trail_w is not None:
            draw_trail(image, scene.camera, scene.trail_w)
        if scene.ghost is not None:
            composite(image, self._layer(scene.ghost, scene.camera, GHOST_RGB), alpha=GHOST_ALPHA)
        if scene.strap:
            draw_strap(image, scene.camera, scene.robot)
        composite(image, self._layer(scene.robot, scene.camera, None))
        return image

    def close(self) -> None:
        """Free the GL context."""
        self._context.free()
        self._gl.free()

    def _layer(self, pose: Pose, camera: Camera, tint: tuple[float, float, float] | None) -> np.ndarray:
        """One robot alone, (H, W, 4) uint8 RGBA with colour premultiplied by coverage."""
        self._place(pose, camera)
        mujoco.mjv_updateScene(
            self._model,
            self._data,
            mujoco.MjvOption(),
            None,
            mujoco.MjvCamera(),
            mujoco.mjtCatBit.mjCAT_ALL,
            self._scene,
        )
        for eye in self._scene.camera:
            _set_camera(eye, camera)
        if tint is not None:
            for geom in self._scene.geoms[: self._scene.ngeom]:
                geom.rgba[:3] = 0.25 + 0.75 * np.array(tint)
        mujoco.mjr_render(self._viewport, self._scene, self._context)
        height, width = self._viewport.height, self._viewport.width
        rgb, depth = np.zeros((height, width, 3), np.uint8), np.zeros((height, width), np.float32)
        mujoco.mjr_readPixels(rgb, depth, self._viewport, self._context)
        covered = _covered(depth)
        layer = np.concatenate([rgb * covered[..., None], 255 * covered[..., None]], -1)[::-1]
        return rasterizer.downsample(np.ascontiguousarray(layer), SUPERSAMPLING)

    def _place(self, pose: Pose, camera: Camera) -> None:
        """Put the geoms where the bodies are: no state of joints is needed for that."""
        data, model = self._data, self._model
        data.xpos[self._body], data.xquat[self._body] = pose.pos_w, pose.quat_w
        pos, quat = data.xpos[model.geom_bodyid], data.xquat[model.geom_bodyid]
        data.geom_xpos[:] = pos + rotation.rotate(quat, model.geom_pos)
        data.geom_xmat[:] = rotation.to_matrix(rotation.multiply(quat, model.geom_quat)).reshape(-1, 9)
        light = light_direction_w(camera)
        data.light_xpos[:] = pose.pos_w[0] + 4.0 * light
        data.light_xdir[:] = -light


def _covered(depth: np.ndarray) -> np.ndarray:
    """Where something was drawn, (H, W) uint8 0 or 1: the empty buffer holds the far plane, 1 (0 when reversed)."""
    return ((depth < 1.0) & (depth > 0.0)).astype(np.uint8)


def _set_camera(eye: mujoco.MjvGLCamera, camera: Camera) -> None:
    right_c, up_c = np.array([1.0, 0.0, 0.0]), np.array([0.0, -1.0, 0.0])
    eye.pos[:] = camera.position_w
    eye.forward[:] = np.cross(camera.rotation_cw.T @ up_c, camera.rotation_cw.T @ right_c)
    eye.up[:] = camera.rotation_cw.T @ up_c
    per_pixel = NEAR / camera.focal_px
    width, height = camera.size
    eye.orthographic = 0
    eye.frustum_center = per_pixel * (0.5 * (width - 1) - camera.centre_px[0])
    eye.frustum_width = per_pixel * 0.5 * width
    eye.frustum_bottom = -per_pixel * (height - 0.5 - camera.centre_px[1])
    eye.frustum_top = per_pixel * (camera.centre_px[1] + 0.5)
    eye.frustum_near, eye.frustum_far = NEAR, FAR
