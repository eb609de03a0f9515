"""A real ONNX model of a few bytes: it knows its labels and sees nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from onnx import TensorProto, helper, numpy_helper, save

SIDE = 32


def write_model(path: Path, *labels: str) -> None:
    """Write a model that names ``labels``, in the layout of the v8 exports."""
    shape = (1, len(labels) + 4, 21)
    nothing = numpy_helper.from_array(np.zeros(shape, np.float32), "nothing")
    graph = helper.make_graph(
        [helper.make_node("Constant", [], ["output"], value=nothing)],
        "tiny",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, (1, 3, SIDE, SIDE))],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, shape)],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    helper.set_model_props(model, {"names": repr(dict(enumerate(labels)))})
    save(model, path)
