"""The tasks of the inverse kinematics: weighted errors of one batch of frames and their Jacobians.

Every task is a row block `weight * (Jacobian d - error)`, least squares in the step d. One-sided tasks (floor, links
that collide, balance) have rows only where they are violated.
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import maximum_filter1d

from genmimic import rotation
from genmimic.retarget.balance import support_excess
from genmimic.retarget.collision import Contacts, find_contacts
from genmimic.retarget.config import RetargetConfig, TaskScales
from genmimic.retarget.jacobian import (
    DOFS,
    MOVES,
    Configuration,
    Kinematics,
    PointSet,
    centre_of_mass,
    centre_of_mass_jacobian,
    rotation_jacobian,
)
from genmimic.retarget.stance import segments
from genmimic.retarget.targets import Targets
from genmimic.robot.bodies import BODIES
from genmimic.robot.collision import SOLE_CORNERS
from genmimic.robot.constants import DEFAULT_JOINT_POS, HAND_OFFSET, SOLE_HEIGHT
from genmimic.robot.names import BODY_NAMES, FOOT_NAMES

_ORIGIN = (0.0, 0.0, 0.0)
_HIP_PITCH, _HIP_ROLL = BODIES[BODY_NAMES.index("left_hip_pitch_link")], BODIES[BODY_NAMES.index("left_hip_roll_link")]
HIPS_OFFSET: np.ndarray = np.array([0.0, 0.0, _HIP_PITCH.pos[2] + _HIP_ROLL.pos[2]])
"""Middle of the two hip roll links' origins in the pelvis frame, metres."""
_HAND = (float(HAND_OFFSET[0]), float(HAND_OFFSET[1]), float(HAND_OFFSET[2]))
_POINTS = PointSet.of(
    [
        ("pelvis", (0.0, 0.0, float(HIPS_OFFSET[2]))),
        *[(f"{side}_hip_roll_link", _ORIGIN) for side in ("left", "right")],
        *[(f"{side}_knee_link", _ORIGIN) for side in ("left", "right")],
        *[(f"{side}_ankle_roll_link", _ORIGIN) for side in ("left", "right")],
        *[(f"{side}_shoulder_roll_link", _ORIGIN) for side in ("left", "right")],
        *[(f"{side}_elbow_link", _ORIGIN) for side in ("left", "right")],
        *[(f"{side}_wrist_roll_link", _HAND) for side in ("left", "right")],
        *[(foot, corner) for foot, sole in zip(FOOT_NAMES, SOLE_CORNERS, strict=True) for corner in sole],
    ]
)
_HIPS, _HIP, _KNEE, _ANKLE = 0, [1, 2], [3, 4], [5, 6]
_SHOULDER, _ELBOW, _HAND_POINT = [7, 8], [9, 10], [11, 12]
_CORNERS = list(range(13, 21))
_FLOOR_POINTS = [*_CORNERS, *_KNEE, *_ELBOW, *_HAND_POINT, _HIPS]
_BODY_CLEARANCE = np.array([0.06, 0.06, 0.05, 0.05, 0.05, 0.05, 0.08])
"""Heights of knees, elbows, hands and hips above the floor at which their links touch it, metres."""
_TURNED_BODIES = np.array(
    [BODY_NAMES.index(n) for n in ("pelvis", "torso_link", "left_ankle_roll_link", "right_ankle_roll_link")]
)
TORSO: int = BODY_NAMES.index("torso_link")
_WRISTS = np.array([BODY_NAMES.index(f"{side}_wrist_roll_link") for side in ("left", "right")])
_HEEL_TOE = np.array([[-0.02, 0.0, -SOLE_HEIGHT], [0.09, 0.0, -SOLE_HEIGHT]])
SOLE_HALF_WIDTH = 0.02
"""Part of the sole's half width that counts as support, metres."""
_BALANCE_SOFTNESS = 0.01
"""Distance from the edge of the support polygon over which the balance task sets in, metres."""
_REST_TIME = 0.3
"""Rest must last this long before and after a frame, seconds."""
_QUICK_STEP = 0.8
"""A foot lifted for less time than this steps; the robot then falls from foot to foot instead of standing on one leg,
which would take it far to the side and back, seconds."""
_SLOW = 0.25
"""Speed of the centre of mass above which a person need not be balanced statically, m/s."""
_SOFTNESS = 0.002
"""Distance over which one-sided tasks set in, metres."""
_FLOOR_TOLERANCE = 0.004
"""Depth at which the floor sets in: a sole at rest on it must not be pushed off, metres."""
_ONE_SIDED_SLOTS = 6
"""Self-collision rows a frame: the deepest ones count."""


def normal_equations(
    configuration: Configuration, targets: Targets, config: RetargetConfig, scales: TaskScales, fps: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Normal matrices (T, 29, 29), right-hand sides (T, 29) and costs (T,) of the tasks that concern single frames."""
    kinematics = Kinematics.of(configuration)
    blocks = (
        _tracking_rows(kinematics, targets, scales),
        _balance_rows(kinematics, targets, scales, fps),
        _collision_rows(kinematics, scales, config.collision_margin),
    )
    jac_t = np.concatenate([block for block, _ in blocks], axis=2)
    error = np.concatenate([block for _, block in blocks], axis=1)
    hessian = np.matmul(jac_t, jac_t.transpose(0, 2, 1))
    gradient = np.matmul(jac_t, error[..., None])[..., 0]
    posture = 1.0 / scales.posture**2
    diagonal = np.arange(6, DOFS)
    hessian[:, diagonal, diagonal] += posture
    gradient[:, 6:] += posture * (DEFAULT_JOINT_POS - configuration.joint_pos)
    return hessian, gradient, (error * error).sum(-1)


def _tracking_rows(kinematics: Kinematics, targets: Targets, scales: TaskScales) -> tuple[np.ndarray, np.ndarray]:
    pos = _POINTS.positions(kinematics)
    jac = _POINTS.jacobian(kinematics, pos)
    frames = len(pos)
    standing = targets.stance[..., None]
    place = np.array([scales.foot_slide_stance, scales.foot_slide_stance, scales.foot_height_stance])
    turn = np.array([scales.foot_tilt_stance, scales.foot_tilt_stance, scales.foot_yaw_stance])
    foot_pos, foot_rot = (
        np.where(standing, place, scales.foot_pos_swing),
        np.where(standing, turn, scales.foot_rot_swing),
    )
    arm, leg = (0.1 + 0.9 * c[..., None] for c in (targets.arm_confidence, targets.leg_confidence))
    hips_missing = (targets.hips_pos_w - pos[:, _HIPS])[:, None]
    blocks = [
        # jacobian (T, 29, n, 3), error (T, n, 3), weight broadcast against the error
        (jac[:, :, [_HIPS]], hips_missing, np.full((1, 1, 1), 1.0 / scales.hips_pos)),
        (jac[:, :, _ANKLE], targets.ankle_pos_w - pos[:, _ANKLE], 1.0 / foot_pos),
    ]
    for tip, base, wanted, weight in (
        (_KNEE, _HIP, targets.knee_from_hip_w, leg / scales.knee_pos),
        (_ELBOW, _SHOULDER, targets.elbow_from_shoulder_w, arm / scales.elbow_pos),
        (_HAND_POINT, _SHOULDER, targets.hand_from_shoulder_w, arm / scales.hand_pos),
    ):
        blocks.append((jac[:, :, tip] - jac[:, :, base], wanted - (pos[:, tip] - pos[:, base]), weight))
    turning = rotation_jacobian(kinematics, _TURNED_BODIES)
    wanted = np.concatenate(
        [targets.pelvis_quat_w[:, None], targets.torso_quat_w[:, None], targets.foot_quat_w], axis=1
    )
    actual = kinematics.body_quat[:, _TURNED_BODIES]
    missing = rotation.to_axis_angle(rotation.multiply(wanted, rotation.conjugate(actual)))
    trunk = np.broadcast_to(np.array([[1.0 / scales.pelvis_rot], [1.0 / scales.torso_rot]]), (frames, 2, 3))
    blocks.append((turning, missing, np.concatenate([trunk, 1.0 / foot_rot], axis=1)))
    blocks.append(_thumb_block(kinematics, targets, arm / scales.thumb_direction))

    lift = np.concatenate([np.repeat(targets.clearance, 4, axis=1), np.tile(_BODY_CLEARANCE, (frames, 1))], axis=1)
    below, slope = _soft_excess(lift - _FLOOR_TOLERANCE - pos[:, _FLOOR_POINTS, 2])
    rows = [(j * w[:, None]).reshape(frames, DOFS, -1) for j, _, w in blocks]
    errors = [(e * w).reshape(frames, -1) for _, e, w in blocks]
    rows.append(jac[:, :, _FLOOR_POINTS, 2] * (slope / scales.floor)[:, None])
    errors.append(below / scales.floor)
    return np.concatenate(rows, axis=2), np.concatenate(errors, axis=1)


def _thumb_block(
    kinematics: Kinematics, targets: Targets, weight: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Turn the wrists until the hands' z axes (thumb side) point where the person's do, about the forearm only."""
    quat = kinematics.body_quat[:, _WRISTS]
    forearm = rotation.rotate(quat, np.array([1.0, 0.0, 0.0]) + np.zeros_like(quat[..., 1:]))
    thumb = rotation.rotate(quat, np.array([0.0, 0.0, 1.0]) + np.zeros_like(quat[..., 1:]))
    wanted = targets.thumb_w - (targets.thumb_w * forearm).sum(-1, keepdims=True) * forearm
    across = np.cross(forearm, thumb)
    angle = np.arctan2((wanted * across).sum(-1), (wanted * thumb).sum(-1))
    # where the wanted thumb lies along the forearm the angle means nothing
    weight = weight * np.linalg.norm(wanted, axis=-1, keepdims=True)
    jac = np.zeros((len(quat), DOFS, 2, 1))
    jac[:, 3:6, :, 0] = forearm.transpose(0, 2, 1)
    hand, joint = np.nonzero(MOVES[_WRISTS])
    jac[:, 6 + joint, hand, 0] = (kinematics.axis[:, joint] * forearm[:, hand]).sum(-1)
    return jac, angle[..., None], weight


def _balance_rows(
    kinematics: Kinematics, targets: Targets, scales: TaskScales, fps: float
) -> tuple[np.ndarray, np.ndarray]:
    """Pull the centre of mass over the support polygon while the person stands still or moves slowly."""
    moments, com = centre_of_mass(kinematics)
    excess, inwards = support_excess(com[:, :2], sole_lines(kinematics), bearing(targets.stance, fps), SOLE_HALF_WIDTH)
    rounded, slope = _soft_excess(excess, _BALANCE_SOFTNESS)
    # by the targets, not by the solution: a weight that moved with the solution would keep it from converging
    weight = slowness(targets.hips_pos_w, fps) / scales.balance
    jac = centre_of_mass_jacobian(kinematics, moments, com)[:, :, :2]
    row = np.matmul(jac, inwards[:, :, None]) * (weight * slope)[:, None, None]
    return row, (weight * rounded)[:, None]


def foot_poses(configuration: Configuration) -> tuple[np.ndarray, np.ndarray]:
    """Ankle positions (T, 2, 3) and foot orientations (T, 2, 4) in the world."""
    kinematics = Kinematics.of(configuration)
    return kinematics.body_pos[:, _TURNED_BODIES[2:]], kinematics.body_quat[:, _TURNED_BODIES[2:]]


def sole_corners(kinematics: Kinematics) -> np.ndarray:
    """Lowest points of both soles in the world, (T, 2, 4, 3)."""
    corners = _POINTS.positions(kinematics)[:, _CORNERS]
    return corners.reshape(len(corners), 2, 4, 3)


def tracking_errors(kinematics: Kinematics, targets: Targets) -> dict[str, np.ndarray]:
    """Distances from the targets in metres: of the hips (T,), of feet, elbows and hands (T, 2)."""
    pos = _POINTS.positions(kinematics)
    missing = {
        "hips": pos[:, _HIPS] - targets.hips_pos_w,
        "foot": pos[:, _ANKLE] - targets.ankle_pos_w,
        "elbow": pos[:, _ELBOW] - pos[:, _SHOULDER] - targets.elbow_from_shoulder_w,
        "hand": pos[:, _HAND_POINT] - pos[:, _SHOULDER] - targets.hand_from_shoulder_w,
    }
    return {name: np.linalg.norm(vector, axis=-1) for name, vector in missing.items()}


def sole_lines(kinematics: Kinematics) -> np.ndarray:
    """Heel and toe of both soles in the plane of the floor, (T, 2, 2, 2): frame, foot, end, xy."""
    feet = kinematics.body_pos[:, _TURNED_BODIES[2:], None]
    return (feet + rotation.rotate(kinematics.body_quat[:, _TURNED_BODIES[2:], None], _HEEL_TOE))[..., :2]


def bearing(stance: np.ndarray, fps: float) -> np.ndarray:
    """Feet (T, 2) between which the robot balances: those in `stance` (T, 2) and those lifted for a quick step only."""
    bears = stance.copy()
    for foot in range(2):
        for start, end in segments(~stance[:, foot]):
            bears[start:end, foot] = end - start <= _QUICK_STEP * fps
    return bears & stance.any(axis=1, keepdims=True)


def slowness(pos: np.ndarray, fps: float) -> np.ndarray:
    """Weight (T,) in [0, 1]: 1 where a body at `pos` (T, 3) rests, towards 0 near where it is faster than a stroll.

    A body that stops for a moment only, at the turning point of a swing, is in motion, not at rest.
    """
    if len(pos) < 2:
        return np.ones(len(pos))
    speed = np.linalg.norm(np.gradient(pos[:, :2], 1.0 / fps, axis=0), axis=-1)
    lasting = maximum_filter1d(speed, 2 * round(_REST_TIME * fps) + 1, mode="nearest")
    return np.exp(-((lasting / _SLOW) ** 2))


def _collision_rows(kinematics: Kinematics, scales: TaskScales, margin: float) -> tuple[np.ndarray, np.ndarray]:
    """Keep the robot's own links apart by `margin` metres."""
    contacts, slot = _deepest(find_contacts(kinematics, margin + 5.0 * _SOFTNESS))
    frames = len(kinematics.body_pos)
    jac_t, error = np.zeros((frames, DOFS, _ONE_SIDED_SLOTS)), np.zeros((frames, _ONE_SIDED_SLOTS))
    if len(slot):
        overlap, slope = _soft_excess(margin - contacts.distance)
        rows = contacts.jacobian(kinematics)
        jac_t[contacts.frame, :, slot] = (slope / scales.collision)[:, None] * rows
        error[contacts.frame, slot] = overlap / scales.collision
    return jac_t, error


def _soft_excess(excess: np.ndarray, softness: float = _SOFTNESS) -> tuple[np.ndarray, np.ndarray]:
    """Excess over a one-sided bound, rounded off over some `softness` (softplus), and its slope.

    With a sharp corner a constraint drops out of the equations as soon as it is met and the next step violates it
    again: the solution would alternate between the two for ever.
    """
    scaled = np.clip(excess / softness, -30.0, 30.0)
    rise = np.exp(scaled)
    return np.where(scaled > 20.0, excess, softness * np.log1p(rise)), rise / (1.0 + rise)


def _deepest(contacts: Contacts) -> tuple[Contacts, np.ndarray]:
    """The deepest contacts of each frame and their slots (M,)."""
    order = np.lexsort((contacts.distance, contacts.frame))
    frame = contacts.frame[order]
    slot = np.arange(len(frame)) - np.searchsorted(frame, frame)
    keep = slot < _ONE_SIDED_SLOTS
    return Contacts(**{name: value[order][keep] for name, value in vars(contacts).items()}), slot[keep]
