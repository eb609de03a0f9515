"""Models of a few bytes, of every layout, made where they are needed: their answers are known beforehand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

_OPSET = 17
_IR = 10  # what every supported ONNX Runtime reads

Dimensions = Sequence[int | str]


def save_constant(
    path: Path,
    output: NDArray[np.float32],
    *,
    size: tuple[int | str, int | str] = (64, 64),
    metadata: Mapping[str, str] | None = None,
) -> Path:
    """A model that answers `output` to every picture."""
    nodes = [helper.make_node("Constant", [], ["output"], value=numpy_helper.from_array(output.astype(np.float32)))]
    return _save(path, nodes, (1, 3, *size), output.shape, metadata or {})


def save_first_channel(path: Path, *, size: tuple[int, int], metadata: Mapping[str, str] | None = None) -> Path:
    """A suppressed (end2end) model that sees one thing everywhere, as sure as its first channel is full."""
    height, width = size
    box = np.array([[[0, 0, width, height]]], np.float32)
    constants: dict[str, NDArray[np.generic]] = {
        "first": np.array([0], np.int64),
        "past": np.array([1], np.int64),
        "channel": np.array([1], np.int64),
        "all": np.array([1, 2, 3], np.int64),
        "row": np.array([1, 1, 1], np.int64),
        "box": box,
        "kind": np.zeros((1, 1, 1), np.float32),
    }
    nodes = [helper.make_node("Constant", [], [k], value=numpy_helper.from_array(v)) for k, v in constants.items()]
    nodes += [
        helper.make_node("Slice", ["images", "first", "past", "channel"], ["plane"]),
        helper.make_node("ReduceMean", ["plane"], ["mean"], axes=[1, 2, 3], keepdims=0),
        helper.make_node("Reshape", ["mean", "row"], ["score"]),
        helper.make_node("Concat", ["box", "score", "kind"], ["output"], axis=2),
    ]
    return _save(path, nodes, (1, 3, height, width), (1, 1, 6), metadata or {})


def _save(
    path: Path,
    nodes: Sequence[onnx.NodeProto],
    taken: Dimensions,
    given: Dimensions,
    metadata: Mapping[str, str],
    *,
    kind: int = TensorProto.FLOAT,
) -> Path:
    images = helper.make_tensor_value_info("images", kind, taken)
    output = helper.make_tensor_value_info("output", TensorProto.FLOAT, given)
    graph = helper.make_graph(nodes, "tiny", [images], [output])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR)
    helper.set_model_props(model, dict(metadata))
    onnx.checker.check_model(model)
    onnx.save(model, path)
    return path


def save_of(path: Path, kind: int, *, batch: int = 1) -> Path:
    """A model whose tensor is of ``kind`` and of so many pictures: a car as sure as the first picture is bright."""
    nodes = [
        helper.make_node("Cast", ["images"], ["bright"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMean", ["bright"], ["mean"], axes=[1, 2, 3], keepdims=1),
        helper.make_node("Squeeze", ["mean", "three"], ["score"]),
        helper.make_node("Mul", ["score", "scale"], ["sure"]),
        helper.make_node("Concat", ["box", "sure", "kind"], ["output"], axis=2),
    ]
    constants: dict[str, NDArray[np.generic]] = {
        "three": np.array([3], np.int64),
        "scale": np.array(1 / 255 if kind == TensorProto.UINT8 else 1, np.float32),
        "box": np.repeat(np.array([[[8, 8, 40, 40]]], np.float32), batch, 0),
        "kind": np.zeros((batch, 1, 1), np.float32),
    }
    given = [helper.make_node("Constant", [], [k], value=numpy_helper.from_array(v)) for k, v in constants.items()]
    return _save(path, [*given, *nodes], (batch, 3, 64, 64), (batch, 1, 6), {"names": "['car', 'bus']"}, kind=kind)


def save_endless(path: Path) -> Path:
    """A model that goes round and round before it answers."""
    body = helper.make_graph(
        [helper.make_node("Identity", ["on"], ["on_"]), helper.make_node("Sin", ["x"], ["x_"])],
        "round",
        [
            helper.make_tensor_value_info("n", TensorProto.INT64, []),
            helper.make_tensor_value_info("on", TensorProto.BOOL, []),
            helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 1, 6]),
        ],
        [
            helper.make_tensor_value_info("on_", TensorProto.BOOL, []),
            helper.make_tensor_value_info("x_", TensorProto.FLOAT, [1, 1, 6]),
        ],
    )
    values: dict[str, NDArray[np.generic]] = {
        "most": np.array(1 << 62, np.int64),
        "true": np.ones((), np.bool_),
        "start": np.zeros((1, 1, 6), np.float32),
    }
    nodes = [helper.make_node("Constant", [], [k], value=numpy_helper.from_array(v)) for k, v in values.items()]
    nodes += [
        helper.make_node("ReduceMean", ["images"], ["mean"], axes=[0, 1, 2, 3], keepdims=0),
        helper.make_node("Add", ["start", "mean"], ["begin"]),
        helper.make_node("Loop", ["most", "true", "begin"], ["output"], body=body),
    ]
    return _save(path, nodes, (1, 3, 64, 64), (1, 1, 6), {"names": "['car', 'bus']"})
