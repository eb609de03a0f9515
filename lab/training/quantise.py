"""Makes an int8 copy of a model, and keeps it only if it sees what the model sees.

`python -m lab.training.quantise --data ../shared/data --model models/street.onnx --out models/street-int8.onnx`

The last convolutions of the heads and all that follows stay in float: quantised to one scale, boxes in pixels and
probabilities under 0.01 share 256 steps, and not one box comes back. What is left is held against the
model on pictures neither was made of; under 98 of 100 boxes in common, no file is written.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import onnx
from numpy.typing import NDArray
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

from edge_agent.adapters.detect.onnx import OnnxDetector
from edge_agent.core.detect.suppression import ACCEPTED, agreement
from lab.training.pictures.archives import Image, Photo, read_archive
from lab.training.pictures.scenes import road

_SHAPE = (384, 640)
_CALIBRATED_ON = 64
_SEED = 3


class _Pictures(CalibrationDataReader):
    """Training pictures as tensors, one at a time, as the quantiser asks for them."""

    def __init__(self, name: str, images: list[Image]) -> None:
        self._feeds: Iterator[dict[str, NDArray[np.float32]]] = ({name: _tensor(image)} for image in images)

    def get_next(self) -> dict[str, NDArray[np.float32]] | None:
        """The next picture, None after the last."""
        return next(self._feeds, None)


def _tensor(image: Image) -> NDArray[np.float32]:
    resized = cv2.resize(image, (_SHAPE[1], _SHAPE[0]))
    return np.ascontiguousarray(resized.transpose(2, 0, 1)[None], np.float32)


def tail_of(model: onnx.ModelProto) -> list[str]:
    """Names of the nodes from each head's last convolutions to the output: those that no convolution follows."""
    graph = model.graph
    users: dict[str, list[onnx.NodeProto]] = {}
    for node in graph.node:
        for name in node.input:
            users.setdefault(name, []).append(node)
    leads_to_convolution: dict[str, bool] = {}
    for node in reversed(graph.node):
        following = [user for output in node.output for user in users.get(output, [])]
        leads_to_convolution[node.name] = any(
            user.op_type == "Conv" or leads_to_convolution[user.name] for user in following
        )
    return [node.name for node in graph.node if not leads_to_convolution[node.name]]


def depthwise_of(model: onnx.ModelProto) -> list[str]:
    """Names of the depthwise convolutions: a channel each, of very different sizes, and next to no work."""
    groups = {node.name: [a.i for a in node.attribute if a.name == "group"] for node in model.graph.node}
    return [name for name, group in groups.items() if group and group[0] > 1]


def quantise(model: Path, images: list[Image], out: Path) -> None:
    """Write an int8 copy calibrated on these pictures."""
    loaded = onnx.load(model)
    quantize_static(
        str(model),
        str(out),
        _Pictures(loaded.graph.input[0].name, images),
        quant_format=QuantFormat.QDQ,
        per_channel=True,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        op_types_to_quantize=["Conv"],
        nodes_to_exclude=tail_of(loaded) + depthwise_of(loaded),
    )
    copy = onnx.load(out)
    onnx.helper.set_model_props(copy, {item.key: item.value for item in loaded.metadata_props})
    onnx.save(copy, out)


def main() -> int:
    """Quantise, compare, keep or refuse."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", type=Path, default=Path("models/street.onnx"))
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    rng = np.random.default_rng(_SEED)
    photos = [photo for name in ("garbage_cn", "road_elevated") for photo in _read(given.data, name, "train")]
    chosen = [photos[int(index)].pixels() for index in rng.choice(len(photos), _CALIBRATED_ON, replace=False)]
    judged = [road(photo.pixels(), _SHAPE, rng).image for photo in _read(given.data, "road_elevated", "val")]
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / given.out.name
        quantise(given.model, chosen, copy)
        full, small = OnnxDetector(given.model), OnnxDetector(copy)
        share = agreement([full.detect(i) for i in judged], [small.detect(i) for i in judged])
        if share is None or share < ACCEPTED:
            print(f"refused: {share or 0:.3f} of boxes in common, expected at least {ACCEPTED}; nothing written")
            return 1
        given.out.write_bytes(copy.read_bytes())
    print(f"{given.out}: {share:.3f} of boxes in common")
    return 0


def _read(data: Path, name: str, split: str) -> tuple[Photo, ...]:
    return read_archive(data / "images" / f"{name}.tar", split).photos


if __name__ == "__main__":
    raise SystemExit(main())
