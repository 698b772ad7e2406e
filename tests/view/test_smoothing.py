"""Shading normals and the splitting of curved faces."""

from __future__ import annotations

import numpy as np

from genmimic.view.rasterizer import face_normals
from genmimic.view.smoothing import corner_normals, split_curved_faces


def octahedron(levels: int) -> tuple[np.ndarray, np.ndarray]:
    """A sphere of radius 1 from an octahedron, faces counter-clockwise from outside."""
    vertices = np.array([[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]], float)
    faces = np.array([[0, 2, 4], [2, 1, 4], [1, 3, 4], [3, 0, 4], [2, 0, 5], [1, 2, 5], [3, 1, 5], [0, 3, 5]])
    for _ in range(levels):
        corners = vertices[faces]
        middle = 0.5 * (corners + np.roll(corners, -1, axis=1))
        a, b, c = corners.swapaxes(0, 1)
        ab, bc, ca = middle.swapaxes(0, 1)
        pieces = [(a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca)]
        vertices = np.concatenate([np.stack(piece, 1) for piece in pieces]).reshape(-1, 3)
        vertices /= np.linalg.norm(vertices, axis=1, keepdims=True)
        faces = np.arange(len(vertices)).reshape(-1, 3)
    return vertices, faces


def cube() -> tuple[np.ndarray, np.ndarray]:
    vertices = np.array([[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)], float)
    quads = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    return vertices, np.array([t for a, b, c, d in quads for t in ((a, b, c), (a, c, d))])


def test_corners_of_a_sphere_point_outwards_even_where_vertices_are_not_shared():
    vertices, faces = octahedron(3)
    normals = corner_normals(vertices, faces)
    np.testing.assert_allclose(np.linalg.norm(normals, axis=2), 1.0)
    assert (normals * vertices[faces]).sum(2).min() > 0.995
    assert (face_normals(vertices, faces)[:, None] * vertices[faces]).sum(2).min() < 0.99


def test_edges_of_a_cube_stay_sharp():
    vertices, faces = cube()
    normals = corner_normals(vertices, faces)
    np.testing.assert_allclose(normals, np.repeat(face_normals(vertices, faces)[:, None], 3, axis=1), atol=1e-12)
    assert len(split_curved_faces(vertices, faces, normals, np.deg2rad(5), 0.01)[1]) == len(faces)


def test_splitting_keeps_the_surface_and_bounds_the_turn():
    vertices, faces = octahedron(2)
    normals = corner_normals(vertices, faces)
    limit = np.deg2rad(8.0)
    fine_vertices, fine_faces, fine_normals = split_curved_faces(vertices, faces, normals, limit, 0.0)
    assert len(fine_faces) > 2 * len(faces)

    def area_vectors(v: np.ndarray, f: np.ndarray) -> np.ndarray:
        a, b, c = v[f].swapaxes(0, 1)
        return 0.5 * np.cross(b - a, c - a)

    whole, pieces = area_vectors(vertices, faces), area_vectors(fine_vertices, fine_faces)
    np.testing.assert_allclose(np.linalg.norm(pieces, axis=1).sum(), np.linalg.norm(whole, axis=1).sum())
    np.testing.assert_allclose(pieces.sum(0), whole.sum(0), atol=1e-12)
    turn = np.arccos(np.clip((fine_normals * np.roll(fine_normals, -1, axis=1)).sum(2), -1, 1))
    assert turn.max() <= limit + 1e-9
    np.testing.assert_allclose(np.linalg.norm(fine_normals, axis=2), 1.0)


def test_small_faces_are_left_alone():
    vertices, faces = octahedron(2)
    normals = corner_normals(vertices, faces)
    assert len(split_curved_faces(vertices, faces, normals, 1e-3, min_edge=10.0)[1]) == len(faces)
