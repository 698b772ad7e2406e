"""PPO that stays close to a teacher: a student goes on from imitation to what it can do better itself (as TWIST does).

Rewards are computed from the clean state and goals, so the student is paid for following a motion that it is shown
with errors; the teacher, whose labels it already imitates about as well as it can, keeps it from forgetting.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch
from rsl_rl.storage import RolloutStorage

from genmimic.learning.config import TrainConfig
from genmimic.learning.networks import ARCHITECTURE, make_actor, make_critic
from genmimic.learning.ppo import METRICS, SymmetricPPO
from genmimic.learning.ranks import ALONE, Ranks
from genmimic.learning.roles import Environment
from genmimic.learning.student.config import Distillation
from genmimic.learning.student.teacher import Teacher
from genmimic.learning.symmetry import MirrorMaps


class ImitatingPPO(SymmetricPPO):
    """PPO whose loss also holds `Distillation.imitation` times the mean square error of the teacher's actions.

    The error is that of the mean actions, over the samples and their mirror images alike.
    """

    metrics = (*METRICS, "imitation")

    def __init__(
        self, teacher: Teacher, env: Environment, config: TrainConfig, device: str = "cpu", ranks: Ranks = ALONE
    ) -> None:
        """Make networks and storage; arguments as of `SymmetricDistillation`."""
        # before the loss that uses them is compiled
        self._teacher, self._settings = teacher, config.distillation or Distillation()
        observations = env.get_observations()
        super().__init__(
            make_actor(observations, env.num_actions, config),
            # of the teacher's shape, so that it can begin with the teacher's idea of values
            make_critic(observations, replace(config, **{n: getattr(teacher.settings, n) for n in ARCHITECTURE})),
            RolloutStorage("rl", env.num_envs, config.steps, observations, [env.num_actions], device),
            config,
            MirrorMaps(env.mirror_observation, env.mirror_action) if config.symmetry > 0 else None,
            device,
            ranks,
        )

    def load(self, loaded_dict: dict[str, Any], load_cfg: dict | None, strict: bool) -> bool:
        """Take up what `save` gave; or a distilled student's network, with the teacher's idea of values."""
        if "critic_state_dict" in loaded_dict:
            return super().load(loaded_dict, load_cfg, strict)
        # the deviation of its actions is new
        self.actor.load_state_dict({**self.actor.state_dict(), **loaded_dict["actor_state_dict"]})
        if self._teacher.critic and self._teacher.task.critic == self._teacher.task.actor:
            own = self.critic.state_dict()
            self.critic.load_state_dict({k: v.to(own[k].dtype) for k, v in self._teacher.critic.items()})
        return False

    def _losses(
        self, actor_obs: torch.Tensor, critic_obs: torch.Tensor, /, *rest: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        loss, metrics = super()._losses(actor_obs, critic_obs, *rest)
        with torch.no_grad():
            labels = self._teacher.actions(critic_obs, self._config.mixed_precision)
            if self._mirror is not None:
                labels = torch.cat([labels, self._mirror.actions(labels)])
        assert self.actor.distribution is not None
        imitation = (self.actor.distribution.mean - labels).square().mean()
        return loss + self._settings.imitation * imitation, torch.cat([metrics, imitation.detach()[None]])
