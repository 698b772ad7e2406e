"""The tracking environment: rsl-rl's `VecEnv` around thousands of simulated robots.

Nothing in a step waits for the device: worlds that end are renewed under a mask, random numbers are drawn in three
kernels, and the MDP itself (see `step`) is compiled on a GPU. What waits for the device says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from rsl_rl.env import VecEnv
from tensordict import TensorDict

from genmimic.learning.env.config import EnvConfig
from genmimic.learning.env.draws import draw_observation, draw_reset
from genmimic.learning.env.library import MotionLibrary
from genmimic.learning.env.noise import make_bank
from genmimic.learning.env.observe import observe_worlds
from genmimic.learning.env.reference_rows import ReferenceFrame
from genmimic.learning.env.renew import Renewed, renew
from genmimic.learning.env.sampler import ClipSampler
from genmimic.learning.env.state import Episode, blank
from genmimic.learning.env.step import FIGURES, Outcome, Taken, act, judge
from genmimic.learning.records import tensors_of, with_tensors
from genmimic.motion.noise_model import NoiseModel
from genmimic.robot import mirror
from genmimic.sim.batch_world import BatchWorld, WorldReport
from genmimic.tracking import symmetry
from genmimic.tracking.observations import layout_mirror
from genmimic.tracking.state import RobotState
from genmimic.tracking.symmetry import SignedPermutation


class TrackingEnv(VecEnv):
    """N robots that follow references.

    Attributes:
        config: The task.
        cfg: The same, by rsl-rl's name.
        num_envs: Number of worlds N.
        num_actions: Outputs of the policy, A.
        max_episode_length: Control steps of a full episode.
        device: Where all tensors lie.
        library: The clips.
        sampler: Where episodes begin, and how often they fail there.
        world: The simulation.
        episode: Where each world is in its episode.
        outcome: How the last step went; None before the first.
        judged_by: The reference (N,) that the last step was judged by; None before the first.
        mirror_observation: Mirror map of each group of observations.
        mirror_action: Mirror map of the actions.
    """

    def __init__(
        self,
        config: EnvConfig,
        library: MotionLibrary,
        device: str | torch.device = "cpu",
        seed: int = 0,
        noise_model: NoiseModel | None = None,
        *,
        compiled: bool | None = None,
    ) -> None:
        """Build the worlds and begin an episode in each.

        Args:
            config: The task, with the number of worlds.
            library: The clips, on the same device.
            device: 'cpu' or 'cuda:0'.
            seed: Of everything that is drawn.
            noise_model: Video noise; the packaged model if None. Not used where its severity is 0.
            compiled: Compile the step; None compiles on a GPU only. The first step then takes about a minute.
        """
        self.config, self.cfg, self.library = config, config, library
        self.device = torch.device(device)
        self.num_envs, self.num_actions = config.worlds, config.actions
        self.max_episode_length = config.episode_steps
        self._generator = torch.Generator(self.device)
        self._generator.manual_seed(seed)
        self.world = BatchWorld(config.physics, self.device)
        self.sampler = ClipSampler(library, config.sampler, self._generator)
        self._bank = make_bank(config.video_noise, noise_model, self.device)
        self.mirror_observation = {"actor": layout_mirror(config.actor), "critic": layout_mirror(config.critic)}
        self.mirror_action = action_mirror(config)
        self._figure_names = (
            *(f"Reward/{term.name}" for term in config.reward.active),
            *(f"Step/{name}" for name in FIGURES),
        )
        self._outputs = torch.zeros(self.num_envs, self.num_actions, device=self.device)
        self._clips = torch.zeros(self.num_envs, dtype=torch.int64, device=self.device)
        self._everyone = torch.ones(self.num_envs, dtype=torch.bool, device=self.device)
        self.outcome: Outcome | None = None
        self.judged_by: ReferenceFrame | None = None
        self._act: Callable[..., Taken] = act
        self._judge: Callable[..., Outcome] = judge
        self._renew: Callable[..., Renewed] = renew
        self._observe: Callable[..., tuple[torch.Tensor, torch.Tensor | None, Episode]] = observe_worlds
        self.episode = blank(config, self.device)
        # not compiled yet: the first calls fill the tables of constants
        self.reset()
        if config.evaluation is None:
            # not all at the beginning, or all would run out of time together
            steps = torch.rand(self.num_envs, generator=self._generator, device=self.device) * self.max_episode_length
            self.episode_length_buf = steps.long()  # pyright: ignore[reportIncompatibleVariableOverride]
        if self.device.type == "cuda" if compiled is None else compiled:
            # plain functions: the compiler keeps its results by the code of what it compiles, a limited number each
            self._act, self._judge = _compiled(act), _compiled(judge)
            self._renew, self._observe = _compiled(renew), _compiled(observe_worlds)

    @property
    def episode_length_buf(self) -> torch.Tensor:
        """Control steps since each episode began, (N,)."""
        return self.episode.step

    @episode_length_buf.setter
    def episode_length_buf(self, steps: torch.Tensor) -> None:
        self.episode = replace(self.episode, step=steps.to(torch.int64))
        self._unobserved = replace(self._unobserved, step=self.episode.step)

    def get_observations(self) -> TensorDict:
        """Present observations: 'actor' (N, D) with noise and, but in an evaluation, 'critic' (N, D') without."""
        return self._observations

    def step(self, actions: torch.Tensor) -> tuple[TensorDict, torch.Tensor, torch.Tensor, dict[str, Any]]:
        """One control step of 20 ms.

        Args:
            actions: The policy's outputs, (N, A).

        Returns:
            Observations, rewards (N,), dones (N,) as integers, and extras: 'time_outs' (N,), 'log' (means by name),
            'failed' and 'ended' (N,): failures, and clips whose last frame this was.
        """
        with torch.inference_mode(False), torch.no_grad():
            # a buffer of our own: tensors of an inference mode would make the compiler start anew
            self._outputs.copy_(actions)
            before = self.episode
            taken = self._act(self.config, before, self._outputs)
            self.world.step(taken.applied)
            outcome = self._judge_now(before, taken)
            self.outcome, self.judged_by = outcome, before.target
            self._go_on(before, taken, outcome, self._next_starts(before, outcome))
        figures = dict(zip(self._figure_names, outcome.figures.unbind(), strict=True))
        extras = {"time_outs": outcome.timed_out, "log": figures, "failed": outcome.failed, "ended": outcome.ended}
        return self._observations, outcome.reward, outcome.done.long(), extras

    def reset(self) -> TensorDict:
        """Begin a new episode in every world."""
        with torch.inference_mode(False), torch.no_grad():
            if self.config.evaluation is None:
                start = self.sampler.sample(self.num_envs)
            else:
                start = self._clips, torch.zeros_like(self._clips)
            # an outcome like any other, but that all are done
            taken = self._act(self.config, self.episode, torch.zeros_like(self._outputs))
            outcome = replace(self._judge_now(self.episode, taken), done=self._everyone)
            self._go_on(self.episode, taken, outcome, start)
        return self._observations

    def assign(self, clips: torch.Tensor) -> TensorDict:
        """Evaluate clips (N,), one a world, from their first frames; returns the first observations."""
        if self.config.evaluation is None:
            raise ValueError("clips are assigned in evaluation only: use config.evaluating()")
        self._clips = clips.to(self.device, torch.int64)
        return self.reset()

    @property
    def state(self) -> RobotState:
        """The robots now: live tensors, which the next step changes."""
        return self.world.state(self.episode.action)

    def check(self, dump: Path | None = None) -> WorldReport:
        """Wait for the device and report on the simulation since the last call; see `BatchWorld.check`."""
        return self.world.check(dump)

    def state_dict(self) -> dict[str, Any]:
        """Everything that a run resumed later needs; waits for the device.

        What the simulator keeps besides positions and velocities, its solver's warm start, is forgotten here, too, so
        that this run and the resumed one go on alike, on a CPU bit by bit.
        """
        with torch.inference_mode(False), torch.no_grad():
            state = {
                "worlds": self.num_envs,
                "sampler": self.sampler.state_dict(),
                "generator": self._generator_before,
                "episode": tensors_of(self._unobserved),
                "began": self._began,
                "clips": self._clips,
                "qpos": self.world.qpos.clone(),
                "qvel": self.world.qvel.clone(),
                "foot_force_w": self.world.foot_force_w.clone(),
            }
            self.world.write(self._everyone, state["qpos"], state["qvel"])
        return state

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on where `state_dict` was called.

        Of a state with another number of worlds, or without them (a compact checkpoint), only the sampler is taken.
        """
        self.sampler.load_state_dict(state["sampler"])
        if state["worlds"] != self.num_envs or "qpos" not in state:
            self.reset()
            return
        with torch.inference_mode(False), torch.no_grad():
            on_device = {name: value.to(self.device) for name, value in state["episode"].items()}
            unobserved = with_tensors(self._unobserved, on_device)
            self._began, self._clips = state["began"].to(self.device), state["clips"].to(self.device)
            self.world.randomize(self._everyone, unobserved.parameters)
            self.world.write(self._everyone, state["qpos"].to(self.device), state["qvel"].to(self.device))
            self._generator.set_state(state["generator"].cpu())
            self._observe_now(unobserved, state["foot_force_w"].to(self.device))

    def _judge_now(self, before: Episode, taken: Taken) -> Outcome:
        world = self.world
        readings = world.state(before.action), world.torque, world.grounded, world.broken
        return self._judge(self.config, self.library, *readings, before, taken)

    def _next_starts(self, before: Episode, outcome: Outcome) -> tuple[torch.Tensor, torch.Tensor] | None:
        """Clip and frame (N,) for worlds that begin an episode or whose clip is over; None where none ever does."""
        if self.config.evaluation is not None:
            return (self._clips, torch.zeros_like(self._clips)) if self.config.evaluation.resets else None
        clip = before.playback.clip
        self.sampler.record(clip, outcome.frame, outcome.failed)
        return self.sampler.restart(clip, outcome.frame, outcome.failed)

    def _go_on(
        self,
        before: Episode,
        taken: Taken,
        outcome: Outcome,
        start: tuple[torch.Tensor, torch.Tensor] | None,
    ) -> None:
        draws = draw_reset(self.config, self._generator)
        renewed = self._renew(
            self.config, self.library, self._bank, before, taken, outcome, start, self.world.qvel, draws
        )
        if self.config.randomization.pushes:
            self.world.qvel.add_(renewed.push)
        if renewed.start is not None:
            # also computes the keypoints of those who were only pushed
            self.world.write(outcome.done, *renewed.start)
            self.world.randomize(outcome.done, renewed.episode.parameters)
        elif self.config.randomization.pushes:
            self.world.refresh()
        self._began = outcome.done
        self._observe_now(renewed.episode, self.world.foot_force_w)

    def _observe_now(self, unobserved: Episode, foot_force_w: torch.Tensor) -> None:
        """Make the present observations; keep what it takes to make them again."""
        self._unobserved, self._generator_before = unobserved, self._generator.get_state()
        draws = draw_observation(self.config, self._generator)
        state = replace(self.world.state(unobserved.action), foot_force_w=foot_force_w)
        actor, critic, self.episode = self._observe(
            self.config, self.library, self._bank, state, unobserved, self._began, draws
        )
        groups = {"actor": actor} if critic is None else {"actor": actor, "critic": critic}
        self._observations = TensorDict(groups, batch_size=[self.num_envs])


def _compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    return torch.compile(function, fullgraph=True, dynamic=False)


def action_mirror(config: EnvConfig) -> SignedPermutation:
    """Mirror map of the policy's outputs: joints, and keypoint weights where it chooses them."""
    weights = [symmetry.of_group(mirror.KEYPOINT_PERMUTATION)] if config.reward.weights == "learned" else []
    return symmetry.concatenate([symmetry.JOINTS, *weights])
