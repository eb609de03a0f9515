"""OpenVINO as the engine of a detector: faster than ONNX Runtime on some processors (AMX above all): see `bench`.

Installed by the `[openvino]` extra; it reads the same ONNX file.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_agent.core.errors import BadInputError, OutsideError

Floats = NDArray[np.float32]


def openvino_engine(
    path: Path, *, threads: int = 1, device: str = "CPU", precision: str | None = None
) -> Callable[[Floats], Floats]:
    """A function that runs a tensor 1×3×H×W; compiles the model anew for each size it meets.

    Args:
        path: the ONNX file.
        threads: of one inference.
        device: OpenVINO's name of it.
        precision: ``f32`` to compute exactly; None leaves it to OpenVINO, which takes bf16 where the processor has it.

    Raises:
        OutsideError: OpenVINO is not installed.
        BadInputError: it cannot read the model.
    """
    try:
        openvino = importlib.import_module("openvino")
    except ImportError as error:
        raise OutsideError("OpenVINO is not installed: pip install 'edge-agent[openvino]'") from error
    core = openvino.Core()
    try:
        core.read_model(path)
    except RuntimeError as error:
        raise BadInputError(f"model {path.name!r}: OpenVINO cannot read it") from error
    settings: dict[str, int | str] = {"INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY"}
    if precision is not None:
        settings["INFERENCE_PRECISION_HINT"] = precision
    compiled: dict[tuple[int, ...], Any] = {}

    def run(tensor: Floats) -> Floats:
        if tensor.shape not in compiled:
            model = core.read_model(path)
            model.reshape(list(tensor.shape))
            compiled[tensor.shape] = core.compile_model(model, device, settings)
        try:
            return np.asarray(compiled[tensor.shape](tensor)[0], np.float32)
        except RuntimeError as error:
            raise OutsideError(f"inference failed: {str(error).splitlines()[0]}") from error

    return run
