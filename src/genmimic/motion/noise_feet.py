"""Footholds of a corrupted motion: what stands, stands still, as the retargeter sees to it."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter1d

from genmimic import rotation
from genmimic.robot.bodies import BODIES
from genmimic.robot.constants import JOINT_LOWER, JOINT_UPPER
from genmimic.robot.kinematics import forward_kinematics
from genmimic.robot.names import BODY_NAMES, FOOT_NAMES, LEG_JOINTS

_FEET = [BODY_NAMES.index(name) for name in FOOT_NAMES]
_LEG = len(LEG_JOINTS)
_AXES = np.array([body.axis for body in BODIES[1:]])
_BLEND = 0.06
"""Seconds (standard deviation) over which a foot passes between its foothold and its free flight."""
_ROTATION_WEIGHT = 0.15
"""Metres of position error that cost as much as a radian of a foot's orientation."""
_DAMPING = 0.12
"""Of each step of the legs' inverse kinematics, metres per radian: keeps straight knees from leaping."""
_ROUNDS = 8
_STEP = 0.2
"""Most that a joint moves in a round, radians."""

Pose = tuple[np.ndarray, np.ndarray, np.ndarray]


def plant_feet(noisy: Pose, true: Pose, stance: np.ndarray, fps: float) -> Pose:
    """Put standing feet of a corrupted motion on footholds that stay, by moving the pelvis' height and the legs.

    A foothold lies where the corrupted foot is on average while it stands, as high and as flat as the true one.

    Args:
        noisy: Root position (T, 3), root orientation (T, 4) and joints (T, 23) with noise.
        true: The same without.
        stance: Whether each foot stands, (T, 2) bool.
        fps: Frames per second.

    Returns:
        The noisy triple with its feet planted.
    """
    root_pos_w, root_quat_w, joint_pos = noisy
    if not stance.any():
        return noisy
    true_pos, true_quat = (x[:, _FEET] for x in forward_kinematics(*true))
    foot_pos, foot_quat = (x[:, _FEET] for x in forward_kinematics(*noisy))
    weight = gaussian_filter1d(stance.astype(np.float64), _BLEND * fps, axis=0, mode="nearest")
    wanted_pos, wanted_quat = foot_pos.copy(), foot_quat.copy()
    for foot in range(2):
        for part in _runs(stance[:, foot]):
            wanted_pos[part, foot, :2] = foot_pos[part, foot, :2].mean(0)
            wanted_pos[part, foot, 2] = true_pos[part, foot, 2]
            wanted_quat[part, foot] = _turned_like(true_quat[part, foot], foot_quat[part, foot])
    held_pos, held_quat = _carried(wanted_pos, stance), _carried(wanted_quat, stance)
    # the pelvis goes up or down with the feet that stand, so that the legs need not stretch; others go along
    lift = (weight * (held_pos - foot_pos)[..., 2]).sum(1) / np.maximum(weight.sum(1), 1.0)
    rise = lift[:, None] * [0.0, 0.0, 1.0]
    root_pos_w, free_pos = root_pos_w + rise, foot_pos + rise[:, None]
    target_pos = free_pos + weight[..., None] * (held_pos - free_pos)
    target_quat = rotation.slerp(foot_quat, held_quat, weight)
    joint_pos = _reach(root_pos_w, root_quat_w, joint_pos, target_pos, target_quat)
    return root_pos_w, root_quat_w, joint_pos


def _runs(mask: np.ndarray) -> list[slice]:
    """Runs of true values in a mask (T,)."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(int)))
    return [slice(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


def _turned_like(true_quat: np.ndarray, noisy_quat: np.ndarray) -> np.ndarray:
    """True orientations (T, 4) of a foot, turned about the vertical by how the noisy ones (T, 4) differ on average."""
    yaw = rotation.heading(rotation.multiply(noisy_quat, rotation.conjugate(true_quat)))
    mean = yaw * np.where(yaw[:, :1] < 0.0, -1.0, 1.0)
    return rotation.multiply(np.broadcast_to(rotation.normalize(mean.mean(0)), true_quat.shape), true_quat)


def _carried(values: np.ndarray, stance: np.ndarray) -> np.ndarray:
    """Values (T, 2, ...) of the nearest frame in which the foot stands; a foot that never stands keeps its own."""
    out = values.copy()
    for foot in range(2):
        standing = np.flatnonzero(stance[:, foot])
        if len(standing):
            frame = np.arange(len(stance))
            after = np.clip(np.searchsorted(standing, frame), 0, len(standing) - 1)
            before = np.maximum(after - 1, 0)
            nearer = np.abs(standing[before] - frame) <= np.abs(standing[after] - frame)
            out[:, foot] = values[np.where(nearer, standing[before], standing[after]), foot]
    return out


def _reach(
    root_pos_w: np.ndarray, root_quat_w: np.ndarray, joint_pos: np.ndarray, pos_w: np.ndarray, quat_w: np.ndarray
) -> np.ndarray:
    """Joints (T, 23) whose legs bring the feet to positions (T, 2, 3) and orientations (T, 2, 4), within reach."""
    joint_pos = joint_pos.copy()
    for _ in range(_ROUNDS):
        body_pos, body_quat = forward_kinematics(root_pos_w, root_quat_w, joint_pos)
        for side, foot in enumerate(_FEET):
            joints = np.arange(side * _LEG, (side + 1) * _LEG)
            axis = rotation.rotate(body_quat[:, joints + 1], _AXES[joints])
            lever = rotation.cross(axis, body_pos[:, foot, None] - body_pos[:, joints + 1])
            jac = np.concatenate([lever, _ROTATION_WEIGHT * axis], axis=-1)  # transposed, (T, 6 joints, 6)
            turn = rotation.multiply(quat_w[:, side], rotation.conjugate(body_quat[:, foot]))
            error = [pos_w[:, side] - body_pos[:, foot], _ROTATION_WEIGHT * rotation.to_axis_angle(turn)]
            normal = jac @ np.swapaxes(jac, 1, 2) + _DAMPING**2 * np.eye(_LEG)
            step = np.linalg.solve(normal, jac @ np.concatenate(error, axis=-1)[..., None])[..., 0]
            step = np.clip(step, -_STEP, _STEP)
            joint_pos[:, joints] = np.clip(joint_pos[:, joints] + step, JOINT_LOWER[joints], JOINT_UPPER[joints])
    return joint_pos
