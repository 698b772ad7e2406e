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
            empty = draw_room(take.surfaces, camera)
        previous = camera
        yield render_frame(take, frame, camera, empty)


def render_frame(take: Take, frame: int, camera: Camera, empty: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """Picture (H, W, 3), RGB uint8, of one frame before the picture of the empty room (see `draw_room`)."""
    curl = {name: (float(c[frame, 0]), float(c[frame, 1])) for name, c in take.curl.items()}
    vertices = pose_vertices(take.body, take.human.root_pos_w[frame], take.human.local_quat[frame], curl)
    shadow = shading.cast(vertices, take.body.faces, take.light_w)
    background, is_floor = empty
    shade = FLOOR_SHADOW * is_floor * shading.floor_shadow(shadow, camera)
    image = background * (np.float32(1.0) - shade.astype(np.float32))[..., None]

    fine = camera.scaled(SUPERSAMPLE)
    pixel, face, weight = _visible_points(take.body, vertices, fine)
    if len(pixel):
        person = np.zeros((fine.size[1], fine.size[0], 4), np.float32)
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
    projected, depth = (values.astype(np.float32) for values in camera.project(vertices))
    corner = projected[body.faces[face]]
    row, column = np.divmod(pixel, camera.size[0])
    a = corner - np.stack([column, row], 1).astype(np.float32)[:, None]
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
    # one table of everything that is interpolated over a face: normal, position in the A-pose, position in the world
    table = np.hstack([shading.vertex_normals(vertices, body.faces), body.vertices, vertices]).astype(np.float32)
    corners = body.faces[face]
    values = weight[:, :1] * table[corners[:, 0]]
    for k in (1, 2):
        values += weight[:, k : k + 1] * table[corners[:, k]]
    normal, rest, point = values[:, :3], values[:, 3:6], values[:, 6:]
    normal = normal + _folds(rest, body.face_region[face])
    normal /= np.maximum(np.sqrt(np.einsum("na,na->n", normal, normal)), 1e-6)[:, None]
    lit = shadow.lit(point)
    light = shading.brightness(normal, lit, take.light_w.astype(np.float32), -camera.rotation_cw[2].astype(np.float32))
    # the room's light reaches the lower legs less: they stand in the floor's and the body's own shade
    light *= np.clip(0.82 + 0.18 * point[:, 2], 0.82, 1.0)
    albedo = _painted(body, body.face_colour[face], rest, body.face_region[face])
    return 255.0 * np.clip(albedo * light[:, None], 0.0, 1.0) ** (1.0 / GAMMA)


def _painted(body: Body, albedo: np.ndarray, rest: np.ndarray, region: np.ndarray) -> np.ndarray:
    """Albedo (N, 3) with lips, brows and ruddy cheeks on the skin at rest positions (N, 3)."""
    z_eye, y_eye = body.left_eye_pos[2], body.left_eye_pos[1]
    skin = region == REGIONS.index("skin")
    face = np.flatnonzero(skin & (rest[:, 2] > z_eye - 0.035) & (np.abs(rest[:, 1] - y_eye) < 0.1))
    x, y = np.abs(rest[face, 0]), rest[face, 1] - np.float32(y_eye)
    colour = albedo[face]

    def blend(paint: np.ndarray, distance: np.ndarray, blur: float) -> None:
        share = np.clip(0.5 - distance / blur, 0.0, 1.0)[:, None]
        colour[:] += share * (paint - colour)

    blend(colour * [1.0, 0.72, 0.68], np.hypot((x - 0.036) / 1.3, y + 0.035) - 0.012, 0.025)
    blend(body.paint["lips"], np.hypot(x / 0.025, (y + 0.0695) / 0.0095) - 1.0, 0.25)
    along = (x - 0.030) / 0.019
    blend(body.paint["brow"], np.hypot(along**3, (y - 0.0205 + 0.004 * along**2) / 0.0042) - 1.0, 0.5)
    blend(0.35 * colour, np.hypot((x - 0.031) / 0.017, (y - 0.0065) / 0.0022) - 1.0, 0.8)
    albedo = albedo.copy()
    albedo[face] = colour
    return albedo


def _folds(rest: np.ndarray, region: np.ndarray) -> np.ndarray:
    """Slopes (N, 3) of the folds in cloth at rest positions (N, 3): a few waves that move with the body."""
    cloth = np.isin(region, [REGIONS.index("shirt"), REGIONS.index("trousers")])
    hair = region == REGIONS.index("hair")
    depth = np.float32(0.16) * cloth + np.float32(0.28) * hair
    rough = np.flatnonzero(depth)
    out, rest = np.zeros_like(rest), rest[rough]
    slope = np.zeros_like(rest)
    waves = ((31.0, 17.0, 9.0), (-14.0, 38.0, 21.0), (47.0, -25.0, -33.0), (70.0, 9.0, 60.0))
    for k, wave in enumerate(waves):
        direction = np.array(wave, np.float32)
        slope += np.cos(rest @ direction + np.float32(k))[:, None] * (direction / np.linalg.norm(direction))
    out[rough] = 0.5 * depth[rough, None] * slope
    return out


def _cross(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]
