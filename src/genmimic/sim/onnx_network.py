"""A network in an ONNX file, opened for one robot on one CPU core."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import onnxruntime

from genmimic.errors import InputError


def open_network(path: str | Path) -> onnxruntime.InferenceSession:
    """Open an ONNX file.

    Raises:
        InputError: The file is missing or damaged.
    """
    if not Path(path).is_file():
        raise InputError(f"{path}: no such policy file; check the path.")
    options = onnxruntime.SessionOptions()
    # one network of this size is fastest on one thread, and threads would spin on the cores that physics needs
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's errors share no base class but Exception
        first_line = str(error).strip().splitlines()[0]
        raise InputError(f"{path}: is not a readable ONNX network ({first_line}).") from error


def port_sizes(session: onnxruntime.InferenceSession) -> tuple[int | None, int | None]:
    """Numbers in and out of a network with one input (1, D) and one output (1, n); None where it has other ports."""

    def size(ports: Sequence[onnxruntime.NodeArg]) -> int | None:
        fits = len(ports) == 1 and len(ports[0].shape) == 2 and isinstance(ports[0].shape[1], int)
        return ports[0].shape[1] if fits else None

    return size(session.get_inputs()), size(session.get_outputs())
