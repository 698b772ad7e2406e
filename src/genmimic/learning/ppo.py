"""PPO with the symmetry loss of the paper (eq. 2, 3), on rsl-rl's algorithm.

What rsl-rl's `PPO` does is inherited: storage, returns, time-outs, gradient averaging, saving. Its `update` is one
function that waits for the GPU four times per minibatch and weighs both halves of a mirrored batch equally, so that one
is written anew here. Without symmetry and with `kl_interval` "minibatch" it learns the same as rsl-rl's to the last
bit, but for the random numbers that rsl-rl draws in its update and does not use (tests/learning/test_ppo.py).
"""

from __future__ import annotations

from typing import Any

import torch
from rsl_rl.algorithms import PPO
from rsl_rl.models import MLPModel
from rsl_rl.modules import EmpiricalNormalization
from rsl_rl.storage import RolloutStorage
from tensordict import TensorDict
from torch import nn

from genmimic.learning.config import TrainConfig
from genmimic.learning.networks import evaluate
from genmimic.learning.ranks import ALONE, Ranks
from genmimic.learning.symmetry import MirrorMaps, symmetrize

LEARNING_RATES = (1e-5, 1e-2)
"""Bounds of the adaptive learning rate, rsl-rl's."""
METRICS = ("surrogate", "symmetry", "value", "entropy", "kl", "clipped")


class SymmetricPPO(PPO):
    """PPO whose every minibatch also holds its mirror image.

    For a sample (s, a) with old log-probability l and advantage A the mirrored half adds lambda times PPO's surrogate
    with the ratio pi(T_a a | T_s s) / exp(l) and the same A, which is eq. 2 and 3. The value loss is the mean over both
    halves with weights 1 and lambda, divided by 1 + lambda, so that lambda does not change its size. Entropy and KL
    divergence are those of the original half.

    Attributes:
        metrics: What `update` reports.
        kl: KL divergence by which the learning rate was last chosen, over all processes; None before the first time.
    """

    metrics = METRICS
    kl: float | None = None

    def __init__(
        self,
        actor: MLPModel,
        critic: MLPModel,
        storage: RolloutStorage,
        config: TrainConfig,
        mirror: MirrorMaps | None = None,
        device: str = "cpu",
        ranks: Ranks = ALONE,
    ) -> None:
        """Set up optimiser and, where asked for, compilation.

        Args:
            actor: Policy.
            critic: Value.
            storage: One iteration's samples.
            config: All settings.
            mirror: How observations and actions mirror; needed if `config.symmetry` is above 0.
            device: Where everything lies.
            ranks: The processes that train together.
        """
        super().__init__(
            actor,
            critic,
            storage,
            num_learning_epochs=config.epochs,
            num_mini_batches=config.minibatches,
            clip_param=config.clip,
            gamma=config.gamma,
            lam=config.gae_lambda,
            value_loss_coef=config.value_loss,
            entropy_coef=config.entropy,
            learning_rate=config.learning_rate,
            max_grad_norm=config.max_grad_norm,
            desired_kl=config.desired_kl,
            # has `compute_returns` leave the advantages alone: ours normalises them over all processes
            normalize_advantage_per_mini_batch=True,
            device=device,
            multi_gpu_cfg=ranks.rsl_config,
        )
        if config.symmetry > 0 and mirror is None:
            raise ValueError("the symmetry loss needs mirror maps")
        self._config, self._ranks = config, ranks
        self._mirror = mirror.to(device) if mirror is not None and config.symmetry > 0 else None
        if config.fused_optimizer:
            parameters = [*self.actor.parameters(), *self.critic.parameters()]
            self.optimizer = torch.optim.Adam(parameters, lr=config.learning_rate, fused=True)
        compiled = torch.compile(dynamic=False) if config.compile else lambda function: function
        self._forward, self._minibatch = compiled(self._outputs), compiled(self._losses)

    def act(self, obs: TensorDict) -> torch.Tensor:
        """Sample actions (N, A) and keep what the update needs."""
        # kept at once: an environment may write its next observation into the same memory
        self.transition.observations = self.storage.observations[self.storage.step].copy_(obs)
        mean, values = self._forward(obs["actor"], obs["critic"])
        distribution = self.actor.distribution
        assert distribution is not None
        distribution.update(mean)
        self.transition.actions = distribution.sample()
        self.transition.values = values
        self.transition.actions_log_prob = distribution.log_prob(self.transition.actions)
        self.transition.distribution_params = distribution.params
        return self.transition.actions

    def compute_returns(self, obs: TensorDict) -> None:
        """Returns and advantages; the latter normalised over the samples of all processes."""
        super().compute_returns(obs)
        mean, std = self._ranks.mean_and_std(self.storage.advantages)
        self.storage.advantages = (self.storage.advantages - mean) / (std + 1e-8)

    def update(self) -> dict[str, float]:
        """Learn from the stored samples.

        Returns:
            Means over all gradient steps of `metrics`; the only read from the device, unless the learning rate may
            change within the iteration.
        """
        sums = torch.zeros(len(self.metrics), device=self.device)
        kl_sum = torch.zeros((), device=self.device)
        interval = self._config.updates_between_kl
        batches = self.storage.mini_batch_generator(self.num_mini_batches, self.num_learning_epochs)
        for number, batch in enumerate(batches, 1):
            loss, metrics = self._minibatch(*_tensors(batch))
            self.optimizer.zero_grad()
            loss.backward()
            sums += metrics
            kl_sum += metrics[METRICS.index("kl")]
            if number % interval == 0:
                self._adapt_learning_rate(kl_sum / interval)
                kl_sum.zero_()
            if self.is_multi_gpu:
                self.reduce_parameters()
            nn.utils.clip_grad_norm_(self.actor.parameters(), self.max_grad_norm)
            nn.utils.clip_grad_norm_(self.critic.parameters(), self.max_grad_norm)
            self.optimizer.step()
        self._update_normalizers()
        self.storage.clear()
        updates = self.num_mini_batches * self.num_learning_epochs
        return dict(zip(self.metrics, self._ranks.mean(sums / updates).tolist(), strict=True))

    def observe(self) -> dict[str, float]:
        """Of the stored samples take the statistics of observations only; `metrics` as zeros."""
        self._update_normalizers()
        self.storage.clear()
        return dict.fromkeys(self.metrics, 0.0)

    def _outputs(self, actor_obs: torch.Tensor, critic_obs: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        mixed = self._config.mixed_precision
        return evaluate(self.actor, actor_obs, mixed), evaluate(self.critic, critic_obs, mixed)

    def _losses(
        self,
        actor_obs: torch.Tensor,
        critic_obs: torch.Tensor,
        actions: torch.Tensor,
        old_log_prob: torch.Tensor,
        old_params: tuple[torch.Tensor, ...],
        advantages: torch.Tensor,
        returns: torch.Tensor,
        old_values: torch.Tensor,
        /,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Loss and detached `METRICS` of a minibatch; all arguments (B, ...)."""
        count, copies = len(actions), 1
        if self._mirror is not None:
            copies = 2
            actor_obs = torch.cat([actor_obs, self._mirror.observations["actor"](actor_obs)])
            critic_obs = torch.cat([critic_obs, self._mirror.observations["critic"](critic_obs)])
            actions = torch.cat([actions, self._mirror.actions(actions)])
            old_log_prob, advantages = old_log_prob.repeat(copies, 1), advantages.repeat(copies, 1)
            returns, old_values = returns.repeat(copies, 1), old_values.repeat(copies, 1)
        mean, values = self._outputs(actor_obs, critic_obs)
        distribution = self.actor.distribution
        assert distribution is not None
        distribution.update(mean)
        log_prob = distribution.log_prob(actions)
        entropy = distribution.entropy[:count].mean()
        with torch.no_grad():
            new_params = tuple(parameter[:count] for parameter in distribution.params)
            kl = distribution.kl_divergence(old_params, new_params).mean()

        ratio = torch.exp(log_prob - old_log_prob.squeeze(-1))
        clipped_ratio = ratio.clamp(1.0 - self.clip_param, 1.0 + self.clip_param)
        advantages = advantages.squeeze(-1)
        surrogates = torch.max(-advantages * ratio, -advantages * clipped_ratio)
        squares = (values - returns).pow(2)
        if self._config.clip_value:
            clipped_values = old_values + (values - old_values).clamp(-self.clip_param, self.clip_param)
            squares = torch.max(squares, (clipped_values - returns).pow(2))

        surrogate, value = surrogates[:count].mean(), squares[:count].mean()
        policy_loss, symmetry = surrogate, torch.zeros_like(surrogate)
        if self._mirror is not None:
            weight, symmetry = self._config.symmetry, surrogates[count:].mean()
            policy_loss = surrogate + weight * symmetry
            value = (value + weight * squares[count:].mean()) / (1.0 + weight)
        loss = policy_loss + self.value_loss_coef * value - self.entropy_coef * entropy
        outside = (ratio[:count] != clipped_ratio[:count]).float().mean()
        return loss, torch.stack([surrogate, symmetry, value, entropy, kl, outside]).detach()

    def _adapt_learning_rate(self, kl: torch.Tensor) -> None:
        """rsl-rl's rule, the same on all processes; waits for the GPU."""
        if not self.desired_kl:
            return
        self.kl = float(self._ranks.mean(kl))
        if self.kl > self.desired_kl * 2.0:
            self.learning_rate = max(LEARNING_RATES[0], self.learning_rate / 1.5)
        elif 0.0 < self.kl < self.desired_kl / 2.0:
            self.learning_rate = min(LEARNING_RATES[1], self.learning_rate * 1.5)
        for group in self.optimizer.param_groups:
            group["lr"] = self.learning_rate

    def _update_normalizers(self) -> None:
        observations = self.storage.observations.flatten(0, 1)
        for name, model in (("actor", self.actor), ("critic", self.critic)):
            model.update_normalization(observations)
            if self._mirror is not None and isinstance(model.obs_normalizer, EmpiricalNormalization):
                symmetrize(model.obs_normalizer, self._mirror.observations[name])


def _tensors(batch: RolloutStorage.Batch) -> tuple[Any, ...]:
    """What a minibatch's loss is made of, in the order of `SymmetricPPO._losses`."""
    observations: Any = batch.observations
    return (
        *(observations["actor"], observations["critic"], batch.actions, batch.old_actions_log_prob),
        *(batch.old_distribution_params, batch.advantages, batch.returns, batch.values),
    )
