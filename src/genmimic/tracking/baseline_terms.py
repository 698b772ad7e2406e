"""Observation terms of the two teachers that the paper compares with: BeyondMimic and TWIST.

BeyondMimic's are those of `whole_body_tracking` as it stands in mjlab 1.6's tracking task; its anchor is the torso.
TWIST's are those of its teacher's `g1_mimic_distill` task: twenty frames of the reference, up to 1.9 s ahead. Two
things differ from theirs so that nothing depends on where the world's axes point: roll and pitch are given as the
projected gravity, and TWIST's absolute yaw of the reference as its difference to the robot's.
"""

from __future__ import annotations

from genmimic import rotation
from genmimic.robot import mirror
from genmimic.robot.names import KEYPOINT_NAMES, mirrored_name
from genmimic.rotation import Array
from genmimic.tracking import frames, symmetry
from genmimic.tracking.baseline_reward_terms import BEYONDMIMIC_BODIES, TWIST_KEYPOINTS
from genmimic.tracking.feet import CONTACT_FORCE
from genmimic.tracking.robot_constants import TORSO, constant
from genmimic.tracking.state import Goal, RobotState, SimulationParameters
from genmimic.tracking.symmetry import SignedPermutation, concatenate, of_group
from genmimic.tracking.term import ObservationTerm, flat, given

TWIST_STEPS: tuple[int, ...] = (1, *range(5, 100, 5))
"""Control steps ahead of TWIST's twenty goal frames."""


def goal_joint_vel(state: RobotState, goal: Goal, parameters: SimulationParameters) -> Array:
    """Goal joint velocities of the next frame, rad/s."""
    return given(goal.joint_vel, "joint_vel")[..., 0, :]


def anchor_pos_b(state: RobotState, goal: Goal, parameters: SimulationParameters) -> Array:
    """Goal torso of the next frame in the robot's torso frame, metres."""
    pos, quat = state.keypoint_pos_w[..., TORSO, :], state.keypoint_quat_w[..., TORSO, :]
    return rotation.rotate_inverse(quat, goal.keypoint_pos_w[..., 0, TORSO, :] - pos)


def anchor_rot_b(state: RobotState, goal: Goal, parameters: SimulationParameters) -> Array:
    """Goal torso orientation in the robot's torso frame: the first two columns of its matrix, row by row."""
    inverse = rotation.conjugate(state.keypoint_quat_w[..., TORSO, :])
    return _two_columns(rotation.multiply(inverse, given(goal.keypoint_quat_w, "keypoint_quat_w")[..., 0, TORSO, :]))


def root_lin_vel_b(state: RobotState, goal: Goal, parameters: SimulationParameters) -> Array:
    """Velocity of the pelvis in its own frame, m/s."""
    return rotation.rotate_inverse(state.root_quat_w, state.root_lin_vel_w)


def joint_pos_rel(state: RobotState, goal: Goal, parameters: SimulationParameters) -> Array:
    """Joint positions relative to the default pose, radians."""
    return state.joint_pos - constant("default_joint_pos", state.joint_pos)


def body_pos_anchor(state: RobotState, goal: Goal, parameters: SimulationParameters) -> Array:
    """BeyondMimic's bodies in the torso frame, metres."""
    pos, quat = state.keypoint_pos_w[..., TORSO, :], state.keypoint_quat_w[..., TORSO, :]
    return flat(frames.points_to_body(pos, quat, _pick(state.keypoint_pos_w, BEYONDMIMIC_BODIES)))


def body_rot_anchor(state: RobotState, goal: Goal, parameters: SimulationParameters) -> Array:
    """Orientations of BeyondMimic's bodies in the torso frame, two columns of each matrix."""
    inverse = rotation.conjugate(state.keypoint_quat_w[..., TORSO, :])[..., None, :]
    return flat(_two_columns(rotation.multiply(inverse, _pick(state.keypoint_quat_w, BEYONDMIMIC_BODIES))))


def twist_goals(state: RobotState, goal: Goal, parameters: SimulationParameters) -> Array:
    """Twenty frames ahead, 60 numbers each.

    Height, gravity in the pelvis frame (3), yaw relative to the robot (cosine, sine), velocity in its own pelvis frame
    (3), yaw rate, joint positions (23), nine key bodies in its own pelvis frame (27).
    """
    xp = rotation.namespace(goal.keypoint_pos_w)
    quats = given(goal.keypoint_quat_w, "keypoint_quat_w")
    lin_vel = given(goal.keypoint_lin_vel_w, "keypoint_lin_vel_w")
    root_pos, root_quat = goal.keypoint_pos_w[..., 0, :], quats[..., 0, :]
    own_heading = rotation.heading(state.root_quat_w)[..., None, :]
    turn = rotation.multiply(rotation.conjugate(own_heading), rotation.heading(root_quat))
    # of the half angle's cosine and sine
    yaw = xp.stack([1 - 2 * turn[..., 3] ** 2, 2 * turn[..., 0] * turn[..., 3]], -1)
    ang_vel = rotation.rotate_inverse(root_quat, given(goal.keypoint_ang_vel_w, "keypoint_ang_vel_w")[..., 0, :])
    keys = frames.points_to_body(root_pos, root_quat, _pick(goal.keypoint_pos_w, TWIST_KEYPOINTS))
    parts = [
        root_pos[..., 2:],
        frames.projected_gravity_b(root_quat),
        yaw,
        rotation.rotate_inverse(root_quat, lin_vel[..., 0, :]),
        ang_vel[..., 2:],
        given(goal.joint_pos, "joint_pos"),
        flat(keys),
    ]
    return flat(xp.concatenate(parts, -1))


def root_height(state: RobotState, goal: Goal, parameters: SimulationParameters) -> Array:
    """Height of the pelvis, metres."""
    return state.root_pos_w[..., 2:]


def twist_keypoint_pos(state: RobotState, goal: Goal, parameters: SimulationParameters) -> Array:
    """TWIST's nine key bodies in the pelvis frame, metres."""
    keys = _pick(state.keypoint_pos_w, TWIST_KEYPOINTS)
    return flat(frames.points_to_body(state.root_pos_w, state.root_quat_w, keys))


def foot_contact(state: RobotState, goal: Goal, parameters: SimulationParameters) -> Array:
    """1 for a foot that touches the floor, 0 for one that does not."""
    force = state.foot_force_w
    return ((force * force).sum(-1) > CONTACT_FORCE**2) + 0.0 * force[..., 0]


def _pick(keypoints: Array, indices: tuple[int, ...]) -> Array:
    xp = rotation.namespace(keypoints)
    return xp.stack([keypoints[..., index, :] for index in indices], -2)


def _two_columns(quat: Array) -> Array:
    matrix = rotation.to_matrix(quat)[..., :2]
    return matrix.reshape(*matrix.shape[:-2], 6)


def _members(indices: tuple[int, ...]) -> list[int]:
    names = [KEYPOINT_NAMES[index] for index in indices]
    return [names.index(mirrored_name(name)) for name in names]


_TWO_COLUMNS = (1.0, -1.0, -1.0, 1.0, 1.0, -1.0)
_SCALAR = of_group((0,))
_TWIST_KEYS: SignedPermutation = of_group(_members(TWIST_KEYPOINTS), mirror.POLAR_SIGNS)
_TWIST_FRAME = concatenate(
    [
        _SCALAR,
        symmetry.VECTOR,
        of_group((0,), (1.0, -1.0)),
        symmetry.VECTOR,
        of_group((0,), (-1.0,)),
        symmetry.JOINTS,
        _TWIST_KEYS,
    ]
)
_BODIES = _members(BEYONDMIMIC_BODIES)

# noise as uniform ranges of the originals, by the standard deviation of a uniform distribution
_UNIFORM = 3.0**-0.5
BASELINE_TERMS: tuple[ObservationTerm, ...] = (
    ObservationTerm("goal_joint_vel", 23, goal_joint_vel, symmetry.JOINTS),
    ObservationTerm("anchor_pos_b", 3, anchor_pos_b, symmetry.VECTOR, noise=0.25 * _UNIFORM),
    ObservationTerm("anchor_rot_b", 6, anchor_rot_b, of_group((0,), _TWO_COLUMNS), noise=0.05 * _UNIFORM),
    ObservationTerm("root_lin_vel_b", 3, root_lin_vel_b, symmetry.VECTOR, noise=0.5 * _UNIFORM),
    ObservationTerm("joint_pos_rel", 23, joint_pos_rel, symmetry.JOINTS, noise=0.01 * _UNIFORM),
    ObservationTerm("body_pos_anchor", 42, body_pos_anchor, of_group(_BODIES, mirror.POLAR_SIGNS)),
    ObservationTerm("body_rot_anchor", 84, body_rot_anchor, of_group(_BODIES, _TWO_COLUMNS)),
    ObservationTerm("twist_goals", len(_TWIST_FRAME) * len(TWIST_STEPS), twist_goals, _TWIST_FRAME.repeated(20)),
    ObservationTerm("root_height", 1, root_height, _SCALAR),
    ObservationTerm("twist_keypoint_pos", 27, twist_keypoint_pos, _TWIST_KEYS),
    ObservationTerm("foot_contact", 2, foot_contact, symmetry.FEET),
)
