"""What a control step is read for besides the state: joint torques, forces on the feet, other bodies on the floor.

All means are taken over the physics steps of a control step, inside the captured graph.
"""

# warp reads the kernels' annotations as objects (so no `from __future__ import annotations`), type checkers cannot
# pyright: reportGeneralTypeIssues=false, reportAssignmentType=false, reportArgumentType=false, reportCallIssue=false
# pyright: reportAttributeAccessIssue=false, reportIndexIssue=false, reportOperatorIssue=false

import mujoco_warp as mjw
import numpy as np
import warp as wp

from genmimic.sim.batch_model import GEOM_FLOOR, GEOM_FORBIDDEN, GEOM_OTHER

wp.set_module_options({"enable_backward": False})

_FLOOR = wp.constant(GEOM_FLOOR)
_OTHER = wp.constant(GEOM_OTHER)
_FORBIDDEN = wp.constant(GEOM_FORBIDDEN)


@wp.kernel
def _read_joints(
    first: bool,
    share: float,
    actuator_force: wp.array2d[float],
    nefc: wp.array[int],
    nacon: wp.array[int],
    ncollision: wp.array[int],
    torque: wp.array2d[float],
    foot_force: wp.array2d[wp.vec3],
    grounded: wp.array[bool],
    collapsed: wp.array[bool],
    peak_constraints: wp.array[int],
    peak_contacts: wp.array[int],
):
    """Average the torques; in the first physics step also clear what `_read_contacts` adds to."""
    world, joint = wp.tid()
    if first:
        torque[world, joint] = 0.0
    torque[world, joint] += share * actuator_force[world, joint]
    if joint == 0:
        if first:
            foot_force[world, 0] = wp.vec3(0.0)
            foot_force[world, 1] = wp.vec3(0.0)
            grounded[world] = False
            collapsed[world] = False
        peak_constraints[world] = wp.max(peak_constraints[world], nefc[world])
        if world == 0:
            peak_contacts[0] = wp.max(peak_contacts[0], wp.max(nacon[0], ncollision[0]))


@wp.kernel
def _read_contacts(
    share: float,
    nacon: wp.array[int],
    geom: wp.array[wp.vec2i],
    worldid: wp.array[int],
    efc_address: wp.array2d[int],
    force_w: wp.array[wp.spatial_vector],
    roles: wp.array[int],
    foot_force: wp.array2d[wp.vec3],
    grounded: wp.array[bool],
    collapsed: wp.array[bool],
):
    contact = wp.tid()
    if contact >= wp.min(nacon[0], geom.shape[0]):
        return
    if efc_address[contact, 0] < 0:
        return
    role0 = roles[geom[contact][0]]
    role1 = roles[geom[contact][1]]
    # forces act on the second geom; the contact's normal points from the first to the second
    force = share * wp.spatial_top(force_w[contact])
    role = role1
    if role1 == _FLOOR:
        force = -force
        role = role0
    elif role0 != _FLOOR:
        return
    world = worldid[contact]
    if role == _OTHER or role == _FORBIDDEN:  # noqa: SIM109 - kernels know no tuples
        grounded[world] = True
        if role == _FORBIDDEN:
            collapsed[world] = True
    else:
        wp.atomic_add(foot_force, world, role, force)


class BatchReadings:
    """Buffers of readings, as warp arrays.

    Attributes:
        torque: (N, 23), N m, mean over the control step.
        foot_force: (N, 2) of vec3, newtons, world frame, floor on foot, mean over the control step.
        grounded: (N,) whether another body than a foot touched the floor.
        collapsed: (N,) whether torso, head or a hand did.
        peak_constraints: (N,) largest number of constraint rows so far.
        peak_contacts: (1,) largest number so far, over all worlds together, of contacts or of pairs of geoms near each
            other, which take the same room.
    """

    def __init__(self, data: mjw.Data, roles: np.ndarray, substeps: int) -> None:
        """Allocate on warp's current device.

        Args:
            data: What will be read.
            roles: From `batch_model.geom_roles`.
            substeps: Physics steps per control step.
        """
        self._data, self._share = data, 1.0 / substeps
        self._roles = wp.array(roles, dtype=int)
        self._contact_ids = wp.array(np.arange(data.naconmax), dtype=int)
        self._contact_force = wp.zeros(data.naconmax, dtype=wp.spatial_vector)
        self.torque = wp.zeros((data.nworld, data.ctrl.shape[1]), dtype=float)
        self.foot_force = wp.zeros((data.nworld, 2), dtype=wp.vec3)
        self.grounded, self.collapsed = (wp.zeros(data.nworld, dtype=bool) for _ in range(2))
        self.peak_constraints = wp.zeros(data.nworld, dtype=int)
        self.peak_contacts = wp.zeros(1, dtype=int)

    def read(self, model: mjw.Model, *, first: bool) -> None:
        """Read the physics step just taken; `first` of its control step begins new means."""
        data, contact = self._data, self._data.contact
        wp.launch(
            _read_joints,
            dim=self.torque.shape,
            inputs=[first, self._share, data.actuator_force, data.nefc, data.nacon, data.ncollision],
            outputs=[
                self.torque,
                self.foot_force,
                self.grounded,
                self.collapsed,
                self.peak_constraints,
                self.peak_contacts,
            ],
        )
        mjw.contact_force(model, data, self._contact_ids, True, self._contact_force)
        wp.launch(
            _read_contacts,
            dim=data.naconmax,
            inputs=[
                self._share,
                data.nacon,
                contact.geom,
                contact.worldid,
                contact.efc_address,
                self._contact_force,
                self._roles,
            ],
            outputs=[self.foot_force, self.grounded, self.collapsed],
        )
