"""The robot's visual meshes as one mesh that follows the poses of the 24 bodies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np

from genmimic import rotation
from genmimic.robot.meshes import Level, VisualMesh, load_visual_meshes
from genmimic.robot.names import BODY_NAMES
from genmimic.view.smoothing import corner_normals, split_curved_faces

SPLITTING = {"fine": (np.deg2rad(12.0), 0.04), "coarse": (np.inf, np.inf)}
"""Faces have one colour each: those over which the normal turns by more radians are split, down to edges in metres."""


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
    """

    vertices_b: np.ndarray
    faces: np.ndarray
    normals_b: np.ndarray
    colours: np.ndarray
    vertex_slices: tuple[slice, ...]
    face_slices: tuple[slice, ...]

    def pose(self, body_pos_w: np.ndarray, body_quat_w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Vertices (V, 3) in metres and shading normals (F, 3) in the world for bodies at (24, 3) and (24, 4)."""
        matrices = rotation.to_matrix(np.asarray(body_quat_w))
        vertices, normals = np.empty_like(self.vertices_b), np.empty_like(self.normals_b)
        for body, matrix in enumerate(matrices):
            part, face = self.vertex_slices[body], self.face_slices[body]
            vertices[part] = self.vertices_b[part] @ matrix.T + body_pos_w[body]
            normals[face] = self.normals_b[face] @ matrix.T
        return vertices, normals

    def per_body(self, vertices: np.ndarray) -> list[np.ndarray]:
        """Split posed vertices (V, 3) by body; bodies without a mesh are left out."""
        return [vertices[part] for part in self.vertex_slices if part.stop > part.start]


@lru_cache(maxsize=2)
def load_robot_mesh(level: Level = "fine") -> RobotMesh:
    """The G1's meshes from package data, `fine` (curved faces split, so that it looks smooth) or `coarse`."""
    return merge_meshes(load_visual_meshes(level), *SPLITTING[level])


def merge_meshes(meshes: Sequence[VisualMesh], max_turn: float = np.inf, min_edge: float = np.inf) -> RobotMesh:
    """Merge meshes into one, sorted by body in the order of `BODY_NAMES`; faces are split as in `smoothing`."""
    by_body = [[_prepare(mesh, max_turn, min_edge) for mesh in meshes if mesh.body_name == body] for body in BODY_NAMES]
    ordered = [mesh for mine in by_body for mesh in mine]
    first_vertex = np.cumsum([0] + [len(mesh.vertices) for mesh in ordered])
    return RobotMesh(
        vertices_b=np.concatenate([mesh.vertices for mesh in ordered]),
        faces=np.concatenate([mesh.faces + first for mesh, first in zip(ordered, first_vertex[:-1], strict=True)]),
        normals_b=np.concatenate([mesh.normals for mesh in ordered]),
        colours=np.concatenate([np.tile(255.0 * np.array(m.rgb), (len(m.faces), 1)) for m in ordered]),
        vertex_slices=_slices([sum(len(mesh.vertices) for mesh in mine) for mine in by_body]),
        face_slices=_slices([sum(len(mesh.faces) for mesh in mine) for mine in by_body]),
    )


@dataclass(frozen=True)
class _Part:
    vertices: np.ndarray
    faces: np.ndarray
    normals: np.ndarray
    rgb: tuple[float, ...]


def _prepare(mesh: VisualMesh, max_turn: float, min_edge: float) -> _Part:
    corners = corner_normals(mesh.vertices, mesh.faces)
    vertices, faces, corners = split_curved_faces(mesh.vertices, mesh.faces, corners, max_turn, min_edge)
    return _Part(vertices, faces, _unit(corners.sum(1)), mesh.rgba[:3])


def _slices(lengths: list[int]) -> tuple[slice, ...]:
    ends = np.cumsum([0, *lengths]).tolist()
    return tuple(slice(a, b) for a, b in pairwise(ends))


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12)
