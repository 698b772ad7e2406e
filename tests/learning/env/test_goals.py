"""What the policy is shown, with and without noise, while rewards look at the clean motion."""

from dataclasses import replace

import numpy as np
import torch
from learning.env_scene import NOISY, QUIET, actions, environment

from genmimic.learning.env.config import VideoNoise
from genmimic.learning.env.draws import draw_observation
from genmimic.learning.env.goals import believed_goal, clean_goal, shown_goal
from genmimic.learning.env.noise import make_bank
from genmimic.motion import noise
from genmimic.motion.noise_model import load_noise_model
from genmimic.robot.kinematics import forward_kinematics
from genmimic.tracking.observations import STUDENT, layout_size

VIDEO_ONLY = replace(QUIET, video_noise=VideoNoise(tracks=8, seconds=10.0))


def shown(env, draws=None):
    draws = draw_observation(env.config, torch.Generator().manual_seed(0)) if draws is None else draws
    return shown_goal(env.config, env.library, env._bank, env.episode, draws)


def test_the_quiet_goal_is_the_next_frame_of_the_clip():
    env = environment(QUIET)
    goal, playback = shown(env), env.episode.playback
    rows = env.library.gather(playback.clip, playback.frame + 1)
    torch.testing.assert_close(goal.joint_pos[:, 0], rows[:, 81:104])
    torch.testing.assert_close(goal.keypoint_pos_w, env.episode.ahead.keypoint_pos_w)
    # a clip begins over the world's origin, as it was recorded otherwise
    start = env.library.gather(playback.clip, playback.frame)[:, :2]
    torch.testing.assert_close(goal.keypoint_pos_w[:, 0, 5, :2], rows[:, 15:17] - start)
    env.step(torch.zeros(4, 23))
    torch.testing.assert_close(env.judged_by.joint_pos, rows[:, 81:104])


def test_video_noise_moves_joints_and_keypoints_alike_and_leaves_the_reward_alone():
    env = environment(VIDEO_ONLY)
    goal, clean = shown(env), clean_goal(env.config, env.episode)
    moved = (goal.keypoint_pos_w - clean.keypoint_pos_w).norm(dim=-1).mean(-1)[:, 0]
    assert (moved > 1e-3).all() and moved.max() < 1.0
    # the critic and the reward see the clean motion
    torch.testing.assert_close(clean.keypoint_pos_w, env.episode.ahead.keypoint_pos_w)
    # joints and keypoints are of one configuration: that of the noise model at the worlds' frame of noise
    episode, bank = env.episode, env._bank
    sample = bank.tracks.at(episode.noise_track, episode.noise_frame + 1)
    assert (sample.frame_offset == 0).all(), "choose another seed: this test wants no freeze"
    target = episode.target
    root_pos_w, root_quat_w, joint_pos = noise.apply(
        target.root_pos_w,
        target.root_quat_w,
        target.joint_pos,
        sample,
        noise.activity(bank.model, target.joint_vel),
    )
    torch.testing.assert_close(goal.joint_pos[:, 0], joint_pos)
    expected, _ = forward_kinematics(root_pos_w, root_quat_w, joint_pos)
    torch.testing.assert_close(goal.keypoint_pos_w[:, 0], expected)


def test_a_freeze_shows_an_older_frame():
    env = environment(VIDEO_ONLY, seed=3)
    frozen = env._bank.tracks.frame_rows.clone()
    frozen[:] = 0.0
    frozen[..., -1] = -4.0  # the last column is the frame offset
    clips = torch.zeros_like(env._bank.tracks.clip_rows)
    env._bank = replace(env._bank, tracks=replace(env._bank.tracks, frame_rows=frozen, clip_rows=clips))
    playback = env.episode.playback
    env.episode = replace(env.episode, playback=replace(playback, frame=torch.full_like(playback.frame, 20)))
    goal = shown(env)
    torch.testing.assert_close(
        goal.joint_pos[:, 0], env.library.gather(playback.clip, playback.frame * 0 + 17)[:, 81:104]
    )


def test_noise_goes_on_from_step_to_step_and_begins_anew_with_an_episode():
    env = environment(VIDEO_ONLY, episode_seconds=100.0)
    offsets = []
    for action in actions(env, 12, size=0.0):
        goal, clean = shown(env), clean_goal(env.config, env.episode)
        offsets.append(goal.keypoint_pos_w[:, 0, 26] - clean.keypoint_pos_w[:, 0, 26])
        env.step(action)
    steps = torch.stack(offsets).diff(dim=0).norm(dim=-1)
    assert steps.max() < 0.03, "smooth, unlike white noise"
    track, frame = env.episode.noise_track.clone(), env.episode.noise_frame.clone()
    env.reset()
    assert not torch.equal(torch.stack([track, frame]), torch.stack([env.episode.noise_track, env.episode.noise_frame]))


def test_each_track_of_the_bank_is_stronger_than_the_one_before():
    bank = make_bank(VideoNoise(tracks=40, seconds=10.0, severity=1.0), None, torch.device("cpu"))
    sizes = bank.tracks.frame_rows[..., :29].abs().mean((1, 2)).numpy()
    assert np.corrcoef(sizes, np.arange(40))[0, 1] > 0.7
    assert sizes[0] < 0.1 * sizes[-10:].mean()
    assert make_bank(VideoNoise(severity=0.0), load_noise_model(), torch.device("cpu")) is None


def test_table_8s_offset_stays_for_an_episode_and_its_white_noise_does_not():
    only_goals = replace(QUIET.randomization, goal_offset=0.02, goal_noise=0.01)
    env = environment(QUIET.with_worlds(64), randomization=only_goals)
    clean = clean_goal(env.config, env.episode).keypoint_pos_w
    errors = [
        shown(env, draw_observation(env.config, torch.Generator().manual_seed(seed))).keypoint_pos_w - clean
        for seed in range(40)
    ]
    mean, spread = torch.stack(errors).mean(0), torch.stack(errors).std(0)
    assert (mean[:, 0] - env.episode.goal_offset).abs().max() < 0.01
    assert env.episode.goal_offset.abs().max() <= 0.02
    assert abs(spread.mean().item() - 0.01) < 0.001


def test_the_actors_noise_is_that_of_table_8_and_the_critic_has_none():
    only_sensors = replace(QUIET.randomization, observation_noise=1.0)
    env = environment(QUIET.with_worlds(256), randomization=only_sensors)
    error = env.get_observations()["actor"] - env.get_observations()["critic"]
    blocks = {"joint_pos": (0, 23, 0.01), "joint_vel": (23, 46, 0.1), "root_ang_vel_b": (46, 49, 0.5)}
    blocks |= {"projected_gravity_b": (49, 52, 0.1), "last_action": (52, 75, 0.0), "local": (75, 156, 0.01)}
    blocks |= {"lin_vel": (345, 426, 0.2), "ang_vel": (426, 507, 0.5), "goals and parameters": (507, 757, 0.0)}
    for name, (start, stop, size) in blocks.items():
        assert abs(error[:, start:stop].std().item() - size) <= 0.1 * size, name


def test_a_students_observation_is_filled_from_ten_frames_of_noisy_goals():
    config = replace(NOISY, actor=STUDENT, goal_steps=tuple(range(1, 11)))
    env = environment(config)
    first = env.get_observations()["actor"]
    assert first.shape == (4, layout_size(STUDENT))
    history = first[:, :230].reshape(4, 10, 23)
    assert torch.equal(history[:, 0], history[:, 9]), "a history starts as copies of its first entry"
    env.step(torch.zeros(4, 23))
    second = env.get_observations()["actor"][:, :230].reshape(4, 10, 23)
    assert torch.equal(second[:, :9], history[:, 1:])


def test_a_teacher_is_asked_as_far_from_the_goal_as_the_robot_takes_itself_to_be():
    env = environment(VIDEO_ONLY)
    goal, seen, state = clean_goal(env.config, env.episode), shown(env), env.state
    wrong = torch.tensor([[0.3, -0.2, 0.1]])
    known = replace(state, root_pos_w=state.root_pos_w + wrong, keypoint_pos_w=state.keypoint_pos_w + wrong[:, None])
    asked = believed_goal(goal, seen, state, known)
    # the pelvis is as far ahead of the true robot as the shown one is of the believed robot
    flat = slice(0, 2)
    expected = seen.root_pos_w - known.root_pos_w
    torch.testing.assert_close((asked.root_pos_w - state.root_pos_w)[:, flat], expected[:, flat])
    # heights are the clean ones, and so is the pose around the pelvis
    torch.testing.assert_close(asked.root_pos_w[:, 2], goal.root_pos_w[:, 2])
    torch.testing.assert_close(
        asked.keypoint_pos_w - asked.root_pos_w[:, None, None], goal.keypoint_pos_w - goal.root_pos_w[:, None, None]
    )
    # nothing changes for a robot that knows its place and is shown the motion
    torch.testing.assert_close(believed_goal(goal, goal, state, state).keypoint_pos_w, goal.keypoint_pos_w)
