"""Domain randomization: the paper's table 8 as a configuration, and the draws that an episode starts with.

Nothing here draws random numbers: functions map uniform numbers of [0, 1) to parameters, so that they are the same on
numpy and torch, on CPU and GPU, and in a test.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from genmimic import rotation
from genmimic.robot.names import JOINT_NAMES, KEYPOINT_NAMES
from genmimic.rotation import Array
from genmimic.tracking.noise import GOAL_NOISE, GOAL_OFFSET
from genmimic.tracking.state import RANDOMIZED_MASS_BODIES, SimulationParameters

Range = tuple[float, float]


@dataclass(frozen=True)
class Randomization:
    """Ranges of table 8; each is switched off by an empty range around its nominal value.

    Attributes:
        friction: Sliding friction of the floor.
        com_offset: Half width of the pelvis' centre of mass offset along each axis, metres. The table says
            100 g; this reading is H2O's.
        link_mass: Mass factor of each of the eight bodies.
        kp: Factor of each joint's stiffness.
        kd: Factor of each joint's damping.
        motor_strength: Factor of each joint's torque.
        delay_steps: Control steps by which joint targets come late, least and most, integers.
        push_velocity: Half width of a push: root velocity x, y, z in m/s and angular velocity x, y, z in rad/s.
        push_seconds: Least and greatest time between two pushes.
        push_sets: Replace the pushed components of the velocity, as the table says, instead of adding to them.
        goal_offset: Half width of an offset of each goal keypoint that stays for an episode, metres.
        goal_noise: Standard deviation of fresh noise on the goals in each step: metres on keypoints and on the
            pelvis, radians on joints.
        observation_noise: Factor of the observation terms' own noise.
    """

    friction: Range = (0.4, 1.25)
    com_offset: float = 0.1
    link_mass: Range = (0.7, 1.3)
    kp: Range = (0.75, 1.25)
    kd: Range = (0.75, 1.25)
    motor_strength: Range = (0.5, 1.5)
    delay_steps: tuple[int, int] = (0, 3)
    push_velocity: tuple[float, float, float, float, float, float] = (1.0, 1.0, 0.0, 0.0, 0.0, 0.0)
    push_seconds: Range = (5.0, 5.0)
    push_sets: bool = True
    goal_offset: float = GOAL_OFFSET
    goal_noise: float = GOAL_NOISE
    observation_noise: float = 1.0

    @property
    def pushes(self) -> bool:
        """Whether robots are pushed at all."""
        return any(self.push_velocity)

    def scaled(self, severity: float) -> Randomization:
        """Return ranges shrunk (or widened) about their nominal values; 0 is the nominal robot without noise.

        The delay's bounds are rounded to whole steps, and friction moves from the middle of its range.
        """

        def about(bounds: Range, nominal: float) -> Range:
            return nominal + severity * (bounds[0] - nominal), nominal + severity * (bounds[1] - nominal)

        return replace(
            self,
            friction=about(self.friction, 0.5 * sum(self.friction)),
            com_offset=severity * self.com_offset,
            link_mass=about(self.link_mass, 1.0),
            kp=about(self.kp, 1.0),
            kd=about(self.kd, 1.0),
            motor_strength=about(self.motor_strength, 1.0),
            delay_steps=(round(severity * self.delay_steps[0]), round(severity * self.delay_steps[1])),
            push_velocity=tuple(severity * v for v in self.push_velocity),  # type: ignore[arg-type]
            goal_offset=severity * self.goal_offset,
            goal_noise=severity * self.goal_noise,
            observation_noise=severity * self.observation_noise,
        )


PAPER = Randomization()
"""Table 8."""
NONE = replace(PAPER.scaled(0.0), friction=(0.8, 0.8))
"""The nominal robot on the nominal floor (friction 0.8, as in `sim.world`), no noise, no pushes."""

_JOINTS, _MASSES = len(JOINT_NAMES), len(RANDOMIZED_MASS_BODIES)
PARAMETER_DRAWS = 1 + 3 + _MASSES + 3 * _JOINTS
"""Uniform numbers that `simulation_parameters` takes."""
GOAL_DRAWS = 3 * len(KEYPOINT_NAMES)
"""Uniform numbers that `goal_offset` takes."""
PUSH_DRAWS = 7
"""Uniform numbers that `push` takes."""


def simulation_parameters(config: Randomization, uniform: Array) -> SimulationParameters:
    """Parameters of the simulation from uniform numbers (..., PARAMETER_DRAWS) of [0, 1)."""
    xp = rotation.namespace(uniform)
    widths = (1, 3, _MASSES, _JOINTS, _JOINTS, _JOINTS)
    parts, start = [], 0
    for width in widths:
        parts.append(uniform[..., start : start + width])
        start += width
    friction, com, mass, kd, kp, strength = parts
    friction = between(config.friction, friction)
    return SimulationParameters(
        base_com_offset_b=config.com_offset * (2 * com - 1),
        foot_friction=xp.concatenate([friction, friction], -1),
        link_mass_scale=between(config.link_mass, mass),
        kd_scale=between(config.kd, kd),
        kp_scale=between(config.kp, kp),
        motor_strength=between(config.motor_strength, strength),
    )


def delay_steps(config: Randomization, uniform: Array) -> Array:
    """Delay (...) in control steps, integers as floats, from uniform numbers (...) of [0, 1)."""
    least, most = config.delay_steps
    return rotation.namespace(uniform).floor(between((least, most + 1), uniform))


def goal_offset(config: Randomization, uniform: Array) -> Array:
    """Offset (..., 27, 3) of goal keypoints, metres, from uniform numbers (..., GOAL_DRAWS) of [0, 1)."""
    offset = config.goal_offset * (2 * uniform - 1)
    return offset.reshape(*offset.shape[:-1], -1, 3)


def push(config: Randomization, root_velocity: Array, uniform: Array) -> tuple[Array, Array]:
    """A push and the time to the next.

    Args:
        config: How hard and how often.
        root_velocity: The pelvis' linear and angular velocity, (..., 6), as in `qvel`.
        uniform: (..., PUSH_DRAWS), of [0, 1).

    Returns:
        Change of `root_velocity`, (..., 6), and seconds until the next push, (...).
    """
    xp = rotation.namespace(uniform)
    drawn = [reach * (2 * uniform[..., i] - 1) for i, reach in enumerate(config.push_velocity)]
    if config.push_sets:
        pushed = config.push_velocity
        drawn = [d - root_velocity[..., i] * (pushed[i] != 0.0) for i, d in enumerate(drawn)]
    return xp.stack(drawn, -1), between(config.push_seconds, uniform[..., 6])


def between(bounds: Range, uniform: Array) -> Array:
    """Uniform numbers of [0, 1) as numbers between two bounds."""
    return bounds[0] + (bounds[1] - bounds[0]) * uniform
