"""Many rollouts of one policy in plain MuJoCo, on the cores of a CPU: each with its own robot, noise and start.

Follows DESIGN 6.9: from the reference's first frame with its velocities, initial noise, sensor noise and the physical
randomization of table 8, no pushes unless asked for. Every rollout has a seed of its own that depends on nothing but
the settings' seed, the motion's name and the rollout's number, so that results do not depend on the number of
processes or on which other motions are evaluated.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from genmimic.evaluation.metrics import Metrics, compute_metrics
from genmimic.motion.robot_motion import RobotMotion
from genmimic.sim.policy import Policy
from genmimic.sim.rollout import SimConfig, simulate
from genmimic.sim.world import Physics
from genmimic.tracking import randomization


@dataclass(frozen=True)
class TrialConfig:
    """How a policy is tried.

    Attributes:
        rollouts: Rollouts of each motion.
        seed: Seed of everything random.
        sensor_noise: Scale of table 8's noise of the observations.
        goal_noise: Scale of table 8's white noise and offset of the goals.
        video_severity: Severity of the video noise (`motion.noise`) on the reference that the policy is given; 1 is
            as measured, 0 none.
        randomize: Draw friction, masses, gains, strength and delay from table 8; the nominal robot otherwise.
        physics: Instead of the nominal robot where `randomize` is off.
        push_speed: Largest push in x and in y, m/s, every five seconds.
    """

    rollouts: int = 64
    seed: int = 0
    sensor_noise: float = 1.0
    goal_noise: float = 0.0
    video_severity: float = 0.0
    randomize: bool = True
    physics: Physics = field(default_factory=Physics)
    push_speed: float = 0.0


@dataclass(frozen=True)
class Trial:
    """One rollout's outcome.

    Attributes:
        motion: Name of the motion.
        rollout: Its number.
        metrics: Figures against the reference that the policy was given.
    """

    motion: str
    rollout: int
    metrics: Metrics


def run_trials(
    policy: str | Path,
    motions: Sequence[RobotMotion],
    config: TrialConfig,
    *,
    jobs: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> list[Trial]:
    """Try a policy on motions.

    Args:
        policy: The ONNX file.
        motions: What it shall do.
        config: How.
        jobs: Processes.
        progress: Called with (rollouts done, rollouts in all).

    Returns:
        All rollouts, motion by motion.

    Raises:
        InputError: The policy file or a motion cannot be used.
    """
    Policy(policy)  # a bad file is refused here, not in every process
    tasks = [(motion, rollout) for motion in motions for rollout in range(config.rollouts)]
    trials = []
    for trial in _outcomes(str(policy), tasks, config, jobs):
        trials.append(trial)
        if progress is not None:
            progress(len(trials), len(tasks))
    return trials


def run_trial(policy: Policy, motion: RobotMotion, rollout: int, config: TrialConfig) -> Trial:
    """One rollout; the policy's seed is set by it."""
    rng = np.random.default_rng(rollout_seed(config.seed, motion.name, rollout))
    physics = draw_physics(rng) if config.randomize else config.physics
    given = motion
    if config.video_severity > 0.0:
        from genmimic.motion.noise import corrupt, load_noise_model

        given = corrupt(motion, load_noise_model(), config.video_severity, int(rng.integers(2**31)))
    policy.seed = int(rng.integers(2**31))
    simulation = SimConfig(physics, initial_noise=1.0, seed=int(rng.integers(2**31)), push_speed=config.push_speed)
    return Trial(motion.name, rollout, compute_metrics(simulate(given, policy, simulation)))


def rollout_seed(seed: int, motion: str, rollout: int) -> int:
    """Seed of one rollout, the same on every machine."""
    digest = hashlib.sha256(f"{seed}/{motion}/{rollout}".encode()).digest()
    return int.from_bytes(digest[:8], "little")


def draw_physics(rng: np.random.Generator, config: randomization.Randomization = randomization.PAPER) -> Physics:
    """A robot and a floor out of table 8."""
    drawn = randomization.simulation_parameters(config, rng.random(randomization.PARAMETER_DRAWS))
    return Physics(
        friction=float(drawn.foot_friction[0]),
        motor_strength=drawn.motor_strength,
        delay_steps=int(randomization.delay_steps(config, rng.random())),
        base_com_offset_b=drawn.base_com_offset_b,
        link_mass_scale=drawn.link_mass_scale,
        kp_scale=drawn.kp_scale,
        kd_scale=drawn.kd_scale,
    )


def _outcomes(policy: str, tasks: list[tuple[RobotMotion, int]], config: TrialConfig, jobs: int) -> Iterator[Trial]:
    if jobs <= 1:
        _prepare(policy, config)
        yield from (_run(task) for task in tasks)
        return
    with ProcessPoolExecutor(
        jobs, mp_context=get_context("spawn"), initializer=_prepare, initargs=(policy, config)
    ) as pool:
        yield from pool.map(_run, tasks, chunksize=max(1, min(8, len(tasks) // (4 * jobs))))


# what a worker process was prepared with: sent once, not with each of thousands of rollouts
_WORKER: dict[str, tuple[Policy, TrialConfig]] = {}


def _prepare(policy: str, config: TrialConfig) -> None:
    loaded = Policy(policy, noise=config.sensor_noise, goal_noise=config.goal_noise)
    _WORKER["prepared"] = (loaded, config)


def _run(task: tuple[RobotMotion, int]) -> Trial:
    policy, config = _WORKER["prepared"]
    return run_trial(policy, *task, config)
