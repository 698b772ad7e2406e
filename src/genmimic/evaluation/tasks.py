"""An evaluation cut into pieces that can be done anywhere, in any order, and kept one by one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from genmimic.errors import InputError
from genmimic.evaluation.columns import FIGURES
from genmimic.evaluation.metrics import Metrics
from genmimic.evaluation.motion_set import MotionSet, TrialMotion
from genmimic.evaluation.policies import TriedPolicy
from genmimic.evaluation.trials import SeededController, TrialConfig, load_controller, run_trials
from genmimic.tracking.randomization import Randomization

FIGURES_VERSION = 1
"""Rises when a figure's definition changes: older ones are then computed anew."""
ROLLOUTS_AT_ONCE = 4
"""Rollouts of one motion that a process does in one go on a CPU."""
Figures = Mapping[str, Sequence[float | None]]
"""One number per rollout by the figure's name; truth values as 0 and 1."""


@dataclass(frozen=True)
class Task:
    """Some rollouts of one motion.

    Attributes:
        policy: Index of the policy.
        motion: Index of the motion.
        seed: Of everything that is drawn.
        first: Number of the first rollout.
        count: How many.
    """

    policy: int
    motion: int
    seed: int
    first: int
    count: int


@dataclass(frozen=True)
class Plan:
    """What is to be tried.

    Attributes:
        policies: The policies.
        motions: What the policies shall do.
        config: How.
        seeds: The whole is done once with each.
        rollouts: Rollouts of each motion with each seed.
    """

    policies: tuple[TriedPolicy, ...]
    motions: MotionSet
    config: TrialConfig
    seeds: tuple[int, ...] = (0,)
    rollouts: int = 256

    def tasks(self, at_once: int) -> list[Task]:
        """All tasks of at most so many rollouts."""
        return [
            Task(policy, motion, seed, first, min(at_once, self.rollouts - first))
            for policy in range(len(self.policies))
            for seed in self.seeds
            for motion in range(len(self.motions.motions))
            for first in range(0, self.rollouts, at_once)
        ]

    @property
    def size(self) -> int:
        """Rollouts in all."""
        return len(self.policies) * len(self.seeds) * len(self.motions.motions) * self.rollouts

    def keys(self, tasks: Iterable[Task], backend: str) -> dict[Task, str]:
        """What a task's figures depend on, hashed: contents of files and motions, settings, the simulator."""
        motions = [(motion.name, motion.digest()) for motion in self.motions.motions]
        return {
            task: hashlib.sha256(
                json.dumps(
                    [
                        FIGURES_VERSION,
                        backend,
                        self.policies[task.policy].digest,
                        motions[task.motion],
                        self.config.to_plain(),
                        [task.seed, task.first, task.count],
                    ],
                    sort_keys=True,
                ).encode()
            ).hexdigest()[:24]
            for task in tasks
        }


@dataclass(frozen=True)
class Finished:
    """A task's outcome: its figures, or what was wrong."""

    task: Task
    figures: Figures | None
    error: str = ""


Execute = Callable[[Sequence[Task]], Generator[Finished]]
"""Does tasks and gives each one's outcome as it ends."""


@dataclass(frozen=True)
class MujocoWork:
    """Does a task in plain MuJoCo; sent to processes and machines, where each policy is loaded once."""

    policies: tuple[str, ...]
    motions: tuple[TrialMotion, ...]
    config: TrialConfig

    def __call__(self, task: Task) -> Finished:
        """Roll out."""
        try:
            controller = _controller(self.policies[task.policy], self.config.randomization)
            rollouts = range(task.first, task.first + task.count)
            trials = run_trials(controller, self.motions[task.motion], rollouts, self.config, task.seed)
        except InputError as error:
            return Finished(task, None, str(error))
        return Finished(task, figures_of([trial.metrics for trial in trials]))


def mujoco_work(plan: Plan) -> MujocoWork:
    """The work of a plan."""
    return MujocoWork(tuple(policy.spec for policy in plan.policies), tuple(plan.motions.motions), plan.config)


def figures_of(metrics: Sequence[Metrics]) -> Figures:
    """Figures of rollouts one after another, by name."""
    rows = [row.to_dict() for row in metrics]
    return {name: [_number(row[name]) for row in rows] for name in FIGURES}


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


@lru_cache(maxsize=4)
def _controller(path: str, ranges: Randomization) -> SeededController:
    return load_controller(path, ranges)
