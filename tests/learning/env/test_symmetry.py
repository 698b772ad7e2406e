"""The environment is the same in the mirror: observations, actions, rewards, failures, for every variant."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from learning.env_scene import actions, environment

from genmimic.learning.env.config import EnvConfig, VideoNoise
from genmimic.learning.env.draws import draw_observation
from genmimic.learning.env.library import mirror_rows
from genmimic.learning.env.observe import observe_worlds
from genmimic.learning.env.presets import ENVIRONMENTS
from genmimic.learning.env.reference_rows import pack, unpack
from genmimic.learning.env.state import Episode
from genmimic.learning.env.step import act, judge
from genmimic.robot import mirror
from genmimic.tracking.feet import FeetState
from genmimic.tracking.mirroring import mirror_keypoint_scale, mirror_parameters, mirror_state

VARIANTS = {**ENVIRONMENTS, "residual": replace(ENVIRONMENTS["ours"], residual_action=True)}
EVERY_VARIANT = pytest.mark.parametrize("config", VARIANTS.values(), ids=VARIANTS)


def mirror_episode(episode: Episode) -> Episode:
    """What a policy and a reward read of an episode, mirrored."""
    logits, centre, queue = episode.weight_logits, episode.goal_joint_pos, episode.queue
    return replace(
        episode,
        ahead=unpack(mirror_rows(pack(episode.ahead))),
        reference_root_pos_w=mirror.mirror_vector(episode.reference_root_pos_w),
        reference_root_quat_w=mirror.mirror_quat(episode.reference_root_quat_w),
        action=mirror.mirror_joint_pos(episode.action),
        weight_logits=None if logits is None else mirror_keypoint_scale(logits),
        joint_vel=mirror.mirror_joint_pos(episode.joint_vel),
        queue=mirror.mirror_joint_pos(queue),
        feet=FeetState(**{name: mirror.mirror_feet(value) for name, value in vars(episode.feet).items()}),
        parameters=mirror_parameters(episode.parameters),
        goal_offset=mirror.mirror_keypoint_pos(episode.goal_offset),
        goal_joint_pos=None if centre is None else mirror.mirror_joint_pos(centre),
    )


@EVERY_VARIANT
def test_the_mirrored_world_gives_the_mirrored_observation_and_the_same_reward(config: EnvConfig):
    calm = replace(config.randomization, goal_noise=0.0, observation_noise=0.0)
    env = environment(config.with_worlds(4), seed=2, video_noise=VideoNoise(severity=0.0), randomization=calm)
    for action in actions(env, 12, size=0.5):
        env.step(action)
    config, before = env.config, env.episode
    outputs = actions(env, 1, seed=9)[0]

    # act
    taken = act(config, before, outputs)
    mirrored = mirror_episode(before)
    mirrored_outputs = env.mirror_action.like(outputs)(outputs)
    mirrored_taken = act(config, mirrored, mirrored_outputs)
    torch.testing.assert_close(mirrored_taken.applied, mirror.mirror_joint_pos(taken.applied))
    torch.testing.assert_close(mirrored_taken.queue, mirror.mirror_joint_pos(taken.queue))

    # judge, after the physics
    env.world.step(taken.applied)
    state, torque = env.world.state(before.action), env.world.torque
    grounded, broken = env.world.grounded, env.world.broken
    outcome = judge(config, env.library, state, torque, grounded, broken, before, taken)
    mirrored_torque = mirror.mirror_joint_pos(torque)
    mirrored_outcome = judge(
        config, env.library, mirror_state(state), mirrored_torque, grounded, broken, mirrored, mirrored_taken
    )
    torch.testing.assert_close(mirrored_outcome.reward, outcome.reward, rtol=1e-4, atol=1e-5)
    assert torch.equal(mirrored_outcome.failed, outcome.failed)

    # observe
    draws = draw_observation(config, torch.Generator())
    nobody = torch.zeros(4, dtype=torch.bool)
    seen = observe_worlds(config, env.library, None, state, before, nobody, draws)
    mirrored_seen = observe_worlds(config, env.library, None, mirror_state(state), mirrored, nobody, draws)
    for group, ours, theirs in zip(("actor", "critic"), seen, mirrored_seen, strict=False):
        torch.testing.assert_close(theirs, env.mirror_observation[group].like(ours)(ours), rtol=1e-4, atol=1e-4)
        assert (theirs - ours).abs().max() > 0.1
