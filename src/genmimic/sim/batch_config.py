"""Size and physics of a batched world; needs neither torch nor warp, so that configurations can be read anywhere."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class BatchWorldConfig:
    """Size and physics of a batched world.

    `nconmax` and `njmax` are chosen from measured peaks (`BatchWorld.check` reports them): too small loses contacts,
    too large costs memory and time. Standing has 8 contacts and 32 rows; limp robots in a heap of limbs on the floor
    came to 22 near pairs on average (which need the same room as contacts) and to 65 rows at most.

    Solver iterations trade speed for agreement with a converged solver when feet slide. Largest keypoint error after
    half a second of sliding at 1 m/s and kicking, friction 0.2, 0.4, 0.6, 1.0: 5 iterations 120, 11, 4, 0 mm; 6: 116,
    5, 0, 0 mm; 8: 2, 0, 0, 0 mm. On an H100 at 16,384 worlds that costs little: 1.33, 1.28 and 1.22 M control steps/s
    with 5, 6 and 8. More line search steps than 10 change nothing.

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
    iterations: int = 8
    ls_iterations: int = 10
    early_exit: bool = True
    timestep: float = 0.005
    substeps: int = 4
    self_collision: bool = True
    largest_velocity: float = 1000.0
