"""What a generated motion must satisfy, measured on the motion itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genmimic import rotation
from genmimic.motion.robot_motion import RobotMotion
from genmimic.retarget import tasks
from genmimic.retarget.balance import support_excess
from genmimic.retarget.collision import PAIR_NAMES, find_contacts
from genmimic.retarget.jacobian import Configuration, Kinematics, centre_of_mass
from genmimic.retarget.stance import segments
from genmimic.robot.constants import JOINT_LOWER, JOINT_UPPER, VELOCITY_LIMIT
from genmimic.robot.names import JOINT_NAMES

_WIDEST_GAP = 0.1
"""Distances between links beyond this are not looked for, metres."""
_STILL_S = 0.3
"""Both feet must have stood for this long, and stand for as long again, before balance is judged as at rest, s."""


@dataclass(frozen=True)
class MotionChecks:
    """Measures of one motion; lengths in metres, angles in radians.

    Attributes:
        clearance: Smallest distance between two links that could touch, at most 0.1; negative where they overlap.
        closest: Their names.
        balance: Smallest distance of the centre of mass from the edge of the support polygon in frames in which both
            feet stand lastingly; infinity without such frames.
        slip: Largest distance of a standing foot's ankle from where it first stood.
        sole_error: Largest height of a standing sole's corner above or below the floor.
        penetration: Deepest point of a sole below the floor in any frame.
        speed_share: Largest joint speed as a share of its motor's limit.
        joint_vel: Largest joint speed, rad/s.
        joint_acc: Largest joint acceleration, rad/s^2.
        limit_gap: Smallest distance of a joint from its limits.
        limit_joint: That joint.
        tilt: Largest inclination of the pelvis from the vertical.
        knee: Smallest knee flexion.
    """

    clearance: float
    closest: str
    balance: float
    slip: float
    sole_error: float
    penetration: float
    speed_share: float
    joint_vel: float
    joint_acc: float
    limit_gap: float
    limit_joint: str
    tilt: float
    knee: float

    def failures(self) -> tuple[str, ...]:
        """What is wrong with the motion, in words; empty for a good one."""
        rules = (
            (self.clearance < 0.0, f"{self.closest} overlap by {-self.clearance:.3f} m"),
            (self.balance < 0.0, f"the centre of mass lies {-self.balance:.3f} m outside the feet at rest"),
            (self.slip > 0.002, f"a standing foot slips by {self.slip:.4f} m"),
            (self.sole_error > 0.002, f"a standing sole is {self.sole_error:.4f} m off the floor"),
            (self.penetration > 0.005, f"a sole sinks {self.penetration:.4f} m into the floor"),
            (self.speed_share > 0.6, f"a joint moves at {self.speed_share:.0%} of its top speed"),
            (self.joint_acc > 200.0, f"a joint accelerates by {self.joint_acc:.0f} rad/s^2"),
            (self.limit_gap < 0.0, f"{self.limit_joint} exceeds its limit by {-self.limit_gap:.3f} rad"),
        )
        return tuple(text for wrong, text in rules if wrong)


def check(motion: RobotMotion) -> MotionChecks:
    """Measure a motion whose `foot_contact` says which feet stand."""
    kinematics = Kinematics.of(Configuration(motion.root_pos_w, motion.root_quat_w, motion.joint_pos))
    contacts = find_contacts(kinematics, _WIDEST_GAP)
    nearest = int(contacts.distance.argmin()) if len(contacts.distance) else None
    stance = motion.foot_contact > 0.5
    corners = tasks.sole_corners(kinematics)
    heights = np.abs(corners[..., 2])[stance]
    velocity = np.abs(np.diff(motion.joint_pos, axis=0)) * motion.fps
    acc = np.abs(np.diff(motion.joint_pos, 2, axis=0)) * motion.fps**2
    gap = np.minimum(motion.joint_pos - JOINT_LOWER, JOINT_UPPER - motion.joint_pos).min(axis=0)
    up = rotation.to_matrix(motion.root_quat_w)[:, 2, 2]
    knees = motion.joint_pos[:, [JOINT_NAMES.index(f"{side}_knee_joint") for side in ("left", "right")]]
    return MotionChecks(
        clearance=_WIDEST_GAP if nearest is None else float(contacts.distance[nearest]),
        closest="" if nearest is None else " and ".join(PAIR_NAMES[contacts.pair[nearest]]).replace("_collision", ""),
        balance=_balance(kinematics, stance, motion.fps),
        slip=_slip(corners.mean(axis=2)[..., :2], stance),
        sole_error=float(heights.max()) if heights.size else 0.0,
        penetration=float(max(0.0, -corners[..., 2].min())),
        speed_share=float((velocity / VELOCITY_LIMIT).max(initial=0.0)),
        joint_vel=float(velocity.max(initial=0.0)),
        joint_acc=float(acc.max(initial=0.0)),
        limit_gap=float(gap.min()),
        limit_joint=JOINT_NAMES[int(gap.argmin())],
        tilt=float(np.arccos(np.clip(up, -1.0, 1.0)).max()),
        knee=float(knees.min()),
    )


def _balance(kinematics: Kinematics, stance: np.ndarray, fps: float) -> float:
    window = 2 * round(_STILL_S * fps) + 1
    both = stance.all(axis=1)
    lasting = np.convolve(np.pad(both, window // 2, mode="edge"), np.ones(window), mode="valid") > window - 0.5
    if not lasting.any():
        return float("inf")
    _, com = centre_of_mass(kinematics)
    excess, _ = support_excess(com[:, :2], tasks.sole_lines(kinematics), stance, tasks.SOLE_HALF_WIDTH)
    return float(-excess[lasting].max())


def _slip(sole: np.ndarray, stance: np.ndarray) -> float:
    """Largest distance in metres of soles (T, 2, 2) from where their stance (T, 2) began."""
    worst = 0.0
    for foot in range(2):
        for start, end in segments(stance[:, foot]):
            away = np.linalg.norm(sole[start:end, foot] - sole[start, foot], axis=-1)
            worst = max(worst, float(away.max()))
    return worst
