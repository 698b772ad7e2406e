"""Where a simulated robot truly was: for figures that no real robot could give."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np

from genmimic.deploy.sim_robot.robot import SimRobot
from genmimic.motion.files import atomic_path
from genmimic.robot.names import JOINT_NAMES

_FIELDS = ("root_pos_w", "root_quat_w", "root_lin_vel_w", "root_ang_vel_w", "joint_pos", "joint_vel")


class TruthRecorder:
    """Keeps states of a robot in memory."""

    def __init__(self, robot: SimRobot) -> None:
        """Keep nothing yet."""
        self._robot = robot
        self._rows: list[dict[str, np.ndarray | float]] = []

    def add(self) -> None:
        """Keep the state of this moment, with the time on `time.monotonic`'s clock, which other processes share."""
        truth, command, hoist = self._robot.body.truth(), self._robot.obeyed(), self._robot.hoist
        self._rows.append(
            {
                "stamp": time.monotonic(),
                "time": self._robot.time,
                "held": 0.0 if hoist is None else float(hoist.share),
                "target_joint_pos": command.joint_pos.copy(),
                "torque": self._robot.body.torque.copy(),
                **{name: getattr(truth, name) for name in _FIELDS},
            }
        )

    def arrays(self) -> dict[str, np.ndarray]:
        """What was kept, by name, each (T, ...)."""
        return {name: np.array([row[name] for row in self._rows]) for name in (self._rows[0] if self._rows else ())}

    def save(self, path: Path) -> None:
        """Write it to an npz file."""
        with atomic_path(path) as temporary:
            np.savez_compressed(temporary, allow_pickle=False, joint_names=np.array(JOINT_NAMES), **self.arrays())
