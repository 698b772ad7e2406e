"""Actor and critic: rsl-rl's MLP models, evaluated so that bfloat16 does no harm."""

from __future__ import annotations

import torch
from rsl_rl.models import MLPModel
from tensordict import TensorDict

from genmimic.learning.config import TrainConfig

GROUPS = {"actor": ["actor"], "critic": ["critic"]}
"""Each network sees the observation group of its own name."""
ARCHITECTURE = ("hidden", "activation", "normalize_observations")
"""Settings that a network's state depends on."""


def make_actor(observations: TensorDict, actions: int, config: TrainConfig) -> MLPModel:
    """Gaussian policy over `actions` numbers; its deviation does not depend on the state."""
    spread = {
        "class_name": "GaussianDistribution",
        "init_std": config.initial_std,
        "std_range": (config.least_std, 1e6),
    }
    return MLPModel(
        observations,
        GROUPS,
        "actor",
        actions,
        config.hidden,
        config.activation,
        config.normalize_observations,
        distribution_cfg=spread,
    )


def make_critic(observations: TensorDict, config: TrainConfig) -> MLPModel:
    """Value of a state."""
    return MLPModel(observations, GROUPS, "critic", 1, config.hidden, config.activation, config.normalize_observations)


def evaluate(model: MLPModel, observations: torch.Tensor, mixed_precision: bool = False) -> torch.Tensor:
    """Output of a model's network (N, A) for observations (N, D).

    Equal to `model.mlp(model.obs_normalizer(observations))`, but in mixed precision the output layer stays in float32:
    bfloat16 cannot tell a value of 100.0 from one of 100.2.
    """
    return model.mlp[-1](features(model, observations, mixed_precision))


def features(model: MLPModel, observations: torch.Tensor, mixed_precision: bool = False) -> torch.Tensor:
    """Output of a model's last hidden layer (N, H), float32, for observations (N, D)."""
    x = model.obs_normalizer(observations)
    *hidden, _ = model.mlp
    with torch.autocast(x.device.type, torch.bfloat16, enabled=mixed_precision):
        for layer in hidden:
            x = layer(x)
    return x.float()
