"""The batched robot's model on the device: which of its fields differ from world to world, and its sizes.

mujoco-warp keeps one copy of a model field for all worlds unless told otherwise; the fields that randomization changes
get one row per world. mujoco-warp takes its dense path for this robot, since it has 29 <= 32 degrees of freedom.
"""

# mujoco's compiled modules come without type stubs
# pyright: reportAttributeAccessIssue=false

from __future__ import annotations

import mujoco
import mujoco_warp as mjw
import numpy as np
import warp as wp

from genmimic.robot.collision import FLOOR
from genmimic.robot.model import build_model
from genmimic.robot.names import FOOT_NAMES
from genmimic.sim.batch_config import BatchWorldConfig
from genmimic.sim.falls import FORBIDDEN_ON_GROUND

RANDOMIZED_FIELDS = (
    "body_mass",
    "body_inertia",
    "body_ipos",
    "body_subtreemass",
    "geom_friction",
    "actuator_gainprm",
    "actuator_biasprm",
)
"""Model fields of which every world has its own copy."""

GEOM_FLOOR, GEOM_LEFT_FOOT, GEOM_RIGHT_FOOT, GEOM_OTHER, GEOM_FORBIDDEN = -1, 0, 1, 2, 3
"""What a geom is to the contact readings; forbidden are those of `falls.FORBIDDEN_ON_GROUND`."""


class ActuatorParameters(wp.types.vector(length=10, dtype=float)):
    """MuJoCo's parameters of an actuator's gain or bias, as warp kernels see them."""


_ABSENT = int(
    mujoco.mjtDisableBit.mjDSBL_EQUALITY
    | mujoco.mjtDisableBit.mjDSBL_FRICTIONLOSS
    | mujoco.mjtDisableBit.mjDSBL_SPRING
    | mujoco.mjtDisableBit.mjDSBL_SENSOR
)


def mujoco_model(config: BatchWorldConfig) -> mujoco.MjModel:
    """Compile the nominal robot for batched simulation."""
    model = build_model(visual=False, timestep=config.timestep)
    # the robot has none of these; saying so spares a dozen kernels per physics step
    model.opt.disableflags |= _ABSENT
    model.opt.iterations, model.opt.ls_iterations = config.iterations, config.ls_iterations
    if not config.self_collision:
        model.geom_conaffinity &= FLOOR
    return model


def device_model(model: mujoco.MjModel, config: BatchWorldConfig) -> mjw.Model:
    """Put the model on warp's current device, with one row per world of each of `RANDOMIZED_FIELDS`."""
    placed = mjw.put_model(model, batch_sizes=dict.fromkeys(RANDOMIZED_FIELDS, config.worlds))
    placed.opt.graph_conditional = config.early_exit
    # a warning printed from the device halves the speed; BatchWorld.check reads the counters instead
    placed.opt.warn_overflow = 0
    return placed


def geom_roles(model: mujoco.MjModel) -> np.ndarray:
    """Role of each geom in contacts, (ngeom,) int32: one of the `GEOM_` constants."""
    roles = np.full(model.ngeom, GEOM_OTHER, dtype=np.int32)
    roles[model.geom("floor").id] = GEOM_FLOOR
    for role, foot in zip((GEOM_LEFT_FOOT, GEOM_RIGHT_FOOT), FOOT_NAMES, strict=True):
        roles[model.geom_bodyid == model.body(foot).id] = role
    for body in FORBIDDEN_ON_GROUND:
        roles[model.geom_bodyid == model.body(body).id] = GEOM_FORBIDDEN
    return roles
