"""The 22-joint SMPL body topology and its forward kinematics.

Joint frames are SMPL's: in the rest pose (a T-pose) all joint frames coincide with the root frame, whose x axis
points to the body's left, y up and z forward.
"""

from __future__ import annotations

import numpy as np

from genmimic import rotation

JOINT_NAMES: tuple[str, ...] = (
    "pelvis",
    "left_hip",
    "right_hip",
    "spine1",
    "left_knee",
    "right_knee",
    "spine2",
    "left_ankle",
    "right_ankle",
    "spine3",
    "left_foot",
    "right_foot",
    "neck",
    "left_collar",
    "right_collar",
    "head",
    "left_shoulder",
    "right_shoulder",
    "left_elbow",
    "right_elbow",
    "left_wrist",
    "right_wrist",
)
PARENTS: tuple[int, ...] = (-1, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 12, 13, 14, 16, 17, 18, 19)
INDEX: dict[str, int] = {name: i for i, name in enumerate(JOINT_NAMES)}

UPRIGHT_QUAT_W: np.ndarray = np.array([0.5, 0.5, 0.5, 0.5])
"""Root orientation (w, x, y, z) of a body standing upright and facing world +x: body left is +y, body up is +z."""


def forward_kinematics(
    root_pos_w: np.ndarray, local_quat: np.ndarray, offsets: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Positions and orientations of all joints.

    Args:
        root_pos_w: Pelvis joint, (..., 3), metres, world.
        local_quat: (..., 22, 4); entry 0 is the root in the world, the others are relative to the parent.
        offsets: Rest position of each joint relative to its parent, (22, 3), metres, in SMPL's body frame.

    Returns:
        Joint positions (..., 22, 3) in metres and orientations (..., 22, 4), both in the world.
    """
    pos = [root_pos_w]
    quat = [local_quat[..., 0, :]]
    for joint in range(1, len(PARENTS)):
        parent = PARENTS[joint]
        pos.append(pos[parent] + rotation.rotate(quat[parent], np.broadcast_to(offsets[joint], root_pos_w.shape)))
        quat.append(rotation.multiply(quat[parent], local_quat[..., joint, :]))
    return np.stack(pos, -2), np.stack(quat, -2)
