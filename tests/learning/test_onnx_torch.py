"""ONNX networks run by torch answer as onnxruntime does."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper
from sim.tiny_policy import metadata

from genmimic.errors import InputError
from genmimic.learning.export import export_policy
from genmimic.learning.onnx_torch import OnnxNetwork
from genmimic.sim.onnx_network import open_network


@pytest.mark.parametrize("activation", ["elu", "relu", "selu", "tanh", "sigmoid"])
def test_an_exported_policy_answers_alike(tmp_path, activation):
    about, generator = metadata(), torch.Generator().manual_seed(0)
    sizes = [about.observation_size, 16, 8, 23]
    actor = {"obs_normalizer._mean": torch.randn(1, sizes[0]), "obs_normalizer._std": torch.rand(1, sizes[0]) + 0.5}
    for layer in range(3):
        actor[f"mlp.{2 * layer}.weight"] = torch.randn(sizes[layer + 1], sizes[layer], generator=generator)
        actor[f"mlp.{2 * layer}.bias"] = torch.randn(sizes[layer + 1], generator=generator)
    path = tmp_path / "policy.onnx"
    export_policy(actor, activation, about, path)
    observations = torch.randn(5, sizes[0], generator=generator)
    (expected,) = open_network(path).run(None, {"observation": observations.numpy()})
    assert OnnxNetwork(path, "cpu")(observations).numpy() == pytest.approx(np.asarray(expected), abs=1e-4)


def _save(path, node, constants):
    graph = helper.make_graph(
        [node],
        "policy",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", 3])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["batch", 2])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), str(path))
    return path


def test_gemm_with_all_its_attributes(tmp_path):
    rng = np.random.default_rng(0)
    weight, bias = rng.standard_normal((3, 2)).astype(np.float32), rng.standard_normal(2).astype(np.float32)
    node = helper.make_node("Gemm", ["x", "w", "b"], ["y"], alpha=0.5, beta=2.0)
    path = _save(tmp_path / "p.onnx", node, {"w": weight, "b": bias})
    x = rng.standard_normal((4, 3)).astype(np.float32)
    assert OnnxNetwork(path, "cpu")(torch.from_numpy(x)).numpy() == pytest.approx(0.5 * x @ weight + 2 * bias, abs=1e-5)


def test_what_is_not_understood_is_refused(tmp_path):
    path = _save(tmp_path / "p.onnx", helper.make_node("Softmax", ["x"], ["y"]), {})
    with pytest.raises(InputError, match=r"operation Softmax .*--device cpu"):
        OnnxNetwork(path, "cpu")
    path = _save(tmp_path / "q.onnx", helper.make_node("Elu", ["x"], ["y"], alpha=0.3), {})
    with pytest.raises(InputError, match="operation Elu"):
        OnnxNetwork(path, "cpu")
    (tmp_path / "r.onnx").write_text("not a network")
    with pytest.raises(InputError, match="not a readable ONNX"):
        OnnxNetwork(tmp_path / "r.onnx", "cpu")
