"""The rollouts of an evaluation in mujoco-warp: thousands at once, the same conditions and figures as in plain MuJoCo.

Results repeat on the same machine with the same set of motions. Unlike in plain MuJoCo they depend on which motions are
rolled out together, since all worlds draw from one generator.
"""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace

import numpy as np
import torch

from genmimic.errors import InputError
from genmimic.evaluation.columns import FIGURES
from genmimic.evaluation.motion_set import TrialMotion
from genmimic.evaluation.tasks import Finished, Plan, Task
from genmimic.evaluation.trials import TrialConfig, shown_motion
from genmimic.learning.batch_rollout import roll_out
from genmimic.learning.env.config import EnvConfig, Evaluation, StartNoise, VideoNoise
from genmimic.learning.env.library import MotionLibrary
from genmimic.learning.env.tracking_env import TrackingEnv
from genmimic.learning.onnx_torch import OnnxNetwork
from genmimic.motion.corpus import Corpus
from genmimic.motion.robot_motion import RobotMotion
from genmimic.robot import constants
from genmimic.sim.batch_config import BatchWorldConfig
from genmimic.sim.policy import Policy
from genmimic.sim.policy_metadata import WEIGHT_LOGITS, PolicyMetadata
from genmimic.tracking.rewards import RewardConfig, RewardTerm
from genmimic.tracking.sensor_noise import SensorNoise

MOST_WORLD_STEPS = {"cuda": 60_000_000, "cpu": 2_000_000}
"""Steps of all worlds together that fit into memory, about 400 bytes each; longer clips get fewer worlds."""
NCONMAX, NJMAX = 40, 128
"""Room for contacts: fallen robots need more of it than a training has."""
NOTHING = RewardConfig((RewardTerm("alive", 1.0),))


class BatchTrials:
    """Does the tasks of a plan on a device; policies other than ours cannot be run there."""

    def __init__(self, plan: Plan, device: str, worlds: int) -> None:
        """Check that every policy can be run.

        Raises:
            InputError: The device does not exist, or a policy is for another robot or other gains.
        """
        if device.startswith("cuda") and not torch.cuda.is_available():
            raise InputError(f"--device {device}: torch finds no GPU here; use --device cpu.")
        self._plan, self._device, self._worlds = plan, device, worlds
        self._abouts = [_metadata(policy.spec) for policy in plan.policies]

    def execute(self, tasks: Sequence[Task]) -> Generator[Finished]:
        """Do tasks, each of which rolls out whole motions."""
        for policy, seed in sorted({(task.policy, task.seed) for task in tasks}):
            chosen = [task for task in tasks if (task.policy, task.seed) == (policy, seed)]
            yield from self._roll_out_all(policy, seed, chosen)

    def _roll_out_all(self, policy: int, seed: int, tasks: list[Task]) -> Iterator[Finished]:
        config, motions = self._plan.config, self._plan.motions.motions
        numbers = sorted({task.motion for task in tasks})
        shown = [_copies(motions[number], config, seed) for number in numbers]
        library = _library([copy.shown for copies in shown for copy in copies], self._device)
        clean = _clean_library(shown, self._device)
        first = dict(zip(numbers, np.cumsum([0, *map(len, shown)]).tolist(), strict=False))
        copies = {number: len(each) for number, each in zip(numbers, shown, strict=True)}
        worlds = min(self._worlds, sum(task.count for task in tasks))
        env = self._environment(policy, seed, library, worlds)
        network = OnnxNetwork(self._plan.policies[policy].spec, self._device)
        for batch in batches(tasks, [len(motion.shown) for motion in motions], worlds, self._most_steps):
            clips = np.concatenate(
                [first[t.motion] + np.arange(t.first, t.first + t.count) % copies[t.motion] for t in batch]
            )
            with torch.no_grad():
                figures = roll_out(
                    env, lambda seen: network(seen["actor"]), torch.from_numpy(clips).to(self._device), clean
                )
            self._check(env)
            yield from _finished(batch, figures, [shown[numbers.index(t.motion)][0] for t in batch])

    @property
    def _most_steps(self) -> int:
        return MOST_WORLD_STEPS["cuda" if self._device.startswith("cuda") else "cpu"]

    def _environment(self, policy: int, seed: int, library: MotionLibrary, worlds: int) -> TrackingEnv:
        config = environment(self._abouts[policy], self._plan.config, worlds)
        # eager: compiling takes longer than it saves in a few thousand steps
        return TrackingEnv(config, library, self._device, seed, compiled=False)

    @staticmethod
    def _check(env: TrackingEnv) -> None:
        try:
            env.check()
        except OverflowError as error:
            print(f"\ngenmimic: warning: {error}", file=sys.stderr, flush=True)


def environment(about: PolicyMetadata, config: TrialConfig, worlds: int) -> EnvConfig:
    """The task in which a policy is tried."""
    scale = config.initial_noise
    nothing = replace(NOTHING, weights="learned") if WEIGHT_LOGITS in dict(about.observations) else NOTHING
    return EnvConfig(
        actor=about.observations,
        critic=(("joint_pos", 1),),
        goal_steps=about.goal_steps,
        sensors=SensorNoise().scaled(config.randomization.observation_noise) if about.estimated_state else None,
        reward=nothing,
        randomization=config.randomization,
        video_noise=VideoNoise(severity=0.0),
        start=StartNoise(0.05 * scale, 0.2 * scale, 0.0, 0.0, 0.1 * scale, 0.0),
        residual_action=about.residual_action,
        action_scale=about.action_scale,
        action_clip=about.action_clip,
        evaluation=Evaluation(resets=False),
        physics=BatchWorldConfig(worlds, nconmax=NCONMAX, njmax=NJMAX),
    )


def batches(tasks: Sequence[Task], lengths: Sequence[int], worlds: int, most_steps: int) -> Iterator[list[Task]]:
    """Tasks in batches for so many worlds and steps of all worlds together, long motions first."""
    batch: list[Task] = []
    for task in sorted(tasks, key=lambda task: (-lengths[task.motion], task.motion, task.first)):
        count = sum(t.count for t in batch) + task.count
        # the first of a batch is its longest
        if batch and (count > worlds or count * lengths[batch[0].motion] > most_steps):
            yield batch
            batch = []
        batch.append(task)
    if batch:
        yield batch


def device_name(device: str) -> str:
    """What people call the device."""
    return torch.cuda.get_device_name(device) if device.startswith("cuda") else "CPU, batched"


def _metadata(spec: str) -> PolicyMetadata:
    about = Policy(spec).metadata
    for name, ours in (("kp", constants.KP), ("kd", constants.KD), ("default_joint_pos", constants.DEFAULT_JOINT_POS)):
        if not np.allclose(getattr(about, name), ours, rtol=1e-4, atol=1e-6):
            raise InputError(f"{spec}: has '{name}' other than training's, which --device cpu alone simulates.")
    return about


def _copies(motion: TrialMotion, config: TrialConfig, seed: int) -> list[TrialMotion]:
    copies = config.noise_copies if config.video_severity > 0 else 1
    return [shown_motion(motion, config, seed, copy) for copy in range(copies)]


def _library(motions: Sequence[RobotMotion], device: str) -> MotionLibrary:
    numbered = [replace(motion, name=f"{number} {motion.name}") for number, motion in enumerate(motions)]
    return MotionLibrary(Corpus.from_motions(numbered), device)


def _clean_library(shown: Sequence[Sequence[TrialMotion]], device: str) -> MotionLibrary | None:
    """The clean motions in the order of the shown ones; the shown ones themselves stand in where none is known."""
    flat = [copy for copies in shown for copy in copies]
    if all(copy.clean is None for copy in flat):
        return None
    return _library([copy.shown if copy.clean is None else copy.clean for copy in flat], device)


def _finished(batch: list[Task], figures: dict[str, torch.Tensor], motions: list[TrialMotion]) -> Iterator[Finished]:
    host = {name: value.double().cpu().numpy() for name, value in figures.items()}
    start = 0
    for task, motion in zip(batch, motions, strict=True):
        rows = slice(start, start + task.count)
        start += task.count
        known = {name: value[rows] for name, value in host.items() if motion.clean is not None or "clean" not in name}
        yield Finished(task, {name: _column(known.get(name), task.count) for name in FIGURES})


def _column(values: np.ndarray | None, count: int) -> Sequence[float | None]:
    if values is None:
        return [None] * count
    return [float(value) if np.isfinite(value) else None for value in values]
