"""Rollouts of a policy in plain MuJoCo, one at a time: each with its own robot, noise and start.

Follows DESIGN 6.9: from the reference's first frame with its velocities, initial noise, sensor noise and the physical
randomization of table 8, no pushes unless asked for. Every rollout has a seed of its own that depends on nothing but
the settings' seed, the motion's name and the rollout's number, so that results do not depend on the number of
processes or on which other motions are evaluated.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from genmimic.evaluation.metrics import Metrics, compute_metrics
from genmimic.evaluation.motion_set import TrialMotion
from genmimic.evaluation.readings import Target
from genmimic.motion.noise import corrupt, load_noise_model
from genmimic.motion.robot_motion import RobotMotion
from genmimic.robot.kinematics import forward_kinematics
from genmimic.sim.controller import Controller
from genmimic.sim.policy import Policy
from genmimic.sim.record import Rollout
from genmimic.sim.rollout import SimConfig, simulate
from genmimic.sim.world import Physics
from genmimic.tracking import noise, randomization
from genmimic.tracking.randomization import Randomization

AT_RESET = replace(randomization.PAPER, push_velocity=(0.0,) * 6, goal_noise=0.0, goal_offset=0.0)
"""Table 8 without pushes and with goals as the reference has them: what policies are evaluated under."""


@dataclass(frozen=True)
class TrialConfig:
    """How a policy is tried.

    Attributes:
        video_severity: Severity of the video noise (`motion.noise`) on the reference that the policy is given; 1 is
            as measured, 0 none. The motion itself is then the clean one.
        noise_copies: How many noisy copies are made of a motion; its rollouts take turns at them.
        initial_noise: Scale of the noise on the first state (DESIGN 6.9).
        randomization: Ranges of the robot, the floor, the sensors' noise and the pushes.
    """

    video_severity: float = 0.0
    noise_copies: int = 8
    initial_noise: float = 1.0
    randomization: Randomization = AT_RESET

    def to_plain(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)


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


class SeededController(Controller, Protocol):
    """A controller whose noise has a seed: a policy of ours or somebody else's."""

    seed: int


def load_controller(path: str | Path, ranges: Randomization) -> SeededController:
    """A policy of ours, or a foreign tracker whose layout is known, with the sensor and goal noise of `ranges`.

    Raises:
        InputError: The file is missing or damaged, or nothing is known about how to run it.
    """
    from genmimic.evaluation.baselines.load import is_baseline, load_baseline

    load = load_baseline if is_baseline(path) else Policy
    return load(path, noise=ranges.observation_noise, goal_noise=ranges.goal_noise / noise.GOAL_NOISE)


def run_trials(
    controller: SeededController, motion: TrialMotion, rollouts: Sequence[int], config: TrialConfig, seed: int
) -> list[Trial]:
    """Roll a motion out.

    Args:
        controller: From `load_controller`.
        motion: What it shall do.
        rollouts: Numbers of the rollouts.
        config: How.
        seed: Of everything that is drawn.
    """
    trials, clean = [], None
    given = {copy: shown_motion(motion, config, seed, copy) for copy in {r % config.noise_copies for r in rollouts}}
    for rollout in rollouts:
        shown = given[rollout % config.noise_copies]
        if shown.clean is not None and clean is None:
            clean = clean_target(shown.clean)
        record = roll_out(controller, shown.shown, rollout, config, seed)
        behind = None if clean is None else _first_steps(clean, len(record))
        trials.append(Trial(motion.name, rollout, compute_metrics(record, behind)))
    return trials


def roll_out(controller: SeededController, shown: RobotMotion, rollout: int, config: TrialConfig, seed: int) -> Rollout:
    """One rollout of what the policy is given; the controller's seed is set by it."""
    rng = np.random.default_rng(rollout_seed(seed, shown.name, rollout))
    physics = draw_physics(rng, config.randomization)
    controller.seed = int(rng.integers(2**31))
    push_speed = config.randomization.push_velocity[0]
    start_seed = int(rng.integers(2**31))
    return simulate(shown, controller, SimConfig(physics, config.initial_noise, start_seed, push_speed=push_speed))


def shown_motion(motion: TrialMotion, config: TrialConfig, seed: int, copy: int) -> TrialMotion:
    """What the policy is given: the motion as it is, or a copy with video noise, behind which it is the clean one."""
    if config.video_severity == 0.0:
        return motion
    drawn = rollout_seed(seed, motion.name, copy) % 2**31
    noisy = corrupt(motion.shown, load_noise_model(), config.video_severity, drawn)
    return replace(motion, shown=noisy, clean=motion.shown if motion.clean is None else motion.clean)


def clean_target(clean: RobotMotion) -> Target:
    """Where a motion at 50 Hz has the robot, (T, ...)."""
    keypoint_pos_w, _ = forward_kinematics(clean.root_pos_w, clean.root_quat_w, clean.joint_pos)
    return Target(clean.root_pos_w, clean.root_quat_w, clean.joint_pos, keypoint_pos_w)


def rollout_seed(seed: int, motion: str, rollout: int) -> int:
    """Seed of one rollout, the same on every machine."""
    digest = hashlib.sha256(f"{seed}/{motion}/{rollout}".encode()).digest()
    return int.from_bytes(digest[:8], "little")


def draw_physics(rng: np.random.Generator, config: Randomization = randomization.PAPER) -> Physics:
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


def _first_steps(target: Target, steps: int) -> Target:
    return Target(**{name: value[:steps] for name, value in vars(target).items()})
