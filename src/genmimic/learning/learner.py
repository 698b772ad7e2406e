"""An environment and the policy that learns in it: one call of `iterate` is one iteration of PPO, or of DAgger.

rsl-rl's runner is not used: it waits for the device in every control step (episodes that end, checks for NaN) and reads
each statistic by itself. Here the roll-out never waits, and an iteration reads from the device once.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import torch
from rsl_rl.storage import RolloutStorage
from tensordict import TensorDict

from genmimic.learning.config import TrainConfig
from genmimic.learning.env.episodes import EpisodeStatistics
from genmimic.learning.networks import evaluate, make_actor, make_critic
from genmimic.learning.ppo import SymmetricPPO
from genmimic.learning.ranks import ALONE, Ranks
from genmimic.learning.roles import Environment, MakeAlgorithm
from genmimic.learning.symmetry import MirrorMaps

Policy = Callable[[TensorDict], torch.Tensor]
"""From observations to the mean action, (N, A)."""


def make_ppo(env: Environment, config: TrainConfig, device: str, ranks: Ranks) -> SymmetricPPO:
    """PPO with the networks and the storage that a configuration asks for."""
    observations = env.get_observations()
    return SymmetricPPO(
        make_actor(observations, env.num_actions, config),
        make_critic(observations, config),
        RolloutStorage("rl", env.num_envs, config.steps, observations, [env.num_actions], device),
        config,
        MirrorMaps(env.mirror_observation, env.mirror_action) if config.symmetry > 0 else None,
        device,
        ranks,
    )


class Learner:
    """Trains a policy.

    Attributes:
        env: Where it acts.
        config: How it learns.
        algorithm: What learns, with its networks and storage.
        iteration: Iterations done.
        samples: Samples seen, over all processes and runs.
        seconds: Time spent in iterations, over all runs.
    """

    def __init__(
        self,
        env: Environment,
        config: TrainConfig,
        device: str = "cpu",
        ranks: Ranks = ALONE,
        make_algorithm: MakeAlgorithm = make_ppo,
    ) -> None:
        """Make the algorithm; the environment must have the configuration's number of worlds."""
        if env.num_envs != config.envs:
            raise ValueError(f"{env.num_envs} environments, but the configuration says {config.envs}")
        self.env, self.config, self.device, self.ranks = env, config, device, ranks
        self.iteration, self.samples, self.seconds = 0, 0, 0.0
        torch.set_float32_matmul_precision("high" if config.tensor_cores else "highest")
        torch.manual_seed(config.seed)
        self.algorithm = make_algorithm(env, config, device, ranks)
        # the networks are equal on all ranks, what is drawn from here on is not
        torch.manual_seed(config.seed + ranks.rank)
        self.algorithm.train_mode()
        self._statistics = EpisodeStatistics(env.num_envs, device)

    def iterate(self) -> dict[str, float]:
        """Collect samples and learn from them; the means of `ppo.METRICS`, and seconds."""
        began = _now(self.device)
        with torch.no_grad():
            observations = self.env.get_observations()
            for _ in range(self.config.steps):
                actions = self.algorithm.act(observations)
                observations, rewards, dones, extras = self.env.step(actions)
                self.algorithm.process_env_step(observations, self.config.reward_scale * rewards, dones, extras)
                self._statistics.add(rewards, dones, extras.get("log", {}))
            self.algorithm.compute_returns(observations)
        collected = _now(self.device)
        warm = self.iteration >= self.config.normalizer_warmup
        metrics = self.algorithm.update() if warm else self.algorithm.observe()
        collect_seconds, learn_seconds = _seconds(began, collected), _seconds(collected, _now(self.device))
        self.iteration += 1
        self.samples += self.config.samples_per_iteration * self.ranks.count
        self.seconds += collect_seconds + learn_seconds
        return {
            **metrics,
            "learning_rate": self.algorithm.learning_rate,
            "collect_seconds": collect_seconds,
            "learn_seconds": learn_seconds,
        }

    def statistics(self) -> dict[str, float]:
        """Rewards, episodes and the environment's own figures since the last call, over all processes."""
        figures, distribution = self._statistics.read(self.ranks), self.algorithm.actor.distribution
        if distribution is not None:
            figures["action_std"] = float(distribution.std_param.detach().mean())  # type: ignore[union-attr]
        return figures

    def policy(self) -> Policy:
        """The policy without its noise, for validation."""
        actor = self.algorithm.get_policy()

        def act(observations: TensorDict) -> torch.Tensor:
            with torch.no_grad():
                return evaluate(actor, observations["actor"])

        return act

    def state_dict(self) -> dict[str, Any]:
        """Everything that training goes on from: tensors, numbers and texts only."""
        rng = {"cpu": torch.get_rng_state()}
        if torch.device(self.device).type == "cuda":
            rng["cuda"] = torch.cuda.get_rng_state(self.device)
        return {
            "iteration": self.iteration,
            "samples": self.samples,
            "seconds": self.seconds,
            "envs": self.env.num_envs,
            "algorithm": self.algorithm.save(),
            "environment": self.env.state_dict(),
            "rng": rng,
        }

    def load_state_dict(self, state: Mapping[str, Any], *, new_task: bool = False) -> None:
        """Go on from a state.

        Args:
            state: From `state_dict`, perhaps of another number of processes or environments.
            new_task: Take networks, normaliser and optimiser only, and count from zero: for fine-tuning.
        """
        algorithm = dict(state["algorithm"])
        parts = {"actor": True, "critic": True, "optimizer": "optimizer_state_dict" in algorithm}
        if parts["optimizer"]:  # it may come from a run with another kind of Adam
            optimizer = algorithm["optimizer_state_dict"]
            fused = self.config.fused_optimizer or None
            groups = [{**group, "fused": fused} for group in optimizer["param_groups"]]
            algorithm["optimizer_state_dict"] = {**optimizer, "param_groups": groups}
        self.algorithm.load(algorithm, parts, strict=True)
        if new_task:
            return
        self.iteration, self.samples = int(state["iteration"]), int(state["samples"])
        self.seconds = float(state["seconds"])
        if "environment" in state:
            self.env.load_state_dict(state["environment"])
        if not self.ranks.leads:  # the states of the others were not kept: they go on with draws of their own
            torch.manual_seed(self.config.seed + self.ranks.rank + 1000 * self.iteration)
        else:
            torch.set_rng_state(state["rng"]["cpu"].cpu())
            if "cuda" in state["rng"] and torch.device(self.device).type == "cuda":
                torch.cuda.set_rng_state(state["rng"]["cuda"].cpu(), self.device)


def _now(device: str) -> Any:
    """A moment on the device's own clock, without waiting for it."""
    if torch.device(device).type != "cuda":
        return time.perf_counter()
    event = torch.cuda.Event(enable_timing=True)
    event.record()
    return event


def _seconds(start: Any, end: Any) -> float:
    if isinstance(start, float):
        return end - start
    end.synchronize()
    return start.elapsed_time(end) / 1000.0
