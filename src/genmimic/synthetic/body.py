"""Three rendered people: CC0 bodies skinned to the 22-joint skeleton of `motion.skeleton`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np

from genmimic import rotation
from genmimic.errors import InputError
from genmimic.motion.skeleton import INDEX, PARENTS, forward_kinematics

REGIONS: tuple[str, ...] = ("skin", "arm", "hair", "eye", "iris", "shirt", "trousers", "shoe")
"""What a face of the mesh shows; `arm` is bare or sleeved."""

PALETTES: dict[str, dict[str, tuple[int, int, int]]] = {
    "adam": {
        "skin": (224, 172, 145),
        "arm": (224, 172, 145),
        "lips": (186, 108, 98),
        "brow": (70, 48, 36),
        "hair": (62, 42, 30),
        "shirt": (176, 58, 52),
        "trousers": (58, 70, 98),
        "shoe": (226, 224, 218),
    },
    "beth": {
        "skin": (158, 106, 78),
        "arm": (56, 128, 122),
        "lips": (126, 62, 58),
        "brow": (34, 24, 20),
        "hair": (34, 26, 24),
        "shirt": (56, 128, 122),
        "trousers": (74, 66, 60),
        "shoe": (60, 46, 40),
    },
    "chen": {
        "skin": (232, 188, 154),
        "arm": (232, 188, 154),
        "lips": (196, 120, 108),
        "brow": (40, 32, 30),
        "hair": (28, 26, 28),
        "shirt": (238, 196, 84),
        "trousers": (112, 104, 92),
        "shoe": (44, 46, 54),
    },
}
"""Colours (RGB) of the identities; eyes are the same for all."""
EYE_COLOURS = {"eye": (236, 232, 228), "iris": (46, 34, 28)}


@dataclass(frozen=True)
class Body:
    """A dressed person's mesh in the A-pose with what it takes to pose it.

    Attributes:
        name: Identity.
        vertices: Mesh in the A-pose, (V, 3), metres, SMPL body axes (x left, y up, z forward).
        faces: Triangles, (F, 3), counter-clockwise seen from outside.
        face_colour: Albedo of each triangle, (F, 3), RGB in [0, 1], linear light.
        face_region: Index into `REGIONS`, (F,).
        weight_joint: The four joints that move each vertex, (V, 4).
        weight: Their shares, (V, 4), summing to 1.
        left_eye_pos: Centre of the left eyeball in the A-pose, (3,), metres; where the face is painted.
        paint: Albedo of `lips` and `brow`, (3,), linear light.
        joint_pos: Joints in the A-pose, (22, 3), metres.
        bind_matrix: Rotation (22, 3, 3) of each body part from the A-pose to the T-pose, in which all local
            rotations are identity.
        offsets: Joint offsets of the T-pose, (22, 3), metres, for `HumanMotion`.
        ankle_height: Height of the ankle joint over the floor when the sole is flat on it, metres.
        curls: Displacements (V, 3) in the A-pose that close the index finger and the other three.
    """

    name: str
    vertices: np.ndarray
    faces: np.ndarray
    face_colour: np.ndarray
    face_region: np.ndarray
    weight_joint: np.ndarray
    weight: np.ndarray
    left_eye_pos: np.ndarray
    paint: Mapping[str, np.ndarray]
    joint_pos: np.ndarray
    bind_matrix: np.ndarray
    offsets: np.ndarray
    ankle_height: float
    curls: Mapping[str, np.ndarray]

    @property
    def height(self) -> float:
        """Stature with shoes, metres."""
        return float(np.ptp(self.vertices[:, 1]))

    @property
    def standing_pelvis_height(self) -> float:
        """Height of the pelvis joint over the floor with straight legs, metres."""
        chain = [INDEX["left_hip"], INDEX["left_knee"], INDEX["left_ankle"]]
        return self.ankle_height - float(self.offsets[chain, 1].sum())


def identities() -> tuple[str, ...]:
    """Names of the people there are."""
    return tuple(PALETTES)


@cache
def load_body(name: str = "adam") -> Body:
    """Load one of the packaged people.

    Raises:
        InputError: There is nobody of that name.
    """
    with resources.files("genmimic.synthetic").joinpath("assets/bodies.npz").open("rb") as file:
        data = dict(np.load(file, allow_pickle=False))
    names = [str(n) for n in data["identities"]]
    if name not in names:
        raise InputError(f"No synthetic body is called '{name}'; choose one of {', '.join(names)}.")
    person = names.index(name)
    palette = PALETTES[name] | EYE_COLOURS
    linear = {part: (np.array(rgb) / 255.0) ** 2.2 for part, rgb in palette.items()}
    colours = np.stack([linear[r] for r in REGIONS])
    vertices = data["vertices"][person] * 1e-4
    regions = data["face_region"][person]
    joints = data["joint_pos"][person]
    bind = data["bind_matrix"][person]
    parents = np.array(PARENTS[1:])
    offsets = np.zeros((22, 3))
    offsets[1:] = np.einsum("jab,jb->ja", bind[parents], joints[1:] - joints[parents])
    curls = {}
    for curl, shift in zip(data["curl_names"], data["curl_shift"], strict=True):
        curls[str(curl)] = np.zeros_like(vertices)
        curls[str(curl)][data["curl_vertex"]] = shift[person] * 1e-4
    return Body(
        name=name,
        vertices=vertices,
        faces=data["faces"].astype(np.int64),
        face_colour=colours[regions],
        face_region=regions,
        weight_joint=data["weight_joint"].astype(np.int64),
        weight=data["weight"] / data["weight"].sum(1, keepdims=True, dtype=np.float64),
        left_eye_pos=data["left_eye_pos"][person].astype(np.float64),
        paint={part: linear[part] for part in ("lips", "brow")},
        joint_pos=joints,
        bind_matrix=bind,
        offsets=offsets,
        ankle_height=float(joints[INDEX["left_ankle"], 1] - vertices[:, 1].min()),
        curls=curls,
    )


def pose_vertices(
    body: Body, root_pos_w: np.ndarray, local_quat: np.ndarray, curl: Mapping[str, tuple[float, float]] | None = None
) -> np.ndarray:
    """Linear blend skinning of one frame.

    Args:
        body: The person.
        root_pos_w: Pelvis joint, (3,), metres, world.
        local_quat: (22, 4); entry 0 is the root in the world, the others are relative to the parent.
        curl: How far the fingers of the left and right hand are closed, 0 to 1, by name (`index`, `fingers`).

    Returns:
        Vertices (V, 3), metres, world.
    """
    pos, quat = forward_kinematics(root_pos_w, local_quat, body.offsets)
    vertices = body.vertices
    for name, (left, right) in (curl or {}).items():
        side = np.where(vertices[:, :1] > 0, left, right)
        vertices = vertices + side * body.curls[name]
    matrix = rotation.to_matrix(quat) @ body.bind_matrix
    shift = pos - np.einsum("jab,jb->ja", matrix, body.joint_pos)
    affine = np.concatenate([matrix, shift[:, :, None]], axis=2)
    blended = np.einsum("vk,vkab->vab", body.weight, affine[body.weight_joint])
    return np.einsum("vab,vb->va", blended[:, :, :3], vertices) + blended[:, :, 3]
