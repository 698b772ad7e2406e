"""What each robot of the environment believes about its own state: simulated sensors and leg odometry per world.

Stepped once per observation, begun anew where an episode begins. The robot is told where it stands and how it moves
then, as a real one is put where its reference begins, and its IMU has settled; what happens later it has to find out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch

from genmimic.learning.records import choose
from genmimic.tracking import odometry as legs
from genmimic.tracking.body_motion import body_motion
from genmimic.tracking.estimated import estimated_state
from genmimic.tracking.odometry import Odometry
from genmimic.tracking.sensor_noise import START_DRAWS, ImuDrift, SensorNoise, read_sensors, start_drift
from genmimic.tracking.state import RobotState


@dataclass(frozen=True)
class Estimate:
    """What is remembered of N worlds between steps.

    Attributes:
        odometry: Where each robot believes to be.
        drift: How far its IMU is off.
    """

    odometry: Odometry
    drift: ImuDrift


def blank_estimate(zeros: Callable[..., torch.Tensor]) -> Estimate:
    """An estimate of the right shapes, all zeros; `zeros` makes a tensor of N worlds and the shape it is given."""
    return Estimate(
        Odometry(
            zeros(3), zeros(4), zeros(3), zeros(3), zeros(3), zeros(4), zeros(2, 4, 3), zeros(2), zeros(2, 3), zeros(2)
        ),
        ImuDrift(zeros(), zeros(), zeros(), zeros(2)),
    )


def sense(
    noise: SensorNoise,
    state: RobotState,
    estimate: Estimate,
    began: torch.Tensor,
    normal: torch.Tensor,
) -> tuple[RobotState, Estimate]:
    """Read all sensors and estimate the state from them.

    Args:
        noise: How large the sensors' errors are.
        state: The true state; `last_action` is passed on.
        estimate: Of the step before.
        began: Worlds (N,) that begin an episode: there robots take themselves to be where they are.
        normal: Standard normal numbers, (N, SENSOR_DRAWS + START_DRAWS).
    """
    drift = choose(began, start_drift(noise, normal[:, -START_DRAWS:]), estimate.drift)
    readings, drifted = read_sensors(noise, state, drift, normal[:, :-START_DRAWS])
    body = body_motion(readings.joint_pos, readings.joint_vel)
    imu = readings.imu_quat_w, readings.ang_vel_b
    # a tilt that is averaged only later would turn the robot about feet that it believes to stand
    settled, _ = read_sensors(noise.settled(), state, drift, normal[:, :-START_DRAWS])
    begun = legs.start(
        settled.imu_quat_w, settled.ang_vel_b, body, state.root_pos_w, state.root_quat_w, state.root_lin_vel_w
    )
    odometry = choose(began, begun, legs.step(estimate.odometry, *imu, body))
    return estimated_state(odometry, body, state.last_action), Estimate(odometry, drifted)
