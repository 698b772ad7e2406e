"""A trained policy that others learn from: its network, frozen, and what it observes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from rsl_rl.models import MLPModel
from tensordict import TensorDict

from genmimic.errors import InputError
from genmimic.learning.checkpoint import CHECKPOINT, find_checkpoint
from genmimic.learning.config import TrainConfig
from genmimic.learning.env.config import EnvConfig
from genmimic.learning.networks import evaluate, make_actor
from genmimic.robot.names import JOINT_NAMES
from genmimic.tracking import symmetry
from genmimic.tracking.observations import layout_size, layout_terms
from genmimic.tracking.symmetry import SignedPermutation


@dataclass(frozen=True)
class Teacher:
    """A frozen policy.

    Attributes:
        task: The environment that it was trained in: its observation, goals, action scale and clip.
        settings: How it was trained.
        network: Actor with its normaliser.
        critic: State of the critic that it was trained with; empty if its checkpoint has none.
        sha256: Checksum of its checkpoint.
    """

    task: EnvConfig
    settings: TrainConfig
    network: MLPModel
    critic: Mapping[str, torch.Tensor]
    sha256: str

    def actions(self, observations: torch.Tensor, mixed_precision: bool = False) -> torch.Tensor:
        """Mean actions (N, 23), clipped as the environment would (eq. 4), for clean observations (N, D)."""
        outputs = evaluate(self.network, observations, mixed_precision)[:, : len(JOINT_NAMES)]
        return outputs.clamp(-self.task.action_clip, self.task.action_clip)

    def normalized(self, observations: torch.Tensor) -> torch.Tensor:
        """Observations (N, D) as its network sees them: without unit, about 1 in size."""
        return self.network.obs_normalizer(observations)

    def to(self, device: str | torch.device) -> Teacher:
        """Return the same teacher on another device."""
        return replace(self, network=deepcopy(self.network).to(device))

    def columns(self, names: tuple[str, ...]) -> tuple[torch.Tensor, SignedPermutation]:
        """Where terms lie in its observation, (C,), and how these C numbers mirror.

        Raises:
            InputError: It does not observe one of them.
        """
        missing = sorted(set(names) - {name for name, _ in self.task.actor})
        if missing:
            raise InputError(f"the teacher does not observe {missing}; leave it out of what the student predicts.")
        found, maps, start = [], [], 0
        for term, (name, steps) in zip(layout_terms(self.task.actor), self.task.actor, strict=True):
            size = term.size * steps
            if name in names:
                found.append(np.arange(start, start + size))
                maps.append(term.mirror.repeated(steps))
            start += size
        return torch.from_numpy(np.concatenate(found)), symmetry.concatenate(maps)


def load_teacher(path: str | Path, device: str | torch.device = "cpu") -> Teacher:
    """Load a teacher from a training checkpoint, or from the folder of a run.

    Raises:
        InputError: There is none, it is damaged, or its actions are not around the default pose.
    """
    path = Path(path)
    checkpoint = find_checkpoint(path)
    task = EnvConfig.from_json(checkpoint.env_config)
    if task.residual_action:
        raise InputError(f"{path}: its actions are around the reference's joints; a student's are around the default.")
    algorithm = checkpoint.learner["algorithm"]
    sample = TensorDict({"actor": torch.zeros(1, layout_size(task.actor))}, batch_size=[1])
    network = make_actor(sample, task.actions, checkpoint.train_config)
    network.load_state_dict(algorithm["actor_state_dict"])
    network.to(device).eval().requires_grad_(False)
    file = path / CHECKPOINT if path.is_dir() else path
    with file.open("rb") as stream:
        critic = algorithm.get("critic_state_dict", {})
        return Teacher(
            task, checkpoint.train_config, network, critic, hashlib.file_digest(stream, "sha256").hexdigest()
        )
