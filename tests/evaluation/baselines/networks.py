"""Foreign networks of one linear layer, and small layouts for them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from genmimic.evaluation.baselines.layout import Block, ForeignLayout, Term
from genmimic.robot import constants
from genmimic.robot.names import JOINT_NAMES, SDK_JOINT_NAMES

BACKWARDS = tuple(reversed(SDK_JOINT_NAMES))


def wide_layout(**changes) -> ForeignLayout:
    """All 29 joints in reversed order, the default pose of our robot, our gains; observes its joints alone."""
    ours = dict(zip(JOINT_NAMES, range(23), strict=True))

    def each(values: np.ndarray, other: float) -> tuple[float, ...]:
        return tuple(float(values[ours[name]]) if name in ours else other for name in BACKWARDS)

    base = ForeignLayout(
        name="wide",
        robot="unitree_g1_29dof",
        joint_names=BACKWARDS,
        default_joint_pos=each(constants.DEFAULT_JOINT_POS, 0.0),
        kp=each(constants.KP, 50.0),
        kd=each(constants.KD, 2.0),
        effort_limit=each(constants.EFFORT_LIMIT, 30.0),
        action_scale=(0.5,) * 29,
        blocks=(Block((Term("joint_pos_rel"),)),),
    )
    return replace(base, **changes)


def narrow_layout(**changes) -> ForeignLayout:
    """The legs of the 23-DoF robot alone."""
    base = ForeignLayout(
        name="narrow",
        robot="unitree_g1_23dof",
        joint_names=JOINT_NAMES[:12],
        default_joint_pos=tuple(constants.DEFAULT_JOINT_POS[:12]),
        kp=tuple(constants.KP[:12]),
        kd=tuple(constants.KD[:12]),
        effort_limit=tuple(constants.EFFORT_LIMIT[:12]),
        action_scale=(0.25,) * 12,
        blocks=(Block((Term("joint_pos_rel"),)),),
        held_kp=100.0,
        physics_hz=200.0,
    )
    return replace(base, **changes)


def write_network(path: Path, inputs: int, outputs: int, bias: np.ndarray | None = None) -> Path:
    """A network whose output is `bias` (outputs,), whatever it sees."""
    bias = np.zeros(outputs) if bias is None else bias
    graph = helper.make_graph(
        [helper.make_node("Gemm", ["input", "weight", "bias"], ["output"])],
        "foreign",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["batch", inputs])],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, ["batch", outputs])],
        [
            numpy_helper.from_array(np.zeros((inputs, outputs), np.float32), "weight"),
            numpy_helper.from_array(bias.astype(np.float32), "bias"),
        ],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), str(path))
    return path
