"""What the figures of a step are computed from: the robot's readings and the motion that it should make."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from genmimic.rotation import Array


@dataclass(frozen=True)
class Readings:
    """A simulated robot after a control step; leading dimensions (...), arrays of numpy or torch.

    Attributes:
        root_pos_w: Pelvis, (..., 3), metres.
        root_quat_w: (..., 4), w, x, y, z.
        joint_pos: (..., 23), radians.
        joint_vel: (..., 23), rad/s.
        torque: Mean over the control step, (..., 23), N m.
        foot_force_w: Force of the floor on the left and right foot, likewise, (..., 2, 3), newtons.
        keypoint_pos_w: (..., 27, 3), metres.
        action: What the policy answers to this state (paper eq. 4), (..., 23).
    """

    root_pos_w: Array
    root_quat_w: Array
    joint_pos: Array
    joint_vel: Array
    torque: Array
    foot_force_w: Array
    keypoint_pos_w: Array
    action: Array

    def step_before(self) -> Readings:
        """Of numpy readings with time T first: those of the step before; the first step's own in the first step."""
        rows = np.maximum(np.arange(len(self.root_pos_w)) - 1, 0)
        return Readings(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})


@dataclass(frozen=True)
class Target:
    """Where a motion has the robot; leading dimensions (...).

    Attributes:
        root_pos_w: (..., 3), metres.
        root_quat_w: (..., 4).
        joint_pos: (..., 23), radians.
        keypoint_pos_w: (..., 27, 3), metres.
    """

    root_pos_w: Array
    root_quat_w: Array
    joint_pos: Array
    keypoint_pos_w: Array
