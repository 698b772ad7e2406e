"""Shading normals that vary smoothly over a mesh of few faces, and the splitting of faces too curved for one colour."""

from __future__ import annotations

import numpy as np

from genmimic.view.rasterizer import face_normals

SMOOTH_ANGLE = np.deg2rad(38.0)
"""Faces that meet at less than this share one shading; sharper edges stay sharp."""


def corner_normals(vertices: np.ndarray, faces: np.ndarray, limit: float = SMOOTH_ANGLE) -> np.ndarray:
    """Unit normals (F, 3, 3) at the three corners of each face (F, 3).

    Each is the mean, weighted by area, over the faces around the corner that meet the face at less than `limit`
    radians.
    """
    a, b, c = (vertices[faces[:, i]] for i in range(3))
    area = 0.5 * np.linalg.norm(np.cross(b - a, c - a), axis=1)
    normal = face_normals(vertices, faces)
    # corners at the same place count as one, so that a mesh cut along its seams is still smooth across them
    _, welded = np.unique(np.round(vertices, 5), axis=0, return_inverse=True)
    corner, neighbour = _around_corners(welded.reshape(-1)[faces])
    near = (normal[corner // 3] * normal[neighbour]).sum(1) > np.cos(limit)
    corner, neighbour = corner[near], neighbour[near]
    weighted = normal[neighbour] * area[neighbour, None]
    total = np.stack([np.bincount(corner, weighted[:, axis], 3 * len(faces)) for axis in range(3)], 1)
    length = np.linalg.norm(total, axis=1, keepdims=True)
    smooth = np.where(length > 1e-12, total / np.maximum(length, 1e-12), np.repeat(normal, 3, axis=0))
    return smooth.reshape(-1, 3, 3)


def split_curved_faces(
    vertices: np.ndarray, faces: np.ndarray, normals: np.ndarray, max_turn: float, min_edge: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Halve faces at their longest edge until one colour does for each; the surface stays the same.

    Args:
        vertices: (V, 3), metres.
        faces: (F, 3).
        normals: Corner normals (F, 3, 3).
        max_turn: Largest angle, radians, between the normals at two corners of a face.
        min_edge: Faces whose longest edge is shorter, metres, are left alone.

    Returns:
        Vertices (V', 3), faces (F', 3) and their corner normals (F', 3, 3), interpolated.
    """
    vertices, faces, normals = np.asarray(vertices, np.float64), np.asarray(faces, np.int64), np.asarray(normals)
    while True:
        following = np.roll(normals, -1, axis=1)
        turn = np.arccos(np.clip((normals * following).sum(2), -1.0, 1.0)).max(1)
        edge = np.linalg.norm(vertices[faces] - vertices[np.roll(faces, -1, axis=1)], axis=2)
        large = np.flatnonzero((turn > max_turn) & (edge.max(1) > min_edge))
        if not len(large):
            return vertices, faces, normals
        # turn each face so that its longest edge leads from its first corner to its second
        order = (edge[large].argmax(1)[:, None] + np.arange(3)) % 3
        a, b, c = np.take_along_axis(faces[large], order, 1).T
        na, nb, nc = np.take_along_axis(normals[large], order[..., None], 1).swapaxes(0, 1)
        # the new corner is not shared with the neighbour: the mesh is only drawn, never walked along
        m, nm = len(vertices) + np.arange(len(large)), na + nb
        nm = nm / np.maximum(np.linalg.norm(nm, axis=1, keepdims=True), 1e-12)
        vertices = np.concatenate([vertices, 0.5 * (vertices[a] + vertices[b])])
        faces = np.concatenate([np.delete(faces, large, 0), np.stack([a, m, c], 1), np.stack([m, b, c], 1)])
        halves = [np.stack([na, nm, nc], 1), np.stack([nm, nb, nc], 1)]
        normals = np.concatenate([np.delete(normals, large, 0), *halves])


def _around_corners(faces: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """All pairs of a corner (3 * face + 0..2) and a face that has it too, the corner's own face included."""
    order = np.argsort(faces.reshape(-1), kind="stable")
    _, start, count = np.unique(faces.reshape(-1)[order], return_index=True, return_counts=True)
    repeats = np.repeat(count, count)  # every corner meets all corners at its vertex
    within = np.arange(int(repeats.sum())) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    return np.repeat(order, repeats), order[np.repeat(np.repeat(start, count), repeats) + within] // 3
