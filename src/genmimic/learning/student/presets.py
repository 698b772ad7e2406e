"""Named students: the paper's, ours, and ours without one idea each.

Example:
    experiment = describe_student(corpus_file, corpus, load_teacher("teacher.pt"), preset="ours", changes={})
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from genmimic.learning import config
from genmimic.learning.config import TrainConfig
from genmimic.learning.env import presets as environments
from genmimic.learning.env.config import EnvConfig, VideoNoise
from genmimic.learning.student.config import Distillation
from genmimic.learning.student.teacher import Teacher
from genmimic.tracking.layouts import BLIND_STUDENT, OUR_STUDENT
from genmimic.tracking.observations import STUDENT
from genmimic.tracking.sensor_noise import SensorNoise
from genmimic.tracking.terms import GOAL_FUTURE, LATER_STEPS


@dataclass(frozen=True)
class StudentPreset:
    """How a student learns, and what; the critic's observation is a placeholder for the teacher's.

    Attributes:
        train: How it learns.
        env: What it sees, and what disturbs it.
    """

    train: TrainConfig
    env: EnvConfig


PAPER = StudentPreset(
    train=replace(
        config.PAPER,
        envs=2048,
        samples=100_000_000,
        # the same numbers in less time
        tensor_cores=True,
        fused_optimizer=True,
        compile=True,
        log_interval=20,
        validation_interval=1000,
        validation_rollouts=2,
        distillation=Distillation(),
    ),
    env=replace(environments.PAPER, actor=STUDENT, goal_steps=GOAL_FUTURE),
)
"""Tables 5, 6 and 8: white noise and a constant offset on the goals; steps, minibatch and gradient clipping, which the
table leaves open, are PPO's; the learning rate stays where it is."""

OURS = StudentPreset(
    train=replace(
        config.FAST,
        # each sample is seen by one iteration only: more and smaller steps than PPO could take
        minibatch=32768,
        hidden=(768, 512, 256),
        samples=200_000_000,
        # few: the worlds of a validation are stepped without compilation
        validation_interval=380,
        validation_rollouts=2,
        distillation=Distillation(
            auxiliary=("keypoint_lin_vel", "goal_keypoint_diff", "later_keypoint_diff"),
            auxiliary_weight=0.1,
            final_learning_rate=0.05,
        ),
    ),
    env=replace(
        environments.OURS,
        actor=OUR_STUDENT,
        critic=OUR_STUDENT,
        sensors=SensorNoise(),
        believed_goals=True,
        goal_steps=tuple(sorted({*GOAL_FUTURE, *LATER_STEPS})),
        video_noise=VideoNoise(severity=1.5),
    ),
)
"""Goals from where the robot believes to be, measured video noise, starts by the student's own failures, and the other
ideas of `docs/student.md`."""

_imitation = OURS.train.distillation or Distillation()
NO_ODOMETRY = replace(OURS, env=replace(OURS.env, actor=BLIND_STUDENT, sensors=None, believed_goals=False))
"""Ours that, like the paper's, does not know where it is; noise of table 8 on its observations."""
NO_PREDICTION = replace(OURS, train=replace(OURS.train, distillation=replace(_imitation, auxiliary_weight=0.0)))
"""Ours without the auxiliary loss."""
WHITE_NOISE = replace(
    OURS,
    env=replace(
        OURS.env,
        randomization=environments.PAPER.randomization,
        video_noise=environments.PAPER.video_noise,
    ),
)
"""Ours with the paper's white noise of 5 cm on the goals in place of the measured one."""
TRUE_GOALS = replace(OURS, env=replace(OURS.env, believed_goals=False))
"""Ours whose teacher answers to where the goals truly are, not to where the student takes them to be."""
UNIFORM_STARTS = replace(OURS, env=replace(OURS.env, sampler=environments.PAPER.sampler))
"""Ours that begins anywhere alike, not where it failed."""
NARROW = replace(OURS, train=replace(OURS.train, hidden=PAPER.train.hidden))
"""Ours with the widths of the paper's network."""
_present = tuple((name, 1) for name, _ in OURS.env.actor)
NO_PAST = replace(OURS, env=replace(OURS.env, actor=_present, critic=_present))
"""Ours that sees the present alone, not ten steps of proprioception."""

STUDENTS: dict[str, StudentPreset] = {
    "paper": PAPER,
    "ours": OURS,
    "no-odometry": NO_ODOMETRY,
    "no-prediction": NO_PREDICTION,
    "white-noise": WHITE_NOISE,
    "true-goals": TRUE_GOALS,
    "uniform-starts": UNIFORM_STARTS,
    "narrow": NARROW,
    "no-past": NO_PAST,
}
"""By the name that the command line takes: two students, and ours without one idea each."""


FINE_TUNE_SAMPLES = 200_000_000
"""How long to fine-tune a student, unless told otherwise."""
_PPO = ("steps", "epochs", "minibatch", "gamma", "gae_lambda", "clip", "clip_value", "reward_scale", "kl_interval")


def fine_tuned(train: TrainConfig, samples: int) -> TrainConfig:
    """How a student that was trained so goes on by PPO until `samples`; the learning rate adapts itself from 1e-4."""
    return replace(
        train,
        **{name: getattr(config.FAST, name) for name in _PPO},
        learning_rate=1e-4,
        entropy=0.0,
        initial_std=0.2,
        samples=samples,
        distillation=replace(train.distillation or Distillation(), fine_tunes=True),
    )


def training_with(teacher: Teacher, train: TrainConfig) -> TrainConfig:
    """How a student learns from this teacher: what it does not observe cannot be predicted."""
    distillation = train.distillation or Distillation()
    known = {name for name, _ in teacher.task.actor}
    kept = tuple(name for name in distillation.auxiliary if name in known)
    return replace(train, distillation=replace(distillation, auxiliary=kept, teacher=teacher.sha256))


def task_with(teacher: Teacher, env: EnvConfig) -> EnvConfig:
    """The student's task with a teacher beside: it sees what it was trained on, and actions mean what its own do."""
    return replace(
        env,
        critic=teacher.task.actor,
        goal_steps=tuple(sorted({*env.goal_steps, *teacher.task.goal_steps})),
        action_scale=teacher.task.action_scale,
        action_clip=teacher.task.action_clip,
    )
