"""Randomized physics, world by world, in one masked kernel launch.

What follows from a changed parameter is changed with it: inertias with masses, subtree masses (which MuJoCo's centres
of mass need), gain and bias of the actuators. The motor's strength multiplies its torque before the limit, which is
eq. 5 as in `tracking.actions.pd_torque`, so force ranges stay. Not recomputed are `body_invweight0` and
`dof_invweight0`, by which MuJoCo scales the softness of contacts and limits. Masses 0.7 to 1.4 times the nominal ones
change those of the feet by 3 %, and a trajectory by 0.03 mm in 0.3 s against a recompiled model.
"""

# warp reads the kernels' annotations as objects (so no `from __future__ import annotations`), type checkers cannot
# pyright: reportGeneralTypeIssues=false, reportAssignmentType=false, reportArgumentType=false, reportCallIssue=false
# pyright: reportAttributeAccessIssue=false, reportIndexIssue=false, reportOperatorIssue=false

import mujoco
import mujoco_warp as mjw
import numpy as np
import torch
import warp as wp

from genmimic.sim.batch_model import ActuatorParameters
from genmimic.tracking.state import RANDOMIZED_MASS_BODIES, SimulationParameters

wp.set_module_options({"enable_backward": False})


@wp.kernel
def _randomize(
    mask: wp.array[bool],
    com_offset: wp.array[wp.vec3],
    foot_friction: wp.array2d[float],
    mass_scale: wp.array2d[float],
    kd_scale: wp.array2d[float],
    kp_scale: wp.array2d[float],
    strength: wp.array2d[float],
    pelvis: int,
    floor: int,
    com: wp.vec3,
    mass_slot: wp.array[int],
    mass: wp.array[float],
    inertia: wp.array[wp.vec3],
    subtree_mass: wp.array[float],
    subtree_share: wp.array2d[float],
    kp: wp.array[float],
    kd: wp.array[float],
    body_mass: wp.array2d[float],
    body_inertia: wp.array2d[wp.vec3],
    body_ipos: wp.array2d[wp.vec3],
    body_subtreemass: wp.array2d[float],
    geom_friction: wp.array2d[wp.vec3],
    gainprm: wp.array2d[ActuatorParameters],
    biasprm: wp.array2d[ActuatorParameters],
):
    """Thread (world, i) serves body i and actuator i."""
    world, i = wp.tid()
    if not mask[world]:
        return
    slot = mass_slot[i]
    if slot >= 0:
        body_mass[world, i] = mass_scale[world, slot] * mass[i]
        body_inertia[world, i] = mass_scale[world, slot] * inertia[i]
    subtree = subtree_mass[i]
    for k in range(subtree_share.shape[1]):
        subtree += (mass_scale[world, k] - 1.0) * subtree_share[i, k]
    body_subtreemass[world, i] = subtree
    if i == pelvis:
        body_ipos[world, i] = com + com_offset[world]
        # the floor has one coefficient for both feet; it decides, having the higher priority
        friction = 0.5 * (foot_friction[world, 0] + foot_friction[world, 1])
        nominal = geom_friction[world, floor]
        geom_friction[world, floor] = wp.vec3(friction, nominal[1], nominal[2])
    if i < kp.shape[0]:
        gainprm[world, i][0] = strength[world, i] * kp_scale[world, i] * kp[i]
        biasprm[world, i][1] = -strength[world, i] * kp_scale[world, i] * kp[i]
        biasprm[world, i][2] = -strength[world, i] * kd_scale[world, i] * kd[i]


class Randomizer:
    """Sets the parameters of chosen worlds; parameters are always relative to the nominal robot."""

    def __init__(self, nominal: mujoco.MjModel, model: mjw.Model) -> None:
        """Keep the nominal values on warp's current device, and change `model`."""
        self._worlds, self._bodies = model.body_mass.shape
        pelvis = nominal.body("pelvis").id
        randomized = [nominal.body(name).id for name in RANDOMIZED_MASS_BODIES]
        mass_slot = np.full(nominal.nbody, -1, dtype=np.int32)
        mass_slot[randomized] = np.arange(len(randomized))
        self._nominal = [
            pelvis,
            nominal.geom("floor").id,
            wp.vec3(*nominal.body_ipos[pelvis]),
            wp.array(mass_slot, dtype=int),
            wp.array(nominal.body_mass, dtype=float),
            wp.array(nominal.body_inertia, dtype=wp.vec3),
            wp.array(nominal.body_subtreemass, dtype=float),
            wp.array(_subtree_share(nominal, randomized), dtype=float),
            wp.array(nominal.actuator_gainprm[:, 0], dtype=float),
            wp.array(-nominal.actuator_biasprm[:, 2], dtype=float),
        ]
        self._fields = [
            model.body_mass,
            model.body_inertia,
            model.body_ipos,
            model.body_subtreemass,
            model.geom_friction,
            model.actuator_gainprm,
            model.actuator_biasprm,
        ]

    def apply(self, mask: torch.Tensor, parameters: SimulationParameters) -> None:
        """Give the worlds in mask (N,) their rows of `parameters`, whose fields have the leading dimension N."""
        drawn = [
            wp.from_torch(parameters.base_com_offset_b.contiguous(), dtype=wp.vec3),
            *(
                wp.from_torch(field.contiguous())
                for field in (
                    parameters.foot_friction,
                    parameters.link_mass_scale,
                    parameters.kd_scale,
                    parameters.kp_scale,
                    parameters.motor_strength,
                )
            ),
        ]
        wp.launch(
            _randomize,
            dim=(self._worlds, self._bodies),
            inputs=[wp.from_torch(mask.contiguous()), *drawn, *self._nominal],
            outputs=self._fields,
        )


def _subtree_share(nominal: mujoco.MjModel, bodies: list[int]) -> np.ndarray:
    """Mass of each of `bodies` where it belongs to the subtree of a body, (nbody, len(bodies)), kilograms."""
    share = np.zeros((nominal.nbody, len(bodies)))
    for column, body in enumerate(bodies):
        above = body
        while True:
            share[above, column] = nominal.body_mass[body]
            if above == 0:
                break
            above = nominal.body_parentid[above]
    return share
