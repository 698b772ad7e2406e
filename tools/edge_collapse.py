"""Greedy edge collapse by quadric error (Garland and Heckbert 1997) that does not mind cracks and double walls.

Slow (Python) and meant for a few thousand faces: it finishes what fast_simplification leaves when it is stuck at
borders and edges of three or more faces. Maintainers' tool, used by make_meshes.py.
"""

from __future__ import annotations

import heapq

import numpy as np

BORDER_WEIGHT = 0.3
"""Weight of the planes that hold an open border in place, against the faces'."""


def collapse(vertices: np.ndarray, faces: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Collapse edges until at most `count` faces are left.

    Args:
        vertices: (V, 3).
        faces: (F, 3) vertex indices.
        count: Faces wanted.

    Returns:
        Vertices (V', 3) and faces (F', 3) without unused vertices.
    """
    vertices = np.array(vertices, dtype=np.float64)
    triangles = {i: tuple(int(v) for v in face) for i, face in enumerate(faces) if len(set(face.tolist())) == 3}
    around: list[set[int]] = [set() for _ in vertices]
    for index, triangle in triangles.items():
        for vertex in triangle:
            around[vertex].add(index)
    quadrics = _quadrics(vertices, triangles)
    version = np.zeros(len(vertices), dtype=int)
    heap: list[tuple[float, int, int, int, int, tuple[float, ...]]] = []

    def push(a: int, b: int) -> None:
        target, cost = _best_point(vertices[a], vertices[b], quadrics[a] + quadrics[b])
        heapq.heappush(heap, (cost, a, b, version[a], version[b], tuple(target)))

    for a, b in {tuple(sorted((t[i], t[i - 1]))) for t in triangles.values() for i in range(3)}:
        push(a, b)
    while len(triangles) > count and heap:
        _, a, b, version_a, version_b, target = heapq.heappop(heap)
        if version[a] != version_a or version[b] != version_b or _flips(vertices, triangles, around, a, b, target):
            continue
        vertices[a] = target
        quadrics[a] = quadrics[a] + quadrics[b]
        version[a] += 1
        version[b] += 1
        for index in around[b]:
            triangle = tuple(a if v == b else v for v in triangles[index])
            if len(set(triangle)) < 3:
                for vertex in set(triangle) - {a}:
                    around[vertex].discard(index)
                around[a].discard(index)
                del triangles[index]
            else:
                triangles[index] = triangle
                around[a].add(index)
        around[b] = set()
        for neighbour in {v for index in around[a] for v in triangles[index]} - {a}:
            push(a, neighbour)
    kept = np.array(list(triangles.values()))
    used, inverse = np.unique(kept, return_inverse=True)
    return vertices[used], inverse.reshape(kept.shape)


def _quadrics(vertices: np.ndarray, triangles: dict[int, tuple[int, ...]]) -> np.ndarray:
    quadrics = np.zeros((len(vertices), 4, 4))
    edges: dict[tuple[int, ...], list[int]] = {}
    for index, triangle in triangles.items():
        a, b, c = vertices[list(triangle)]
        normal = np.cross(b - a, c - a)
        length = np.linalg.norm(normal)
        if length < 1e-14:
            continue
        _add_plane(quadrics, triangle, normal / length, a, 0.5 * length)
        for i in range(3):
            edges.setdefault(tuple(sorted((triangle[i], triangle[i - 1]))), []).append(index)
    for edge, owners in edges.items():
        if len(owners) != 1:
            continue
        a, b, c = vertices[list(triangles[owners[0]])]
        along = vertices[edge[1]] - vertices[edge[0]]
        wall = np.cross(along, np.cross(b - a, c - a))
        if np.linalg.norm(wall) > 1e-16:
            _add_plane(quadrics, edge, wall / np.linalg.norm(wall), vertices[edge[0]], BORDER_WEIGHT * along @ along)
    return quadrics


def _add_plane(quadrics: np.ndarray, corners: tuple[int, ...], normal: np.ndarray, point: np.ndarray, weight: float):
    plane = np.append(normal, -normal @ point)
    quadrics[list(corners)] += weight * np.outer(plane, plane)


def _best_point(a: np.ndarray, b: np.ndarray, quadric: np.ndarray) -> tuple[np.ndarray, float]:
    candidates = [a, b, 0.5 * (a + b)]
    matrix = quadric[:3, :3]
    if np.linalg.cond(matrix) < 1e4:
        best = np.linalg.solve(matrix, -quadric[:3, 3])
        if np.linalg.norm(best - candidates[2]) < np.linalg.norm(a - b):
            candidates.append(best)
    costs = [float(np.append(p, 1.0) @ quadric @ np.append(p, 1.0)) for p in candidates]
    best_index = int(np.argmin(costs))
    # the length breaks ties on flat parts: short edges first
    return candidates[best_index], max(costs[best_index], 0.0) + 1e-12 * float(np.linalg.norm(a - b))


def _flips(
    vertices: np.ndarray,
    triangles: dict[int, tuple[int, ...]],
    around: list[set[int]],
    a: int,
    b: int,
    target: tuple[float, ...],
) -> bool:
    for index in around[a] ^ around[b]:
        corners = vertices[list(triangles[index])]
        moved = np.array([target if v in (a, b) else vertices[v] for v in triangles[index]])
        before = np.cross(corners[1] - corners[0], corners[2] - corners[0])
        after = np.cross(moved[1] - moved[0], moved[2] - moved[0])
        if before @ after < 0.1 * np.linalg.norm(before) * np.linalg.norm(after):
            return True
    return False
