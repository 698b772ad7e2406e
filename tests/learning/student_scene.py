"""Teachers with random weights, and an environment without physics, for the tests of distillation."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import torch
from tensordict import TensorDict

from genmimic.learning.checkpoint import Checkpoint, CorpusStamp, save_checkpoint
from genmimic.learning.config import TrainConfig
from genmimic.learning.env.config import EnvConfig
from genmimic.learning.networks import make_actor
from genmimic.learning.student.config import Distillation
from genmimic.learning.student.distill import SymmetricDistillation
from genmimic.learning.student.teacher import Teacher, load_teacher
from genmimic.tracking import symmetry
from genmimic.tracking.observations import Layout, layout_mirror, layout_size

SEEN: Layout = (("joint_pos", 2), ("projected_gravity_b", 1))
"""What the student sees where there is no physics."""
KNOWN: Layout = (("joint_pos", 1), ("root_ang_vel_b", 1), ("projected_gravity_b", 1))
"""What its teacher sees."""
CONFIG = TrainConfig(
    envs=8,
    steps=4,
    epochs=2,
    minibatch=16,
    hidden=(16, 12),
    samples=64,
    distillation=Distillation(),
)


class Film:
    """An environment whose observations follow no law and no action."""

    def __init__(self, envs: int = 8, seed: int = 0) -> None:
        self.num_envs, self.num_actions = envs, 23
        self.mirror_observation = {"actor": layout_mirror(SEEN), "critic": layout_mirror(KNOWN)}
        self.mirror_action = symmetry.JOINTS
        self.generator = torch.Generator().manual_seed(seed)

    def get_observations(self) -> TensorDict:
        def some(layout: Layout) -> torch.Tensor:
            return 1.0 + torch.randn(self.num_envs, layout_size(layout), generator=self.generator)

        return TensorDict({"actor": some(SEEN), "critic": some(KNOWN)}, batch_size=[self.num_envs])


def teacher_checkpoint(path: Path, task: EnvConfig, seed: int = 0, scale: float = 1.0) -> Path:
    """A teacher whose weights are random; `scale` enlarges its actions."""
    torch.manual_seed(seed)
    settings = TrainConfig(hidden=(16, 16))
    sample = TensorDict({"actor": torch.zeros(1, layout_size(task.actor))}, batch_size=[1])
    actor = make_actor(sample, task.actions, settings)
    with torch.no_grad():
        actor.mlp[-1].weight.mul_(scale)
        actor.mlp[-1].bias.mul_(scale)
    actor.update_normalization(TensorDict({"actor": 2.0 + torch.randn(50, layout_size(task.actor))}, batch_size=[50]))
    state = {"iteration": 0, "algorithm": {"actor_state_dict": actor.state_dict()}}
    save_checkpoint(Checkpoint(settings, task.to_json(), CorpusStamp("", ""), "unknown", state), path)
    return path


def teacher(folder: Path, **settings) -> Teacher:
    return load_teacher(teacher_checkpoint(folder / "teacher.pt", EnvConfig(actor=KNOWN, critic=KNOWN), **settings))


def distillation(folder: Path, config: TrainConfig = CONFIG, **settings) -> SymmetricDistillation:
    torch.manual_seed(1)
    settings = replace(config.distillation or Distillation(), **settings)
    return SymmetricDistillation(teacher(folder), Film(config.envs), replace(config, distillation=settings))
