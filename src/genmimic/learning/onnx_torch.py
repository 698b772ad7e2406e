"""A policy's ONNX network as torch operations, for thousands of robots on a GPU: no onnxruntime for GPUs is needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from genmimic.errors import InputError

_UNARY: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "Elu": torch.nn.functional.elu,
    "Relu": torch.relu,
    "Selu": torch.nn.functional.selu,
    "Tanh": torch.tanh,
    "Sigmoid": torch.sigmoid,
    "Identity": lambda x: x,
}
_BINARY: dict[str, Callable[[torch.Tensor, torch.Tensor], torch.Tensor]] = {
    "Add": torch.add,
    "Sub": torch.sub,
    "Mul": torch.mul,
    "Div": torch.div,
    "MatMul": torch.matmul,
}
_DEFAULTS: dict[str, dict[str, Any]] = {
    "Gemm": {"alpha": 1.0, "beta": 1.0, "transA": 0, "transB": 0},
    "Elu": {"alpha": 1.0},
}
"""Attributes that are understood; others, or other values of an activation's, are refused."""


class OnnxNetwork:
    """Runs a network of fully connected layers.

    Attributes:
        inputs: Name of the one input, (N, D).
    """

    def __init__(self, path: str | Path, device: str | torch.device) -> None:
        """Read a file, as `learning.export` writes them, and put its weights on a device.

        Raises:
            InputError: The file is damaged, or has operations that this class does not know.
        """
        try:
            graph = onnx.load(str(path)).graph
        except Exception as error:  # of protobuf, onnx or the system
            raise InputError(f"{path}: is not a readable ONNX network ({error}).") from error
        constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
        inputs = [port.name for port in graph.input if port.name not in constants]
        if len(inputs) != 1 or len(graph.output) != 1:
            raise InputError(f"{path}: has {len(inputs)} inputs and {len(graph.output)} outputs, expected one of each.")
        self.inputs, self._output = inputs[0], graph.output[0].name
        self._constants = {
            name: torch.from_numpy(np.array(value, dtype=np.float32)).to(device) for name, value in constants.items()
        }
        self._nodes = [(node, _attributes(path, node)) for node in graph.node]

    def __call__(self, observations: torch.Tensor) -> torch.Tensor:
        """Outputs (N, A) of observations (N, D)."""
        values = {**self._constants, self.inputs: observations}
        for node, attributes in self._nodes:
            values[node.output[0]] = _apply(node.op_type, [values[name] for name in node.input], attributes)
        return values[self._output]


def _attributes(path: str | Path, node: onnx.NodeProto) -> dict[str, Any]:
    found = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
    known = _DEFAULTS.get(node.op_type, {})
    fits = node.op_type in {*_UNARY, *_BINARY, "Gemm"} and set(found) <= set(known)
    if fits and node.op_type in _UNARY:
        fits = all(found[name] == known[name] for name in found)
    if not fits:
        raise InputError(
            f"{path}: has an operation {node.op_type} {found or ''} that cannot be run on a GPU; use --device cpu."
        )
    return {**known, **found}


def _apply(operation: str, operands: list[torch.Tensor], attributes: Mapping[str, Any]) -> torch.Tensor:
    if operation in _UNARY:
        return _UNARY[operation](operands[0])
    if operation in _BINARY:
        return _BINARY[operation](*operands)
    a, b = operands[0], operands[1]
    a, b = (a.T if attributes["transA"] else a), (b.T if attributes["transB"] else b)
    product = attributes["alpha"] * (a @ b) if attributes["alpha"] != 1.0 else a @ b
    return product + attributes["beta"] * operands[2] if len(operands) > 2 else product
