"""A student's file sees in the simulation of one robot what the student sees in training, its past included."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from learning.env_scene import QUIET, environment
from learning.motions import corpus
from sim.tiny_policy import write_policy

from genmimic.learning.env.config import StartNoise
from genmimic.learning.experiment import metadata
from genmimic.learning.student.presets import STUDENTS
from genmimic.sim.policy import Policy
from genmimic.sim.reference import prepare_reference
from genmimic.sim.world import Physics, World
from genmimic.tracking.observations import Layout, layout_terms
from genmimic.tracking.sensor_noise import SensorNoise

STEPS = 4
MOVING = {"joint_vel": 0.3, "root_ang_vel_b": 0.1, "root_lin_vel_b": 0.03}
"""Tolerances of velocities, rad/s and m/s, after steps of two solvers that differ in their iterations."""


def by_term(layout: Layout, observation: np.ndarray) -> dict[str, np.ndarray]:
    sizes = [term.size * steps for term, (_, steps) in zip(layout_terms(layout), layout, strict=True)]
    return dict(zip(dict(layout), np.split(observation, np.cumsum(sizes)[:-1]), strict=True))


@pytest.mark.parametrize("name", ["paper", "ours"])
def test_the_file_sees_what_training_sees(name: str, tmp_path: Path) -> None:
    task = STUDENTS[name].env
    exact = None if task.sensors is None else SensorNoise().scaled(0.0)
    quiet = {"video_noise": QUIET.video_noise, "randomization": QUIET.randomization, "sensors": exact}
    env = environment(task.with_worlds(4).evaluating(), start=StartNoise(0, 0, 0, 0, 0, 0), **quiet)
    env.assign(torch.ones(4, dtype=torch.long))
    about, outputs = metadata(env.config, name), np.linspace(-0.3, 0.4, 23)
    assert about.estimated_state == (name == "ours")
    assert not about.privileged
    path = write_policy(tmp_path / "p.onnx", np.zeros((about.observation_size, 23)), outputs, about)
    policy, reference = Policy(path, noise=0.0), prepare_reference(corpus().clip(1))
    world = World(Physics(friction=0.8))
    state = world.reset(reference.start_state())
    policy.reset(reference, world.parameters())
    for step in range(STEPS):
        found = by_term(about.observations, env.get_observations()["actor"][0].double().numpy())
        expected = by_term(about.observations, policy.observe(state, step))
        for term, value in found.items():
            limit = MOVING.get(term, 5e-3) if step else 3e-4
            np.testing.assert_allclose(value, expected[term], atol=limit, err_msg=f"{term}, step {step}")
        env.step(torch.as_tensor(outputs, dtype=torch.float32).expand(4, 23))
        # what `act` would do, without a second observation
        policy._outputs = outputs.astype(np.float32).astype(np.float64)
        state = world.step(env.world.ctrl[0].double().numpy())
    past = found["last_action"].reshape(10, 23)
    np.testing.assert_allclose(past[-3:], np.tile(outputs, (3, 1)), atol=1e-6)
    np.testing.assert_allclose(past[:-3], 0.0)
