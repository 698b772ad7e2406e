"""Motors and battery of the simulated robot: what limits their torque, and how they warm up.

The constants are plausible, not measured: a G1's battery is 13 lithium cells, its motors stop themselves when hot.
They are here so that what reads temperatures and voltages has something that moves to read.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genmimic.robot import constants


@dataclass(frozen=True)
class MotorModel:
    """Constants of motors and battery.

    Attributes:
        voltage: Of the full battery without load, volts.
        resistance: Of the battery, ohms.
        idle_power: What the computers take, watts.
        efficiency: Share of the electrical power that becomes mechanical.
        ambient: Temperature of the air, degrees Celsius.
        rise: How much warmer than the air a winding becomes that gives its largest torque for ever, kelvin.
        winding_time: Time constant of a winding, seconds.
        shell_time: Time constant of a shell, which follows the winding, seconds.
    """

    voltage: float = 54.0
    resistance: float = 0.08
    idle_power: float = 60.0
    efficiency: float = 0.7
    ambient: float = 25.0
    rise: float = 600.0
    winding_time: float = 120.0
    shell_time: float = 600.0


def torque_range(joint_vel: np.ndarray, voltage_share: float) -> tuple[np.ndarray, np.ndarray]:
    """Smallest and largest torque of each motor, N m, each (23,).

    A motor that drives the joint loses its torque above its rated speed, linearly to nothing at 1.3 times that speed;
    braking it always can. The speed goes down with the battery's voltage.

    Args:
        joint_vel: (23,), rad/s.
        voltage_share: Voltage divided by that of the full battery.
    """
    speed = np.abs(joint_vel) / (constants.VELOCITY_LIMIT * max(voltage_share, 0.1))
    driving = constants.EFFORT_LIMIT * np.clip((1.3 - speed) / 0.3, 0.0, 1.0)
    largest = np.where(joint_vel > 0.0, driving, constants.EFFORT_LIMIT)
    smallest = np.where(joint_vel < 0.0, driving, constants.EFFORT_LIMIT)
    return -smallest, largest


def battery_voltage(model: MotorModel, torque: np.ndarray, joint_vel: np.ndarray) -> float:
    """Voltage under the load of the moment, volts; braking does not charge the battery.

    Args:
        model: Constants.
        torque: (23,), N m.
        joint_vel: (23,), rad/s.
    """
    load = float(np.maximum(torque * joint_vel, 0.0).sum()) / model.efficiency + model.idle_power
    # losses in the windings while nothing moves: a fiftieth of the largest torque's, in watts
    load += 2.0 * float(np.square(torque / constants.EFFORT_LIMIT).sum()) * 10.0
    return model.voltage - model.resistance * load / model.voltage


def warmed(
    model: MotorModel, winding: np.ndarray, shell: np.ndarray, torque: np.ndarray, seconds: float
) -> tuple[np.ndarray, np.ndarray]:
    """Temperatures of windings and shells a moment later, degrees Celsius, each (23,)."""
    goal = model.ambient + model.rise * np.square(torque / constants.EFFORT_LIMIT)
    warmer = winding + (goal - winding) * seconds / model.winding_time
    return warmer, shell + (0.7 * winding + 0.3 * model.ambient - shell) * seconds / model.shell_time
