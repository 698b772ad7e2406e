"""Pictures of a synthetic person in a room, for motions and cameras that are known exactly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np

from genmimic.motion.human_motion import HumanMotion
from genmimic.synthetic import shading
from genmimic.synthetic.body import REGIONS, Body, pose_vertices
from genmimic.synthetic.room import Surface, draw_room
from genmimic.view.camera import Camera
from genmimic.view.rasterizer import draw_triangles

GAMMA = 2.2
SUPERSAMPLE = 2
FLOOR_SHADOW = 0.5
"""How much of the floor's light comes from the lamp."""


@dataclass(frozen=True)
class Take:
    """Everything a picture shows but the camera.

    Attributes:
        body: The person.
        human: The motion; its offsets are the body's.
        surfaces: The room.
        light_w: Direction (3,) towards the lamp.
        curl: How far the fingers are closed, (T, 2) for left and right hand, in [0, 1], by name of `Body.curls`.
    """

    body: Body
    human: HumanMotion
    surfaces: Sequence[Surface]
    light_w: np.ndarray
    curl: Mapping[str, np.ndarray] = field(default_factory=dict)


def render_motion(take: Take, cameras: Sequence[Camera]) -> Iterator[np.ndarray]:
    """One picture (H, W, 3), RGB uint8, per frame of the motion and camera of `cameras` (T)."""
    empty, previous = None, None
    for frame, camera in enumerate(cameras):
        if empty is None or camera is not previous:  # a static camera is one object, repeated
            empty = draw_room(list(take.surfaces), camera)
        previous = camera
        yield render_frame(take, frame, camera, empty)


def render_frame(take: Take, frame: int, camera: Camera, empty: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """Picture (H, W, 3), RGB uint8, of one frame before the picture of the empty room (see `draw_room`)."""
    curl = {name: (float(c[frame, 0]), float(c[frame, 1])) for name, c in take.curl.items()}
    vertices = pose_vertices(take.body, take.human.root_pos_w[frame], take.human.local_quat[frame], curl)
    shadow = shading.cast(vertices, take.body.faces, take.light_w)
    background, floor_point = empty
    image = background * (1.0 - FLOOR_SHADOW * shading.floor_shadow(shadow, floor_point))[..., None]

    fine = camera.scaled(SUPERSAMPLE)
    person = np.zeros((fine.size[1], fine.size[0], 4), np.float32)
    pixel, face, weight = _visible_points(take.body, vertices, fine)
    person.reshape(-1, 4)[pixel, :3] = _colours(take, vertices, face, weight, shadow, camera)
    person.reshape(-1, 4)[pixel, 3] = 1.0
    person = cv2.resize(person, camera.size, interpolation=cv2.INTER_AREA)
    image = image * (1.0 - person[..., 3:]) + person[..., :3]
    return np.clip(image + 0.5, 0, 255).astype(np.uint8)


def _visible_points(body: Body, vertices: np.ndarray, camera: Camera) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What a camera sees of the body: pixel index (N,), face (N,) and perspective-correct corner weights (N, 3)."""
    ids = np.full((camera.size[1], camera.size[0]), -1, np.int32)
    draw_triangles(ids, camera, vertices, body.faces, np.arange(len(body.faces))[:, None])
    pixel = np.flatnonzero(ids.reshape(-1) >= 0)
    face = ids.reshape(-1)[pixel]
    projected, depth = camera.project(vertices)
    corner = projected[body.faces[face]]
    row, column = np.divmod(pixel, camera.size[0])
    a = corner - np.stack([column, row], 1)[:, None]
    area = np.stack([_cross(a[:, 1], a[:, 2]), _cross(a[:, 2], a[:, 0]), _cross(a[:, 0], a[:, 1])], axis=1)
    # pixels on the rim of a filled triangle lie a little outside: clamp
    total = area.sum(1, keepdims=True)
    weight = np.clip(area / np.where(np.abs(total) < 1e-9, 1e-9, total), 0.0, 1.0) / depth[body.faces[face]]
    return pixel, face, weight / np.maximum(weight.sum(1, keepdims=True), 1e-12)


def _colours(
    take: Take, vertices: np.ndarray, face: np.ndarray, weight: np.ndarray, shadow: shading.ShadowMap, camera: Camera
) -> np.ndarray:
    """Colours (N, 3), 0..255, of visible points."""
    body = take.body
    corners = body.faces[face]
    normals = shading.vertex_normals(vertices, body.faces)
    normal = np.einsum("nk,nka->na", weight, normals[corners])
    rest = np.einsum("nk,nka->na", weight, body.vertices[corners])
    normal = normal + _folds(rest, body.face_region[face])
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12)
    point = np.einsum("nk,nka->na", weight, vertices[corners])
    lit = shadow.lit(point + 0.012 * normal)
    light = shading.brightness(normal, lit, take.light_w, -camera.rotation_cw[2])
    # the room's light reaches the lower legs less: they stand in the floor's and the body's own shade
    light *= np.clip(0.82 + 0.18 * point[:, 2], 0.82, 1.0)
    return 255.0 * np.clip(body.face_colour[face] * light[:, None], 0.0, 1.0) ** (1.0 / GAMMA)


def _folds(rest: np.ndarray, region: np.ndarray) -> np.ndarray:
    """Slopes (N, 3) of the folds in cloth at rest positions (N, 3): a few waves that move with the body."""
    cloth = np.isin(region, [REGIONS.index("shirt"), REGIONS.index("trousers")])
    hair = region == REGIONS.index("hair")
    depth = 0.16 * cloth + 0.28 * hair
    out = np.zeros_like(rest)
    waves = ((31.0, 17.0, 9.0), (-14.0, 38.0, 21.0), (47.0, -25.0, -33.0), (70.0, 9.0, 60.0))
    for k, wave in enumerate(waves):
        wave = np.array(wave)
        out += np.cos(rest @ wave + k)[:, None] * (wave / np.linalg.norm(wave))
    return depth[:, None] * out * 0.5


def _cross(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]
