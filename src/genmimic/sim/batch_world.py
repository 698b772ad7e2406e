"""Thousands of G1s in mujoco-warp: the batched counterpart of `sim.world`, for training.

State and readings are torch tensors that alias warp's arrays. On a GPU a control step is one CUDA graph (four physics
steps, their readings, the guard, the keypoints) launched on torch's current stream, so torch and warp need no
synchronisation; on a CPU the same code runs kernel by kernel. Nothing but `check` waits for the device.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import mujoco_warp as mjw
import numpy as np
import torch
import warp as wp

from genmimic.robot.model import default_qpos
from genmimic.sim.batch_config import BatchWorldConfig
from genmimic.sim.batch_guard import Guard
from genmimic.sim.batch_keypoints import BatchKeypoints
from genmimic.sim.batch_model import device_model, geom_roles, mujoco_model
from genmimic.sim.batch_randomize import Randomizer
from genmimic.sim.batch_readings import BatchReadings
from genmimic.sim.batch_write import write_state
from genmimic.tracking.state import RobotState, SimulationParameters

__all__ = ["BatchWorld", "BatchWorldConfig", "WorldReport"]

_LOST = int(
    mjw.OverflowType.NEFC
    | mjw.OverflowType.NJMAX_NNZ
    | mjw.OverflowType.BROADPHASE
    | mjw.OverflowType.NARROWPHASE
    | mjw.OverflowType.CCD
)


@dataclass(frozen=True)
class WorldReport:
    """How the simulation has fared since the last report.

    Attributes:
        peak_contacts: Largest number of contacts, or of pairs of geoms near each other, of all worlds together.
        contact_limit: Room for contacts.
        peak_constraints: Largest number of constraint rows of one world.
        constraint_limit: Room for them.
        broken: How often a world broke and was put into the default pose.
    """

    peak_contacts: int
    contact_limit: int
    peak_constraints: int
    constraint_limit: int
    broken: int


class BatchWorld:
    """Robots on floors, one a world.

    All tensors are live: they change in place with the next `step` or `write`; clone what must last.

    Attributes:
        count: Number of worlds N.
        device: Torch device of all tensors.
        qpos: (N, 30): root position, root quaternion w, x, y, z, joint positions.
        qvel: (N, 29): root velocity (world frame), angular velocity (pelvis frame), joint velocities.
        ctrl: (N, 23): joint targets, radians.
        torque: (N, 23): joint torques, N m, mean over the last control step.
        foot_force_w: (N, 2, 3): force of the floor on left and right foot, newtons, likewise.
        grounded: (N,) bool: a body other than a foot touched the floor during the last control step.
        collapsed: (N,) bool: torso, head or a hand did, by which a robot counts as fallen (`sim.falls`).
        broken: (N,) bool: the world was not finite or too fast after the last control step. It has been put into the
            default pose; end its episode.
    """

    def __init__(self, config: BatchWorldConfig, device: str | torch.device = "cpu") -> None:
        """Build the worlds in the default pose; the first time on a machine compiles kernels for about a minute."""
        self.config, self.count, self.device = config, config.worlds, torch.device(device)
        if self.device.type == "cuda" and self.device.index is None:
            self.device = torch.device("cuda", torch.cuda.current_device())
        wp.config.log_level = wp.LOG_WARNING
        wp.init()
        self._warp_device = wp.device_from_torch(self.device)
        self._streams: dict[int, wp.Stream] = {}
        nominal = mujoco_model(config)
        with wp.ScopedDevice(self._warp_device):
            self._model = device_model(nominal, config)
            self._data = mjw.make_data(nominal, self.count, nconmax=config.nconmax, njmax=config.njmax)
            self._keypoints = BatchKeypoints(self.count)
            self._readings = BatchReadings(self._data, geom_roles(nominal), config.substeps)
            self._guard = Guard(self._model, self._data, self._readings, config.largest_velocity)
            self._randomizer = Randomizer(nominal, self._model)
        # what was allocated on warp's stream is used on torch's from here on
        wp.synchronize_device(self._warp_device)
        self.qpos, self.qvel, self.ctrl = (wp.to_torch(a) for a in (self._data.qpos, self._data.qvel, self._data.ctrl))
        self.torque = wp.to_torch(self._readings.torque)
        self.foot_force_w = wp.to_torch(self._readings.foot_force)
        self.grounded, self.collapsed = wp.to_torch(self._readings.grounded), wp.to_torch(self._readings.collapsed)
        self.broken = wp.to_torch(self._guard.broken)
        self._graph = None
        self._write_default_pose()
        if self.device.type == "cuda":
            self._graph = self._capture()
            self._write_default_pose()

    def step(self, target_joint_pos: torch.Tensor) -> None:
        """Advance all worlds by one control step towards joint targets (N, 23), radians."""
        self.ctrl.copy_(target_joint_pos)
        with self._torch_stream():
            if self._graph is None:
                self._control_step()
            else:
                wp.capture_launch(self._graph)

    def write(self, mask: torch.Tensor, qpos: torch.Tensor, qvel: torch.Tensor) -> None:
        """Put the worlds in mask (N,) into states (N, 30), (N, 29) and clear what remains of their past.

        Rows of other worlds are not read. Targets become the joint positions.
        """
        with self._torch_stream():
            write_state(self._data, self._readings, self._guard, mask, qpos, qvel)
            self._keypoints.update(self._data.qpos, self._data.qvel)

    def add_velocity(self, mask: torch.Tensor, delta_qvel: torch.Tensor) -> None:
        """Push the worlds in mask (N,): add (N, 29) to their velocities, frames as in `qvel`."""
        self.qvel.add_(torch.where(mask[:, None], delta_qvel, 0.0))
        self.refresh()

    def refresh(self) -> None:
        """Recompute the keypoints after `qpos` or `qvel` were changed directly."""
        with self._torch_stream():
            self._keypoints.update(self._data.qpos, self._data.qvel)

    def randomize(self, mask: torch.Tensor, parameters: SimulationParameters) -> None:
        """Give the worlds in mask (N,) their rows of `parameters`, float32 with leading dimension N.

        Floors have one friction coefficient: the mean of both feet's is taken.
        """
        with self._torch_stream():
            self._randomizer.apply(mask, parameters)

    def keypoints(self) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
        """Return positions (N, 27, 3), quaternions (N, 27, 4), linear and angular velocities (N, 27, 3), world."""
        return self._keypoints.tensors()

    def state(self, last_action: torch.Tensor) -> RobotState:
        """Return the state as views of the live tensors; `last_action` (N, 23) is passed on."""
        pos_w, quat_w, lin_vel_w, ang_vel_w = self.keypoints()
        return RobotState(
            root_pos_w=pos_w[:, 0],
            root_quat_w=quat_w[:, 0],
            root_lin_vel_w=lin_vel_w[:, 0],
            root_ang_vel_w=ang_vel_w[:, 0],
            joint_pos=self.qpos[:, 7:],
            joint_vel=self.qvel[:, 6:],
            keypoint_pos_w=pos_w,
            keypoint_quat_w=quat_w,
            keypoint_lin_vel_w=lin_vel_w,
            keypoint_ang_vel_w=ang_vel_w,
            foot_force_w=self.foot_force_w,
            last_action=last_action,
        )

    def check(self, dump: Path | None = None) -> WorldReport:
        """Report on the simulation since the last check, waiting for the device; call it rarely.

        Args:
            dump: Where to write the states of broken worlds, npz; nothing is written if none broke.

        Raises:
            OverflowError: Contacts or constraints were lost for lack of room.
        """
        readings, data = self._readings, self._data
        with self._torch_stream():
            lost = int(np.count_nonzero(data.overflow.numpy() & _LOST))
            report = WorldReport(
                peak_contacts=int(readings.peak_contacts.numpy()[0]),
                contact_limit=data.naconmax,
                peak_constraints=int(readings.peak_constraints.numpy().max()),
                constraint_limit=data.njmax,
                broken=self._guard.count(),
            )
            if report.broken and dump is not None:
                self._guard.dump(dump)
        self._clear_counters()
        if lost:
            raise OverflowError(
                f"{lost} of {self.count} worlds lost contacts or constraints: there were {report.peak_contacts} "
                f"contacts or near pairs in all (room for {report.contact_limit}) and {report.peak_constraints} "
                f"constraint rows in one world (room for {report.constraint_limit}); raise nconmax or njmax of "
                "BatchWorldConfig"
            )
        return report

    def _control_step(self) -> None:
        self._guard.remember()
        for substep in range(self.config.substeps):
            mjw.step(self._model, self._data)
            self._readings.read(self._model, first=substep == 0)
        self._guard.inspect()
        self._keypoints.update(self._data.qpos, self._data.qvel)

    def _capture(self) -> wp.Graph | None:
        # modules cannot be loaded during capture: one step beforehand compiles and loads them
        with self._torch_stream():
            self._control_step()
        torch.cuda.synchronize(self.device)
        # an array that Python's garbage collector frees during capture would be freed by every replay
        gc.collect()
        gc.disable()
        try:
            with wp.ScopedDevice(self._warp_device), wp.ScopedCapture(force_module_load=False) as capture:
                self._control_step()
        finally:
            gc.enable()
        return capture.graph

    def _write_default_pose(self) -> None:
        qpos = torch.as_tensor(default_qpos(), dtype=torch.float32, device=self.device).expand(self.count, -1)
        qvel = torch.zeros(self.count, self.qvel.shape[1], device=self.device)
        self.write(torch.ones(self.count, dtype=torch.bool, device=self.device), qpos.contiguous(), qvel)
        self._clear_counters()

    def _clear_counters(self) -> None:
        with self._torch_stream():
            self._data.overflow.zero_()
            self._readings.peak_constraints.zero_()
            self._readings.peak_contacts.zero_()
            self._guard.clear()

    @contextmanager
    def _torch_stream(self) -> Iterator[None]:
        """Let warp work on this world's device, on a GPU in order with torch's current stream."""
        if self.device.type != "cuda":
            with wp.ScopedDevice(self._warp_device):
                yield
            return
        handle = torch.cuda.current_stream(self.device).cuda_stream
        if handle not in self._streams:
            self._streams[handle] = wp.stream_from_torch(self.device)
        with wp.ScopedStream(self._streams[handle], sync_enter=False):
            yield
