"""A reference at control rate with everything a controller asks of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from genmimic.errors import InputError
from genmimic.motion.resample import resample_robot
from genmimic.motion.robot_motion import RobotMotion
from genmimic.motion.velocities import RobotKinematics, compute_kinematics
from genmimic.sim.harness import Anchor
from genmimic.sim.world import CONTROL_HZ, StartState
from genmimic.tracking.feet import missing_clearance
from genmimic.tracking.goals import future_frames, goal_at
from genmimic.tracking.state import Goal


@dataclass(frozen=True)
class Reference:
    """A robot motion at 50 Hz with its velocities and keypoints.

    Attributes:
        motion: The motion, T frames at 50 Hz.
        kinematics: Joint, root and keypoint velocities and keypoint poses of the same frames.
    """

    motion: RobotMotion
    kinematics: RobotKinematics

    def __len__(self) -> int:
        """Number of control steps T."""
        return len(self.motion)

    def start_state(self, frame: int = 0) -> StartState:
        """Pose and velocity of a frame, lifted if its feet are in the floor."""
        lift = missing_clearance(self.kinematics.keypoint_pos_w[frame])
        return StartState(
            root_pos_w=self.motion.root_pos_w[frame] + np.array([0.0, 0.0, lift]),
            root_quat_w=self.motion.root_quat_w[frame],
            root_lin_vel_w=self.kinematics.root_lin_vel_w[frame],
            root_ang_vel_w=self.kinematics.root_ang_vel_w[frame],
            joint_pos=self.motion.joint_pos[frame],
            joint_vel=self.kinematics.joint_vel[frame],
        )

    def anchor(self, frame: int) -> Anchor:
        """Pelvis pose and velocity of a frame, for a harness; the last frame's for any later one."""
        frame = min(frame, len(self) - 1)
        return Anchor(
            pos_w=self.motion.root_pos_w[frame],
            quat_w=self.motion.root_quat_w[frame],
            lin_vel_w=self.kinematics.root_lin_vel_w[frame],
            ang_vel_w=self.kinematics.root_ang_vel_w[frame],
        )

    def goal(self, frame: int, steps: tuple[int, ...]) -> Goal:
        """Goal at a frame: the frames `steps` ahead, clamped at the end."""
        motion, kinematics = self.motion, self.kinematics
        now = np.asarray(frame)
        ahead = future_frames(now, len(self), steps)
        return replace(
            goal_at(kinematics.keypoint_pos_w, motion.root_pos_w, motion.root_quat_w, now, steps),
            joint_pos=motion.joint_pos[ahead],
            joint_vel=kinematics.joint_vel[ahead],
            keypoint_quat_w=kinematics.keypoint_quat_w[ahead],
            keypoint_lin_vel_w=kinematics.keypoint_lin_vel_w[ahead],
            keypoint_ang_vel_w=kinematics.keypoint_ang_vel_w[ahead],
        )


def prepare_reference(motion: RobotMotion) -> Reference:
    """Resample a motion to the control rate and compute its velocities and keypoints.

    Raises:
        InputError: The motion has fewer than two frames.
    """
    if len(motion) < 2:
        raise InputError(f"{motion.name}: has {len(motion)} frame(s), at least 2 are needed to simulate it.")
    motion = resample_robot(motion, CONTROL_HZ)
    if len(motion) < 2:
        raise InputError(f"{motion.name}: lasts less than one control step of {1.0 / CONTROL_HZ:g} s.")
    return Reference(motion, compute_kinematics(motion))
