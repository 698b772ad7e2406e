"""Decimated visual meshes of the G1, made from Unitree's STL files (BSD-3) by tools/make_meshes.py."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Literal

import numpy as np

from genmimic.robot.names import mirrored_name

Level = Literal["fine", "coarse"]

COLOURS: dict[str, tuple[float, float, float, float]] = {
    "light": (0.72, 0.73, 0.75, 1.0),
    "dark": (0.17, 0.17, 0.19, 1.0),
    "visor": (0.08, 0.08, 0.10, 1.0),
}
"""Red, green, blue, alpha of the shells, of the dark parts (hips, feet, rubber hands, trim) and of the head's visor,
after the two materials of Unitree's model."""


@dataclass(frozen=True)
class VisualMesh:
    """One coloured part of the robot's surface.

    Attributes:
        name: Unique name.
        body_name: The body that carries it, of `names.BODY_NAMES`.
        vertices: (V, 3), metres, in the body's frame.
        faces: (F, 3) vertex indices, counter-clockwise seen from outside.
        rgba: Colour, components in [0, 1].
    """

    name: str
    body_name: str
    vertices: np.ndarray
    faces: np.ndarray
    rgba: tuple[float, float, float, float]


@lru_cache(maxsize=2)
def load_visual_meshes(level: Level = "fine") -> tuple[VisualMesh, ...]:
    """Load the meshes of the whole robot.

    Args:
        level: 'fine' (about 12,000 faces in all) or 'coarse' (about 4,400).

    Returns:
        The parts; arrays are read-only and shared between calls. Right limbs are mirrored left limbs.
    """
    meshes: list[VisualMesh] = []
    with (resources.files("genmimic.robot") / "assets" / "g1_meshes.npz").open("rb") as file:
        data = np.load(file, allow_pickle=False)
        for index, (body, colour) in enumerate(zip(data["body"].tolist(), data["colour"].tolist(), strict=True)):
            lower, upper = data[f"{level}_{index}_bounds"].astype(np.float64)
            vertices = lower + data[f"{level}_{index}_vertices"] / 65535.0 * (upper - lower)
            faces = data[f"{level}_{index}_faces"].astype(np.int32)
            meshes.append(_mesh(f"{body}_{colour}_{index}", body, vertices, faces, COLOURS[colour]))
    return (*meshes, *(_mirrored(mesh) for mesh in meshes if mesh.body_name.startswith("left_")))


def _mirrored(mesh: VisualMesh) -> VisualMesh:
    # a mirror turns surfaces inside out, hence the faces' reversed order
    flipped = np.ascontiguousarray(mesh.faces[:, ::-1])
    name, body = mirrored_name(mesh.name), mirrored_name(mesh.body_name)
    return _mesh(name, body, mesh.vertices * [1.0, -1.0, 1.0], flipped, mesh.rgba)


def _mesh(
    name: str, body: str, vertices: np.ndarray, faces: np.ndarray, rgba: tuple[float, float, float, float]
) -> VisualMesh:
    vertices.setflags(write=False)
    faces.setflags(write=False)
    return VisualMesh(name, body, vertices, faces, rgba)
