"""The control step is one graph for the compiler: a break in it, or a second graph, would cost the GPU its speed."""

import pytest
import torch
from learning.env_scene import NOISY, actions, environment


@pytest.fixture
def traced_env():
    torch._dynamo.reset()
    torch._dynamo.utils.counters.clear()
    env = environment(NOISY, seed=4)
    for name in ("_act", "_judge", "_renew", "_observe"):
        # traced like on a GPU, but each operation runs as it is
        setattr(env, name, torch.compile(getattr(env, name), backend="eager", fullgraph=True, dynamic=False))
    yield env
    torch._dynamo.reset()


def test_the_step_is_four_graphs_without_a_break_and_compiles_once(traced_env):
    plain = environment(NOISY, seed=4)
    for number, action in enumerate(actions(plain, 6)):
        with torch.inference_mode(number % 2 == 0):  # rsl-rl's runner does, validation does not
            expected, traced = plain.step(action), traced_env.step(action)
        for group in ("actor", "critic"):
            torch.testing.assert_close(traced[0][group], expected[0][group])
        torch.testing.assert_close(traced[1], expected[1])
    assert torch._dynamo.utils.counters["stats"]["unique_graphs"] == 4
