"""Arms of a corrupted motion kept out of the body, as the retargeter sees to it."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter1d, minimum_filter1d

from genmimic import rotation
from genmimic.robot.collision import LEFT_ARM, PELVIS, PRIMITIVES, RIGHT_ARM, TORSO, Primitive
from genmimic.robot.kinematics import forward_kinematics
from genmimic.robot.names import ARM_JOINTS, BODY_NAMES, JOINT_NAMES

SHARES = np.linspace(1.0, 0.0, 6)
"""Shares of an arm's error that are tried, from all of it to none."""
SLACK = 0.005
"""Metres by which an arm may overlap with the body more than the true one does."""
_REACH, _BLEND = 0.12, 0.05
"""Seconds before and after a collision in which the error is reduced, too, and over which it comes and goes (s.d.)."""
_SAMPLES = (0.0, 0.5, 1.0)

Pose = tuple[np.ndarray, np.ndarray, np.ndarray]


def _arm(group: int) -> list[Primitive]:
    return [p for p in PRIMITIVES if p.group == group]


_BODY_PARTS = [p for p in PRIMITIVES if p.group in (PELVIS, TORSO) or p.name.split("_")[1] in ("hip", "thigh")]
_ARMS = {"left": _arm(LEFT_ARM), "right": _arm(RIGHT_ARM)}


def keep_arms_out(noisy: Pose, true: Pose, fps: float) -> Pose:
    """Take back as much of each arm's error as makes it pass through the body, smoothly in time.

    Args:
        noisy: Root position (T, 3), root orientation (T, 4) and joints (T, 23) with noise.
        true: The same without; where its arms overlap with the body already, the noisy ones may do so as much.
        fps: Frames per second.

    Returns:
        The noisy triple, its arms nearer to the true ones where they must be.
    """
    root_pos_w, root_quat_w, joint_pos = noisy
    out = joint_pos.copy()
    for side, other in (("left", "right"), ("right", "left")):
        joints = [JOINT_NAMES.index(f"{side}_{name}_joint") for name in ARM_JOINTS]
        allowed = np.minimum(_clearance(true, side, other), 0.0) - SLACK
        share = np.zeros(len(joint_pos))
        left = np.arange(len(joint_pos))
        for tried in SHARES[:-1]:  # the largest share that is clear stays; few frames are left after the first
            arm = out[left]
            arm[:, joints] = true[2][left][:, joints] + tried * (joint_pos[left][:, joints] - true[2][left][:, joints])
            clear = _clearance((root_pos_w[left], root_quat_w[left], arm), side, other) >= allowed[left]
            share[left[clear]] = tried
            left = left[~clear]
        share = minimum_filter1d(share, 2 * round(_REACH * fps) + 1, mode="nearest")
        share = gaussian_filter1d(share, _BLEND * fps, mode="nearest")[:, None]
        out[:, joints] = true[2][:, joints] + share * (joint_pos[:, joints] - true[2][:, joints])
    return root_pos_w, root_quat_w, out


def _clearance(pose: Pose, side: str, other: str) -> np.ndarray:
    """Least distance (T,) of one arm's points from trunk, head, hips, thighs and the other arm; negative in overlap."""
    body_pos, body_quat = forward_kinematics(*pose)
    points, radii = _points(_ARMS[side], body_pos, body_quat, _SAMPLES)
    least = np.full(len(body_pos), np.inf)
    for part in (*_BODY_PARTS, *_ARMS[other]):
        if part.name.endswith("upper_arm_collision"):
            continue
        ends, _ = _points([part], body_pos, body_quat, (0.0, 1.0))
        start, axis = ends[:, :1], ends[:, 1:] - ends[:, :1]
        along = ((points - start) * axis).sum(-1) / np.maximum((axis * axis).sum(-1), 1e-12)
        nearest = start + np.clip(along, 0.0, 1.0)[..., None] * axis
        distance = np.linalg.norm(points - nearest, axis=-1) - radii - part.radius
        least = np.minimum(least, distance.min(1))
    return least


def _points(
    parts: list[Primitive], body_pos: np.ndarray, body_quat: np.ndarray, samples: tuple[float, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """Points (T, P, 3) along the axes of some primitives, and their radii (P,)."""
    body = np.repeat([BODY_NAMES.index(p.body) for p in parts], len(samples))
    local = np.array([np.array(p.start) + s * (np.array(p.end) - p.start) for p in parts for s in samples])
    radii = np.repeat([p.radius for p in parts], len(samples))
    return body_pos[:, body] + rotation.rotate(body_quat[:, body], local), radii
