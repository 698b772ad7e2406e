"""What is known of a body before looking: joint ranges, expected angles and accelerations.

Ranges are those of an able adult (American Academy of Orthopaedic Surgeons), a little widened; expected spreads and
accelerations are of the size found in motion capture of everyday movement.
"""

from __future__ import annotations

import numpy as np

from genmimic import rotation
from genmimic.human.articulation import BALL_DOF, BALL_JOINTS, DOF_COUNT, DOF_NAMES, Pose
from genmimic.human.fit_problem import NormalEquations, cauchy
from genmimic.human.kinematics import skew

_LIMIT_SIGMA = 0.05  # rad

# joint variable (without its side): mean, standard deviation, lower and upper limit, radians
_VALUES: dict[str, tuple[float, float, float, float]] = {
    "knee": (0.04, 0.12, 0.0, 2.6),
    "ankle_x": (0.0, 0.30, -0.45, 0.85),
    "ankle_y": (0.0, 0.12, -0.3, 0.3),
    "ankle_z": (0.0, 0.12, -0.35, 0.35),
    "spine_x": (0.05, 0.50, -0.5, 1.6),
    "spine_y": (0.0, 0.35, -0.9, 0.9),
    "spine_z": (0.0, 0.25, -0.7, 0.7),
    "neck_x": (0.05, 0.35, -1.0, 1.0),
    "neck_y": (0.0, 0.50, -1.4, 1.4),
    "neck_z": (0.0, 0.25, -0.8, 0.8),
    "collar_z": (0.0, 0.15, -0.2, 0.6),
    "collar_y": (0.0, 0.15, -0.4, 0.4),
    "elbow": (0.35, 1.00, 0.0, 2.65),
    "forearm_roll": (0.0, 0.70, -1.5, 1.5),
    "wrist_z": (0.0, 0.35, -1.2, 1.2),
    "wrist_y": (0.0, 0.25, -0.6, 0.6),
}
# flexion (negative is forward), twist, spread of the hip; the shoulder is free enough to need little
_BALL_SIGMA = {"hip": (0.9, 0.35, 0.35), "shoulder": (1.3, 1.3, 1.3)}

# expected acceleration, rad/s^2 (m/s^2 for the root's position)
_ACCELERATION: dict[str, float] = {
    "root_x": 1.5,
    "root_y": 1.5,
    "root_z": 1.5,
    "pelvis": 6.0,
    "hip": 12.0,
    "shoulder": 25.0,
    "knee": 20.0,
    "ankle": 20.0,
    "spine": 5.0,
    "neck": 10.0,
    "collar": 4.0,
    "elbow": 25.0,
    "forearm": 25.0,
    "wrist": 20.0,
}


def _bare(name: str) -> str:
    return name.removeprefix("left_").removeprefix("right_")


def _lookup(name: str) -> float:
    bare = _bare(name)
    return next(value for key, value in _ACCELERATION.items() if bare.startswith(key))


ACCELERATION_SIGMA = np.array([_lookup(name) for name in DOF_NAMES])
"""(44,) expected acceleration of each degree of freedom."""

_VALUE_DOFS = np.array([i for i, name in enumerate(DOF_NAMES) if _bare(name) in _VALUES])
_VALUE_TABLE = np.array([_VALUES[_bare(DOF_NAMES[i])] for i in _VALUE_DOFS])
# people stand with straight knees or bend them for good: a sharp peak with long tails (Cauchy)
_KNEE_MOVING, _KNEE_STILL_WIDTH = 0.15, 2.3
_IS_KNEE = np.array([_bare(DOF_NAMES[i]) == "knee" for i in _VALUE_DOFS])


def add_posture(system: NormalEquations, pose: Pose, still: np.ndarray) -> None:
    """Add the expected angles and the limits of the hinges, and the expected rotations of hips and shoulders.

    Args:
        system: Receives the term.
        pose: T frames.
        still: (T,) in [0, 1]: how far the person stands still; knees are expected straight then more than in motion.
    """
    mean, sigma, lower, upper = _VALUE_TABLE.T
    value = pose.values[:, _VALUE_DOFS]
    over = np.where(value < lower, value - lower, np.where(value > upper, value - upper, 0.0))
    limit_weight = (over != 0.0) / _LIMIT_SIGMA**2
    knee = cauchy(((value - mean) / sigma) ** 2, 1.0) * _KNEE_MOVING
    knee += still[:, None] * (cauchy(((value - mean) / sigma) ** 2, _KNEE_STILL_WIDTH) - knee)
    weight = np.where(_IS_KNEE, knee, 1.0) / sigma**2
    system.diagonal[:, _VALUE_DOFS, _VALUE_DOFS] += limit_weight + weight
    system.gradient[:, _VALUE_DOFS] += limit_weight * over + weight * (value - mean)
    for i, joint in enumerate(BALL_JOINTS):
        if joint == "pelvis":
            continue
        rotvec = rotation.to_axis_angle(pose.balls[:, i])
        jacobian = np.zeros((len(pose), 3, DOF_COUNT))
        first = BALL_DOF.start + 3 * i
        jacobian[:, :, first : first + 3] = right_jacobian_inverse(rotvec)
        weight = np.broadcast_to(1.0 / np.square(_BALL_SIGMA[_bare(joint)]), rotvec.shape)
        system.add(rotvec, jacobian, None, weight)


def right_jacobian_inverse(rotvec: np.ndarray) -> np.ndarray:
    """(T, 3, 3): change of a rotation vector (T, 3) per right-hand tangent step."""
    angle = np.linalg.norm(rotvec, axis=-1)[:, None, None]
    small = angle < 1e-4
    a = np.where(small, 1.0, angle)
    second = np.where(small, 1.0 / 12.0, 1.0 / a**2 - 0.5 / (a * np.tan(0.5 * np.minimum(a, np.pi - 1e-6))))
    k = skew(rotvec)
    return np.eye(3) + 0.5 * k + second * (k @ k)


def velocities(pose: Pose) -> np.ndarray:
    """Steps (T - 1, 44) between consecutive frames: differences, and body-frame rotation vectors of the balls."""
    out = np.diff(pose.values, axis=0)
    turn = rotation.multiply(rotation.conjugate(pose.balls[:-1]), pose.balls[1:])
    out[:, BALL_DOF] = rotation.to_axis_angle(turn).reshape(len(out), -1)
    return out


def add_smoothness(system: NormalEquations, pose: Pose, fps: float, scale: float, robust_width: float = 2.0) -> None:
    """Add the accelerations; Cauchy's loss over a second difference lets fast gestures pass.

    Args:
        system: Receives the term.
        pose: T frames.
        fps: Frames per second.
        scale: Factor on the expected accelerations.
        robust_width: Accelerations over this many times the expected one lose weight.
    """
    if len(pose) < 3:
        return
    sigma = scale * ACCELERATION_SIGMA / fps**2
    acceleration = np.diff(velocities(pose), axis=0)
    weight = cauchy((acceleration / sigma) ** 2, robust_width) / sigma**2
    dofs = np.arange(acceleration.shape[1])
    for shift, coefficient in enumerate((1.0, -2.0, 1.0)):
        frames = slice(shift, shift + len(acceleration))
        system.diagonal[frames, dofs, dofs] += coefficient**2 * weight
        system.gradient[frames] += coefficient * weight * acceleration
    system.lower[:-1, dofs, dofs] -= 2.0 * weight
    system.lower[1:, dofs, dofs] -= 2.0 * weight
    system.second_lower += weight
