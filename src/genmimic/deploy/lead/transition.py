"""From a stand at rest into the first frame of a motion, in motion."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from genmimic import rotation
from genmimic.deploy.lead.body import balanced
from genmimic.deploy.lead.courses import reach, turn
from genmimic.deploy.lead.entry import FASTEST_JOINT, FASTEST_TURN, entry_of, first_velocity, slowed
from genmimic.deploy.lead.footsteps import foot_paths, stance_before, steps_needed
from genmimic.motion.robot_motion import RobotMotion
from genmimic.motion.velocities import compute_kinematics
from genmimic.robot.constants import DEFAULT_JOINT_POS, JOINT_LOWER, JOINT_UPPER
from genmimic.tracking.feet import missing_clearance

STILL = 0.8
"""Seconds that the robot stands before it moves: a policy takes over from the hoist meanwhile."""
MOVING, PER_STEP = 0.8, 0.35
"""Seconds from the stand into the motion, and those that each step takes more."""
PELVIS_HEIGHT = 0.78
"""Of a robot that stands, metres: about the default pose's."""


def approach(motion: RobotMotion) -> RobotMotion:
    """What comes before a motion: a stand at rest and the way from it into the first frame.

    The feet stand or step, the centre of mass follows them by the cart-table model, the legs follow by inverse
    kinematics, arms and trunk by quintics.

    Args:
        motion: At least `LOOKED_AT` frames.

    Returns:
        The frames before the first one, at the same rate.
    """
    kinematics, fps = compute_kinematics(motion), motion.fps
    entry = entry_of(motion, kinematics)
    guess = MOVING + 2.0 * PER_STEP
    stance = stance_before(entry, guess)
    seconds = MOVING + PER_STEP * steps_needed(entry, stance[0])
    frames = round((STILL + seconds) * fps)
    share = (np.arange(frames) / fps - STILL) / seconds
    feet = foot_paths(entry, stance, share, seconds)
    yaw = float(np.arctan2(np.sin(stance[1]).sum(), np.cos(stance[1]).sum()))
    quat_w = turn(
        share,
        seconds,
        rotation.about_z(yaw),
        motion.root_quat_w[0],
        slowed(first_velocity(kinematics.root_ang_vel_w), FASTEST_TURN),
    )
    joint_vel = np.clip(first_velocity(kinematics.joint_vel), -FASTEST_JOINT, FASTEST_JOINT)
    joint_pos = reach(share, seconds, DEFAULT_JOINT_POS, motion.joint_pos[0], joint_vel)
    joint_pos = np.clip(
        joint_pos, np.minimum(JOINT_LOWER, motion.joint_pos[0]), np.maximum(JOINT_UPPER, motion.joint_pos[0])
    )
    height = reach(
        share, seconds, np.array(PELVIS_HEIGHT), motion.root_pos_w[0, 2], first_velocity(kinematics.root_lin_vel_w)[2]
    )
    body = balanced(motion, feet, quat_w, joint_pos, height)
    lead = replace(
        motion,
        root_pos_w=body.root_pos_w,
        root_quat_w=rotation.make_continuous(quat_w),
        joint_pos=body.joint_pos,
        foot_contact=feet.standing.astype(np.float64),
        confidence=np.ones(frames),
    )
    return _above_floor(lead)


def _above_floor(motion: RobotMotion) -> RobotMotion:
    """The motion lifted where a foot is in the floor."""
    lift = missing_clearance(compute_kinematics(motion).keypoint_pos_w)
    return replace(motion, root_pos_w=motion.root_pos_w + lift[:, None] * np.array([0.0, 0.0, 1.0]))
