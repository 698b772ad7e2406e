"""Who takes part in a training: what `learning.learner` asks of an environment and of what learns in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import torch
from rsl_rl.models import MLPModel
from tensordict import TensorDict

from genmimic.learning.config import TrainConfig
from genmimic.learning.ranks import Ranks
from genmimic.tracking.symmetry import SignedPermutation


class Environment(Protocol):
    """What training needs of rsl-rl's `VecEnv`, with mirror maps and a state that can be saved."""

    num_envs: int
    num_actions: int

    @property
    def mirror_observation(self) -> Mapping[str, SignedPermutation]:
        """Mirror map of each observation group."""
        ...

    @property
    def mirror_action(self) -> SignedPermutation:
        """Mirror map of the actions."""
        ...

    def get_observations(self) -> TensorDict:
        """Present observations, groups 'actor' and 'critic'."""
        ...

    def step(self, actions: torch.Tensor) -> tuple[TensorDict, torch.Tensor, torch.Tensor, dict]:
        """Observations, rewards (N,), dones (N,), extras ('time_outs', 'log')."""
        ...

    def state_dict(self) -> dict[str, Any]:
        """Everything that a run resumed later needs."""
        ...

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take it up again, as far as it fits."""
        ...


class Algorithm(Protocol):
    """What learns: `ppo.SymmetricPPO` or `distill.SymmetricDistillation`, each with networks and memory of its own."""

    actor: MLPModel
    learning_rate: float
    kl: float | None  # by which the learning rate was last chosen; None where it is not chosen by one

    def act(self, obs: TensorDict) -> torch.Tensor:
        """Actions (N, A); keeps what the update needs."""
        ...

    def process_env_step(
        self, obs: TensorDict, rewards: torch.Tensor, dones: torch.Tensor, extras: dict[str, torch.Tensor]
    ) -> None:
        """Take what came of them."""
        ...

    def compute_returns(self, obs: TensorDict) -> None:
        """End the roll-out."""
        ...

    def update(self) -> dict[str, float]:
        """Learn from it; named losses."""
        ...

    def observe(self) -> dict[str, float]:
        """Take the statistics of observations only; the same names."""
        ...

    def get_policy(self) -> MLPModel:
        """The policy's network."""
        ...

    def train_mode(self) -> None:
        """Let normalisers learn."""
        ...

    def save(self) -> dict[str, Any]:
        """All that is learned."""
        ...

    def load(self, loaded_dict: dict, load_cfg: dict | None, strict: bool) -> object:
        """Take up what `save` gave, as far as `load_cfg` names it."""
        ...


MakeAlgorithm = Callable[[Environment, TrainConfig, str, Ranks], Algorithm]
"""From environment, settings, device and ranks."""
