"""Options of `genmimic evaluate`: under which conditions policies are tried, and on what machine."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

from tyro.conf import arg

from genmimic.commands.options import plain
from genmimic.errors import InputError
from genmimic.evaluation.trials import AT_RESET, TrialConfig
from genmimic.tracking import randomization
from genmimic.tracking.noise import GOAL_NOISE, GOAL_OFFSET


@dataclass(frozen=True)
class Conditions:
    """What differs from table 8's randomization at reset without pushes."""

    severity: Annotated[
        float,
        arg(metavar="S", help="Video noise on the references; 1 is as measured, 0 leaves it out (benchmarks have it)."),
    ] = 0.0
    goal_noise: Annotated[
        float, arg(metavar="S", help="Table 8's white noise and offset of the goals; 1 is that of training.")
    ] = 0.0
    nominal: Annotated[bool, plain(None, "The nominal robot and floor, without sensor noise.")] = False
    push: Annotated[float, arg(metavar="M/S", help="Largest push in x and in y, every five seconds.")] = 0.0
    friction: Annotated[float | None, plain("MU", "One friction coefficient instead of table 8's range.")] = None
    strength: Annotated[float | None, plain("FACTOR", "One motor strength instead of table 8's range.")] = None
    delay: Annotated[int | None, plain("N", "One delay in steps of 20 ms instead of table 8's range.")] = None

    def config(self) -> TrialConfig:
        """The settings that are meant.

        Raises:
            InputError: A value is out of range.
        """
        for name in ("severity", "goal_noise", "push", "friction", "strength", "delay"):
            value = getattr(self, name)
            if value is not None and not 0 <= value < float("inf"):
                raise InputError(f"--{name.replace('_', '-')} is {value}, expected 0 or more.")
        ranges = replace(randomization.NONE, push_velocity=(0.0,) * 6) if self.nominal else AT_RESET
        ranges = replace(
            ranges,
            push_velocity=(self.push, self.push, 0.0, 0.0, 0.0, 0.0),
            goal_noise=self.goal_noise * GOAL_NOISE,
            goal_offset=self.goal_noise * GOAL_OFFSET,
        )
        if self.friction is not None:
            ranges = replace(ranges, friction=(self.friction, self.friction))
        if self.strength is not None:
            ranges = replace(ranges, motor_strength=(self.strength, self.strength))
        if self.delay is not None:
            ranges = replace(ranges, delay_steps=(self.delay, self.delay))
        return TrialConfig(video_severity=self.severity, randomization=ranges)


@dataclass(frozen=True)
class Machine:
    """Where the rollouts are made."""

    device: Annotated[
        str,
        arg(
            metavar="{cpu,cpu-warp,cuda}",
            help="cpu: plain MuJoCo on CPU cores; cuda, or cuda:1: thousands of robots at once in mujoco-warp on a "
            "GPU; cpu-warp: the same on a CPU, slow, to try it.",
        ),
    ] = "cpu"
    jobs: Annotated[int, arg(metavar="N", help="Processes of --device cpu; 0 for as many as there are cores.")] = 0
    ray: Annotated[bool, plain(None, "Spread --device cpu over a Ray cluster ($RAY_ADDRESS).")] = False
    worlds: Annotated[
        int | None, plain("N", "Robots at once in mujoco-warp; 16384 on a GPU, 256 on a CPU by default.")
    ] = None


ConditionOptions = Annotated[Conditions, arg(name="")]
MachineOptions = Annotated[Machine, arg(name="")]
