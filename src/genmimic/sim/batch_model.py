"""The batched robot's model on the device: which of its fields differ from world to world, and its sizes.

mujoco-warp keeps one copy of a model field for all worlds unless told otherwise; the fields that randomization changes
get one row per world. mujoco-warp takes its dense path for this robot, since it has 29 <= 32 degrees of freedom.
"""

# mujoco's compiled modules come without type stubs
# pyright: reportAttributeAccessIssue=false

from __future__ import annotations

from dataclasses import dataclass

import mujoco
import mujoco_warp as mjw
import numpy as np

from genmimic.robot.collision import FLOOR
from genmimic.robot.model import build_model
from genmimic.robot.names import FOOT_NAMES

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

GEOM_FLOOR, GEOM_LEFT_FOOT, GEOM_RIGHT_FOOT, GEOM_OTHER = -1, 0, 1, 2
"""What a geom is to the contact readings."""

_ABSENT = int(
    mujoco.mjtDisableBit.mjDSBL_EQUALITY
    | mujoco.mjtDisableBit.mjDSBL_FRICTIONLOSS
    | mujoco.mjtDisableBit.mjDSBL_SPRING
    | mujoco.mjtDisableBit.mjDSBL_SENSOR
)


@dataclass(frozen=True)
class BatchWorldConfig:
    """Size and physics of a batched world.

    `nconmax` and `njmax` are chosen from measured peaks (`BatchWorld.check` reports them): too small loses contacts,
    too large costs memory and time. Standing has 8 contacts and 32 rows; limp robots in a heap of limbs on the floor
    came to 22 near pairs on average (which need the same room as contacts) and to 65 rows at most.

    Solver iterations trade speed for agreement with a converged solver when feet slide. Largest keypoint error after
    half a second of sliding at 1 m/s and kicking, friction 0.2, 0.4, 0.6, 1.0: 5 iterations 120, 11, 4, 0 mm; 6: 116,
    5, 0, 0 mm; 8: 2, 0, 0, 0 mm. More line search steps than 10 change nothing.

    Attributes:
        worlds: Number of robots, N.
        nconmax: Contacts per world, on average over all worlds: they share one array of `worlds * nconmax`.
        njmax: Constraint rows of any one world: four a contact with the floor, one a contact between links and one a
            joint at its limit.
        iterations: Newton iterations of the constraint solver at most, per physics step.
        ls_iterations: Line search iterations of each at most.
        early_exit: Leave the solver's loop once all worlds have converged, which on a GPU costs a conditional node of
            the graph per iteration; otherwise all iterations are launched, and converged worlds skip theirs.
        timestep: Physics step, seconds.
        substeps: Physics steps per control step.
        self_collision: Let the robot's links touch each other.
        largest_velocity: m/s or rad/s beyond which a world counts as broken. The motors' own limits are 37 rad/s.
    """

    worlds: int
    nconmax: int = 24
    njmax: int = 96
    iterations: int = 6
    ls_iterations: int = 10
    early_exit: bool = True
    timestep: float = 0.005
    substeps: int = 4
    self_collision: bool = True
    largest_velocity: float = 1000.0


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
    return roles
