"""What stops the robot: one small function per cause, each giving a sentence or nothing."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from genmimic.deploy.link import LowState
from genmimic.deploy.safety.limits import SafetyLimits
from genmimic.deploy.safety.situation import Situation
from genmimic.robot import constants
from genmimic.robot.names import JOINT_NAMES
from genmimic.tracking.terminations import tilt_from_reference

Check = Callable[[SafetyLimits, Situation], str]

_UPRIGHT = np.array([1.0, 0.0, 0.0, 0.0])


def emergency(limits: SafetyLimits, situation: Situation) -> str:
    """The operator."""
    return "the operator asked for the emergency stop" if situation.emergency else ""


def failure(limits: SafetyLimits, situation: Situation) -> str:
    """The controller raised an error."""
    return f"the controller failed: {situation.failure}" if situation.failure else ""


def others(limits: SafetyLimits, situation: Situation) -> str:
    """Somebody else commands the robot, too."""
    return f"{situation.others} other program(s) command the robot" if situation.others > 0 else ""


def state_age(limits: SafetyLimits, situation: Situation) -> str:
    """No state, or an old one."""
    if situation.low_state is None:
        return "no state has come from the robot"
    age = situation.now - situation.low_state.stamp
    return f"the robot's state is {1e3 * age:.0f} ms old" if not age <= limits.state_age else ""


def command_age(limits: SafetyLimits, situation: Situation) -> str:
    """The command took so long to compute that it answers a state of the past."""
    age = situation.ready_at - situation.now
    return f"the command took {1e3 * age:.0f} ms to compute" if not age <= limits.command_age else ""


def long_step(limits: SafetyLimits, situation: Situation) -> str:
    """One control step took far too long; a row of late ones is counted in `safety`."""
    late = not situation.step_time <= limits.longest_step
    return f"a control step took {1e3 * situation.step_time:.0f} ms" if late else ""


def finite_state(limits: SafetyLimits, situation: Situation) -> str:
    """NaN or infinity in what the robot says, or an orientation that is none."""
    low = situation.low_state
    if low is None:
        return ""
    for name in ("joint_pos", "joint_vel", "joint_torque", "imu_quat_w", "imu_ang_vel_b", "imu_lin_acc_b"):
        if not np.isfinite(getattr(low, name)).all():
            return f"the robot's {name} is not finite"
    norm = float(np.linalg.norm(low.imu_quat_w))
    return f"the IMU's quaternion has length {norm:.2f}" if abs(norm - 1.0) > 0.05 else ""


def finite_target(limits: SafetyLimits, situation: Situation) -> str:
    """NaN or infinity in what the controller proposes."""
    bad = ~np.isfinite(situation.target_joint_pos)
    return f"the target of {JOINT_NAMES[int(bad.argmax())]} is not finite" if bad.any() else ""


def joint_range(limits: SafetyLimits, situation: Situation) -> str:
    """A joint where no joint can be."""
    low = situation.low_state
    if low is None:
        return ""
    beyond = np.maximum(constants.JOINT_LOWER - low.joint_pos, low.joint_pos - constants.JOINT_UPPER)
    if not (beyond > limits.joint_overrun).any():
        return ""
    worst = int(np.nanargmax(beyond))
    return f"{JOINT_NAMES[worst]} is {beyond[worst]:.2f} rad beyond its limit"


def joint_speed(limits: SafetyLimits, situation: Situation) -> str:
    """A joint faster than its motor can be."""
    low = situation.low_state
    if low is None:
        return ""
    share = np.abs(low.joint_vel) / constants.VELOCITY_LIMIT
    if not (share > limits.velocity_share).any():
        return ""
    worst = int(np.nanargmax(share))
    return f"{JOINT_NAMES[worst]} turns at {low.joint_vel[worst]:.0f} rad/s"


def temperature(limits: SafetyLimits, situation: Situation) -> str:
    """A hot motor."""
    low = situation.low_state
    if low is None:
        return ""
    if (low.motor_temperature <= limits.temperature).all():
        return ""
    worst = int(np.nan_to_num(low.motor_temperature, nan=np.inf).argmax())
    return f"the motor of {JOINT_NAMES[worst]} is at {low.motor_temperature[worst]:.0f} degrees"


def motor_fault(limits: SafetyLimits, situation: Situation) -> str:
    """A motor that reports a fault."""
    low = situation.low_state
    if low is None or not np.any(low.motor_fault):
        return ""
    index = int(np.flatnonzero(low.motor_fault)[0])
    return f"the motor of {JOINT_NAMES[index]} reports fault {int(low.motor_fault[index])}"


def tilt(limits: SafetyLimits, situation: Situation) -> str:
    """Pelvis far from upright."""
    if not _oriented(situation.low_state):
        return ""
    assert situation.low_state is not None
    angle = float(tilt_from_reference(situation.low_state.imu_quat_w, _UPRIGHT))
    return f"the pelvis is tilted by {math.degrees(angle):.0f} degrees" if angle > limits.tilt else ""


def reference_tilt(limits: SafetyLimits, situation: Situation) -> str:
    """Pelvis tilted otherwise than the reference's."""
    if situation.reference_quat_w is None or not _oriented(situation.low_state):
        return ""
    assert situation.low_state is not None
    angle = float(tilt_from_reference(situation.low_state.imu_quat_w, situation.reference_quat_w))
    far = angle > limits.tilt_from_reference
    return f"the pelvis is tilted {math.degrees(angle):.0f} degrees away from the reference" if far else ""


def pelvis_height(limits: SafetyLimits, situation: Situation) -> str:
    """Legs that have given way."""
    height, wanted = situation.pelvis_height, situation.reference_height
    if height is None:
        return ""
    if not height >= limits.pelvis_height:
        return f"the pelvis is {height:.2f} m above the feet"
    low = wanted is not None and height < wanted - limits.pelvis_drop
    return f"the pelvis is {height:.2f} m above the feet, where the reference has {wanted:.2f} m" if low else ""


def _oriented(low: LowState | None) -> bool:
    return low is not None and bool(np.isfinite(low.imu_quat_w).all())


CHECKS: dict[str, Check] = {
    "emergency": emergency,
    "failure": failure,
    "others": others,
    "state_age": state_age,
    "command_age": command_age,
    "long_step": long_step,
    "finite_state": finite_state,
    "finite_target": finite_target,
    "joint_range": joint_range,
    "joint_speed": joint_speed,
    "temperature": temperature,
    "motor_fault": motor_fault,
    "tilt": tilt,
    "reference_tilt": reference_tilt,
    "pelvis_height": pelvis_height,
}
"""All of them by name, in the order in which they are told; those that need several steps are in `safety`."""
