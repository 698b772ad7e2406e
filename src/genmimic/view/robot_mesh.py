"""The robot's visual meshes as one mesh that follows the poses of the 24 bodies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.sparse import coo_matrix
from scipy.spatial import ConvexHull

from genmimic import rotation
from genmimic.robot.meshes import VisualMesh, load_visual_meshes
from genmimic.robot.names import BODY_NAMES
from genmimic.view.rasterizer import face_normals

SMOOTH_ANGLE = np.deg2rad(38.0)
"""Faces that meet at less than this share one shading; sharper edges stay sharp."""


@dataclass(frozen=True)
class RobotMesh:
    """All visual meshes in one array, sorted by body.

    Attributes:
        vertices_b: Vertices (V, 3), metres, each in the frame of its body.
        faces: Vertex indices (F, 3), counter-clockwise from outside.
        normals_b: Unit normals (F, 3) for shading, in the frame of the face's body.
        colours: Colours (F, 3), 0..255.
        vertex_slices: For each body, the range of its vertices.
        face_slices: For each body, the range of its faces.
        hulls_b: For each body, the vertices (n, 3) of its convex hull, for shadows; may be empty.
    """

    vertices_b: np.ndarray
    faces: np.ndarray
    normals_b: np.ndarray
    colours: np.ndarray
    vertex_slices: tuple[slice, ...]
    face_slices: tuple[slice, ...]
    hulls_b: tuple[np.ndarray, ...]

    def pose(self, body_pos_w: np.ndarray, body_quat_w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Vertices (V, 3) in metres and shading normals (F, 3) in the world for bodies at (24, 3) and (24, 4)."""
        matrices = rotation.to_matrix(np.asarray(body_quat_w))
        vertices, normals = np.empty_like(self.vertices_b), np.empty_like(self.normals_b)
        for body, matrix in enumerate(matrices):
            part, face = self.vertex_slices[body], self.face_slices[body]
            vertices[part] = self.vertices_b[part] @ matrix.T + body_pos_w[body]
            normals[face] = self.normals_b[face] @ matrix.T
        return vertices, normals

    def posed_hulls(self, body_pos_w: np.ndarray, body_quat_w: np.ndarray) -> list[np.ndarray]:
        """Convex hull vertices (n, 3) of each body that has a mesh, world, metres."""
        matrices = rotation.to_matrix(np.asarray(body_quat_w))
        return [h @ m.T + p for h, m, p in zip(self.hulls_b, matrices, body_pos_w, strict=True) if len(h)]


@lru_cache(maxsize=4)
def load_robot_mesh(coarse: bool = False) -> RobotMesh:
    """The G1's meshes from package data, at full quality or coarse."""
    return merge_meshes(load_visual_meshes("coarse" if coarse else "fine"))


def merge_meshes(meshes: Sequence[VisualMesh]) -> RobotMesh:
    """Merge meshes into one, sorted by body in the order of `BODY_NAMES`."""
    vertices: list[np.ndarray] = []
    faces: list[np.ndarray] = []
    normals: list[np.ndarray] = []
    colours: list[np.ndarray] = []
    vertex_slices: list[slice] = []
    face_slices: list[slice] = []
    hulls: list[np.ndarray] = []
    vertex_count = face_count = 0
    for body in BODY_NAMES:
        first_vertex, first_face = vertex_count, face_count
        mine = [mesh for mesh in meshes if mesh.body_name == body]
        for mesh in mine:
            vertices.append(np.asarray(mesh.vertices, np.float64))
            faces.append(np.asarray(mesh.faces, np.int64) + vertex_count)
            normals.append(smooth_normals(vertices[-1], np.asarray(mesh.faces, np.int64)))
            colours.append(np.tile(255.0 * np.asarray(mesh.rgba)[:3], (len(mesh.faces), 1)))
            vertex_count += len(mesh.vertices)
            face_count += len(mesh.faces)
        vertex_slices.append(slice(first_vertex, vertex_count))
        face_slices.append(slice(first_face, face_count))
        points = np.concatenate([m.vertices for m in mine]).astype(np.float64) if mine else np.zeros((0, 3))
        hulls.append(points[ConvexHull(points).vertices] if mine else points)
    return RobotMesh(
        np.concatenate(vertices),
        np.concatenate(faces),
        np.concatenate(normals),
        np.concatenate(colours),
        tuple(vertex_slices),
        tuple(face_slices),
        tuple(hulls),
    )


def smooth_normals(vertices: np.ndarray, faces: np.ndarray, limit: float = SMOOTH_ANGLE) -> np.ndarray:
    """Normals (F, 3) averaged, by area, over the faces that share a corner and meet at less than `limit` radians."""
    a, b, c = (vertices[faces[:, i]] for i in range(3))
    area = 0.5 * np.linalg.norm(np.cross(b - a, c - a), axis=1)
    normal = face_normals(vertices, faces)
    # corners at the same place count as one, so that a mesh cut along its seams is still smooth across them
    _, welded = np.unique(np.round(vertices, 5), axis=0, return_inverse=True)
    corner = welded.reshape(-1)[faces]
    rows = np.repeat(np.arange(len(faces)), 3)
    incidence = coo_matrix((np.ones(3 * len(faces)), (rows, corner.reshape(-1)))).tocsr()
    pairs = (incidence @ incidence.T).tocoo()
    near = (normal[pairs.row] * normal[pairs.col]).sum(1) > np.cos(limit)
    weight = coo_matrix((area[pairs.col[near]], (pairs.row[near], pairs.col[near])), shape=pairs.shape).tocsr()
    total = weight @ normal
    length = np.linalg.norm(total, axis=1, keepdims=True)
    return np.where(length > 1e-12, total / np.maximum(length, 1e-12), normal)
