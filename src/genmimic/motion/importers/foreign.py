"""A person's motion on a skeleton of any kind."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from genmimic import rotation


@dataclass(frozen=True)
class ForeignMotion:
    """A motion as files of motion capture store it.

    Attributes:
        name: Clip name.
        fps: Frames per second.
        joint_names: Names of the J joints, the root first, parents before their children.
        parents: Index of each joint's parent, (J,); -1 for the root.
        offsets: From the parent's origin to the joint's, in the parent's frame: (J, 3), or (T, J, 3) where bones move.
        root_pos_w: (T, 3), world.
        local_quat: (T, J, 4), w first; the root's in the world, the others' relative to the parent.
        source: Where the motion comes from.
        licence: Licence of the motion data.
    """

    name: str
    fps: float
    joint_names: tuple[str, ...]
    parents: tuple[int, ...]
    offsets: np.ndarray
    root_pos_w: np.ndarray
    local_quat: np.ndarray
    source: str = ""
    licence: str = ""

    def __len__(self) -> int:
        """Number of frames T."""
        return len(self.root_pos_w)

    def forward_kinematics(self) -> tuple[np.ndarray, np.ndarray]:
        """Positions (T, J, 3) and orientations (T, J, 4) of all joints in the world."""
        pos, quat = [self.root_pos_w], [self.local_quat[:, 0]]
        for joint in range(1, len(self.parents)):
            parent = self.parents[joint]
            bone = np.broadcast_to(self.offsets[..., joint, :], self.root_pos_w.shape)
            pos.append(pos[parent] + rotation.rotate(quat[parent], bone))
            quat.append(rotation.multiply(quat[parent], self.local_quat[:, joint]))
        return np.stack(pos, axis=1), np.stack(quat, axis=1)

    def zero_pose(self) -> ForeignMotion:
        """One frame with every rotation at zero: the pose in which the skeleton was built."""
        offsets = np.median(self.offsets, axis=0) if self.offsets.ndim == 3 else self.offsets
        no_rotation = np.tile([1.0, 0.0, 0.0, 0.0], (1, len(self.parents), 1))
        return replace(self, offsets=offsets, root_pos_w=np.zeros((1, 3)), local_quat=no_rotation)

    def turned(self, quat: np.ndarray, scale: float = 1.0) -> ForeignMotion:
        """The motion in a world turned by `quat` (4,), with all lengths multiplied by `scale`."""
        turn = np.broadcast_to(quat, (len(self), 4))
        local = self.local_quat.copy()
        local[:, 0] = rotation.multiply(turn, local[:, 0])
        root = scale * rotation.rotate(turn, self.root_pos_w)
        return replace(self, root_pos_w=root, local_quat=local, offsets=scale * self.offsets)
