"""The record of a deployment: every control step's message, proposal, verdict and command, in small npz files.

Steps are written every few seconds under a temporary name and renamed, so that a crash costs the last seconds only.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from genmimic.deploy.control.controller import Step
from genmimic.deploy.control.phases import Phase
from genmimic.motion.files import atomic_path
from genmimic.robot.names import JOINT_NAMES

VERSION = 1
CHUNK = 500
"""Control steps in one file: ten seconds."""
PHASES: tuple[Phase, ...] = tuple(Phase)
_NOTHING = np.full(23, np.nan)
_LOW_FIELDS = ("joint_pos", "joint_vel", "joint_torque", "motor_temperature", "motor_fault")
_IMU_FIELDS = ("imu_quat_w", "imu_ang_vel_b", "imu_lin_acc_b")


class Recorder:
    """Writes the steps of one deployment into a folder of its own.

    Attributes:
        folder: The folder.
    """

    def __init__(self, folder: Path, about: Mapping[str, Any]) -> None:
        """Create the folder and its `about.json`.

        Args:
            folder: Must not exist yet.
            about: What is worth knowing of the deployment; plain JSON values.

        Raises:
            OSError: The folder exists or cannot be made.
        """
        folder.mkdir(parents=True)
        self.folder, self._chunks = folder, 0
        self._columns: dict[str, np.ndarray] = {}
        self._count = 0
        self._events: list[dict[str, Any]] = []
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="deploy-log")  # the loop does not wait for the disk
        self._writing: list[Future[None]] = []
        self._about = {"kind": "genmimic deployment log", "version": VERSION, "started": time.time(), **about}
        self._about |= {"joint_names": JOINT_NAMES, "phases": [str(phase) for phase in PHASES]}
        self._write_about()

    def add(self, step: Step, timing: Mapping[str, float]) -> None:
        """Keep one step; `timing` gives further numbers, the same ones for each step."""
        row = {name: np.asarray(value) for name, value in (step_row(step) | dict(timing)).items()}
        # in place, step by step: a writer that stacked ten seconds would take the interpreter from the loop
        if not self._columns:
            self._columns = {name: np.empty((CHUNK, *value.shape), value.dtype) for name, value in row.items()}
        for name, value in row.items():
            self._columns[name][self._count] = value
        self._count += 1
        if step.trips and not any(event["event"] == "trip" for event in self._events):
            self.note("trip", step.now, causes=step.trips)
        if self._count == CHUNK:
            self.flush()

    def note(self, event: str, now: float, **details: Any) -> None:
        """Write down that something happened; trips are noted by `add`."""
        self._events.append({"event": event, "now": now, **details})
        self._write_about()

    def flush(self) -> None:
        """Have what is kept written."""
        if self._count:
            path = self.folder / f"steps_{self._chunks:04d}.npz"
            columns = {name: column[: self._count] for name, column in self._columns.items()}
            self._writing.append(self._writer.submit(_write_columns, path, columns))
            self._columns, self._count, self._chunks = {}, 0, self._chunks + 1

    def close(self) -> None:
        """Write everything, and wait for it.

        Raises:
            OSError: Something could not be written.
        """
        self.flush()
        self._writer.shutdown()
        for writing in self._writing:
            writing.result()

    def _write_about(self) -> None:
        content = json.dumps(self._about | {"events": self._events}, indent=1)
        self._writing.append(self._writer.submit(_write_text, self.folder / "about.json", content))


def _write_columns(path: Path, columns: Mapping[str, np.ndarray]) -> None:
    with atomic_path(path) as temporary:
        np.savez(temporary, allow_pickle=False, **columns)  # uncompressed: less time on the loop's cores


def _write_text(path: Path, content: str) -> None:
    with atomic_path(path) as temporary:
        temporary.write_text(content, encoding="utf-8")


def step_row(step: Step) -> dict[str, Any]:
    """One step as numbers and small arrays; NaN where there was nothing."""
    low, command, state = step.low_state, step.command, step.state
    row: dict[str, Any] = {
        "now": step.now,
        "phase": PHASES.index(step.phase),
        "frame": step.frame,
        "state_stamp": np.nan if low is None else low.stamp,
        "state_tick": -1 if low is None else low.tick,
        "battery_voltage": np.nan if low is None or low.battery_voltage is None else low.battery_voltage,
        "root_pos_w": np.full(3, np.nan) if state is None else state.root_pos_w,
        "root_quat_w": np.full(4, np.nan) if state is None else state.root_quat_w,
        "proposed_joint_pos": step.proposed,
        "action": _NOTHING if step.action is None else step.action,
        "sent": command is not None,
        "target_joint_pos": _NOTHING if command is None else command.joint_pos,
        "kp": _NOTHING if command is None else command.kp,
        "kd": _NOTHING if command is None else command.kd,
    }
    for name in _LOW_FIELDS:
        row[name] = _NOTHING if low is None else np.asarray(getattr(low, name), dtype=np.float64)
    for name in _IMU_FIELDS:
        row[name] = np.full(4 if "quat" in name else 3, np.nan) if low is None else np.asarray(getattr(low, name))
    for name in ("rate", "torque", "position"):
        clamped = None if step.verdict is None else step.verdict.clamped
        row[f"clamped_{name}"] = np.zeros(23, bool) if clamped is None else getattr(clamped, name)
    return row
