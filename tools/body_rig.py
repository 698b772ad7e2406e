"""From MakeHuman's bones to the 22 joints of `motion.skeleton`: joints, bind rotations, weights and finger curls."""

from __future__ import annotations

import numpy as np
from makehuman import Base, cube

from genmimic import rotation
from genmimic.motion.skeleton import INDEX, JOINT_NAMES

CURL_ANGLES = (1.25, 1.6, 1.0)
CURL_SHAPES = {"index": ("2",), "fingers": ("3", "4", "5")}
HAND_BONES = ("wrist", "metacarpal", "finger")
CLOTHES = {"hair": (2, 0.013), "shirt": (4, 0.012), "trousers": (2, 0.006), "shoe": (3, 0.005)}
"""Rounds of smoothing and thickness in metres."""
GARMENTS = ("shirt", "trousers", "shoe")
TUCK = 0.012
"""How far skin and trousers are drawn in under the shirt, metres."""
SOLE = 0.012
"""How far the sole lies under the bare foot, metres."""
CURL_ANGLES = (1.25, 1.6, 1.0)
CURL_SHAPES = {"index": ("2",), "fingers": ("3", "4", "5")}
PELVIS_ABOVE_HIPS = np.array([0.0, 0.082, 0.015])
"""SMPL's pelvis joint lies this far above and before the middle of its hip joints, metres."""
HIP_WIDTH_SCALE = 0.85
"""MakeHuman's leg joints lie more to the side than the centres of the hips."""
SPINE_FRACTIONS = {"spine1": 0.235, "spine2": 0.495, "spine3": 0.60}
"""Heights of SMPL's spine joints between pelvis (0) and neck (1)."""
CUBES = {
    "neck": "joint-neck",
    "head": "joint-head",
    "left_collar": "joint-l-clavicle",
    "left_shoulder": "joint-l-shoulder",
    "left_elbow": "joint-l-elbow",
    "left_wrist": "joint-l-hand",
    "left_knee": "joint-l-knee",
    "left_ankle": "joint-l-ankle",
    "left_foot": "joint-l-foot-1",
}
LIMB_BONES = {
    "clavicle": "collar",
    "shoulder01": "collar",
    "upperarm": "shoulder",
    "lowerarm": "elbow",
    "wrist": "wrist",
    "metacarpal": "wrist",
    "finger": "wrist",
    "upperleg": "hip",
    "lowerleg": "knee",
    "foot": "ankle",
    "toe": "foot",
}
TORSO_BONES = ("root", "pelvis", "spine", "breast")


def apose_joints(base: Base, vertices: np.ndarray) -> np.ndarray:
    """Joint positions (22, 3) in the A-pose, right side mirrored from the left."""
    joints = np.zeros((22, 3))
    for name, marker in CUBES.items():
        joints[INDEX[name]] = cube(base, vertices, marker)
    hip = cube(base, vertices, "joint-l-upper-leg") * [HIP_WIDTH_SCALE, 1, 1]
    joints[INDEX["left_hip"]] = hip
    pelvis = hip * [0, 1, 1] + PELVIS_ABOVE_HIPS
    joints[INDEX["pelvis"]] = pelvis
    spine = np.array(
        [cube(base, vertices, f"joint-{m}") for m in ("pelvis", "spine-4", "spine-3", "spine-2", "spine-1", "neck")]
    )
    for name, fraction in SPINE_FRACTIONS.items():
        y = pelvis[1] + fraction * (joints[INDEX["neck"], 1] - pelvis[1])
        joints[INDEX[name]] = [0.0, y, np.interp(y, spine[:, 1], spine[:, 2])]
    for name in JOINT_NAMES:
        if name.startswith("left_"):
            joints[INDEX["right" + name[4:]]] = joints[INDEX[name]] * [-1, 1, 1]
        elif not name.startswith("right_"):
            joints[INDEX[name], 0] = 0.0
    return joints


def between(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Smallest rotation (3, 3) that turns direction `a` into direction `b`."""
    a, b = a / np.linalg.norm(a), b / np.linalg.norm(b)
    axis = np.cross(a, b)
    angle = np.arctan2(np.linalg.norm(axis), a @ b)
    axis = axis / max(np.linalg.norm(axis), 1e-12)
    return rotation.to_matrix(rotation.from_axis_angle(axis * angle))


def bind_rotations(base: Base, vertices: np.ndarray, joints: np.ndarray) -> np.ndarray:
    """Rotation (22, 3, 3) of each body part from the A-pose to the T-pose."""
    bind = np.tile(np.eye(3), (22, 1, 1))
    at = {name: joints[INDEX[name]] for name in JOINT_NAMES}
    arm = between(at["left_elbow"] - at["left_shoulder"], np.array([1.0, 0, 0]))
    forearm = between(at["left_wrist"] - at["left_elbow"], np.array([1.0, 0, 0]))
    knuckle = {f: cube(base, vertices, f"joint-l-finger-{f}-1") for f in (2, 3, 5)}
    along = knuckle[3] - at["left_wrist"]
    along /= np.linalg.norm(along)
    across = knuckle[2] - knuckle[5]
    across -= along * (across @ along)
    across /= np.linalg.norm(across)
    hand = np.stack([along, np.cross(across, along), across])  # rows: the hand's axes, which become x, y, z
    twist = hand @ forearm.T
    roll = np.arctan2(twist[2, 1] - twist[1, 2], twist[1, 1] + twist[2, 2])
    print(f"  forearm roll to bring the palm down: {np.degrees(roll):.0f} degrees")
    # half of the forearm's roll in the forearm, so that neither elbow nor wrist is wrung
    forearm = rotation.to_matrix(rotation.from_axis_angle(np.array([0.5 * roll, 0, 0]))) @ forearm
    down = np.array([0, -1.0, 0])
    thigh = between(at["left_knee"] - at["left_hip"], down)
    shank = between(at["left_ankle"] - at["left_knee"], down)
    toes = at["left_foot"] - at["left_ankle"]
    foot = rotation.to_matrix(rotation.from_axis_angle(np.array([0, -np.arctan2(toes[0], toes[2]), 0])))
    parts = {"shoulder": arm, "elbow": forearm, "wrist": hand, "hip": thigh, "knee": shank, "ankle": foot, "foot": foot}
    flip = np.diag([-1.0, 1, 1])
    for name, matrix in parts.items():
        bind[INDEX[f"left_{name}"]] = matrix
        bind[INDEX[f"right_{name}"]] = flip @ matrix @ flip
    return bind


def joint_weights(base: Base, vertices: np.ndarray, joints: np.ndarray) -> np.ndarray:
    """Skinning weights (V, 22); the torso's are spread over our four torso joints by height."""
    weights = np.zeros((len(vertices), 22))
    torso = np.zeros(len(vertices))
    for bone, column in base.weights.items():
        name, _, side = bone.partition(".")
        part = next((LIMB_BONES[k] for k in LIMB_BONES if name.startswith(k)), None)
        if part is not None:
            weights[:, INDEX[("left_" if side == "L" else "right_") + part]] += column
        elif name.startswith(TORSO_BONES):
            torso += column
        elif name.startswith("neck"):
            weights[:, INDEX["neck"]] += column
        else:
            weights[:, INDEX["head"]] += column
    chain = [INDEX[n] for n in ("pelvis", "spine1", "spine2", "spine3")]
    # a part is fully its joint's own half-way up to the next joint
    centres = [
        joints[a, 1] + 0.5 * (joints[b, 1] - joints[a, 1])
        for a, b in zip(chain, [*chain[1:], INDEX["neck"]], strict=True)
    ]
    for k, joint in enumerate(chain):
        weights[:, joint] += torso * np.interp(vertices[:, 1], centres, np.eye(4)[k])
    return weights / weights.sum(1, keepdims=True)


def curl(base: Base, v: np.ndarray, fingers: tuple[str, ...]) -> np.ndarray:
    """Vertex displacements (V, 3) in the A-pose that close some fingers of both hands."""
    moved = v.copy()
    for side, cubes in (("L", "l"), ("R", "r")):
        knuckles = {f: cube(base, v, f"joint-{cubes}-finger-{f}-1") for f in ("2", "5")}
        across = knuckles["2"] - knuckles["5"]
        axis = across / np.linalg.norm(across) * (-1.0 if side == "L" else 1.0)
        for finger in fingers:
            out = np.zeros_like(v)
            rot, shift = np.eye(3), np.zeros(3)
            for k, angle in enumerate(CURL_ANGLES, start=1):
                joint = cube(base, v, f"joint-{cubes}-finger-{finger}-{k}")
                place = rot @ joint + shift
                rot = rotation.to_matrix(rotation.from_axis_angle(axis * angle)) @ rot
                shift = place - rot @ joint
                column = base.weights[f"finger{finger}-{k}.{side}"]
                out += column[:, None] * (v @ rot.T + shift - v)
            moved += out
    return moved - v
