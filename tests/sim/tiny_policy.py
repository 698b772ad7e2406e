"""A linear policy as an ONNX file, with the metadata that a real one carries."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from genmimic.robot import constants
from genmimic.sim.policy_metadata import PolicyMetadata, to_entries
from genmimic.tracking.observations import Layout

GOAL_ONLY: Layout = (("joint_pos", 1), ("last_action", 2))


def metadata(observations: Layout = GOAL_ONLY, **changes) -> PolicyMetadata:
    return replace(
        PolicyMetadata(
            observations=observations,
            action_scale=constants.ACTION_SCALE,
            action_clip=constants.ACTION_CLIP,
            default_joint_pos=constants.DEFAULT_JOINT_POS,
            kp=constants.KP,
            kd=constants.KD,
            name="tiny",
        ),
        **changes,
    )


def write_policy(
    path: Path,
    weight: np.ndarray | None = None,
    bias: np.ndarray | None = None,
    about: PolicyMetadata | None = None,
    entries: dict[str, str] | None = None,
) -> Path:
    """action = observation @ weight + bias, zeros by default."""
    about = about or metadata()
    weight = np.zeros((about.observation_size, 23)) if weight is None else weight
    bias = np.zeros(23) if bias is None else bias
    graph = helper.make_graph(
        [helper.make_node("Gemm", ["observation", "weight", "bias"], ["action"])],
        "policy",
        [helper.make_tensor_value_info("observation", TensorProto.FLOAT, [1, len(weight)])],
        [helper.make_tensor_value_info("action", TensorProto.FLOAT, [1, weight.shape[1]])],
        [
            numpy_helper.from_array(weight.astype(np.float32), "weight"),
            numpy_helper.from_array(bias.astype(np.float32), "bias"),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    helper.set_model_props(model, to_entries(about) if entries is None else entries)
    onnx.save(model, str(path))
    return path
