"""The ONNX file says what torch says, and is a policy that the simulator runs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from rsl_rl.models import MLPModel
from sim.motions import standing
from sim.tiny_policy import metadata
from tensordict import TensorDict

from genmimic.errors import InputError
from genmimic.learning.config import FAST, PAPER
from genmimic.learning.export import export_policy
from genmimic.learning.networks import evaluate, make_actor
from genmimic.robot.constants import DEFAULT_JOINT_POS
from genmimic.sim.policy import Policy
from genmimic.sim.reference import prepare_reference
from genmimic.sim.world import World
from genmimic.tracking.actions import joint_targets
from genmimic.tracking.layouts import WEIGHING_TEACHER
from genmimic.tracking.observations import TEACHER, Layout, layout_size


def actor(config=PAPER, outputs: int = 23, inputs: int = 757) -> MLPModel:
    """A network with the statistics of 1000 observations of quite different sizes."""
    torch.manual_seed(0)
    made = make_actor(TensorDict({"actor": torch.zeros(1, inputs)}, batch_size=[1]), outputs, config)
    scale = torch.logspace(-3, 2, inputs)
    made.obs_normalizer.update(scale * (torch.randn(1000, inputs) + torch.randn(inputs)))  # type: ignore[operator]
    return made


@pytest.mark.parametrize(
    ("config", "outputs", "layout"),
    [(PAPER, 23, TEACHER), (FAST, 23, TEACHER), (PAPER, 50, TEACHER), (PAPER, 50, WEIGHING_TEACHER)],
)
def test_torch_and_onnxruntime_agree(tmp_path: Path, config, outputs: int, layout: Layout) -> None:
    """A policy that chooses weights keeps its outputs for them only if it is shown them again."""
    inputs, kept = layout_size(layout), 50 if layout == WEIGHING_TEACHER else 23
    made, path = actor(config, outputs, inputs), tmp_path / "policy.onnx"
    export_policy(made.state_dict(), config.activation, metadata(layout), path)
    observations = torch.logspace(-3, 2, inputs) * 2.0 * torch.randn(64, inputs)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    (actions,) = session.run(None, {"observation": observations.numpy()})
    with torch.no_grad():
        expected = evaluate(made, observations)[:, :kept].numpy()
    assert np.abs(expected).max() > 0.1
    np.testing.assert_allclose(actions, expected, rtol=0, atol=1e-5)


def test_the_simulator_runs_it(tmp_path: Path) -> None:
    made, path = actor(), tmp_path / "policy.onnx"
    export_policy(made.state_dict(), "elu", metadata(TEACHER), path)
    policy, world, reference = Policy(path), World(), prepare_reference(standing(0.2))
    state = world.reset(reference.start_state())
    policy.reset(reference, world.parameters())
    targets = policy.act(state, 0)
    policy.reset(reference, world.parameters())
    observation = torch.tensor(policy.observe(state, 0), dtype=torch.float32)
    with torch.no_grad():
        action = evaluate(made, observation[None])[0].numpy()
    np.testing.assert_allclose(targets, joint_targets(action, DEFAULT_JOINT_POS), atol=1e-5)


def test_what_cannot_be_exported_is_refused(tmp_path: Path) -> None:
    state = actor().state_dict()
    with pytest.raises(InputError, match="another observation layout"):
        export_policy(state, "elu", metadata((("joint_pos", 1),)), tmp_path / "policy.onnx")
    with pytest.raises(InputError, match="cannot be exported"):
        export_policy(state, "mish", metadata(TEACHER), tmp_path / "policy.onnx")
    assert not list(tmp_path.iterdir())
