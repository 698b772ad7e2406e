"""Evaluation of a policy in thousands of worlds at once: every clip from its first frame, several rollouts each.

Sensor noise and the physical randomization of table 8 are on, nobody is pushed, and the policy is handed the
reference as it is: video noise, where it is asked for, is in the motions themselves (`corrupted`), so that errors are
those against what was handed out (DESIGN 6.8, 6.9).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import torch

from genmimic.learning.batch_rollout import roll_out
from genmimic.learning.env.config import EnvConfig, StartNoise, VideoNoise
from genmimic.learning.env.library import MotionLibrary
from genmimic.learning.env.tracking_env import TrackingEnv
from genmimic.learning.learner import Policy
from genmimic.learning.scores import RolloutScores, join, scores_of
from genmimic.motion.corpus import Corpus
from genmimic.motion.noise import corrupt, load_noise_model
from genmimic.sim.world import CONTROL_HZ

NOISY = " (video noise)"
"""Ends the name of a corrupted copy, after its seed."""


def validation_config(config: EnvConfig, worlds: int) -> EnvConfig:
    """The training task as an evaluation (DESIGN 6.9): goals as the motion has them, all else randomized."""
    calm = replace(config.evaluating(), video_noise=VideoNoise(severity=0.0), start=StartNoise()).with_worlds(worlds)
    return replace(calm, randomization=replace(calm.randomization, goal_noise=0.0, goal_offset=0.0))


def evaluate(
    env: TrackingEnv,
    policy: Policy,
    clips: np.ndarray | None = None,
    rollouts: int | np.ndarray = 16,
    most_steps: int | None = None,
) -> RolloutScores:
    """Roll out a policy.

    Args:
        env: In evaluation mode; its worlds are filled batch by batch, long clips first.
        policy: From observations to actions.
        clips: Indices into the environment's library; all of its clips if None.
        rollouts: Of each clip, one number or one for each.
        most_steps: Cut longer clips off after so many control steps.

    Returns:
        One entry per rollout.
    """
    lengths = env.library.lengths.cpu().numpy()
    chosen = np.arange(len(lengths)) if clips is None else np.asarray(clips)
    tasks = np.repeat(chosen, rollouts)
    tasks = tasks[np.argsort(-lengths[tasks], kind="stable")]
    parts = []
    for first in range(0, len(tasks), env.num_envs):
        batch = tasks[first : first + env.num_envs]
        figures = roll_out(env, policy, torch.from_numpy(batch).to(env.device), most_steps=most_steps)
        parts.append(scores_of(batch, figures))
    return join(parts)


def corrupted(corpus: Corpus, severity: float, seed: int = 0) -> Corpus:
    """Every clip with video noise of its own."""
    model = load_noise_model()
    motions = [corrupt(corpus.clip(i), model, severity, seed + i) for i in range(len(corpus))]
    named = [replace(motion, name=f"{name} {seed}{NOISY}") for motion, name in zip(motions, corpus.names, strict=True)]
    return replace(
        Corpus.from_motions(named, contents=corpus.contents, subjects=corpus.subjects),
        sources=corpus.sources,
        licences=corpus.licences,
        tiers=corpus.tiers,
        splits=corpus.splits,
    )


class Validation:
    """Validates on held-out clips, clean and with video noise, while training goes on."""

    def __init__(
        self,
        config: EnvConfig,
        held_out: Corpus,
        device: str | torch.device,
        *,
        rollouts: int = 8,
        seconds: float = 10.0,
        severity: float = 1.0,
        copies: int = 4,
        seed: int = 0,
    ) -> None:
        """Build the worlds, one for every rollout.

        Args:
            config: The training task.
            held_out: Clips that training never sees.
            device: Where training runs.
            rollouts: Of each clip and, together, of its corrupted copies.
            seconds: Longer clips are cut off here.
            severity: Of the video noise on the copies; 0 leaves them out.
            copies: Corrupted copies of each clip, at most `rollouts`. One alone may happen to be hard throughout.
            seed: Of everything that is drawn.
        """
        copies = min(copies, rollouts) if severity > 0 else 0
        # seeds of a copy's clips lie next to one another
        parts = [held_out, *(corrupted(held_out, severity, seed + len(held_out) * copy) for copy in range(copies))]
        corpus = Corpus.concatenate(parts)
        self._groups = [f"{s}/{c}" for s, c in zip(corpus.sources, corpus.contents, strict=True)]
        self._clean, self._steps = len(held_out), round(seconds * CONTROL_HZ)
        self._rollouts = np.repeat([rollouts, -(-rollouts // max(copies, 1))], [len(held_out), copies * len(held_out)])
        # eager: a second compilation takes longer than it saves in the few steps of a validation
        self._env = TrackingEnv(
            validation_config(config, int(self._rollouts.sum())),
            MotionLibrary(corpus, device),
            device,
            seed,
            compiled=False,
        )

    def __call__(self, policy: Policy, iteration: int) -> Mapping[str, float]:
        """Success rates and errors by name, macro-averaged over source and content."""
        scores = evaluate(self._env, policy, rollouts=self._rollouts, most_steps=self._steps)
        figures: dict[str, float] = {}
        for prefix, chosen in (("", scores.clip < self._clean), ("noisy_", scores.clip >= self._clean)):
            if chosen.any():
                part = RolloutScores(**{name: value[chosen] for name, value in vars(scores).items()})
                figures[f"{prefix}SR"] = part.macro("success", self._groups)
                figures[f"{prefix}MPKPE_cm"] = part.macro("mpkpe_cm", self._groups)
                figures[f"{prefix}LMPKPE_cm"] = part.macro("lmpkpe_cm", self._groups)
        return figures
