"""First guess of the fit: each bone turned to BlazePose's direction, then placed along its rays."""

from __future__ import annotations

import numpy as np

from genmimic import rotation
from genmimic.human.articulation import BALL_JOINTS, DOF, DOF_COUNT, Pose
from genmimic.human.blazepose import BLAZEPOSE_NAMES
from genmimic.human.fit_observations import Observations
from genmimic.human.kinematics import forward
from genmimic.human.landmark_points import LANDMARK_POINTS
from genmimic.motion.skeleton import INDEX

_LANDMARK = {name: i for i, name in enumerate(BLAZEPOSE_NAMES)}


def initial_pose(world_landmarks_w: np.ndarray, offsets: np.ndarray) -> Pose:
    """Pose (T frames, root at the origin) whose limbs point where BlazePose's landmarks say.

    Args:
        world_landmarks_w: (T, 33, 3) BlazePose's world landmarks turned to world axes, metres.
        offsets: Rest offsets (22, 3), metres.
    """
    point = {name: world_landmarks_w[:, i] for name, i in _LANDMARK.items()}
    frames = len(world_landmarks_w)
    values = np.zeros((frames, DOF_COUNT))
    balls = np.zeros((frames, len(BALL_JOINTS), 4))
    hips = 0.5 * (point["left_hip"] + point["right_hip"])
    shoulders = 0.5 * (point["left_shoulder"] + point["right_shoulder"])
    across = point["left_hip"] - point["right_hip"] + point["left_shoulder"] - point["right_shoulder"]
    up = rotation.unit(shoulders - hips)
    left = rotation.unit(across - up * (across * up).sum(-1, keepdims=True))
    root = np.stack([left, up, np.cross(left, up)], -1)
    balls[:, 0] = rotation.from_matrix(root)
    for side, sign in (("left", 1.0), ("right", -1.0)):
        limbs = (
            ("hip", "knee", "ankle", "knee", (1.0, 0.0, 0.0)),
            ("shoulder", "elbow", "wrist", "elbow", (0, -sign, 0)),
        )
        for start, middle, end, hinge, axis in limbs:
            upper = point[f"{side}_{middle}"] - point[f"{side}_{start}"]
            lower = point[f"{side}_{end}"] - point[f"{side}_{middle}"]
            rest_upper, rest_lower = offsets[INDEX[f"{side}_{middle}"]], offsets[INDEX[f"{side}_{end}"]]
            local, angle = _limb(root, rest_upper, rest_lower, upper, lower, np.asarray(axis, dtype=float))
            balls[:, BALL_JOINTS.index(f"{side}_{start}")] = rotation.from_matrix(local)
            values[:, DOF[f"{side}_{hinge}"]] = angle
    return Pose(values, balls)


def _limb(
    parent: np.ndarray,
    rest_upper: np.ndarray,
    rest_lower: np.ndarray,
    upper: np.ndarray,
    lower: np.ndarray,
    axis: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Rotation (T, 3, 3) of the limb's first joint relative to its parent and the hinge's angle (T,)."""
    upper_p = rotation.unit(np.einsum("tji,tj->ti", parent, upper))
    lower_p = rotation.unit(np.einsum("tji,tj->ti", parent, lower))
    rest_u, rest_l = rotation.unit(rest_upper), rotation.unit(rest_lower)
    swing = _shortest(rest_u, upper_p)
    # the bending plane fixes the twist, but only as far as the limb is bent
    normal = np.cross(upper_p, lower_p)
    bend = np.clip((np.linalg.norm(normal, axis=-1, keepdims=True) - 0.35) / 0.3, 0.0, 1.0)
    hinge = rotation.unit(bend * rotation.unit(normal) + (1.0 - bend) * (swing @ axis))
    hinge = rotation.unit(hinge - upper_p * (hinge * upper_p).sum(-1, keepdims=True))
    rest_hinge = rotation.unit(axis - rest_u * (axis @ rest_u))
    rest_basis = np.stack([rest_u, rest_hinge, np.cross(rest_u, rest_hinge)], -1)
    basis = np.stack([upper_p, hinge, np.cross(upper_p, hinge)], -1)
    angle = np.arccos(np.clip((upper_p * lower_p).sum(-1), -1.0, 1.0)) - np.arccos(np.clip(rest_u @ rest_l, -1.0, 1.0))
    return basis @ rest_basis.T, np.clip(angle, 0.02, 2.4)


def _shortest(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Smallest rotations (T, 3, 3) that turn the unit vector a (3,) to unit vectors b (T, 3)."""
    quat = np.concatenate([1.0 + (b @ a)[:, None], np.cross(a, b)], -1)
    degenerate = np.linalg.norm(quat, axis=-1, keepdims=True) < 1e-6
    quat = np.where(degenerate, np.array([0.0, 0.0, 1.0, 0.0]), quat)
    return rotation.to_matrix(rotation.normalize(quat))


def place_root(pose: Pose, offsets: np.ndarray, scale: float, observed: Observations, camera_rot: np.ndarray) -> Pose:
    """Move a pose along the rays of its landmarks by linear least squares: x_ray (Z + z_i) = X + x_i, likewise y.

    Args:
        pose: T frames; its root position is replaced.
        offsets: Rest offsets (22, 3), metres.
        scale: Size of the body relative to the one on which the landmarks' places are given.
        observed: The clip's rays and weights.
        camera_rot: (3, 3) from world to the first frame's camera axes.
    """
    values = pose.values.copy()
    values[:, :3] = 0.0
    kin = forward(Pose(values, pose.balls), offsets)
    points = LANDMARK_POINTS
    body = kin.joint_pos_w[:, points.joint] + np.einsum(
        "tkij,kj->tki", kin.joint_rot_w[:, points.joint], scale * points.local
    )
    body_c = body @ camera_rot.T
    weight = np.sqrt(np.maximum(observed.weight, 1e-3)) / points.sigma
    zero, one = np.zeros_like(weight), np.ones_like(weight)
    rows, rhs = [], []
    for axis in range(2):
        unit = [one, zero] if axis == 0 else [zero, one]
        ray = observed.ray[..., axis]
        rows.append(np.stack([*unit, -ray], -1) * weight[..., None])
        rhs.append((ray * body_c[..., 2] - body_c[..., axis]) * weight)
    a, b = np.concatenate(rows, 1), np.concatenate(rhs, 1)
    solution = np.linalg.solve(np.einsum("tmi,tmj->tij", a, a), np.einsum("tmi,tm->ti", a, b)[..., None])[..., 0]
    solution[:, 2] = np.clip(solution[:, 2], 0.5, 50.0)
    values[:, :3] = solution @ camera_rot
    return Pose(values, pose.balls)
