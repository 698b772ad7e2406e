"""The environment on the CPU with four worlds."""

from dataclasses import replace

import pytest
import torch
from learning.env_scene import NOISY, QUIET, actions, environment, library, short_library
from torch.utils._python_dispatch import TorchDispatchMode

from genmimic.learning.env.config import StartNoise
from genmimic.learning.env.presets import ENVIRONMENTS
from genmimic.robot.constants import DEFAULT_JOINT_POS
from genmimic.tracking.randomization import PAPER

NO_START_NOISE = StartNoise(0, 0, 0, 0, 0, 0)


def test_fifty_random_steps_stay_finite_and_show_all_that_is_promised():
    env = environment(NOISY, seed=1)
    assert (env.num_envs, env.num_actions, env.max_episode_length) == (4, 23, 500)
    for action in actions(env, 50):
        observations, rewards, dones, extras = env.step(action)
        assert observations["actor"].shape == observations["critic"].shape == (4, 757)
        assert torch.isfinite(observations["actor"]).all() and torch.isfinite(observations["critic"]).all()
        assert rewards.shape == dones.shape == extras["time_outs"].shape == (4,)
        assert torch.isfinite(rewards).all()
    assert observations is env.get_observations()
    names = {f"Reward/{term.name}" for term in env.config.reward.active}
    assert set(extras["log"]) == names | {"Step/reward", "Step/failed", "Step/keypoint_error", "Step/joint_error"}
    shares = sum(value for name, value in extras["log"].items() if name.startswith("Reward/"))
    torch.testing.assert_close(shares, extras["log"]["Step/reward"])
    assert env.check().broken == 0


@pytest.mark.parametrize("name", [n for n in ENVIRONMENTS if n not in ("ours", "paper")])
def test_every_variant_runs(name):
    env = environment(ENVIRONMENTS[name].with_worlds(4))
    for action in actions(env, 3):
        observations, rewards, _, _ = env.step(action)
    assert torch.isfinite(observations["actor"]).all() and torch.isfinite(observations["critic"]).all()
    assert torch.isfinite(rewards).all()
    for group, mirror in env.mirror_observation.items():
        assert len(mirror) == observations[group].shape[1]
    assert len(env.mirror_action) == env.num_actions == (50 if name == "self-supervised" else 23)


class _NoWaiting(TorchDispatchMode):
    """Raises where a GPU would have to be waited for."""

    FORBIDDEN = ("_local_scalar_dense", "nonzero", "masked_select", "item", "is_nonzero", "unique", "repeat_interleave")

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        name = func.overloadpacket.__name__
        indexes = args[1] if name in ("index", "index_put", "index_put_") else ()
        by_mask = any(i is not None and i.dtype == torch.bool for i in indexes)
        if name in self.FORBIDDEN or by_mask:
            raise AssertionError(f"the step waits for the device in {name}")
        return func(*args, **(kwargs or {}))


def test_a_step_never_waits_for_the_device():
    env = environment(NOISY)
    with _NoWaiting():
        for action in actions(env, 10):
            env.step(action)
        with pytest.raises(AssertionError, match="_local_scalar_dense"):
            float(action.sum())
        with pytest.raises(AssertionError, match="waits for the device in index"):
            action[action > 0]


def test_without_noise_the_robot_begins_on_its_reference():
    env = environment(QUIET, start=NO_START_NOISE)
    torch.testing.assert_close(env.state.root_pos_w, env.episode.reference_root_pos_w)
    torch.testing.assert_close(env.state.root_quat_w, env.episode.reference_root_quat_w)
    reference = library().gather(env.episode.playback.clip, env.episode.playback.frame)
    torch.testing.assert_close(env.state.joint_pos, reference[:, 81:104])
    torch.testing.assert_close(env.state.joint_vel, reference[:, 104:127])
    torch.testing.assert_close(env.get_observations()["actor"], env.get_observations()["critic"])


def test_start_noise_has_the_sizes_it_names():
    config = replace(QUIET, start=StartNoise(0.05, 0.2, 0.0, 0.0, 0.1, 0.0)).with_worlds(64)
    env = environment(config)
    reference = library().gather(env.episode.playback.clip, env.episode.playback.frame)
    free = (reference[:, 81:104] - torch.tensor(DEFAULT_JOINT_POS)).abs() < 0.4  # away from the joints' limits
    assert (env.state.joint_pos - reference[:, 81:104])[free].std().item() == pytest.approx(0.05, rel=0.1)
    assert (env.state.joint_vel - reference[:, 104:127]).std().item() == pytest.approx(0.2, rel=0.1)
    torch.testing.assert_close(env.state.root_pos_w, env.episode.reference_root_pos_w)


def test_only_the_worlds_that_fail_are_reset():
    env = environment(QUIET)
    lying = env.world.qpos.clone()
    lying[1, 3:7] = torch.tensor([0.7071, 0.0, 0.7071, 0.0])
    lying[1, 2] = 0.4
    mask = torch.tensor([False, True, False, False])
    env.world.write(mask, lying, env.world.qvel.clone())
    before, steps = env.episode, env.episode.step.clone()
    _, rewards, dones, extras = env.step(torch.zeros(4, 23))
    assert dones.tolist() == [0, 1, 0, 0]
    assert extras["failed"].tolist() == mask.tolist() and not extras["time_outs"].any()
    assert rewards[1] < rewards[[0, 2, 3]].min() - 4.0
    assert env.episode.step.tolist() == [steps[0] + 1, 0, steps[2] + 1, steps[3] + 1]
    torch.testing.assert_close(env.state.root_pos_w[1], env.episode.reference_root_pos_w[1])
    assert env.state.root_pos_w[1, 2] > 0.7
    moved = (env.state.root_pos_w - before.reference_root_pos_w).norm(dim=-1)
    assert moved[[0, 2, 3]].max() < 0.1
    assert env.sampler.failures.sum() == 1.0


def test_an_episode_runs_out_of_time_without_failing():
    env = environment(QUIET, episode_seconds=0.2)
    env.episode_length_buf = torch.tensor([0, 5, 9, 0])
    _, _, dones, extras = env.step(torch.zeros(4, 23))
    assert dones.tolist() == [0, 0, 1, 0] == extras["time_outs"].long().tolist()
    assert env.episode_length_buf.tolist() == [1, 6, 0, 1]


def test_a_clip_passes_on_to_the_next_without_a_reset_or_a_jump():
    env = environment(QUIET, clips=short_library(), episode_seconds=100.0)
    passages, target = 0, env.episode.target
    for _ in range(40):
        playback = env.episode.playback
        _, _, dones, _ = env.step(torch.zeros(4, 23))
        now, went_on = env.episode.playback, dones == 0
        # the quickest clip glides at 0.8 m/s, its hands swing on top of that
        step = (env.episode.target.keypoint_pos_w - target.keypoint_pos_w).norm(dim=-1).amax(-1)
        assert step[went_on].max() < 0.05
        passed_on = went_on & (now.blend_step == 0)
        assert (playback.frame[passed_on] == 29).all()
        assert (now.clip == playback.clip)[went_on & ~passed_on].all()
        passages, target = passages + int(passed_on.sum()), env.episode.target
    assert passages >= 3


def test_without_transitions_a_clips_end_is_a_time_out():
    env = environment(QUIET, clips=short_library(), transitions=False, episode_seconds=100.0)
    for _ in range(30):
        _, _, dones, extras = env.step(torch.zeros(4, 23))
        if extras["time_outs"].any():
            break
    assert extras["time_outs"].tolist() == extras["ended"].tolist() == dones.bool().tolist()


@pytest.mark.parametrize("delay", [0, 1, 3])
def test_a_target_reaches_the_motors_after_the_delay(delay):
    env = environment(QUIET, randomization=replace(QUIET.randomization, delay_steps=(delay, delay)))
    begun = env.episode.queue[:, 0].clone()
    seen = []
    for number in range(1, 6):
        env.step(torch.full((4, 23), 0.1 * number))
        seen.append(env.world.ctrl.clone())
    default = torch.tensor(DEFAULT_JOINT_POS, dtype=torch.float32)
    for number, targets in enumerate(seen, start=1):
        expected = default + 0.25 * 0.1 * (number - delay) if number > delay else begun
        torch.testing.assert_close(targets, expected.expand(4, 23))


def test_delays_differ_from_world_to_world():
    env = environment(NOISY.with_worlds(64))
    assert set(env.episode.delay.tolist()) == {0, 1, 2, 3}


def test_pushes_come_every_five_seconds_to_each_in_its_own_time():
    only_pushes = replace(QUIET.randomization, push_velocity=PAPER.push_velocity)
    calm = environment(QUIET.with_worlds(16), episode_seconds=100.0)
    env = environment(QUIET.with_worlds(16), randomization=only_pushes, episode_seconds=100.0)
    assert len(set(env.episode.push_in.tolist())) > 8
    env.episode = replace(env.episode, push_in=torch.tensor([1, 2] + [200] * 14))
    for each in (calm, env):
        each.step(torch.zeros(16, 23))
    change = env.world.qvel - calm.world.qvel
    assert change[0, :2].abs().min() > 0.0 and env.world.qvel[0, :2].abs().max() <= 1.0
    assert change[0, 2:].abs().max() == 0.0 == change[1:].abs().max()
    assert env.episode.push_in.tolist() == [250, 1] + [199] * 14
    # the policy sees at once that it was pushed
    velocity = env.get_observations()["critic"][0, 345:348].norm()
    torch.testing.assert_close(velocity, env.world.qvel[0, :3].norm())


def test_actions_are_clipped_and_remembered():
    env = environment(QUIET)
    env.step(torch.full((4, 23), 50.0))
    assert env.episode.action.tolist() == [[10.0] * 23] * 4
    torch.testing.assert_close(env.get_observations()["critic"][:, 52:75], env.episode.action)


def test_residual_actions_are_around_the_shown_goal():
    env = environment(QUIET, residual_action=True)
    goal = env.episode.goal_joint_pos.clone()
    torch.testing.assert_close(goal, env.episode.target.joint_pos)
    env.step(torch.full((4, 23), 0.2))
    torch.testing.assert_close(env.world.ctrl, goal + 0.05)


def test_the_same_seed_gives_the_same_run_and_another_one_another():
    runs = []
    for seed in (3, 3, 4):
        env = environment(NOISY, seed=seed)
        for action in actions(env, 20):
            observations, rewards, _, _ = env.step(action)
        runs.append((observations["actor"].clone(), rewards.clone()))
    assert torch.equal(runs[0][0], runs[1][0]) and torch.equal(runs[0][1], runs[1][1])
    assert not torch.equal(runs[0][0], runs[2][0])


def test_a_resumed_run_goes_on_bit_by_bit():
    env = environment(NOISY, seed=5)
    script = actions(env, 40)
    for action in script[:20]:
        env.step(action)
    saved = env.state_dict()
    resumed = environment(NOISY, seed=6)
    resumed.load_state_dict(saved)
    assert torch.equal(resumed.get_observations()["actor"], env.get_observations()["actor"])
    assert torch.equal(resumed.get_observations()["critic"], env.get_observations()["critic"])
    for action in script[20:]:
        ours, theirs = env.step(action), resumed.step(action)
        assert torch.equal(ours[0]["actor"], theirs[0]["actor"]) and torch.equal(ours[1], theirs[1])
    assert torch.equal(env.sampler.visits, resumed.sampler.visits)


def test_a_state_of_another_size_gives_its_sampler_only():
    env = environment(NOISY, seed=5)
    for action in actions(env, 5):
        env.step(action)
    other = environment(NOISY.with_worlds(6))
    other.load_state_dict(env.state_dict())
    assert torch.equal(other.sampler.visits, env.sampler.visits)
    other.step(torch.zeros(6, 23))


def test_a_world_that_comes_apart_is_dumped_and_begins_anew(tmp_path):
    env = environment(QUIET)
    env.world.qvel[2, 10] = float("nan")
    observations, rewards, dones, extras = env.step(torch.zeros(4, 23))
    assert dones.tolist() == [0, 0, 1, 0] and extras["failed"].tolist() == [False, False, True, False]
    assert torch.isfinite(observations["actor"]).all() and torch.isfinite(rewards).all()
    assert env.check(tmp_path / "broken.npz").broken == 1
    assert (tmp_path / "broken.npz").exists()
    env.step(torch.zeros(4, 23))
    assert env.check().broken == 0


def test_works_inside_rsl_rls_inference_mode():
    env = environment(NOISY)
    with torch.inference_mode():
        for action in actions(env, 3):
            observations, *_ = env.step(action)
    assert not observations["actor"].is_inference()
    env.step(torch.zeros(4, 23))


def test_randomized_parameters_reach_the_simulator():
    halved = replace(QUIET.randomization, motor_strength=(0.5, 0.5))
    strong = environment(QUIET, start=NO_START_NOISE, seed=8)
    weak = environment(QUIET, start=NO_START_NOISE, seed=8, randomization=halved)
    for env in (strong, weak):
        env.step(torch.ones(4, 23))
    # the legs, which are slow to give way: half the strength, about half the torque
    ratio = weak.world.torque[:, :12].abs().mean(-1) / strong.world.torque[:, :12].abs().mean(-1)
    assert ratio.min() > 0.4 and ratio.max() < 0.75
    assert (weak.episode.parameters.motor_strength == 0.5).all()


def test_a_compact_checkpoint_brings_the_sampler_and_no_worlds():
    env, again = environment(seed=5), environment(seed=6)
    for action in actions(env, 5):
        env.step(action)
    state = env.state_dict()
    again.load_state_dict({"worlds": state["worlds"], "sampler": state["sampler"]})
    assert torch.equal(again.sampler.visits, env.sampler.visits)
    assert torch.isfinite(again.step(torch.zeros(again.num_envs, 23))[1]).all()
