"""From messages of the robot to the state that observations are computed from.

A robot measures its joints, its pelvis' orientation and angular velocity, and no more. Where it is and how fast it
moves is estimated by its legs (`tracking.odometry`); forces on its feet and the like are unknown. Policies that need
what is unknown are refused before anything moves (`deploy.control.measurable`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from genmimic import rotation
from genmimic.deploy.link import LowState
from genmimic.robot.collision import SOLE_CORNERS
from genmimic.robot.names import FOOT_NAMES, JOINT_NAMES, KEYPOINT_NAMES
from genmimic.tracking import odometry as legs
from genmimic.tracking.body_motion import BodyMotion, body_motion
from genmimic.tracking.estimated import estimated_state
from genmimic.tracking.odometry import Odometry
from genmimic.tracking.state import RobotState

Kinematics = Callable[[np.ndarray, np.ndarray], BodyMotion]
"""Body motion of joint positions (23,) and velocities (23,): training's own `body_motion`, or `sim.estimator`'s
`BodyKinematics`, which gives the same in a sixth of the time."""

_FEET = [KEYPOINT_NAMES.index(name) for name in FOOT_NAMES]
_CORNERS_FOOT = np.array(SOLE_CORNERS)


def begin_sensing(
    low: LowState,
    root_pos_w: np.ndarray,
    root_quat_w: np.ndarray,
    root_lin_vel_w: np.ndarray | None = None,
    before: Odometry | None = None,
    kinematics: Kinematics = body_motion,
) -> tuple[Odometry, BodyMotion]:
    """Take the robot to be where a reference begins: its place and its heading, with the robot's own tilt.

    Args:
        low: The robot's message.
        root_pos_w: The reference's pelvis, (3,), metres; the height follows from the legs.
        root_quat_w: Its orientation, (4,); only the heading counts.
        root_lin_vel_w: The robot's velocity, (3,), m/s, if it is known; otherwise as the legs tell it.
        before: An estimate up to now, whose smoothed tilt and velocity are taken over instead of those of the moment.
        kinematics: Of the body.
    """
    body, quat_w = _body(low, kinematics), _imu(low)
    if before is None:
        return legs.start(quat_w, low.imu_ang_vel_b, body, root_pos_w, root_quat_w, root_lin_vel_w), body
    quat_w = rotation.multiply(rotation.conjugate(before.alignment_w), before.root_quat_w)
    begun = legs.start(quat_w, low.imu_ang_vel_b, body, root_pos_w, root_quat_w)
    turn = rotation.multiply(begun.root_quat_w, rotation.conjugate(before.root_quat_w))
    return replace(begun, root_lin_vel_w=rotation.rotate(turn, before.root_lin_vel_w)), body


def go_on_sensing(
    odometry: Odometry, low: LowState, kinematics: Kinematics = body_motion
) -> tuple[Odometry, BodyMotion]:
    """The estimate a control step of 20 ms later."""
    body = _body(low, kinematics)
    return legs.step(odometry, _imu(low), low.imu_ang_vel_b, body), body


def sensed_state(odometry: Odometry, body: BodyMotion, low: LowState, *, estimated: bool) -> RobotState:
    """State of the robot in the reference's world.

    Args:
        odometry: The estimate now.
        body: From the encoders now.
        low: The robot's message.
        estimated: Whether the tilt is the estimate's, as for policies that were trained on estimated states; otherwise
            it is the IMU's.
    """
    if not estimated:
        odometry = replace(odometry, root_quat_w=rotation.multiply(odometry.alignment_w, _imu(low)))
    return estimated_state(odometry, body, np.zeros(len(JOINT_NAMES)))


def height_above_feet(root_pos_w: np.ndarray, keypoint_pos_w: np.ndarray, keypoint_quat_w: np.ndarray) -> np.ndarray:
    """Height (...) of the pelvis above the lowest corner of both soles, metres, by kinematics alone.

    Args:
        root_pos_w: (..., 3), metres; any height will do if the keypoints are around it.
        keypoint_pos_w: (..., 27, 3), metres.
        keypoint_quat_w: (..., 27, 4).
    """
    return root_pos_w[..., 2] - sole_corners_w(keypoint_pos_w, keypoint_quat_w)[..., 2].min((-2, -1))


def sole_corners_w(keypoint_pos_w: np.ndarray, keypoint_quat_w: np.ndarray) -> np.ndarray:
    """Corners (..., 2, 4, 3) of the left and right sole, metres, of keypoints (..., 27, 3) and (..., 27, 4)."""
    feet_pos_w, feet_quat_w = keypoint_pos_w[..., _FEET, :], keypoint_quat_w[..., _FEET, :]
    return feet_pos_w[..., None, :] + rotation.rotate(feet_quat_w[..., None, :], _CORNERS_FOOT)


def _body(low: LowState, kinematics: Kinematics) -> BodyMotion:
    return kinematics(np.asarray(low.joint_pos, dtype=np.float64), np.asarray(low.joint_vel, dtype=np.float64))


def _imu(low: LowState) -> np.ndarray:
    return rotation.normalize(np.asarray(low.imu_quat_w, dtype=np.float64))
