"""Reads what a model file says of itself, and refuses in one sentence what cannot be understood.

Two dialects are spoken. Ours: `names`, `layout`, `strides`, `pixels`, `letterbox`, `channels`, `scale`. The
ultralytics exporters': `names` (a Python dict as text), `imgsz`, `stride`, `task`; there the layout shows in the
shape of the output, the picture lies in the middle, and the tensor is RGB from 0 to 1.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, nan
from typing import Final

from edge_agent.core.detect.yolo import Layout, ModelSpec, Size, rows_of
from edge_agent.core.errors import BadInputError
from edge_agent.core.printable import whole_number

Shape = Sequence[int | None]

_TASK: Final = "detect"
DEFAULT_PIXELS: Final = 640 * 384
_STRIDES: Final = (8, 16, 32)
_STRIDE: Final = 32  # of the input: each side is a multiple of it
_MOST_PIXELS: Final = 1 << 26  # 8192×8192
_LARGEST_STRIDE: Final = 256
_QUERIES: Final = "RTDETRDecoder"  # the head of RT-DETR, as its exporter names it
_ANCHORS_A_CELL: Final = 3  # of the v5 layout
_END_COLUMNS: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelInput:
    """How a picture becomes the tensor.

    `size` is None for a model that takes any size; then `pixels` says how large to make it.
    """

    size: Size | None
    pixels: int
    centred: bool
    rgb: bool
    scale: float
    stride: int = _STRIDE


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFacts:
    """All that is needed to run a model and read its answer."""

    spec: ModelSpec
    input: ModelInput

    @property
    def labels(self) -> frozenset[str]:
        """Every label the model can give."""
        return frozenset(self.spec.names.values())


def read_facts(
    model: str,
    metadata: Mapping[str, str],
    inputs: Shape,
    outputs: Shape,
    *,
    names: Sequence[str] = (),
    bytewise: bool = False,
) -> ModelFacts:
    """Understand a model from its metadata and shapes.

    Args:
        model: what to call it in a message.
        metadata: the file's metadata.
        inputs: shape of the input, None where it is free.
        outputs: shape of the output, None where it is free.
        names: labels for a file that names none itself.
        bytewise: the tensor is of whole numbers from 0 to 255.

    Raises:
        BadInputError: the model cannot be used, and why.
    """
    _refuse_other_tasks(model, metadata.get("task", _TASK))
    labels = dict(enumerate(names)) or _names(model, metadata)
    size = _size(model, inputs)
    layout = _layout(model, metadata, size, outputs, len(labels))
    strides = tuple(_numbers(model, "strides", metadata)) or _STRIDES
    ours = layout is Layout.YOLOX
    return ModelFacts(
        spec=ModelSpec(names=labels, layout=layout, strides=strides),
        input=ModelInput(
            size=size,
            pixels=_pixels(model, metadata),
            centred=metadata.get("letterbox", "corner" if ours else "centre") == "centre",
            rgb=metadata.get("channels", "bgr" if ours else "rgb") == "rgb",
            scale=_scale(model, metadata.get("scale", "1" if ours or bytewise else str(1 / 255))),
            stride=_stride(model, metadata.get("stride", str(_STRIDE))),
        ),
    )


def _refuse_other_tasks(model: str, task: str) -> None:
    if task != _TASK:
        raise BadInputError(f"model {model!r}: its task is {task[:40]!r}, expected {_TASK!r}: upright boxes")


def _names(model: str, metadata: Mapping[str, str]) -> dict[int, str]:
    text = metadata.get("names", "")
    try:
        value = ast.literal_eval(text)
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        names = {int(index): str(name) for index, name in pairs}
    except (ValueError, SyntaxError, TypeError, OverflowError, RecursionError, MemoryError):
        names = {}
    if not names or sorted(names) != list(range(len(names))):
        raise BadInputError(
            f"model {model!r}: metadata 'names' is {text[:60]!r}, expected a label for each of 0, 1, 2, …"
        )
    return names


def _size(model: str, inputs: Shape) -> Size | None:
    if len(inputs) != 4 or inputs[1] != 3:  # noqa: PLR2004 - batch, three colours, height, width
        raise BadInputError(f"model {model!r}: input is {_written(inputs)}, expected 1×3×H×W")
    height, width = inputs[2], inputs[3]
    return Size(height, width) if height and width else None


def _layout(model: str, metadata: Mapping[str, str], size: Size | None, outputs: Shape, classes: int) -> Layout:
    """The layout the file names, if its output has that shape; else the one its shape shows."""
    fitting = _fitting(size, outputs, classes, metadata.get("head", ""))
    named = metadata.get("layout")
    if named in {Layout.RTDETR, Layout.RTDETR_END} and len(outputs) == len("NRC"):
        return Layout(named)
    if named in fitting:
        return Layout(named)
    if named is None and fitting:
        return fitting[0]
    expected = f"1×N×{classes + 5}, 1×{classes + 4}×N or 1×N×6 for its {classes} labels"
    wanted = f"layout {named!r} and " if named else ""
    raise BadInputError(f"model {model!r}: {wanted}output is {_written(outputs)}, expected {expected}")


def _of_queries(columns: int | None, classes: int) -> list[Layout]:
    """The layouts of RT-DETR; where it has two labels nobody can tell one from the other."""
    if columns == _END_COLUMNS and classes + 4 == _END_COLUMNS:
        return []
    return [Layout.RTDETR_END] if columns == _END_COLUMNS else [Layout.RTDETR] if columns == classes + 4 else []


def _fitting(size: Size | None, outputs: Shape, classes: int, head: str) -> list[Layout]:
    """Layouts that the shape of the output allows, likeliest first."""
    if len(outputs) != 3:  # noqa: PLR2004 - batch, rows, columns
        return []
    rows, columns = outputs[1], outputs[2]
    if head == _QUERIES:
        return _of_queries(columns, classes)
    cells = rows_of(size, _STRIDES) if size else None
    fitting = []
    if rows == classes + 4:
        fitting.append(Layout.V8)
    if columns == classes + 5:
        anchored = cells is not None and rows == cells * _ANCHORS_A_CELL
        fitting += [Layout.V5, Layout.YOLOX] if anchored else [Layout.YOLOX, Layout.V5]
    if columns == _END_COLUMNS:
        fitting.append(Layout.END2END)
    if classes == 1 and columns == _END_COLUMNS and cells is not None and rows is not None and rows < cells:
        fitting.reverse()  # 1×300×6 with one label: too few rows to be every anchor's
    return fitting


def _numbers(model: str, key: str, metadata: Mapping[str, str]) -> list[int]:
    try:
        return [int(number) for number in json.loads(metadata.get(key, "[]"))]
    except (ValueError, TypeError, OverflowError, RecursionError):
        raise BadInputError(
            f"model {model!r}: metadata {key!r} is {metadata[key][:40]!r}, expected a list of numbers"
        ) from None


def _pixels(model: str, metadata: Mapping[str, str]) -> int:
    text = metadata.get("pixels", str(DEFAULT_PIXELS))
    pixels = whole_number(text, _MOST_PIXELS)
    if pixels is None or pixels < 32 * 32:
        raise BadInputError(f"model {model!r}: metadata 'pixels' is {text[:40]!r}, expected a number of at least 1024")
    return pixels


def _scale(model: str, text: str) -> float:
    try:
        scale = float(text)
    except ValueError:
        scale = nan
    if not isfinite(scale):
        raise BadInputError(f"model {model!r}: metadata 'scale' is {text[:40]!r}, expected a number")
    return scale


def _stride(model: str, text: str) -> int:
    stride = whole_number(text, _LARGEST_STRIDE)
    if not stride:
        raise BadInputError(f"model {model!r}: metadata 'stride' is {text[:40]!r}, expected 1 to {_LARGEST_STRIDE}")
    return stride


def _written(shape: Shape) -> str:
    return "×".join("?" if side is None else str(side) for side in shape)
