"""The observation terms of the paper's table 6 and one of ours, each a named function with its size and mirror map.

Every function takes the state, the goal and the simulation's parameters and gives (..., size). Positions, velocities
and orientations that the paper calls global are in the robot's heading frame (`tracking.frames`), so that nothing
depends on where in the world, or facing where, the robot stands.
"""

from __future__ import annotations

from genmimic import rotation
from genmimic.rotation import Array
from genmimic.tracking import frames, symmetry
from genmimic.tracking.state import Goal, RobotState, SimulationParameters
from genmimic.tracking.term import ObservationTerm, flat

GOAL_FRAMES = 10
"""Length of the student's goal future (paper 5.1)."""
GOAL_FUTURE = tuple(range(1, GOAL_FRAMES + 1))
"""The control steps by which its frames are ahead."""
LATER_STEPS = (6, 18)
"""How far ahead the later goals of `later_keypoint_diff` are, in control steps: 0.12 and 0.36 s."""


def joint_pos(state: RobotState, goal: Goal, parameters: SimulationParameters) -> Array:
    """Joint positions, radians (absolute, not relative to the default pose)."""
    return state.joint_pos


def joint_vel(state: RobotState, goal: Goal, parameters: SimulationParameters) -> Array:
    """Joint velocities, rad/s."""
    return state.joint_vel


def root_ang_vel_b(state: RobotState, goal: Goal, parameters: SimulationParameters) -> Array:
    """Angular velocity of the pelvis in its own frame, rad/s: what its gyroscope measures."""
    return rotation.rotate_inverse(state.root_quat_w, state.root_ang_vel_w)


def projected_gravity_b(state: RobotState, goal: Goal, parameters: SimulationParameters) -> Array:
    """Unit vector of gravity in the pelvis frame."""
    return frames.projected_gravity_b(state.root_quat_w)


def last_action(state: RobotState, goal: Goal, parameters: SimulationParameters) -> Array:
    """Action of the step before, clipped but unscaled."""
    return state.last_action


def local_keypoint_pos(state: RobotState, goal: Goal, parameters: SimulationParameters) -> Array:
    """Keypoints in the pelvis frame, metres: forward kinematics of the joints alone."""
    return flat(frames.points_to_body(state.root_pos_w, state.root_quat_w, state.keypoint_pos_w))


def keypoint_pos(state: RobotState, goal: Goal, parameters: SimulationParameters) -> Array:
    """Keypoints in the heading frame, heights above the floor, metres."""
    return flat(frames.points_to_heading(state.root_pos_w, state.root_quat_w, state.keypoint_pos_w))


def keypoint_quat(state: RobotState, goal: Goal, parameters: SimulationParameters) -> Array:
    """Keypoint orientations w, x, y, z in the heading frame."""
    return flat(frames.quats_to_heading(state.root_quat_w, state.keypoint_quat_w))


def keypoint_lin_vel(state: RobotState, goal: Goal, parameters: SimulationParameters) -> Array:
    """Keypoint velocities along the heading frame's axes, m/s."""
    return flat(frames.vectors_to_heading(state.root_quat_w, state.keypoint_lin_vel_w))


def keypoint_ang_vel(state: RobotState, goal: Goal, parameters: SimulationParameters) -> Array:
    """Keypoint angular velocities along the heading frame's axes, rad/s."""
    return flat(frames.vectors_to_heading(state.root_quat_w, state.keypoint_ang_vel_w))


def goal_keypoint_pos(state: RobotState, goal: Goal, parameters: SimulationParameters) -> Array:
    """Goal keypoints of the next frame in the robot's heading frame, metres."""
    return flat(frames.points_to_heading(state.root_pos_w, state.root_quat_w, goal.keypoint_pos_w[..., 0, :, :]))


def goal_keypoint_diff(state: RobotState, goal: Goal, parameters: SimulationParameters) -> Array:
    """Goal keypoints of the next frame minus the robot's, along the robot's heading frame, metres."""
    difference = goal.keypoint_pos_w[..., 0, :, :] - state.keypoint_pos_w
    return flat(frames.vectors_to_heading(state.root_quat_w, difference))


def later_keypoint_diff(state: RobotState, goal: Goal, parameters: SimulationParameters) -> Array:
    """Goal keypoints of the frames `LATER_STEPS` ahead minus the robot's, along its heading frame, metres.

    Ours: table 6 shows the teacher the next frame alone, from which it cannot see a step or a turn coming.
    """
    indices = [goal.index(step) for step in LATER_STEPS]
    differences = [goal.keypoint_pos_w[..., index, :, :] - state.keypoint_pos_w for index in indices]
    return flat(
        frames.vectors_to_heading(state.root_quat_w, rotation.namespace(differences[0]).concatenate(differences, -2))
    )


def future_keypoint_pos(state: RobotState, goal: Goal, parameters: SimulationParameters) -> Array:
    """Goal keypoints of the next 10 frames in the heading frame of the reference's pelvis now, metres.

    They tell how the reference moves and turns but not where the robot is, which a real robot does not know.
    """
    future = goal.keypoint_pos_w[..., :GOAL_FRAMES, :, :]
    points = future.reshape(*future.shape[:-3], -1, 3)
    return flat(frames.points_to_heading(goal.root_pos_w, goal.root_quat_w, points))


def base_com_offset(state: RobotState, goal: Goal, parameters: SimulationParameters) -> Array:
    """Offset of the pelvis' centre of mass, metres."""
    return parameters.base_com_offset_b


def foot_friction(state: RobotState, goal: Goal, parameters: SimulationParameters) -> Array:
    """Friction coefficients of the feet."""
    return parameters.foot_friction


def link_mass_scale(state: RobotState, goal: Goal, parameters: SimulationParameters) -> Array:
    """Mass factors of `state.RANDOMIZED_MASS_BODIES`."""
    return parameters.link_mass_scale


def kd_scale(state: RobotState, goal: Goal, parameters: SimulationParameters) -> Array:
    """Factors of the damping gains."""
    return parameters.kd_scale


def kp_scale(state: RobotState, goal: Goal, parameters: SimulationParameters) -> Array:
    """Factors of the stiffness gains."""
    return parameters.kp_scale


def motor_strength(state: RobotState, goal: Goal, parameters: SimulationParameters) -> Array:
    """Factors of the torques."""
    return parameters.motor_strength


def foot_force(state: RobotState, goal: Goal, parameters: SimulationParameters) -> Array:
    """Ground reaction forces on the feet along the heading frame's axes, newtons."""
    return flat(frames.vectors_to_heading(state.root_quat_w, state.foot_force_w))


TABLE_6: tuple[ObservationTerm, ...] = (
    ObservationTerm("joint_pos", 23, joint_pos, symmetry.JOINTS, noise=0.01),
    ObservationTerm("joint_vel", 23, joint_vel, symmetry.JOINTS, noise=0.1),
    ObservationTerm("root_ang_vel_b", 3, root_ang_vel_b, symmetry.ANGULAR, noise=0.5),
    ObservationTerm("projected_gravity_b", 3, projected_gravity_b, symmetry.VECTOR, noise=0.1),
    ObservationTerm("last_action", 23, last_action, symmetry.JOINTS),
    ObservationTerm("local_keypoint_pos", 81, local_keypoint_pos, symmetry.KEYPOINT_VECTORS, noise=0.01),
    ObservationTerm("keypoint_pos", 81, keypoint_pos, symmetry.KEYPOINT_VECTORS, noise=0.01),
    ObservationTerm("keypoint_quat", 108, keypoint_quat, symmetry.KEYPOINT_ORIENTATIONS, noise=0.01),
    ObservationTerm("keypoint_lin_vel", 81, keypoint_lin_vel, symmetry.KEYPOINT_VECTORS, noise=0.2),
    ObservationTerm("keypoint_ang_vel", 81, keypoint_ang_vel, symmetry.KEYPOINT_ANGULAR, noise=0.5),
    ObservationTerm("goal_keypoint_pos", 81, goal_keypoint_pos, symmetry.KEYPOINT_VECTORS),
    ObservationTerm("goal_keypoint_diff", 81, goal_keypoint_diff, symmetry.KEYPOINT_VECTORS),
    ObservationTerm(
        "later_keypoint_diff",
        81 * len(LATER_STEPS),
        later_keypoint_diff,
        symmetry.KEYPOINT_VECTORS.repeated(len(LATER_STEPS)),
    ),
    ObservationTerm(
        "future_keypoint_pos", 81 * GOAL_FRAMES, future_keypoint_pos, symmetry.KEYPOINT_VECTORS.repeated(GOAL_FRAMES)
    ),
    ObservationTerm("base_com_offset", 3, base_com_offset, symmetry.VECTOR),
    ObservationTerm("foot_friction", 2, foot_friction, symmetry.FEET),
    ObservationTerm("link_mass_scale", 8, link_mass_scale, symmetry.MASSES),
    ObservationTerm("kd_scale", 23, kd_scale, symmetry.JOINT_FACTORS),
    ObservationTerm("kp_scale", 23, kp_scale, symmetry.JOINT_FACTORS),
    ObservationTerm("motor_strength", 23, motor_strength, symmetry.JOINT_FACTORS),
    ObservationTerm("foot_force", 6, foot_force, symmetry.FOOT_VECTORS),
)
"""The order carries no meaning: layouts refer to terms by name."""
