"""A mass on a plane that shall go to a goal: an environment that is solved, saved and mirrored in milliseconds."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from tensordict import TensorDict

from genmimic.tracking.symmetry import SignedPermutation, concatenate

LENGTH = 20
POINT = SignedPermutation(np.arange(2), np.array([1.0, -1.0]))  # mirrored at the x axis
PAIR = SignedPermutation(np.array([1, 0]), np.array([1.0, 1.0]))  # two numbers that swap sides


class TinyEnv:
    """Actions accelerate; `spare` outputs beyond the two are ignored (an even number: they swap in pairs)."""

    def __init__(self, envs: int = 16, seed: int = 0, spare: int = 0, in_place: bool = False) -> None:
        self.num_envs, self.num_actions = envs, 2 + spare
        self.generator = torch.Generator().manual_seed(seed)
        self.state = torch.zeros(envs, 6)  # position, velocity, goal
        self.sides = torch.zeros(envs, 2)
        self.length = torch.zeros(envs, dtype=torch.long)
        self._spare, self._in_place = spare, in_place
        self._buffer = torch.zeros(envs, 8)
        self._reset(torch.ones(envs, dtype=torch.bool))

    @property
    def mirror_observation(self) -> dict[str, SignedPermutation]:
        return {"actor": concatenate([POINT, POINT, POINT, PAIR]), "critic": concatenate([POINT, POINT, POINT])}

    @property
    def mirror_action(self) -> SignedPermutation:
        return concatenate([POINT, *[PAIR] * (self._spare // 2)])

    def get_observations(self) -> TensorDict:
        actor = torch.cat([self.state, self.sides], -1)
        if self._in_place:  # like an environment inside a CUDA graph: the next step writes to the same memory
            actor = self._buffer.copy_(actor)
        return TensorDict({"actor": actor, "critic": self.state.clone()}, batch_size=[self.num_envs])

    def step(self, actions: torch.Tensor) -> tuple[TensorDict, torch.Tensor, torch.Tensor, dict[str, Any]]:
        velocity = 0.9 * self.state[:, 2:4] + 0.1 * actions[:, :2].clamp(-3, 3)
        position = self.state[:, :2] + 0.2 * velocity
        self.state = torch.cat([position, velocity, self.state[:, 4:]], -1)
        self.length += 1
        distance = (position - self.state[:, 4:]).norm(dim=-1)
        rewards = torch.exp(-distance)
        lost, late = distance > 4.0, self.length >= LENGTH
        self._reset(lost | late)
        extras = {"time_outs": (late & ~lost).float(), "log": {"distance": distance.mean()}}
        return self.get_observations(), rewards, (lost | late).long(), extras

    def state_dict(self) -> dict[str, Any]:
        return {
            "worlds": self.num_envs,
            "sampler": {"rng": self.generator.get_state()},
            "state": self.state.clone(),
            "sides": self.sides.clone(),
            "length": self.length.clone(),
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.generator.set_state(state["sampler"]["rng"])
        if state["worlds"] == self.num_envs:
            self.state, self.sides = state["state"].clone(), state["sides"].clone()
            self.length = state["length"].clone()

    def _reset(self, mask: torch.Tensor) -> None:
        fresh = torch.randn(self.num_envs, 6, generator=self.generator)
        # an offset to one side, so that statistics are not symmetric by themselves
        fresh += torch.tensor([0.0, 0.3, 0.0, 0.0, 0.5, 0.7])
        sides = torch.rand(self.num_envs, 2, generator=self.generator) + torch.tensor([0.0, 1.0])
        self.state = torch.where(mask[:, None], fresh, self.state)
        self.sides = torch.where(mask[:, None], sides, self.sides)
        self.length = torch.where(mask, 0, self.length)
