"""What a simulated robot knows of itself: its sensors read the simulator's state with noise, its legs tell the rest."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from genmimic.sim.estimator import StateEstimator
from genmimic.tracking.sensor_noise import SENSOR_DRAWS, START_DRAWS, SensorNoise, read_sensors, start_drift
from genmimic.tracking.state import RobotState


class OwnSensors:
    """Sensors and odometry of one robot; the batched `learning.env.estimate` does the same."""

    def __init__(self, noise: SensorNoise) -> None:
        """Prepare; `noise` says how large the sensors' errors are."""
        self._noise, self._estimator = noise, StateEstimator()

    def reset(self, rng: np.random.Generator, root_pos_w: np.ndarray, root_quat_w: np.ndarray) -> None:
        """Switch on.

        Args:
            rng: Where the noise is drawn from.
            root_pos_w: Where the robot takes itself to be, (3,), metres: at its reference's pelvis.
            root_quat_w: (4,), likewise.
        """
        self._rng, self._place = rng, (root_pos_w, root_quat_w)
        self._drift = start_drift(self._noise, rng.standard_normal(START_DRAWS))
        self._begins = True

    def sense(self, state: RobotState) -> RobotState:
        """The state as the robot estimates it, once per control step.

        Args:
            state: The simulator's; only joints and the pelvis' orientation and angular velocity are read, and once, at
                the start, how it moves.
        """
        normal = self._rng.standard_normal(SENSOR_DRAWS)
        drift = self._drift
        readings, self._drift = read_sensors(self._noise, state, drift, normal)
        if self._begins:
            self._begins = False
            # as in training: the IMU has settled before
            settled, _ = read_sensors(self._noise.settled(), state, drift, normal)
            readings = replace(readings, imu_quat_w=settled.imu_quat_w, ang_vel_b=settled.ang_vel_b)
            return self._estimator.start(readings, *self._place, state.last_action, state.root_lin_vel_w)
        return self._estimator.step(readings, state.last_action)
