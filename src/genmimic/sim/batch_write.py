"""Putting chosen worlds into given states by one masked kernel launch."""

# warp reads the kernels' annotations as objects (so no `from __future__ import annotations`), type checkers cannot
# pyright: reportGeneralTypeIssues=false, reportAssignmentType=false, reportArgumentType=false, reportCallIssue=false
# pyright: reportAttributeAccessIssue=false, reportIndexIssue=false, reportOperatorIssue=false

import mujoco_warp as mjw
import torch
import warp as wp

from genmimic.sim.batch_guard import Guard
from genmimic.sim.batch_readings import BatchReadings

wp.set_module_options({"enable_backward": False})


@wp.kernel
def _write(
    mask: wp.array[bool],
    new_qpos: wp.array2d[float],
    new_qvel: wp.array2d[float],
    qpos: wp.array2d[float],
    qvel: wp.array2d[float],
    warmstart: wp.array2d[float],
    ctrl: wp.array2d[float],
    time: wp.array[float],
    torque: wp.array2d[float],
    foot_force: wp.array2d[wp.vec3],
    grounded: wp.array[bool],
    collapsed: wp.array[bool],
    broken: wp.array[bool],
):
    """Thread (world, i) serves the i-th position, velocity, target and torque."""
    world, i = wp.tid()
    if not mask[world]:
        return
    qpos[world, i] = new_qpos[world, i]
    if i < qvel.shape[1]:
        qvel[world, i] = new_qvel[world, i]
        warmstart[world, i] = 0.0
    if i < ctrl.shape[1]:
        ctrl[world, i] = new_qpos[world, 7 + i]
        torque[world, i] = 0.0
    if i == 0:
        time[world] = 0.0
        foot_force[world, 0] = wp.vec3(0.0)
        foot_force[world, 1] = wp.vec3(0.0)
        grounded[world] = False
        collapsed[world] = False
        broken[world] = False


def write_state(
    data: mjw.Data,
    readings: BatchReadings,
    guard: Guard,
    mask: torch.Tensor,
    qpos: torch.Tensor,
    qvel: torch.Tensor,
) -> None:
    """Write float32 states of the worlds in mask (N,) bool; their warm start and readings are cleared."""
    wp.launch(
        _write,
        dim=data.qpos.shape,
        inputs=[wp.from_torch(mask.contiguous()), wp.from_torch(qpos.contiguous()), wp.from_torch(qvel.contiguous())],
        outputs=[
            data.qpos,
            data.qvel,
            data.qacc_warmstart,
            data.ctrl,
            data.time,
            readings.torque,
            readings.foot_force,
            readings.grounded,
            readings.collapsed,
            guard.broken,
        ],
    )
