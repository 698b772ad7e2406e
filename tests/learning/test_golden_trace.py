"""Fifty steps in which the run-time policy sees, number by number, what the training environment shows it.

The states are the environment's; observations, histories, goals at the clip's end and joint targets are compared.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from learning.env_scene import QUIET, WORLDS, environment
from learning.motions import swaying
from sim.tiny_policy import write_policy

from genmimic.learning.env.config import EnvConfig
from genmimic.learning.env.library import MotionLibrary
from genmimic.learning.env.tracking_env import TrackingEnv
from genmimic.learning.experiment import metadata
from genmimic.motion.corpus import Corpus
from genmimic.motion.robot_motion import RobotMotion
from genmimic.sim.policy import Policy
from genmimic.sim.reference import prepare_reference
from genmimic.tracking.layouts import FORESEEING_TEACHER, FORESEEN_STEPS
from genmimic.tracking.observations import STUDENT, TEACHER, Layout
from genmimic.tracking.sensor_noise import SensorNoise
from genmimic.tracking.state import RobotState
from genmimic.tracking.terms import GOAL_FUTURE

STEPS = 50
EXACT_SENSORS = SensorNoise().scaled(0.0)
ESTIMATING: Layout = (*STUDENT, ("goal_keypoint_diff", 1), ("keypoint_lin_vel", 1), ("later_keypoint_diff", 1))


def over_the_origin(motion: RobotMotion) -> RobotMotion:
    """The environment begins every clip there."""
    return replace(motion, root_pos_w=motion.root_pos_w - motion.root_pos_w[0] * [1.0, 1.0, 0.0])


CLIPS = [swaying("glide", STEPS, speed=0.4, yaw=0.5), swaying("stand", 30, phase=1.0)]
CORPUS = Corpus.from_motions([over_the_origin(clip) for clip in CLIPS], contents=["glide", "stand"])
LAYOUTS = {
    "teacher": {"actor": TEACHER, "goal_steps": (1,)},
    "foreseeing": {"actor": FORESEEING_TEACHER, "goal_steps": FORESEEN_STEPS},
    "student": {"actor": STUDENT, "goal_steps": GOAL_FUTURE},
    "estimating": {"actor": ESTIMATING, "goal_steps": (*GOAL_FUTURE, 18), "sensors": EXACT_SENSORS},
}


class Watched(Policy):
    """Keeps what it was shown."""

    def observe(self, state: RobotState, frame: int) -> np.ndarray:
        self.shown = super().observe(state, frame)
        return self.shown


def policies(config: EnvConfig, folder: Path) -> list[Watched]:
    """One robot's policy per world, all of one network that answers to everything that it is shown."""
    about, rng = metadata(config, "golden"), np.random.default_rng(0)
    scale = 0.1 / np.sqrt(about.observation_size)
    weight, bias = scale * rng.normal(size=(about.observation_size, 23)), 0.2 * rng.normal(size=23)
    path = write_policy(folder / "golden.onnx", weight, bias, about)
    return [Watched(path) for _ in range(config.worlds)]


def states(env: TrackingEnv) -> list[RobotState]:
    """Each world's state as one robot's."""
    state = replace(env.state, foot_force_w=env.world.foot_force_w)
    values = {name: value.double().numpy() for name, value in vars(state).items() if value is not None}
    return [RobotState(**{name: value[world].copy() for name, value in values.items()}) for world in range(WORLDS)]


@pytest.mark.parametrize("layout", sorted(LAYOUTS))
def test_runtime_and_training_agree_over_a_whole_clip(layout: str, tmp_path: Path) -> None:
    config = replace(QUIET, **LAYOUTS[layout]).evaluating()
    env, robots = environment(config, clips=MotionLibrary(CORPUS)), policies(config, tmp_path)
    env.assign(torch.arange(WORLDS) % 2)
    references = [prepare_reference(CORPUS.clip(world % 2)) for world in range(WORLDS)]
    parameters = env.episode.parameters
    for world, (robot, reference) in enumerate(zip(robots, references, strict=True)):
        known = {name: value[world].double().numpy() for name, value in vars(parameters).items()}
        robot.reset(reference, type(parameters)(**known))

    largest = 0.0
    for step in range(STEPS):
        seen, now = env.get_observations()["actor"].double().numpy(), states(env)
        frames = [min(step, len(reference) - 1) for reference in references]
        targets = [robot.act(state, frame) for robot, state, frame in zip(robots, now, frames, strict=True)]
        shown = np.stack([robot.shown for robot in robots])
        np.testing.assert_allclose(seen, shown, rtol=1e-5, atol=1e-4, err_msg=f"step {step}")
        largest = max(largest, float(np.abs(seen - shown).max()))
        actions = np.stack([robot.last_action for robot in robots])
        env.step(torch.as_tensor(actions, dtype=torch.float32))
        np.testing.assert_allclose(env.world.ctrl.numpy(), np.stack(targets), atol=1e-6)
    assert env.episode.playback.frame.tolist() == [STEPS - 1, 29] * (WORLDS // 2), "both clips are over"
    assert largest > 0.0, "two programs, not one"
