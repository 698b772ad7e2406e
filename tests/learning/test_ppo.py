"""PPO: rsl-rl's to the last bit without symmetry; equations 2 and 3 with it."""

from __future__ import annotations

from dataclasses import replace
from unittest.mock import patch

import pytest
import torch
from learning.small import CONFIG, learner, weights
from learning.tiny_env import TinyEnv
from rsl_rl.algorithms import PPO
from rsl_rl.extensions import Symmetry
from rsl_rl.storage import RolloutStorage
from tensordict import TensorDict

from genmimic.learning.learner import Learner
from genmimic.learning.networks import GROUPS, make_actor, make_critic

PLAIN = replace(CONFIG, symmetry=0.0)


def rsl_ppo(env: TinyEnv, **arguments) -> PPO:
    """rsl-rl's own algorithm, set up and seeded like `Learner`."""
    torch.manual_seed(PLAIN.seed)
    obs = env.get_observations()
    actor, critic = make_actor(obs, env.num_actions, PLAIN), make_critic(obs, PLAIN)
    storage = RolloutStorage("rl", env.num_envs, PLAIN.steps, obs, [env.num_actions])
    algorithm = PPO(actor, critic, storage, 2, 2, entropy_coef=0.005, **arguments)
    torch.manual_seed(PLAIN.seed)
    algorithm.train_mode()
    return algorithm


def rsl_iteration(env: TinyEnv, algorithm: PPO) -> None:
    with torch.inference_mode():
        obs = env.get_observations()
        for _ in range(PLAIN.steps):
            obs, rewards, dones, extras = env.step(algorithm.act(obs))
            algorithm.process_env_step(obs, rewards, dones, extras)
        algorithm.compute_returns(obs)
    # rsl-rl also draws actions in the update, for nothing; without, both go through the same random numbers
    with patch.object(algorithm.actor.distribution, "sample", lambda: None):
        algorithm.update()


def all_state(algorithm: PPO) -> list[torch.Tensor]:
    return [*algorithm.actor.state_dict().values(), *algorithm.critic.state_dict().values()]


def test_without_symmetry_it_is_rsl_rls_to_the_last_bit() -> None:
    ours = learner(PLAIN)
    before = weights(ours)
    for _ in range(4):
        ours.iterate()
    env = TinyEnv(PLAIN.envs, seed=PLAIN.seed)
    theirs = rsl_ppo(env)
    for _ in range(4):
        rsl_iteration(env, theirs)
    assert all(torch.equal(a, b) for a, b in zip(all_state(ours.algorithm), all_state(theirs), strict=True))
    assert ours.algorithm.learning_rate == theirs.learning_rate != PLAIN.learning_rate
    assert (weights(ours) - before).abs().max() > 1e-3


class DoubledAugmentation(Symmetry):
    """rsl-rl's augmentation with the advantages of DESIGN 6.7: 2A and 2 lambda A, for lambda = 1."""

    def augment_batch(self, batch, original_batch_size) -> None:
        super().augment_batch(batch, original_batch_size)
        batch.advantages *= 2.0


def test_with_symmetry_it_is_rsl_rls_augmentation_with_doubled_advantages() -> None:
    # the normaliser is left out, since rsl-rl's is not symmetric
    config = replace(PLAIN, symmetry=1.0, normalize_observations=False)
    ours = learner(config)
    for _ in range(3):
        ours.iterate()

    def augment(env: TinyEnv, obs: TensorDict | None, actions: torch.Tensor | None):
        like = torch.zeros(())
        if obs is not None:
            mirrored = {name: mirror.like(like)(obs[name]) for name, mirror in env.mirror_observation.items()}
            obs = torch.cat([obs, TensorDict(mirrored, batch_size=obs.batch_size)])
        if actions is not None:
            actions = torch.cat([actions, env.mirror_action.like(like)(actions)])
        return obs, actions

    env = TinyEnv(config.envs, seed=config.seed)
    theirs = rsl_ppo(env)
    for model in (theirs.actor, theirs.critic):
        model.obs_normalization, model.obs_normalizer = False, torch.nn.Identity()
    theirs.symmetry = DoubledAugmentation(env, augment, use_data_augmentation=True)  # type: ignore[arg-type]
    for _ in range(3):
        rsl_iteration(env, theirs)
    for a, b in zip(all_state(ours.algorithm), all_state(theirs), strict=True):
        torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-6)


def minibatch(made: Learner, count: int = 32) -> list:
    """Arguments of a minibatch's loss, with an old policy that differs a little from the present one."""
    generator = torch.Generator().manual_seed(1)

    def draw(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=generator)

    mean, std, actions = 0.1 * draw(count, 2), torch.full((count, 2), 1.1), draw(count, 2)
    old = torch.distributions.Normal(mean, std).log_prob(actions).sum(-1, keepdim=True)
    return [draw(count, 8), draw(count, 6), actions, old, (mean, std), draw(count, 1), draw(count, 1), draw(count, 1)]


@pytest.mark.parametrize(("weight", "clip_value"), [(0.5, True), (2.0, False)])
def test_symmetry_loss_is_equation_3_weighted_by_lambda(weight: float, clip_value: bool) -> None:
    made = learner(replace(CONFIG, symmetry=weight, clip_value=clip_value))
    arguments = minibatch(made)
    loss, metrics = made.algorithm._losses(*arguments)
    actor_obs, critic_obs, actions, old, _, advantages, returns, old_values = arguments
    mirror_obs, mirror_action = made.env.mirror_observation, made.env.mirror_action.like(actions)

    def surrogate(obs: torch.Tensor, act: torch.Tensor) -> torch.Tensor:
        policy = torch.distributions.Normal(made.algorithm.actor.mlp(obs), 1.0)
        ratio = torch.exp(policy.log_prob(act).sum(-1, keepdim=True) - old)
        return -torch.min(advantages * ratio, advantages * ratio.clamp(0.8, 1.2)).mean()

    def value(obs: torch.Tensor) -> torch.Tensor:
        values = made.algorithm.critic.mlp(obs)
        clipped = old_values + (values - old_values).clamp(-0.2, 0.2)
        plain = (values - returns) ** 2
        return torch.max(plain, (clipped - returns) ** 2).mean() if clip_value else plain.mean()

    # fresh normalisers leave observations alone but for their epsilon
    scale = 1.0 / 1.01
    original, mirrored = actor_obs * scale, mirror_obs["actor"].like(actions)(actor_obs) * scale
    plain, symmetric = surrogate(original, actions), surrogate(mirrored, mirror_action(actions))
    values = value(critic_obs * scale), value(mirror_obs["critic"].like(actions)(critic_obs) * scale)
    entropy = torch.distributions.Normal(0.0, 1.0).entropy() * 2
    expected = plain + weight * symmetric + (values[0] + weight * values[1]) / (1 + weight) - 0.005 * entropy
    torch.testing.assert_close(loss, expected, rtol=1e-5, atol=1e-6)
    torch.testing.assert_close(metrics[:2], torch.stack([plain, symmetric]).detach(), rtol=1e-5, atol=1e-6)


def test_for_a_symmetric_policy_both_halves_have_the_same_loss() -> None:
    made = learner(CONFIG)
    for model, name, out in (
        (made.algorithm.actor, "actor", made.env.mirror_action),
        (made.algorithm.critic, "critic", None),
    ):
        inner, mirror = model.mlp, made.env.mirror_observation[name].like(torch.zeros(()))
        back = out.like(torch.zeros(())) if out else lambda x: x
        model.mlp = _Symmetrized(inner, mirror, back)
    _, metrics = made.algorithm._losses(*minibatch(made))
    assert float(metrics[0]) == pytest.approx(float(metrics[1]), rel=1e-5)


class _Symmetrized(torch.nn.ModuleList):
    """(f(x) + T f(T x)) / 2, in the shape of a network of one layer."""

    def __init__(self, inner: torch.nn.Module, mirror, back) -> None:
        super().__init__([_Layer(inner, mirror, back)])


class _Layer(torch.nn.Module):
    def __init__(self, inner: torch.nn.Module, mirror, back) -> None:
        super().__init__()
        self.inner, self.mirror, self.back = inner, mirror, back

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return (self.inner(x) + self.back(self.inner(self.mirror(x)))) / 2


def test_the_normaliser_may_learn_first() -> None:
    made = learner(replace(CONFIG, normalizer_warmup=1))
    before = weights(made)
    assert made.iterate()["kl"] == 0.0
    assert torch.equal(weights(made), before)
    assert int(made.algorithm.actor.obs_normalizer.count) == 16 * 8
    made.iterate()
    assert not torch.equal(weights(made), before)


def test_ppo_sees_scaled_rewards_and_people_unscaled_ones() -> None:
    made = learner(replace(CONFIG, reward_scale=0.1))
    made.iterate()  # 8 steps: no episode has run out of time, so that nothing was added to a reward
    seen, told = float(made.algorithm.storage.rewards.mean()), made.statistics()["reward"]
    assert seen == pytest.approx(0.1 * told, rel=1e-5)
    assert told > 0.05


def test_an_environment_may_reuse_the_memory_of_its_observations() -> None:
    learned = []
    for in_place in (False, True):
        made = learner(CONFIG, in_place=in_place)
        made.iterate()
        learned.append(weights(made))
    assert torch.equal(*learned)


@pytest.mark.parametrize(("interval", "changes"), [("minibatch", 4), ("epoch", 2), ("iteration", 1)])
def test_the_learning_rate_changes_as_often_as_configured(interval, changes: int, monkeypatch) -> None:
    made = learner(replace(CONFIG, kl_interval=interval))
    seen = []
    monkeypatch.setattr(made.algorithm, "_adapt_learning_rate", lambda kl: seen.append(float(kl)))
    made.iterate()
    assert len(seen) == changes
    assert all(kl >= 0 for kl in seen)


def test_it_learns_to_reach_the_goal() -> None:
    made = learner(replace(CONFIG, envs=64, minibatch=256, steps=16, epochs=4))
    first = [made.iterate() and made.statistics()["reward"] for _ in range(3)]
    for _ in range(30):
        made.iterate()
    made.statistics()
    made.iterate()
    assert made.statistics()["reward"] > max(first) + 0.15
    assert GROUPS["actor"] == ["actor"]


def test_mixed_precision_keeps_the_heads_exact() -> None:
    made = learner(replace(CONFIG, mixed_precision=True))
    arguments = minibatch(made)
    mixed, _ = made.algorithm._losses(*arguments)
    exact, _ = learner(CONFIG).algorithm._losses(*arguments)
    assert mixed.dtype == torch.float32
    assert float(mixed.detach()) == pytest.approx(float(exact.detach()), rel=0.02)
    made.iterate()
    assert torch.isfinite(weights(made)).all()
