"""Evaluation: one clip per world from its first frame, to the end, without pushes."""

from dataclasses import replace

import pytest
import torch
from learning.env_scene import NOISY, QUIET, environment, short_library

from genmimic.learning.env.config import EnvConfig

CLIPS = torch.tensor([0, 1, 1, 0])


def test_worlds_play_the_clips_they_are_given_and_stay_at_the_end():
    env = environment(QUIET.evaluating(), clips=short_library())
    env.assign(CLIPS)
    assert torch.equal(env.episode.playback.clip, CLIPS)
    assert (env.episode.playback.frame == 0).all()
    ended = []
    for _ in range(35):
        _, _, dones, extras = env.step(torch.zeros(4, 23))
        assert not dones.any() and not extras["time_outs"].any()
        ended.append(extras["ended"].clone())
    # frame 29, the last, is judged in the 29th step
    assert torch.stack(ended)[:, 0].tolist() == [False] * 28 + [True] * 7
    assert (env.episode.playback.frame == 29).all()
    last = env.library.gather(CLIPS, torch.full((4,), 29))
    torch.testing.assert_close(env.judged_by.joint_pos, last[:, 81:104])


def test_failures_are_reported_without_a_reset():
    env = environment(QUIET.evaluating(), clips=short_library())
    env.assign(CLIPS)
    fallen = env.world.qpos.clone()
    fallen[1, 3:7] = torch.tensor([0.7071, 0.7071, 0.0, 0.0])
    env.world.write(torch.tensor([False, True, False, False]), fallen, env.world.qvel.clone())
    _, _, dones, extras = env.step(torch.zeros(4, 23))
    assert extras["failed"].tolist() == [False, True, False, False] and not dones.any()
    assert env.episode.step.tolist() == [1, 1, 1, 1]
    assert env.state.root_pos_w[1, 2] < 0.8


def test_or_with_one_to_the_clips_beginning():
    env = environment(QUIET.evaluating(resets=True), clips=short_library())
    env.assign(CLIPS)
    for _ in range(3):
        env.step(torch.zeros(4, 23))
    fallen = env.world.qpos.clone()
    fallen[1, 3:7] = torch.tensor([0.7071, 0.7071, 0.0, 0.0])
    env.world.write(torch.tensor([False, True, False, False]), fallen, env.world.qvel.clone())
    _, _, dones, _ = env.step(torch.zeros(4, 23))
    assert dones.tolist() == [0, 1, 0, 0]
    assert env.episode.playback.frame.tolist() == [4, 0, 4, 4]
    assert torch.equal(env.episode.playback.clip, CLIPS)


def test_nobody_is_pushed_but_the_rest_of_table_8_stays():
    config = NOISY.evaluating()
    assert not config.randomization.pushes
    assert config.randomization.motor_strength == NOISY.randomization.motor_strength
    env = environment(config, clips=short_library())
    env.assign(CLIPS)
    assert env.episode.parameters.motor_strength.std() > 0.1


def test_pushes_can_be_asked_for():
    pushing = replace(
        QUIET.evaluating(), randomization=replace(QUIET.randomization, push_velocity=(1.0,) * 2 + (0.0,) * 4)
    )
    env = environment(pushing, clips=short_library())
    env.assign(CLIPS)
    env.episode = replace(env.episode, push_in=torch.ones(4, dtype=torch.int64))
    env.step(torch.zeros(4, 23))
    assert env.world.qvel[:, :2].norm(dim=-1).min() > 0.05
    torch.testing.assert_close(env.state.root_lin_vel_w, env.world.qvel[:, :3])


def test_velocities_before_a_step_are_not_those_after_it():
    env = environment(QUIET.evaluating(), clips=short_library())
    env.assign(CLIPS)
    for _ in range(3):
        _, _, _, extras = env.step(torch.full((4, 23), 0.5))
        assert extras["log"]["Reward/dof_acceleration"] < -1e-4


def test_clips_are_assigned_in_evaluation_only():
    with pytest.raises(ValueError, match="evaluating"):
        environment(QUIET).assign(CLIPS)


def test_the_configuration_says_so():
    again = EnvConfig.from_json(QUIET.evaluating().to_json())
    assert again.evaluation is not None and QUIET.evaluation is None
