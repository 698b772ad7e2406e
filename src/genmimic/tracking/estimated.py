"""The robot's state as it knows it itself, and which observations that suffices for."""

from __future__ import annotations

from genmimic import rotation
from genmimic.rotation import Array
from genmimic.tracking.body_motion import BodyMotion
from genmimic.tracking.observations import PROPRIOCEPTION, Layout
from genmimic.tracking.odometry import Odometry
from genmimic.tracking.state import RobotState

MEASURABLE_TERMS: tuple[str, ...] = (*PROPRIOCEPTION, "local_keypoint_pos", "future_keypoint_pos")
"""Observation terms that joints, IMU and reference suffice for, without any odometry: the paper's student."""

ESTIMABLE_TERMS: tuple[str, ...] = (
    "keypoint_pos",
    "keypoint_quat",
    "keypoint_lin_vel",
    "keypoint_ang_vel",
    "goal_keypoint_pos",
    "goal_keypoint_diff",
    "later_keypoint_diff",
    "root_lin_vel_b",
)
"""Terms that are legitimate for a student if, and only if, they are evaluated on `estimated_state`."""


def hidden_terms(layout: Layout, *, estimated: bool) -> tuple[str, ...]:
    """Terms of a layout that no sensor of the robot tells; a student must have none.

    Args:
        layout: What a policy observes.
        estimated: Whether it observes `estimated_state` instead of the simulator's.
    """
    known = (*MEASURABLE_TERMS, *(ESTIMABLE_TERMS if estimated else ()))
    return tuple(name for name, _ in layout if name not in known)


def estimated_state(odometry: Odometry, body: BodyMotion, last_action: Array) -> RobotState:
    """The robot's state by its own sensors, in the world that the odometry was started in.

    Forces on the feet are not measured and are zero here: no term of a student may read them.

    Args:
        odometry: The estimate now.
        body: From the encoders now.
        last_action: Action of the control step before, (..., 23).
    """
    xp = rotation.namespace(last_action)
    quat_w = odometry.root_quat_w[..., None, :]
    # what is fixed to the pelvis turns with it
    lin_vel_b = body.keypoint_lin_vel_b + rotation.cross(odometry.ang_vel_b[..., None, :], body.keypoint_pos_b)
    ang_vel_b = body.keypoint_ang_vel_b + odometry.ang_vel_b[..., None, :]
    # together: for a single robot the number of calls counts
    turned = rotation.rotate(quat_w[..., None, :], xp.stack([body.keypoint_pos_b, lin_vel_b, ang_vel_b], -3))
    pos, lin_vel, ang_vel_w = turned[..., 0, :, :], turned[..., 1, :, :], turned[..., 2, :, :]
    return RobotState(
        root_pos_w=odometry.root_pos_w,
        root_quat_w=odometry.root_quat_w,
        root_lin_vel_w=odometry.root_lin_vel_w,
        root_ang_vel_w=ang_vel_w[..., 0, :],
        joint_pos=body.joint_pos,
        joint_vel=body.joint_vel,
        keypoint_pos_w=odometry.root_pos_w[..., None, :] + pos,
        keypoint_quat_w=rotation.multiply(quat_w, body.keypoint_quat_b),
        keypoint_lin_vel_w=odometry.root_lin_vel_w[..., None, :] + lin_vel,
        keypoint_ang_vel_w=ang_vel_w,
        foot_force_w=xp.zeros_like(body.sole_pos_b[..., 0, :]),
        last_action=last_action,
    )
