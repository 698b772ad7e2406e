"""A small software rasterizer: shaded triangles, sorted by depth, filled by OpenCV.

It needs no display, no GPU and no GL library. Everything but the fill itself is vectorised: vertices are projected,
faces culled, clipped and sorted in numpy, and one `cv2.fillConvexPoly` per visible triangle remains. Sorting whole
triangles (the painter's algorithm) is exact for meshes of small faces that don't cut through each other, which
decimated robot and body meshes nearly are. Smooth edges come from drawing at twice the size and averaging down
(`downsample`): filling triangles with anti-aliased borders would let the background shine through at every shared edge.
"""

from __future__ import annotations

import cv2
import numpy as np

from genmimic.view.camera import Camera

SUBPIXEL_BITS = 4
"""Vertices are placed on a grid of 1/16 pixel, so that slow motion doesn't jitter."""
NEAR = 0.05
"""Distance of the near plane from the optical centre, metres."""


def draw_triangles(
    image: np.ndarray,
    camera: Camera,
    vertices_w: np.ndarray,
    faces: np.ndarray,
    colours: np.ndarray,
    *,
    cull_back_faces: bool = True,
    near: float = NEAR,
    antialias: bool = False,
    min_area_px: float = 0.0,
) -> int:
    """Draw a triangle mesh into an image, far faces first.

    Args:
        image: (H, W) or (H, W, C) uint8, contiguous, changed in place; the size of `camera`.
        camera: The camera.
        vertices_w: Vertices (V, 3), metres, world.
        faces: Vertex indices (F, 3), counter-clockwise seen from outside.
        colours: One colour per face, (F, C), 0..255, channels as in `image`; see `shade`.
        cull_back_faces: Leave out faces seen from behind; False for open surfaces such as cloth.
        near: Depth in metres at which faces are cut off.
        antialias: Smooth the border of every triangle; for few large triangles, not for meshes.
        min_area_px: Faces smaller than this in the image, pixels^2, are left out: OpenCV fills the borders too, so
            that the neighbours cover such slivers.

    Returns:
        The number of triangles filled.
    """
    vertices_c = camera.to_camera(vertices_w)
    if (vertices_c[:, 2] < near).any():
        corners_c, source = _clip_near(vertices_c[faces], near)
        vertices_c, faces, colours = (
            corners_c.reshape(-1, 3),
            np.arange(3 * len(source)).reshape(-1, 3),
            colours[source],
        )
    pixel = camera.to_pixel(vertices_c)
    keep = _visible(pixel, faces, camera.size, cull_back_faces, min_area_px)
    faces, colours = faces[keep], np.asarray(colours)[keep]
    order = np.argsort(-vertices_c[:, 2][faces].sum(1), kind="stable")
    _fill(image, pixel[faces[order]], colours[order], antialias)
    return len(order)


def face_normals(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """Unit normals (F, 3) of faces (F, 3) counter-clockwise from outside; zero for degenerate faces."""
    a, b, c = (vertices[faces[:, i]] for i in range(3))
    normal = np.cross(b - a, c - a)
    length = np.linalg.norm(normal, axis=1, keepdims=True)
    return normal / np.maximum(length, 1e-12)


def shade(
    normals_w: np.ndarray,
    colours: np.ndarray,
    *,
    light_w: np.ndarray | tuple[float, float, float] = (0.35, -0.45, 0.82),
    ambient: float = 0.42,
    diffuse: float = 0.62,
) -> np.ndarray:
    """Colours of faces under one distant light and a sky that is brighter than the floor (Lambert's law).

    Args:
        normals_w: Unit normals (F, 3), world.
        colours: Colours (F, C) or (C,) under full light, 0..255.
        light_w: Direction (3,) towards the light.
        ambient: Share of light that comes from everywhere: all of it from straight above, 55 % from straight below.
        diffuse: Share of the distant light.

    Returns:
        Colours (F, C), uint8.
    """
    light = np.asarray(light_w) / np.linalg.norm(light_w)
    lambert = np.maximum(normals_w @ light, 0.0)
    sky = 0.775 + 0.225 * normals_w[:, 2]
    return np.clip(np.asarray(colours) * (ambient * sky + diffuse * lambert)[:, None], 0, 255).astype(np.uint8)


def downsample(image: np.ndarray, factor: int) -> np.ndarray:
    """Average blocks of `factor` x `factor` pixels: the end of supersampling."""
    height, width = image.shape[:2]
    return cv2.resize(image, (width // factor, height // factor), interpolation=cv2.INTER_AREA)


def _visible(
    pixel: np.ndarray, faces: np.ndarray, size: tuple[int, int], cull_back_faces: bool, min_area_px: float
) -> np.ndarray:
    """Indices of faces (F, 3), their corners at pixels (V, 2), that face the camera, touch the image and are large."""
    first, second, third = faces.T
    x, y = np.ascontiguousarray(pixel[:, 0]), np.ascontiguousarray(pixel[:, 1])
    xa, ya = x[first], y[first]
    # counter-clockwise from outside is clockwise in numbers here, because rows grow downwards: negative is the front
    twice_area = (x[second] - xa) * (y[third] - ya) - (x[third] - xa) * (y[second] - ya)
    keep = (-twice_area if cull_back_faces else np.abs(twice_area)) > 2.0 * min_area_px
    for value, end in ((x, size[0] - 0.5), (y, size[1] - 0.5)):
        for beyond in (value <= -0.5, value >= end):
            if beyond.any():
                keep &= ~(beyond[first] & beyond[second] & beyond[third])
    return np.flatnonzero(keep)


def _fill(image: np.ndarray, pixel: np.ndarray, colours: np.ndarray, antialias: bool) -> None:
    """Fill triangles (F, 3, 2) in the given order with colours (F, C)."""
    points = np.rint(pixel * (1 << SUBPIXEL_BITS)).astype(np.int32)
    fill, line = cv2.fillConvexPoly, cv2.LINE_AA if antialias else cv2.LINE_8
    for triangle, colour in zip(points, colours.tolist(), strict=True):
        fill(image, triangle, colour, line, SUBPIXEL_BITS)


def _clip_near(corners_c: np.ndarray, near: float) -> tuple[np.ndarray, np.ndarray]:
    """Cut triangles (F, 3, 3) in the camera frame at depth `near`.

    Returns:
        The triangles (G, 3, 3) in front of the near plane and the index (G,) of the face each comes from. A triangle
        with one corner behind becomes two, one with two corners behind stays one.
    """
    front = corners_c[..., 2] >= near
    count = front.sum(1)
    whole = np.flatnonzero(count == 3)
    pieces, source = [corners_c[whole]], [whole]
    one = np.flatnonzero(count == 1)
    if len(one):  # turn the triangle so that its only corner in front comes first
        a, b, c = _rolled(corners_c[one], front[one].argmax(1))
        pieces.append(np.stack([a, _cut(a, b, near), _cut(a, c, near)], 1))
        source.append(one)
    two = np.flatnonzero(count == 2)
    if len(two):  # turn it so that its only corner behind comes first
        a, b, c = _rolled(corners_c[two], (~front[two]).argmax(1))
        ab, ac = _cut(b, a, near), _cut(c, a, near)
        pieces += [np.stack([ab, b, c], 1), np.stack([ab, c, ac], 1)]
        source += [two, two]
    return np.concatenate(pieces), np.concatenate(source)


def _rolled(corners: np.ndarray, first: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rows = np.arange(len(corners))
    a, b, c = (corners[rows, (first + i) % 3] for i in range(3))
    return a, b, c


def _cut(inside: np.ndarray, outside: np.ndarray, near: float) -> np.ndarray:
    """Points (F, 3) where the edges from `inside` to `outside` meet the near plane."""
    t = (inside[:, 2] - near) / (inside[:, 2] - outside[:, 2])
    return inside + t[:, None] * (outside - inside)
