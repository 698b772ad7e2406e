"""A policy that observes what its sensors tell: the estimate follows the truth, begins anew, mirrors, resumes."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from learning.env_scene import NOISY, QUIET, actions, environment

from genmimic.errors import InputError
from genmimic.learning.env.config import EnvConfig
from genmimic.learning.env.draws import draw_observation
from genmimic.learning.env.estimate import sense
from genmimic.learning.env.observe import observe_worlds
from genmimic.learning.records import tensors_of
from genmimic.robot import mirror
from genmimic.tracking.frames import projected_gravity_b
from genmimic.tracking.mirroring import mirror_parameters, mirror_state
from genmimic.tracking.observations import layout_mirror
from genmimic.tracking.odometry import mirror_odometry
from genmimic.tracking.sensor_noise import SensorNoise, mirror_drift

LAYOUT = (("joint_pos", 2), ("projected_gravity_b", 1), ("local_keypoint_pos", 1), ("goal_keypoint_pos", 1))
EXACT = replace(QUIET, actor=LAYOUT, critic=LAYOUT, sensors=SensorNoise().scaled(0.0))
DRIFTING = replace(NOISY, actor=LAYOUT, sensors=SensorNoise())


def test_exact_sensors_see_what_the_simulator_knows_but_for_the_floor():
    env = environment(EXACT)
    begun = env.get_observations()
    estimated, true = begun["actor"], begun["critic"]
    torch.testing.assert_close(estimated[:, :130], true[:, :130])  # joints twice, gravity, the body
    apart = (estimated - true)[:, 130:].reshape(4, 27, 3)
    torch.testing.assert_close(apart[..., :2], torch.zeros(4, 27, 2), atol=1e-5, rtol=0.0)
    for action in actions(env, 5, size=0.1):
        env.step(action)
    observations = env.get_observations()
    apart = (observations["actor"] - observations["critic"])[:, 130:]
    # the clips glide, and an odometry cannot feel feet slide
    assert 0.0 < apart.abs().max() < 0.2


def test_sensor_noise_takes_the_place_of_the_observations():
    env = environment(DRIFTING)
    noise = (env.get_observations()["actor"][:, 23:46] - env.state.joint_pos).std()
    assert 0.005 < noise < 0.02
    draws = draw_observation(env.config, torch.Generator())
    assert draws.terms.shape == (4, 0) and draws.sensors.shape[0] == 4
    assert draw_observation(NOISY, torch.Generator()).sensors.shape == (4, 0)


def test_worlds_that_begin_know_where_they_are_and_others_go_on():
    env = environment(DRIFTING, seed=3)
    for action in actions(env, 4):
        env.step(action)
    before = env.episode
    estimate = before.estimate
    assert estimate is not None
    lost = replace(
        estimate.odometry, root_pos_w=estimate.odometry.root_pos_w + 7.0, anchor_w=estimate.odometry.anchor_w + 7.0
    )
    moved = replace(before, estimate=replace(estimate, odometry=lost))
    began = torch.tensor([True, False, True, False])
    draws = draw_observation(env.config, torch.Generator())
    _, _, after = observe_worlds(env.config, env.library, env._bank, env.state, moved, began, draws)
    assert after.estimate is not None
    true = env.state.root_pos_w[began, :2]
    torch.testing.assert_close(after.estimate.odometry.root_pos_w[began, :2], true)
    assert ((after.estimate.odometry.gravity_b - projected_gravity_b(env.state.root_quat_w))[began].abs() < 0.05).all()
    assert (after.estimate.drift.yaw[began].abs() < 0.01).all()
    assert (after.estimate.odometry.root_pos_w[~began, :2] - before.reference_root_pos_w[~began, :2] > 6.0).all()


def test_the_mirrored_world_gives_the_mirrored_observation():
    env = environment(EXACT, seed=2)
    for action in actions(env, 12, size=0.5):
        env.step(action)
    episode, state, nobody = env.episode, env.state, torch.zeros(4, dtype=torch.bool)
    assert episode.estimate is not None and episode.actor_history is not None
    draws = draw_observation(env.config, torch.Generator())
    ahead = replace(episode.ahead, keypoint_pos_w=mirror.mirror_keypoint_pos(episode.ahead.keypoint_pos_w))
    mirrored = replace(
        episode,
        ahead=ahead,
        reference_root_pos_w=mirror.mirror_vector(episode.reference_root_pos_w),
        reference_root_quat_w=mirror.mirror_quat(episode.reference_root_quat_w),
        action=mirror.mirror_joint_pos(episode.action),
        parameters=mirror_parameters(episode.parameters),
        estimate=replace(
            episode.estimate,
            odometry=mirror_odometry(episode.estimate.odometry),
            drift=mirror_drift(episode.estimate.drift),
        ),
        actor_history=None,
        critic_history=None,
    )
    config = replace(env.config, actor=tuple((name, 1) for name, _ in LAYOUT), critic=(("joint_pos", 1),))
    plain = replace(episode, actor_history=None, critic_history=None)
    seen = observe_worlds(config, env.library, None, state, plain, nobody, draws)[0]
    mirrored_seen = observe_worlds(config, env.library, None, mirror_state(state), mirrored, nobody, draws)[0]
    torch.testing.assert_close(mirrored_seen, layout_mirror(config.actor).like(seen)(seen), rtol=1e-4, atol=1e-4)


def test_resuming_goes_on_bit_by_bit():
    one, two = environment(DRIFTING, seed=5), environment(DRIFTING, seed=6)
    steps = actions(one, 6)
    for action in steps[:3]:
        one.step(action)
    two.load_state_dict(one.state_dict())
    for action in steps[3:]:
        expected, found = one.step(action)[0], two.step(action)[0]
        assert torch.equal(found["actor"], expected["actor"])


def test_estimating_is_one_graph_without_a_break():
    torch._dynamo.reset()
    torch._dynamo.utils.counters.clear()
    env = environment(DRIFTING, seed=4)
    episode, began = env.episode, torch.tensor([True, False, False, False])
    assert episode.estimate is not None
    normal = draw_observation(env.config, torch.Generator()).sensors
    given = SensorNoise(), env.state, episode.estimate, began, normal
    traced = torch.compile(sense, backend="eager", fullgraph=True, dynamic=False)
    torch.testing.assert_close(tensors_of(traced(*given)[1]), tensors_of(sense(*given)[1]))
    assert torch._dynamo.utils.counters["stats"]["unique_graphs"] == 1
    torch._dynamo.reset()


def test_what_no_sensor_tells_is_refused():
    with pytest.raises(InputError, match="foot_force"):
        EnvConfig(actor=(*LAYOUT, ("foot_force", 1)), sensors=SensorNoise())


def test_settings_survive_a_checkpoint():
    assert EnvConfig.from_json(DRIFTING.to_json()) == DRIFTING
    assert EnvConfig.from_json(NOISY.to_json()).sensors is None
