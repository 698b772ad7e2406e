"""DAgger: a student acts, its teacher says what it would have done, the student learns to do that (appendix B.1).

Takes the place of PPO in `learning.learner`. The student drives from the first step on; what it saw and what the
teacher says to it, on clean goals and the clean state, is kept for one iteration. The batch also holds its mirror
image, as the paper asks for; rsl-rl's own `Distillation` refuses that.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

import torch
from rsl_rl.models import MLPModel
from rsl_rl.modules import EmpiricalNormalization
from tensordict import TensorDict
from torch import nn

from genmimic.learning.config import TrainConfig
from genmimic.learning.networks import GROUPS, features
from genmimic.learning.ranks import ALONE, Ranks
from genmimic.learning.roles import Environment
from genmimic.learning.student.config import Distillation
from genmimic.learning.student.loss import METRICS, joint_groups, target_errors, weighted_mean
from genmimic.learning.student.memory import Memory
from genmimic.learning.student.teacher import Teacher
from genmimic.learning.symmetry import MirrorMaps, symmetrize


class SymmetricDistillation:
    """Learns a teacher's actions by their mean square error.

    The loss is the mean over samples and joints of (student - teacher)^2, in units of the action; over the samples
    and, with weight lambda (`config.symmetry`), over their mirror images, divided by 1 + lambda. To that comes
    `auxiliary_weight` times the mean square error of what else the student predicts, in the teacher's normalisation.
    """

    kl: float | None = None  # the learning rate falls with the samples

    def __init__(
        self, teacher: Teacher, env: Environment, config: TrainConfig, device: str = "cpu", ranks: Ranks = ALONE
    ) -> None:
        """Make the student, its optimiser and the memory for one iteration.

        Args:
            teacher: Whom to imitate, on the same device.
            env: Its group 'actor' is what the student sees, 'critic' what the teacher sees.
            config: All settings, with `distillation`.
            device: Where everything lies.
            ranks: The processes that train together.
        """
        self.config, self.device, self.teacher = config, device, teacher
        self._settings = config.distillation or Distillation()
        self._ranks, observations = ranks, env.get_observations()
        self.actor = MLPModel(
            observations,
            GROUPS,
            "actor",
            env.num_actions,
            config.hidden,
            config.activation,
            config.normalize_observations,
        ).to(device)
        self.learning_rate, self.updates = config.learning_rate, 0
        self._set_up_prediction()
        parameters = chain(self.actor.parameters(), self.predictor.parameters())
        self.optimizer = torch.optim.Adam(
            list(parameters), lr=config.learning_rate, fused=config.fused_optimizer or None
        )
        self._mirror = MirrorMaps(env.mirror_observation, env.mirror_action).to(device) if config.symmetry > 0 else None
        widths = (observations["actor"].shape[-1], env.num_actions, len(self._columns))
        self._memory = Memory(config.steps, env.num_envs, widths, device)
        self._groups = joint_groups(device)
        compiled = torch.compile(dynamic=False) if config.compile else lambda function: function
        self._forward, self._minibatch = compiled(self._answers), compiled(self.losses)

    def train_mode(self) -> None:
        """Let the normaliser learn."""
        self.actor.train()

    def get_policy(self) -> MLPModel:
        """The student."""
        return self.actor

    def act(self, obs: TensorDict) -> torch.Tensor:
        """The student's actions (N, 23); keeps them out, and what it saw and what the teacher says in."""
        actions, labels, targets = self._forward(obs["actor"], obs["critic"])
        self._memory.put(obs["actor"], labels, targets)
        return actions

    def process_env_step(
        self, obs: TensorDict, rewards: torch.Tensor, dones: torch.Tensor, extras: dict[str, torch.Tensor]
    ) -> None:
        """Go on to the next step; imitation asks for no rewards."""
        self._memory.step += 1

    def compute_returns(self, obs: TensorDict) -> None:
        """Nothing: imitation asks for no returns."""

    def update(self) -> dict[str, float]:
        """Learn from the stored samples.

        Returns:
            Means over all gradient steps of `loss.METRICS`; the only read from the device.
        """
        self._set_learning_rate()
        sums, count = torch.zeros(len(METRICS), device=self.device), 0
        for batch in self._memory.batches(self.config.minibatches, self.config.epochs):
            loss, metrics = self._minibatch(*batch)
            self.optimizer.zero_grad()
            loss.backward()
            sums += metrics
            count += 1
            self._average_gradients()
            nn.utils.clip_grad_norm_(self._parameters(), self.config.max_grad_norm)
            self.optimizer.step()
        self.updates += 1
        self._update_normalizer()
        return dict(zip(METRICS, self._ranks.mean(sums / count).tolist(), strict=True))

    def observe(self) -> dict[str, float]:
        """Of the stored samples take the statistics of observations only; `METRICS` as zeros."""
        self.updates += 1
        self._update_normalizer()
        return dict.fromkeys(METRICS, 0.0)

    def save(self) -> dict[str, Any]:
        """All that is learned."""
        return {
            "actor_state_dict": self.actor.state_dict(),
            "predictor_state_dict": self.predictor.state_dict(),
            "optimizer_state_dict": self.optimizer.state_dict(),
            "updates": self.updates,
        }

    def load(self, loaded_dict: dict, load_cfg: dict | None, strict: bool) -> None:
        """Take up what `save` gave; the optimiser only if `load_cfg` names it."""
        self.actor.load_state_dict(loaded_dict["actor_state_dict"], strict=strict)
        self.predictor.load_state_dict(loaded_dict["predictor_state_dict"], strict=strict)
        self.updates = int(loaded_dict["updates"])
        if load_cfg and load_cfg.get("optimizer"):
            self.optimizer.load_state_dict(loaded_dict["optimizer_state_dict"])

    def losses(
        self, observations: torch.Tensor, labels: torch.Tensor, targets: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Loss and detached `METRICS` of a minibatch.

        Args:
            observations: What the student saw, (B, D).
            labels: What the teacher would have done, (B, 23).
            targets: What else it shall predict, (B, C); C may be 0.
        """
        count, weight = len(labels), self.config.symmetry
        if self._mirror is not None:
            observations = torch.cat([observations, self._mirror.observations["actor"](observations)])
            labels = torch.cat([labels, self._mirror.actions(labels)])
            targets = torch.cat([targets, self._mirror_targets(targets)])
        hidden = features(self.actor, observations, self.config.mixed_precision)
        errors = self.actor.mlp[-1](hidden) - labels
        imitation = weighted_mean(errors.square().mean(-1), count, weight)
        auxiliary = torch.zeros_like(imitation)
        if self._settings.predicts:
            auxiliary = weighted_mean((self.predictor(hidden) - targets).square().mean(-1), count, weight)
        loss = imitation + self._settings.auxiliary_weight * auxiliary
        by_group = target_errors(errors[:count], self._groups)
        return loss, torch.cat([torch.stack([imitation, auxiliary]), by_group]).detach()

    def _set_up_prediction(self) -> None:
        """Columns of the teacher's observation that are predicted, their mirror map, and the layer that does it."""
        self._columns, width = torch.zeros(0, dtype=torch.int64, device=self.device), 0
        if self._settings.predicts:
            columns, mirror = self.teacher.columns(self._settings.auxiliary)
            self._columns, width = columns.to(self.device), len(columns)
            self._mirror_targets = mirror.like(torch.zeros((), device=self.device))
        else:
            self._mirror_targets = lambda targets: targets
        # without outputs where nothing is predicted, so that states and optimisers look alike
        self.predictor = nn.Linear(self.config.hidden[-1], width).to(self.device) if width else nn.Identity()

    def _answers(
        self, student_sees: torch.Tensor, teacher_sees: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        mixed = self.config.mixed_precision
        actions = self.actor.mlp[-1](features(self.actor, student_sees, mixed))
        labels = self.teacher.actions(teacher_sees, mixed)
        return actions, labels, self.teacher.normalized(teacher_sees)[:, self._columns]

    def _parameters(self) -> Iterator[nn.Parameter]:
        return chain(self.actor.parameters(), self.predictor.parameters())

    def _average_gradients(self) -> None:
        if self._ranks.count == 1:
            return
        gradients = [p.grad for p in self._parameters() if p.grad is not None]
        mean = self._ranks.mean(torch.cat([gradient.flatten() for gradient in gradients]))
        for gradient, part in zip(gradients, mean.split([g.numel() for g in gradients]), strict=True):
            gradient.copy_(part.view_as(gradient))

    def _set_learning_rate(self) -> None:
        total = self.config.samples / (self.config.samples_per_iteration * self._ranks.count)
        done = min(1.0, self.updates / total)
        self.learning_rate = self.config.learning_rate * (1.0 - done * (1.0 - self._settings.final_learning_rate))
        for group in self.optimizer.param_groups:
            group["lr"] = self.learning_rate

    def _update_normalizer(self) -> None:
        self._memory.step = 0
        normalizer = self.actor.obs_normalizer
        if isinstance(normalizer, EmpiricalNormalization):
            normalizer.update(self._memory.values[0].flatten(0, 1))
            if self._mirror is not None:
                symmetrize(normalizer, self._mirror.observations["actor"])
