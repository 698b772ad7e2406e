"""What an observation is computed from: the robot's state, the goal and the simulation's parameters.

All fields are arrays of one library, numpy or torch, with any leading dimensions `(...)`: none for one robot, N for
N worlds. SI units; suffix `_w` world frame, `_b` pelvis frame.
"""

from __future__ import annotations

from dataclasses import dataclass

from genmimic.rotation import Array


@dataclass(frozen=True)
class RobotState:
    """State of the 23-DoF G1 after a control step.

    A real robot fills what it measures (joints, root orientation and angular velocity, keypoints by forward
    kinematics around an unknown root position); the terms of the student need nothing else.

    Attributes:
        root_pos_w: Pelvis origin, (..., 3), metres.
        root_quat_w: Pelvis orientation, (..., 4), w, x, y, z.
        root_lin_vel_w: (..., 3), m/s.
        root_ang_vel_w: (..., 3), rad/s.
        joint_pos: (..., 23), radians.
        joint_vel: (..., 23), rad/s.
        keypoint_pos_w: (..., 27, 3), metres.
        keypoint_quat_w: (..., 27, 4), products of the joints' rotations along the chain from `root_quat_w`, so that
            their signs are continuous in the joint positions (MuJoCo and `robot.kinematics` both do this).
        keypoint_lin_vel_w: (..., 27, 3), m/s.
        keypoint_ang_vel_w: (..., 27, 3), rad/s.
        foot_force_w: Ground reaction force on the left and right foot, (..., 2, 3), newtons.
        last_action: Action of the control step before, (..., 23), clipped but unscaled; zeros at the start.
        last_weight_logits: The policy's other outputs in that step, where it chooses its keypoint weights, (..., 27);
            None elsewhere.
    """

    root_pos_w: Array
    root_quat_w: Array
    root_lin_vel_w: Array
    root_ang_vel_w: Array
    joint_pos: Array
    joint_vel: Array
    keypoint_pos_w: Array
    keypoint_quat_w: Array
    keypoint_lin_vel_w: Array
    keypoint_ang_vel_w: Array
    foot_force_w: Array
    last_action: Array
    last_weight_logits: Array | None = None


@dataclass(frozen=True)
class Goal:
    """What the robot should do next: the reference from the frame after the present one on.

    The keypoints are all that the paper's policies see; the fields that may be None serve policies that are shown
    joint angles or velocities instead.

    Attributes:
        keypoint_pos_w: Goal keypoints of the F frames ahead, (..., F, 27, 3), metres.
        root_pos_w: The reference's pelvis at t, (..., 3), metres.
        root_quat_w: The reference's pelvis orientation at t, (..., 4).
        joint_pos: Goal joint positions, (..., F, 23), radians.
        joint_vel: (..., F, 23), rad/s.
        keypoint_quat_w: Goal orientations, (..., F, 27, 4).
        keypoint_lin_vel_w: (..., F, 27, 3), m/s.
        keypoint_ang_vel_w: (..., F, 27, 3), rad/s.
        steps: How many control steps each of the F frames is ahead; None for 1 ... F.
    """

    keypoint_pos_w: Array
    root_pos_w: Array
    root_quat_w: Array
    joint_pos: Array | None = None
    joint_vel: Array | None = None
    keypoint_quat_w: Array | None = None
    keypoint_lin_vel_w: Array | None = None
    keypoint_ang_vel_w: Array | None = None
    steps: tuple[int, ...] | None = None

    def index(self, step: int) -> int:
        """Which of the F frames is `step` control steps ahead.

        Raises:
            ValueError: None is.
        """
        steps = tuple(range(1, self.keypoint_pos_w.shape[-3] + 1)) if self.steps is None else self.steps
        if step not in steps:
            raise ValueError(f"the goal has frames {steps} steps ahead, but none {step} ahead")
        return steps.index(step)


@dataclass(frozen=True)
class SimulationParameters:
    """The parameters theta_sim of the paper's teacher (table 6): what randomization (table 8) changed at reset.

    Attributes:
        base_com_offset_b: Offset of the pelvis' centre of mass, (..., 3), metres.
        foot_friction: Sliding friction coefficient of the left and right foot, (..., 2).
        link_mass_scale: Mass factors of `RANDOMIZED_MASS_BODIES`, (..., 8).
        kd_scale: Factors of the joints' damping gains, (..., 23).
        kp_scale: Factors of the joints' stiffness gains, (..., 23).
        motor_strength: Factors of the joints' torques, (..., 23).
    """

    base_com_offset_b: Array
    foot_friction: Array
    link_mass_scale: Array
    kd_scale: Array
    kp_scale: Array
    motor_strength: Array


RANDOMIZED_MASS_BODIES: tuple[str, ...] = (
    "pelvis",
    "left_hip_pitch_link",
    "left_hip_roll_link",
    "left_hip_yaw_link",
    "right_hip_pitch_link",
    "right_hip_roll_link",
    "right_hip_yaw_link",
    "torso_link",
)
"""The 8 bodies whose mass is randomized, as in H2O."""
