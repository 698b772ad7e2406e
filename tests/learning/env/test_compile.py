"""The control step is one graph for the compiler: a break in it, or a second graph, would cost the GPU its speed."""

import pytest
import torch
from learning.env_scene import NOISY, actions, environment

from genmimic.learning.env.config import EnvConfig
from genmimic.learning.env.tracking_env import TrackingEnv


def traced(config: EnvConfig) -> TrackingEnv:
    """Traced like on a GPU, but each operation runs as it is."""
    env = environment(config, seed=4)
    for name in ("_act", "_judge", "_renew", "_observe"):
        setattr(env, name, torch.compile(getattr(env, name), backend="eager", fullgraph=True, dynamic=False))
    return env


@pytest.fixture(autouse=True)
def fresh_compiler():
    torch._dynamo.reset()
    torch._dynamo.utils.counters.clear()
    yield
    torch._dynamo.reset()


def graphs() -> int:
    return torch._dynamo.utils.counters["stats"]["unique_graphs"]


def test_the_step_is_four_graphs_without_a_break_and_compiles_once():
    plain, compiled = environment(NOISY, seed=4), traced(NOISY)
    for number, action in enumerate(actions(plain, 6)):
        with torch.inference_mode(number % 2 == 0):  # rsl-rl's runner does, validation does not
            expected, found = plain.step(action), compiled.step(action)
        for group in ("actor", "critic"):
            torch.testing.assert_close(found[0][group], expected[0][group])
        torch.testing.assert_close(found[1], expected[1])
    assert graphs() == 4
    # validation in between shares what is alike, and the two do not drive each other out
    validating = traced(NOISY.evaluating())
    validating.step(torch.zeros(4, 23))
    both = graphs()
    assert 4 < both <= 8
    for env in (compiled, validating, compiled):
        env.step(torch.zeros(4, 23))
    assert graphs() == both
