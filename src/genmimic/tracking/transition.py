"""What the reward of a control step is computed from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from genmimic.rotation import Array
from genmimic.tracking.feet import FootSteps
from genmimic.tracking.state import RobotState


class Reference(Protocol):
    """A frame of a reference motion: its poses and velocities named as in `RobotState`, any leading dimensions."""

    @property
    def root_pos_w(self) -> Array:
        """Pelvis origin, (..., 3), metres."""
        ...

    @property
    def root_quat_w(self) -> Array:
        """Pelvis orientation, (..., 4), w, x, y, z."""
        ...

    @property
    def root_lin_vel_w(self) -> Array:
        """(..., 3), m/s."""
        ...

    @property
    def root_ang_vel_w(self) -> Array:
        """(..., 3), rad/s."""
        ...

    @property
    def joint_pos(self) -> Array:
        """(..., 23), radians."""
        ...

    @property
    def joint_vel(self) -> Array:
        """(..., 23), rad/s."""
        ...

    @property
    def keypoint_pos_w(self) -> Array:
        """(..., 27, 3), metres."""
        ...

    @property
    def keypoint_quat_w(self) -> Array:
        """(..., 27, 4), w, x, y, z."""
        ...

    @property
    def keypoint_lin_vel_w(self) -> Array:
        """(..., 27, 3), m/s."""
        ...

    @property
    def keypoint_ang_vel_w(self) -> Array:
        """(..., 27, 3), rad/s."""
        ...


@dataclass(frozen=True)
class Transition:
    """One control step of the robot beside its reference; any leading dimensions (...).

    Attributes:
        state: The robot after the step; `state.last_action` is the action of this step.
        reference: Where it should be now: always the clean motion, whatever the policy was shown.
        previous_action: Action of the step before, (..., 23).
        previous_joint_vel: Joint velocities before the step, (..., 23), rad/s.
        torque: Mean over the step, (..., 23), N m.
        steps: What the feet did.
        grounded: Whether a body other than a foot touched the floor, (...), boolean.
        terminated: Whether the episode ends here in failure, (...), boolean.
        keypoint_weights: w_j of equation 1, (27,) or (..., 27), summing to 1.
        joint_weights: The same of joints, (23,).
        weight_logits: The policy's alpha of the self-supervised weights, (..., 27), after and before this step; None
            where weights are fixed.
        previous_weight_logits: See `weight_logits`.
        dt: Length of the step, seconds.
    """

    state: RobotState
    reference: Reference
    previous_action: Array
    previous_joint_vel: Array
    torque: Array
    steps: FootSteps
    grounded: Array
    terminated: Array
    keypoint_weights: Array
    joint_weights: Array
    weight_logits: Array | None = None
    previous_weight_logits: Array | None = None
    dt: float = 0.02
