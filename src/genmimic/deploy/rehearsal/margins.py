"""How much room a motion leaves before the robot's limits, and what kind of motion it is."""

# mujoco's compiled modules come without type stubs
# pyright: reportAttributeAccessIssue=false

from __future__ import annotations

import math
from dataclasses import dataclass

import mujoco
import numpy as np
from scipy.spatial import ConvexHull, QhullError

from genmimic import rotation
from genmimic.deploy.control.sensing import height_above_feet, sole_corners_w
from genmimic.robot import constants
from genmimic.robot.model import build_model
from genmimic.robot.names import JOINT_NAMES
from genmimic.sim.inverse_dynamics import inverse_dynamics
from genmimic.sim.reference import Reference
from genmimic.sim.world import CONTROL_HZ
from genmimic.tracking.terminations import tilt_from_reference

CONTACT = 0.5
"""A foot whose contact flag exceeds this stands."""
RAISED_FOOT = 0.2
"""A sole this far above the floor, metres, is a raised leg: a step lifts it by half of that."""
STEP_LENGTH = 0.1
"""Feet that come down this far from where they left, metres, have stepped; less is a shuffle."""
TURN = math.radians(60.0)
"""From here on a change of heading is warned of: the paper's robot managed what it had of turns under 90 degrees."""


@dataclass(frozen=True)
class Worst:
    """The place where least room is left.

    Attributes:
        value: How much.
        joint: Which joint.
        time: When, seconds.
    """

    value: float
    joint: str
    time: float


@dataclass(frozen=True)
class MotionMargins:
    """Margins of a reference.

    Attributes:
        duration: Seconds.
        joint_limit: Least distance to a joint limit, radians; negative beyond it.
        speed: Largest joint speed as a share of its motor's limit.
        torque: Largest torque of inverse dynamics as a share of its limit; 1 where the motor is saturated.
        missing_force: Largest force that the standing feet cannot give, in body weights (95th percentile).
        outside_support: Share of the frames in which feet stand and the centre of mass is not above them.
        support_margin: Least distance of the centre of mass inside the support's edge, metres, in those frames;
            negative outside; None if no foot ever stands.
        tilt: Largest tilt of the pelvis, radians.
        lowest_pelvis: Least height of the pelvis above the lower foot, metres.
        steps: How often a foot comes down elsewhere than it left.
        highest_foot: Greatest height of a whole sole above the floor, metres.
        turn: Range of the heading, radians.
        path: Length of the pelvis' way over the floor, metres.
    """

    duration: float
    joint_limit: Worst
    speed: Worst
    torque: Worst
    missing_force: float
    outside_support: float
    support_margin: float | None
    tilt: float
    lowest_pelvis: float
    steps: int
    highest_foot: float
    turn: float
    path: float


def motion_margins(reference: Reference) -> MotionMargins:
    """Measure a reference."""
    motion, kinematics = reference.motion, reference.kinematics
    model = build_model(visual=False, floor=False)
    weight = float(-model.opt.gravity[2] * model.body_subtreemass[0])
    forces = inverse_dynamics(reference)
    inside = np.minimum(motion.joint_pos - constants.JOINT_LOWER, constants.JOINT_UPPER - motion.joint_pos)
    corners_w = sole_corners_w(kinematics.keypoint_pos_w, kinematics.keypoint_quat_w)
    distances = support_distances(centre_of_mass(model, reference), corners_w, motion.foot_contact > CONTACT)
    supported = distances[np.isfinite(distances)]
    heights = height_above_feet(motion.root_pos_w, kinematics.keypoint_pos_w, kinematics.keypoint_quat_w)
    return MotionMargins(
        duration=motion.duration,
        joint_limit=_worst(inside, least=True),
        speed=_worst(np.abs(kinematics.joint_vel) / constants.VELOCITY_LIMIT),
        torque=_worst(np.abs(forces.torque) / constants.EFFORT_LIMIT),
        missing_force=float(np.percentile(np.linalg.norm(forces.missing_force_w, axis=-1), 95) / weight),
        outside_support=float((supported < 0.0).mean()) if len(supported) else 0.0,
        support_margin=float(supported.min()) if len(supported) else None,
        tilt=float(tilt_from_reference(motion.root_quat_w, np.array([1.0, 0.0, 0.0, 0.0])).max()),
        lowest_pelvis=float(heights.min()),
        steps=count_steps(corners_w.mean(-2), motion.foot_contact > CONTACT),
        highest_foot=float(corners_w[..., 2].min(-1).max()),
        turn=heading_range(motion.root_quat_w),
        path=float(np.linalg.norm(np.diff(motion.root_pos_w[:, :2], axis=0), axis=-1).sum()),
    )


def centre_of_mass(model: mujoco.MjModel, reference: Reference) -> np.ndarray:
    """Centre of mass of the whole robot in each frame, (T, 3), metres."""
    motion, data = reference.motion, mujoco.MjData(model)
    centres = np.zeros((len(motion), 3))
    for frame in range(len(motion)):
        data.qpos[:] = np.concatenate([motion.root_pos_w[frame], motion.root_quat_w[frame], motion.joint_pos[frame]])
        mujoco.mj_kinematics(model, data)
        mujoco.mj_comPos(model, data)
        centres[frame] = data.subtree_com[0]
    return centres


def support_distances(com_w: np.ndarray, corners_w: np.ndarray, standing: np.ndarray) -> np.ndarray:
    """Distance of the centre of mass from the edge of the support polygon.

    Args:
        com_w: (T, 3), metres.
        corners_w: Corners of the left and right sole, (T, 2, C, 3), metres.
        standing: Which feet stand, (T, 2), boolean.

    Returns:
        (T,), metres, seen from above: positive inside, negative outside; NaN where no foot stands.
    """
    distances = np.full(len(com_w), np.nan)
    for frame, feet in enumerate(standing):
        if not feet.any():
            continue
        points = corners_w[frame, feet, :, :2].reshape(-1, 2)
        try:
            edges = ConvexHull(points).equations  # outward normals and offsets
        except QhullError:  # a foot on its edge, seen from above a line
            distances[frame] = -np.linalg.norm(points.mean(0) - com_w[frame, :2])
            continue
        distances[frame] = -(edges[:, :2] @ com_w[frame, :2] + edges[:, 2]).max()
    return distances


def count_steps(foot_pos_w: np.ndarray, standing: np.ndarray) -> int:
    """How often a foot (T, 2, 3) comes down at least `STEP_LENGTH` from where it left the floor."""
    steps = 0
    for foot in range(2):
        changes = np.diff(standing[:, foot].astype(int))
        lifted = None
        for frame in np.flatnonzero(changes):
            if changes[frame] < 0:
                lifted = foot_pos_w[frame, foot, :2]
            elif lifted is not None:
                steps += bool(np.linalg.norm(foot_pos_w[frame + 1, foot, :2] - lifted) >= STEP_LENGTH)
                lifted = None
    return steps


def heading_range(root_quat_w: np.ndarray) -> float:
    """Difference between the leftmost and the rightmost heading, radians, whole turns counted."""
    return float(np.ptp(np.unwrap(rotation.yaw(root_quat_w))))


def warnings(margins: MotionMargins) -> list[str]:
    """What an operator should know of the motion: what the paper's robot failed at (its table 2), and thin margins."""
    found = []
    if margins.highest_foot > RAISED_FOOT:
        found.append(f"raises a leg to {margins.highest_foot:.2f} m: the paper's robot failed at the one it tried")
    if margins.turn > TURN:
        found.append(
            f"turns by {math.degrees(margins.turn):.0f} degrees: the paper's robot managed 41 % of actions with turns, "
            "20 % of walks with turns"
        )
    if margins.steps:
        found.append(f"takes {margins.steps} step(s): the paper's robot managed 40 % of actions with steps")
    if margins.joint_limit.value < 0.0:
        found.append(f"{_at(margins.joint_limit)} is {-margins.joint_limit.value:.2f} rad beyond its limit")
    if margins.speed.value > 0.8:
        found.append(f"{_at(margins.speed)} turns at {100 * margins.speed.value:.0f} % of its motor's speed")
    if margins.torque.value > 0.8:
        found.append(f"{_at(margins.torque)} needs {100 * margins.torque.value:.0f} % of its torque or more")
    if margins.missing_force > 0.3:
        found.append(f"cannot be had from standing feet: up to {margins.missing_force:.1f} body weights are missing")
    if margins.tilt > math.radians(40.0):
        found.append(f"tilts the pelvis by {math.degrees(margins.tilt):.0f} degrees")
    return found


def _at(worst: Worst) -> str:
    return f"{worst.joint} at {worst.time:.2f} s"


def _worst(values: np.ndarray, *, least: bool = False) -> Worst:
    index = int(values.argmin() if least else values.argmax())
    frame, joint = divmod(index, values.shape[1])
    return Worst(float(values[frame, joint]), JOINT_NAMES[joint], frame / CONTROL_HZ)
