"""Small learners for tests."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch
from learning.tiny_env import TinyEnv
from tensordict import TensorDict

from genmimic.learning.checkpoint import Checkpoint, CorpusStamp
from genmimic.learning.config import TrainConfig
from genmimic.learning.learner import Learner

CONFIG = TrainConfig(
    envs=16,
    steps=8,
    epochs=2,
    minibatch=64,
    hidden=(16, 16),
    samples=10**9,
    seed=3,
    checkpoint_minutes=60,
    validation_interval=0,
)


def learner(config: TrainConfig = CONFIG, **env) -> Learner:
    return Learner(TinyEnv(config.envs, seed=config.seed, **env), config)


def weights(made: Learner) -> torch.Tensor:
    algorithm = made.algorithm
    return torch.cat([p.detach().flatten() for m in (algorithm.actor, algorithm.critic) for p in m.parameters()])


def checkpoint_of(made: Learner) -> Checkpoint:
    return Checkpoint(made.config, "{}", CorpusStamp("tiny.npz", "0" * 64, ("own",)), "unknown", made.state_dict())


# one minibatch, so that it does not matter in which order samples are drawn
RANK_CONFIG = replace(CONFIG, minibatch=128, epochs=3)


def record(made: Learner) -> dict[str, Any]:
    """Samples of one iteration: the storage's content, and the observations after it."""
    with torch.no_grad():
        observations = made.env.get_observations()
        for _ in range(made.config.steps):
            observations, rewards, dones, extras = made.env.step(made.algorithm.act(observations))
            made.algorithm.process_env_step(observations, rewards, dones, extras)
    storage = made.algorithm.storage
    assert storage.distribution_params is not None
    return {
        "last": dict(observations.items()),
        "observations": dict(storage.observations.items()),
        "params": [p.clone() for p in storage.distribution_params],
        **{name: getattr(storage, name).clone() for name in STORED},
    }


STORED = ("rewards", "actions", "dones", "values", "actions_log_prob")


def learn_from(made: Learner, samples: dict[str, Any], worlds: slice) -> dict[str, Any]:
    """One update from the samples of some worlds; what it led to."""
    algorithm, storage = made.algorithm, made.algorithm.storage
    storage.distribution_params = tuple(p[:, worlds].clone() for p in samples["params"])
    for name, value in samples["observations"].items():
        storage.observations[name].copy_(value[:, worlds])
    for name in STORED:
        getattr(storage, name).copy_(samples[name][:, worlds])
    last = {name: value[worlds] for name, value in samples["last"].items()}
    with torch.no_grad():
        algorithm.compute_returns(TensorDict(last, batch_size=[made.env.num_envs]))
    metrics = algorithm.update()
    models = {"actor": algorithm.actor, "critic": algorithm.critic}
    return {
        "gradients": {f"{k}.{n}": p.grad for k, model in models.items() for n, p in model.named_parameters()},
        "states": {f"{k}.{n}": v for k, model in models.items() for n, v in model.state_dict().items()},
        "learning_rate": algorithm.learning_rate,
        "metrics": metrics,
    }
