"""A soft harness that holds the pelvis near a moving anchor, as a gantry holds a robot by straps.

It is a spring and damper in six dimensions: slack near the anchor, where the feet must carry the robot, and taut
farther away, where it keeps a robot that stumbles from falling. What it gives is reported. Chosen on twenty motions
(standing, waving, squat, kick, steps, walks, jump, references of real videos) as the softest whose walks do not
stumble: with a tenth of the tilt stiffness the swinging foot drags, and then the harness carries more, not less.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from genmimic import rotation


@dataclass(frozen=True)
class HarnessGains:
    """Stiffness and damping, each for (horizontal, vertical) translation and (tilt, yaw) rotation.

    Attributes:
        stiffness: N/m, horizontal and vertical.
        damping: N s/m, horizontal and vertical.
        angular_stiffness: N m/rad, tilt and yaw.
        angular_damping: N m s/rad, tilt and yaw.
        slack: Distance from the anchor, metres, at which the translational stiffness has doubled; it grows with the
            square of the distance.
        max_force: Largest force, newtons.
        max_moment: Largest moment, N m.
    """

    stiffness: tuple[float, float] = (1000.0, 600.0)
    damping: tuple[float, float] = (300.0, 200.0)
    angular_stiffness: tuple[float, float] = (3000.0, 300.0)
    angular_damping: tuple[float, float] = (150.0, 20.0)
    slack: float = 0.05
    max_force: float = 400.0
    max_moment: float = 300.0


@dataclass(frozen=True)
class Anchor:
    """Where the harness pulls the pelvis to.

    Attributes:
        pos_w: (3,), metres.
        quat_w: (4,), w, x, y, z.
        lin_vel_w: (3,), m/s.
        ang_vel_w: (3,), rad/s.
    """

    pos_w: np.ndarray
    quat_w: np.ndarray
    lin_vel_w: np.ndarray
    ang_vel_w: np.ndarray


@dataclass(frozen=True)
class Harness:
    """A harness during one control step.

    Attributes:
        anchor: Where it pulls the pelvis to.
        gains: How hard.
    """

    anchor: Anchor
    gains: HarnessGains


def harness_wrench(
    harness: Harness,
    pos_w: np.ndarray,
    quat_w: np.ndarray,
    lin_vel_w: np.ndarray,
    ang_vel_w: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Force (3,) in newtons and moment (3,) in N m, world, of the harness on a pelvis in the given state."""
    anchor, gains = harness.anchor, harness.gains
    offset = anchor.pos_w - pos_w
    tautness = 1.0 + float(offset @ offset) / gains.slack**2
    force = tautness * _spring(gains.stiffness, offset)
    # damping grows with the root of the stiffness, which keeps the damping ratio
    force += tautness**0.5 * _spring(gains.damping, anchor.lin_vel_w - lin_vel_w)
    turn = rotation.to_axis_angle(rotation.multiply(anchor.quat_w, rotation.conjugate(quat_w)))
    moment = _spring(gains.angular_stiffness, turn) + _spring(gains.angular_damping, anchor.ang_vel_w - ang_vel_w)
    return _limited(force, gains.max_force), _limited(moment, gains.max_moment)


def pull(harness: Harness, data: Any, pelvis: int) -> tuple[np.ndarray, np.ndarray]:
    """Apply a harness to the pelvis of a MuJoCo simulation until it is applied again.

    Args:
        harness: The harness.
        data: MuJoCo's `MjData` of a robot with a floating base.
        pelvis: Its body number.

    Returns:
        Force (3,) in newtons and moment (3,) in N m about the pelvis' origin, world.
    """
    qpos, qvel = data.qpos, data.qvel
    force, moment = harness_wrench(harness, qpos[:3], qpos[3:7], qvel[:3], rotation.rotate(qpos[3:7], qvel[3:6]))
    # MuJoCo applies the force at the body's centre of mass, the harness is fixed at its origin
    arm = qpos[:3] - data.xipos[pelvis]
    data.xfrc_applied[pelvis, :3] = force
    data.xfrc_applied[pelvis, 3:] = moment + rotation.cross(arm, force)
    return force, moment


def _spring(gains: tuple[float, float], vector: np.ndarray) -> np.ndarray:
    horizontal, vertical = gains
    return vector * np.array([horizontal, horizontal, vertical])


def _limited(vector: np.ndarray, limit: float) -> np.ndarray:
    return vector * min(1.0, limit / max(float(np.linalg.norm(vector)), 1e-9))
