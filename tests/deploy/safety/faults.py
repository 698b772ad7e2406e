"""Random faults: each spoils an ordinary control step so that the named check must trip."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from genmimic import rotation
from genmimic.deploy.safety.limits import SafetyLimits
from genmimic.deploy.safety.situation import Situation
from genmimic.robot import constants

Fault = Callable[[np.random.Generator, Situation], Situation]

LIMITS = SafetyLimits()


def _low(situation: Situation, **changes) -> Situation:
    return replace(situation, low_state=replace(situation.low_state, **changes))


def _spoiled(rng: np.random.Generator, values: np.ndarray, value: float) -> np.ndarray:
    values = np.array(values, dtype=np.float64)
    values[rng.integers(len(values))] = value
    return values


def _beyond(rng: np.random.Generator, limit: float) -> float:
    """A little or a lot more than a limit."""
    return float(limit * (1.0 + 10.0 ** rng.uniform(-3.0, 2.0)))


def _not_finite(rng: np.random.Generator) -> float:
    return float(rng.choice([np.nan, np.inf, -np.inf]))


def _range(rng: np.random.Generator, s: Situation) -> Situation:
    joint, excess = rng.integers(23), _beyond(rng, LIMITS.joint_overrun)
    low, high = constants.JOINT_LOWER[joint] - excess, constants.JOINT_UPPER[joint] + excess
    joint_pos = s.low_state.joint_pos.copy()
    joint_pos[joint] = rng.choice([low, high])
    return _low(s, joint_pos=joint_pos)


def _speed(rng: np.random.Generator, s: Situation) -> Situation:
    joint = rng.integers(23)
    joint_vel = s.low_state.joint_vel.copy()
    joint_vel[joint] = rng.choice([-1, 1]) * _beyond(rng, LIMITS.velocity_share * constants.VELOCITY_LIMIT[joint])
    return _low(s, joint_vel=joint_vel)


def _leaning(rng: np.random.Generator, least: float) -> np.ndarray:
    direction, yaw = rng.uniform(-np.pi, np.pi, 2)
    axis = np.array([np.cos(direction), np.sin(direction), 0.0])
    tilt = rotation.from_axis_angle(axis * rng.uniform(least + 0.01, np.pi - 0.1))
    return rotation.multiply(rotation.from_axis_angle(np.array([0.0, 0.0, yaw])), tilt)


def _state_field(rng: np.random.Generator, s: Situation) -> Situation:
    name = str(rng.choice(["joint_pos", "joint_vel", "joint_torque", "imu_quat_w", "imu_ang_vel_b", "imu_lin_acc_b"]))
    return _low(s, **{name: _spoiled(rng, getattr(s.low_state, name), _not_finite(rng))})


FAULTS: dict[str, Fault] = {
    "emergency": lambda rng, s: replace(s, emergency=True),
    "failure": lambda rng, s: replace(s, failure="RuntimeError: anything"),
    "others": lambda rng, s: replace(s, others=int(rng.integers(1, 4))),
    "state_age": lambda rng, s: _low(s, stamp=s.now - _beyond(rng, LIMITS.state_age)),
    "command_age": lambda rng, s: replace(s, ready_at=s.now + _beyond(rng, LIMITS.command_age)),
    "long_step": lambda rng, s: replace(s, step_time=_beyond(rng, LIMITS.longest_step)),
    "finite_state": _state_field,
    "finite_target": lambda rng, s: replace(s, target_joint_pos=_spoiled(rng, s.target_joint_pos, _not_finite(rng))),
    "joint_range": _range,
    "joint_speed": _speed,
    "temperature": lambda rng, s: _low(
        s, motor_temperature=_spoiled(rng, s.low_state.motor_temperature, _beyond(rng, LIMITS.temperature))
    ),
    "motor_fault": lambda rng, s: _low(s, motor_fault=_spoiled(rng, np.zeros(23), rng.integers(1, 2**15)).astype(int)),
    "tilt": lambda rng, s: _low(s, imu_quat_w=_leaning(rng, LIMITS.tilt)),
    "reference_tilt": lambda rng, s: _low(s, imu_quat_w=_leaning(rng, LIMITS.tilt_from_reference)),
    "pelvis_height": lambda rng, s: replace(s, pelvis_height=LIMITS.pelvis_height - rng.uniform(0.001, 0.6)),
    "action_jump": lambda rng, s: replace(
        s, target_joint_pos=s.target_joint_pos + rng.choice([-1, 1]) * _beyond(rng, LIMITS.action_jump + 0.3)
    ),
}
"""By the name of the trip that must follow in the same step."""
