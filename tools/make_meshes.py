"""Make src/genmimic/robot/assets/g1_meshes.npz: the G1's visual meshes in two levels of detail.

A tool for maintainers; users never run it. It needs `pip install trimesh fast-simplification` and Unitree's STL files
of the 23-DoF G1 (BSD-3-Clause). They come with the wheel wbc-mjlab 0.0.6 (`pip download --no-deps wbc-mjlab==0.0.6`,
unzip, folder wbc_mjlab/robots/g1/xmls/assets) and with https://github.com/unitreerobotics/unitree_ros
(robots/g1_description/meshes).

    python tools/make_meshes.py FOLDER_OF_STL_FILES

Each mesh is welded, freed of the faces that cannot be seen from outside (structure within the shells: nearly half of
the torso) and of screws, and decimated by quadric error to its share of the face budget. The maker's logo is left
out. Vertices are stored as 16-bit integers within their bounding box (steps of at most 6 micrometres). Right limbs
are mirrored left limbs.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import fast_simplification
import numpy as np
import trimesh
from edge_collapse import collapse

OUTPUT = Path(__file__).parents[1] / "src" / "genmimic" / "robot" / "assets" / "g1_meshes.npz"
BUDGET = {"fine": 12_000, "coarse": 4_400}
"""Faces of the whole robot, right limbs included."""

TORSO_SHIFT = (0.0039635, 0.0, -0.044)
"""Head and torso meshes are given in the frame of the waist; this is where it lies in the torso link's."""
FACE_BOTTOM = 0.335
"""Lower end of the face, z axis of the torso link, metres."""
PANE_SHRINK = 0.955
"""The face's pane lies this far inside the hull of the head's frame."""
CELLS = (0.0002, 0.0005, 0.001, 0.0015, 0.002, 0.003, 0.004)
"""Cell sizes tried before decimation, metres."""
WRIST_END = 0.118
"""Where the wrist ends and the rubber hand begins, on the x axis of the wrist roll link, metres."""


@dataclass(frozen=True)
class Source:
    """One STL file: the body it belongs to, its colour class and how much detail it deserves."""

    file: str
    body: str
    colour: str = "light"
    shift: tuple[float, float, float] = (0.0, 0.0, 0.0)
    detail: float = 1.0


SOURCES = (
    Source("pelvis", "pelvis", "dark"),
    Source("pelvis_contour_link", "pelvis"),
    Source("left_hip_pitch_link", "left_hip_pitch_link", "dark"),
    Source("left_hip_roll_link", "left_hip_roll_link"),
    Source("left_hip_yaw_link", "left_hip_yaw_link"),
    Source("left_knee_link", "left_knee_link"),
    Source("left_ankle_pitch_link", "left_ankle_pitch_link", detail=0.7),
    Source("left_ankle_roll_link", "left_ankle_roll_link", "dark"),
    Source("torso_link_23dof_rev_1_0", "torso_link", shift=TORSO_SHIFT, detail=1.6),
    Source("head_link", "torso_link", "dark", TORSO_SHIFT, detail=1.3),
    Source("left_shoulder_pitch_link", "left_shoulder_pitch_link"),
    Source("left_shoulder_roll_link", "left_shoulder_roll_link"),
    Source("left_shoulder_yaw_link", "left_shoulder_yaw_link"),
    Source("left_elbow_link", "left_elbow_link"),
    Source("left_wrist_roll_rubber_hand", "left_wrist_roll_link", detail=1.4),
)


def visible_faces(mesh: trimesh.Trimesh, spacing: float = 0.0015, directions: int = 80) -> np.ndarray:
    """Mask of the faces whose front, at any sample, is seen from any of many directions around the mesh.

    Only fronts count: the inner wall of a shell lies too close behind the outer one to be told apart by depth.
    """
    count = int(np.clip(mesh.area / (0.35 * spacing) ** 2, 20_000, 1_500_000))
    samples, face = trimesh.sample.sample_surface(mesh, count, seed=0)[:2]
    samples = np.concatenate([samples, mesh.triangles_center])
    face = np.concatenate([face, np.arange(len(mesh.faces))])
    seen = np.zeros(len(mesh.faces), dtype=bool)
    for view in _sphere(directions):
        side = np.cross(view, [0.0, 0.0, 1.0] if abs(view[2]) < 0.9 else [1.0, 0.0, 0.0])
        side /= np.linalg.norm(side)
        plane = np.stack([samples @ side, samples @ np.cross(view, side)], axis=1)
        cell = np.floor((plane - plane.min(axis=0)) / spacing).astype(np.int64)
        key = cell[:, 0] * (cell[:, 1].max() + 1) + cell[:, 1]
        depth = samples @ view
        nearest = np.full(key.max() + 1, np.inf)
        np.minimum.at(nearest, key, depth)
        is_front = mesh.face_normals[face] @ view < 0.0
        seen[face[is_front & (depth < nearest[key] + 2 * spacing)]] = True
    return seen


def _sphere(count: int) -> np.ndarray:
    index = np.arange(count) + 0.5
    z, angle = 1.0 - 2.0 * index / count, index * np.pi * (1.0 + 5.0**0.5)
    radius = np.sqrt(1.0 - z * z)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle), z], axis=1)


def load(folder: Path, source: Source) -> trimesh.Trimesh:
    """The welded surface of one STL file, in its body's frame."""
    mesh = trimesh.load(folder / f"{source.file}.STL", force="mesh")
    mesh.merge_vertices(digits_vertex=5)
    mesh.update_faces(mesh.nondegenerate_faces())
    mesh.apply_translation(source.shift)
    return mesh


def load_outsides(folder: Path) -> list[tuple[Source, trimesh.Trimesh]]:
    """All sources without the faces that the parts of the same body hide from outside."""
    meshes = [(source, load(folder, source)) for source in SOURCES]
    outsides = []
    for body in dict.fromkeys(source.body for source in SOURCES):
        own = [(source, mesh) for source, mesh in meshes if source.body == body]
        seen = visible_faces(trimesh.util.concatenate([mesh for _, mesh in own]))
        ends = np.cumsum([len(mesh.faces) for _, mesh in own])
        for (source, mesh), mask in zip(own, np.split(seen, ends[:-1]), strict=True):
            mesh.update_faces(mask)
            outsides.append((source, without_crumbs(mesh)))
            print(f"{source.file}: {len(mask)} faces, {len(outsides[-1][1].faces)} kept")
    return outsides


def without_crumbs(mesh: trimesh.Trimesh, size: float = 0.012) -> trimesh.Trimesh:
    """Drop connected pieces smaller than `size` metres: screws, and what is left of hidden parts."""
    pieces = trimesh.graph.connected_components(mesh.face_adjacency, nodes=np.arange(len(mesh.faces)))
    extent = [np.ptp(mesh.triangles[piece].reshape(-1, 3), axis=0).max() for piece in pieces]
    kept = np.concatenate([piece for piece, large in zip(pieces, np.array(extent) > size, strict=True) if large])
    return mesh.submesh([np.sort(kept)], append=True)


def parts(mesh: trimesh.Trimesh, source: Source) -> list[tuple[str, trimesh.Trimesh]]:
    """The mesh by colour: the hand's rubber is dark, the wrist before it light; the head gets its face.

    Unitree's head mesh is the bare frame. The real robot has a dark pane in it: the frame's convex hull, drawn in.
    """
    if source.file == "head_link":
        face = mesh.vertices[mesh.vertices[:, 2] > FACE_BOTTOM]
        hull = trimesh.convex.convex_hull(face)
        hull.vertices = hull.centroid + PANE_SHRINK * (hull.vertices - hull.centroid)
        return [(source.colour, mesh), ("visor", hull)]
    if "rubber_hand" not in source.file:
        return [(source.colour, mesh)]
    is_hand = mesh.triangles_center[:, 0] > WRIST_END
    return [
        ("light", mesh.submesh([np.flatnonzero(~is_hand)], append=True)),
        ("dark", mesh.submesh([np.flatnonzero(is_hand)], append=True)),
    ]


def decimate(mesh: trimesh.Trimesh, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Vertices and faces after quadric decimation to about `count` faces.

    Unitree's shells have cracks, double walls and screws on which edge collapse gets stuck. Vertices are therefore
    joined within cells first, of the smallest size at which the fast decimation comes near its aim; the slow one
    does the rest.
    """
    for cell in CELLS:
        joined = join_within_cells(mesh, cell)
        vertices, faces = np.asarray(joined.vertices, np.float32), np.asarray(joined.faces, np.int32)
        if count < len(faces):
            vertices, faces = fast_simplification.simplify(vertices, faces, target_count=count, agg=3)
        if len(faces) <= 3 * count:
            break
    if len(faces) > count:
        vertices, faces = collapse(vertices, faces, count)
    simple = trimesh.Trimesh(vertices, faces, process=True)
    simple.update_faces(simple.nondegenerate_faces())
    simple.remove_unreferenced_vertices()
    return np.asarray(simple.vertices), np.asarray(simple.faces)


def join_within_cells(mesh: trimesh.Trimesh, cell: float) -> trimesh.Trimesh:
    """Replace all vertices within a cubic cell (metres) by their mean and drop the faces that vanish."""
    vertices = np.asarray(mesh.vertices)
    _, group = np.unique(np.round(vertices / cell).astype(np.int64), axis=0, return_inverse=True)
    group = group.ravel()
    sums = np.stack([np.bincount(group, vertices[:, axis]) for axis in range(3)], axis=1)
    joined = trimesh.Trimesh(sums / np.bincount(group)[:, None], group[mesh.faces], process=False)
    joined.update_faces(joined.nondegenerate_faces())
    joined.update_faces(joined.unique_faces())
    joined.remove_unreferenced_vertices()
    return joined


def main() -> None:
    """Read the STL files and write the npz."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="folder with Unitree's STL files")
    folder = parser.parse_args().folder
    meshes = [(source, colour, part) for source, mesh in load_outsides(folder) for colour, part in parts(mesh, source)]
    copies = np.array([2 if source.body.startswith("left_") else 1 for source, _, _ in meshes])
    # faces grow slower than area, so that small parts keep their shape
    wants = np.array([source.detail * part.area**0.6 for source, _, part in meshes])
    arrays: dict[str, np.ndarray] = {
        "body": np.array([source.body for source, _, _ in meshes]),
        "colour": np.array([colour for _, colour, _ in meshes]),
    }
    for level, budget in BUDGET.items():
        shares = budget * wants / (wants * copies).sum()
        total = 0
        for index, ((_, _, part), share) in enumerate(zip(meshes, shares, strict=True)):
            vertices, faces = decimate(part, int(share))
            lower, upper = vertices.min(axis=0), vertices.max(axis=0)
            arrays[f"{level}_{index}_bounds"] = np.stack([lower, upper]).astype(np.float32)
            arrays[f"{level}_{index}_vertices"] = np.round((vertices - lower) / (upper - lower) * 65535.0).astype(
                np.uint16
            )
            arrays[f"{level}_{index}_faces"] = faces.astype(np.uint16)
            total += len(faces) * copies[index]
        print(f"{level}: {total} faces in all")
    np.savez_compressed(OUTPUT, allow_pickle=False, **arrays)
    print(f"{OUTPUT}: {OUTPUT.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
