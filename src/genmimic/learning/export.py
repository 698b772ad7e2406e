"""A trained actor as an ONNX file that `sim.policy.Policy` and the robot run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from rsl_rl.modules import EmpiricalNormalization

from genmimic.errors import InputError
from genmimic.motion.files import atomic_path
from genmimic.sim.policy_metadata import PolicyMetadata, to_entries

OPSET, IR_VERSION = 17, 8
ACTIVATIONS = {"elu": "Elu", "relu": "Relu", "selu": "Selu", "tanh": "Tanh", "sigmoid": "Sigmoid"}
"""ONNX operators of rsl-rl's activation functions."""


def export_policy(
    actor: Mapping[str, torch.Tensor], activation: str, metadata: PolicyMetadata, path: str | Path
) -> None:
    """Write the actor's mean action, normaliser included, with the metadata.

    Outputs beyond the 23 joints, the weights that a policy chooses for its own rewards, are left out unless it is
    shown them again.

    Args:
        actor: State of the actor, `actor_state_dict` of a checkpoint.
        activation: Its activation function.
        metadata: What the file says about itself.
        path: The ONNX file.

    Raises:
        InputError: The network does not fit the metadata, its activation is not known, or the path cannot be written.
    """
    if activation not in ACTIVATIONS:
        raise InputError(f"activation '{activation}' cannot be exported; known are {sorted(ACTIVATIONS)}.")
    layers = _layers(actor)
    inputs, outputs = layers[0][0].shape[1], layers[-1][0].shape[0]
    kept = metadata.output_size
    if inputs != metadata.observation_size or outputs < kept:
        raise InputError(
            f"the network maps {inputs} numbers to {outputs}, expected {metadata.observation_size} to {kept}; "
            "it belongs to another observation layout."
        )
    layers[-1] = (layers[-1][0][:kept], layers[-1][1][:kept])
    nodes, constants, last = [], [], "observation"
    if "obs_normalizer._mean" in actor:
        mean, std = _array(actor["obs_normalizer._mean"]), _array(actor["obs_normalizer._std"])
        constants += [("mean", mean), ("deviation", std + np.float32(EmpiricalNormalization(1).eps))]
        nodes += [
            helper.make_node("Sub", [last, "mean"], ["centred"]),
            helper.make_node("Div", ["centred", "deviation"], ["normalized"]),
        ]
        last = "normalized"
    for number, (weight, bias) in enumerate(layers):
        constants += [(f"weight{number}", weight), (f"bias{number}", bias)]
        head = number == len(layers) - 1
        sums = "action" if head else f"sum{number}"
        nodes.append(helper.make_node("Gemm", [last, f"weight{number}", f"bias{number}"], [sums], transB=1))
        if not head:
            last = f"hidden{number}"
            nodes.append(helper.make_node(ACTIVATIONS[activation], [sums], [last]))
    graph = helper.make_graph(
        nodes,
        "policy",
        [helper.make_tensor_value_info("observation", TensorProto.FLOAT, ["batch", inputs])],
        [helper.make_tensor_value_info("action", TensorProto.FLOAT, ["batch", kept])],
        [numpy_helper.from_array(value, name) for name, value in constants],
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION, producer_name="genmimic"
    )
    helper.set_model_props(model, to_entries(metadata))
    onnx.checker.check_model(model)
    with atomic_path(path) as temporary:
        onnx.save(model, str(temporary))


def _layers(actor: Mapping[str, torch.Tensor]) -> list[tuple[np.ndarray, np.ndarray]]:
    """Weights (out, in) and biases (out,) of the linear layers, in order."""
    numbers = sorted(int(name.split(".")[1]) for name in actor if name.startswith("mlp.") and name.endswith(".weight"))
    return [(_array(actor[f"mlp.{n}.weight"]), _array(actor[f"mlp.{n}.bias"])) for n in numbers]


def _array(tensor: torch.Tensor) -> np.ndarray:
    return tensor.detach().float().cpu().numpy()
