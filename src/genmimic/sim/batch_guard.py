"""Catching worlds whose simulation has come apart, without waiting for the device.

A broken world is flagged, the state and the parameters with which it broke are kept, and the world is put into the
default pose at rest, so that nothing that is not finite reaches observations or rewards; the environment ends its
episode.
"""

# warp reads the kernels' annotations as objects (so no `from __future__ import annotations`), type checkers cannot
# pyright: reportGeneralTypeIssues=false, reportAssignmentType=false, reportArgumentType=false, reportCallIssue=false
# pyright: reportAttributeAccessIssue=false, reportIndexIssue=false, reportOperatorIssue=false

from pathlib import Path

import mujoco_warp as mjw
import numpy as np
import warp as wp

from genmimic.motion.files import atomic_path
from genmimic.robot.model import default_qpos
from genmimic.sim.batch_model import ActuatorParameters
from genmimic.sim.batch_readings import BatchReadings

wp.set_module_options({"enable_backward": False})

KEPT = 16
"""Broken worlds of which the state is kept."""


@wp.kernel
def _guard(
    largest_velocity: float,
    safe_qpos: wp.array[float],
    qpos_before: wp.array2d[float],
    qvel_before: wp.array2d[float],
    ctrl: wp.array2d[float],
    body_mass: wp.array2d[float],
    body_ipos: wp.array2d[wp.vec3],
    geom_friction: wp.array2d[wp.vec3],
    gainprm: wp.array2d[ActuatorParameters],
    biasprm: wp.array2d[ActuatorParameters],
    qpos: wp.array2d[float],
    qvel: wp.array2d[float],
    warmstart: wp.array2d[float],
    torque: wp.array2d[float],
    foot_force: wp.array2d[wp.vec3],
    broken: wp.array[bool],
    count: wp.array[int],
    kept_world: wp.array[int],
    kept_qpos: wp.array2d[float],
    kept_qvel: wp.array2d[float],
    kept_ctrl: wp.array2d[float],
    kept_qpos_after: wp.array2d[float],
    kept_qvel_after: wp.array2d[float],
    kept_mass: wp.array2d[float],
    kept_ipos: wp.array2d[wp.vec3],
    kept_friction: wp.array2d[wp.vec3],
    kept_gains: wp.array2d[wp.vec2],
):
    world = wp.tid()
    sound = bool(True)  # noqa: UP018  (a variable to warp, not a constant)
    for i in range(qpos.shape[1]):
        if not wp.isfinite(qpos[world, i]):
            sound = False
    for i in range(qvel.shape[1]):
        # false for what is not a number, too
        if not (wp.abs(qvel[world, i]) < largest_velocity):
            sound = False
    broken[world] = not sound
    if sound:
        return
    slot = wp.atomic_add(count, 0, 1)
    if slot < kept_world.shape[0]:
        kept_world[slot] = world
        for i in range(qpos.shape[1]):
            kept_qpos[slot, i] = qpos_before[world, i]
            kept_qpos_after[slot, i] = qpos[world, i]
        for i in range(qvel.shape[1]):
            kept_qvel[slot, i] = qvel_before[world, i]
            kept_qvel_after[slot, i] = qvel[world, i]
        for i in range(ctrl.shape[1]):
            kept_ctrl[slot, i] = ctrl[world, i]
            kept_gains[slot, i] = wp.vec2(gainprm[world, i][0], -biasprm[world, i][2])
        for i in range(body_mass.shape[1]):
            kept_mass[slot, i] = body_mass[world, i]
            kept_ipos[slot, i] = body_ipos[world, i]
        for i in range(geom_friction.shape[1]):
            kept_friction[slot, i] = geom_friction[world, i]
    for i in range(qpos.shape[1]):
        qpos[world, i] = safe_qpos[i]
    for i in range(qvel.shape[1]):
        qvel[world, i] = 0.0
        warmstart[world, i] = 0.0
    for i in range(torque.shape[1]):
        torque[world, i] = 0.0
    foot_force[world, 0] = wp.vec3(0.0)
    foot_force[world, 1] = wp.vec3(0.0)


class Guard:
    """Flags and mends broken worlds after each control step.

    Attributes:
        broken: (N,) whether the world broke in the last control step, warp array.
    """

    def __init__(self, model: mjw.Model, data: mjw.Data, readings: BatchReadings, largest_velocity: float) -> None:
        """Allocate on warp's current device."""
        (worlds, nq), nv, nu = data.qpos.shape, data.qvel.shape[1], data.ctrl.shape[1]
        nbody, ngeom = model.body_mass.shape[1], model.geom_friction.shape[1]
        self._model, self._data, self._readings, self._largest_velocity = model, data, readings, largest_velocity
        self._safe_qpos = wp.array(default_qpos(), dtype=float)
        self._qpos_before, self._qvel_before = wp.zeros((worlds, nq), dtype=float), wp.zeros((worlds, nv), dtype=float)
        self.broken = wp.zeros(worlds, dtype=bool)
        self._count = wp.zeros(1, dtype=int)
        self._kept = {
            "world": wp.zeros(KEPT, dtype=int),
            "qpos": wp.zeros((KEPT, nq), dtype=float),
            "qvel": wp.zeros((KEPT, nv), dtype=float),
            "target_joint_pos": wp.zeros((KEPT, nu), dtype=float),
            "qpos_after": wp.zeros((KEPT, nq), dtype=float),
            "qvel_after": wp.zeros((KEPT, nv), dtype=float),
            "body_mass": wp.zeros((KEPT, nbody), dtype=float),
            "body_ipos": wp.zeros((KEPT, nbody), dtype=wp.vec3),
            "geom_friction": wp.zeros((KEPT, ngeom), dtype=wp.vec3),
            "actuator_gains": wp.zeros((KEPT, nu), dtype=wp.vec2),
        }

    def remember(self) -> None:
        """Keep the state before the control step."""
        wp.copy(self._qpos_before, self._data.qpos)
        wp.copy(self._qvel_before, self._data.qvel)

    def inspect(self) -> None:
        """Flag the worlds that broke since `remember`, keep their states and mend them."""
        model, data, readings = self._model, self._data, self._readings
        wp.launch(
            _guard,
            dim=data.nworld,
            inputs=[
                self._largest_velocity,
                self._safe_qpos,
                self._qpos_before,
                self._qvel_before,
                data.ctrl,
                model.body_mass,
                model.body_ipos,
                model.geom_friction,
                model.actuator_gainprm,
                model.actuator_biasprm,
            ],
            outputs=[
                data.qpos,
                data.qvel,
                data.qacc_warmstart,
                readings.torque,
                readings.foot_force,
                self.broken,
                self._count,
                *self._kept.values(),
            ],
        )

    def count(self) -> int:
        """How often a world broke since `clear`; waits for the device."""
        return int(self._count.numpy()[0])

    def clear(self) -> None:
        """Forget all broken worlds."""
        self._count.zero_()

    def dump(self, path: Path) -> None:
        """Write npz, one row per broken world: the states before and after, the targets, the randomized parameters."""
        rows = min(self.count(), KEPT)
        with atomic_path(path) as temporary:
            np.savez(temporary, **{name: array.numpy()[:rows] for name, array in self._kept.items()})
