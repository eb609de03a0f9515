"""The streets of the soak: clips of a street with and without a red car, and a detector of a few bytes that knows red.

What the cameras show is decided by the soak and by nothing else, so that it knows what must be found. The detector
looks at the middle of its input and is as sure of a car as that is redder than green; the rest of the agent is real.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import av
import cv2
import numpy as np
from onnx import TensorProto, helper, numpy_helper, save

from tests.cameras import clips

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

CLIP: Final = "street.mp4"
SIDE: Final = 64  # pixels of the detector's input, letterboxed
BOX: Final = (26, 26, 38, 38)  # where it looks, and the box it gives
CAR: Final = (0.40, 0.33, 0.60, 0.67)  # of the picture: a little more than the box
RED: Final = (225, 30, 35)
SHIFT: Final = 110  # pixels by which a turned camera shows the street elsewhere
SECONDS: Final = 12
OPSET: Final = 17
IR: Final = 10


def show(folder: Path, *, car: bool, size: tuple[int, int] = clips.SUB_STREAM, fault: str = "") -> None:
    """Write the clip of a camera that shows the street, with or without the car, well or badly."""
    folder.mkdir(parents=True, exist_ok=True)
    clips.film(folder / CLIP, _pictures(car=car, size=size, fault=fault))


def _pictures(*, car: bool, size: tuple[int, int], fault: str) -> Iterator[av.VideoFrame]:
    draw = np.random.default_rng(11)
    scene = _scene(size, car=car)
    if fault == "turned":
        scene = np.roll(scene, SHIFT, axis=1)
    picture = {"dark": np.full_like(scene, 16), "blinded": np.full_like(scene, 235)}.get(fault, scene)
    for _ in range(SECONDS * clips.RATE):
        noise = draw.normal(0, 0 if fault == "frozen" else 4, scene.shape)
        shown = np.clip(picture + noise, 0, 255).astype(np.uint8)
        yield av.VideoFrame.from_ndarray(shown, format="rgb24")


def _scene(size: tuple[int, int], *, car: bool) -> NDArray[np.float64]:
    """Grey houses, and what stands before them; colours as RGB."""
    draw = np.random.default_rng(5)
    width, height = size
    scene = np.full((360, 640, 3), 120.0)
    for _ in range(70):
        x, y = int(draw.integers(0, 600)), int(draw.integers(0, 330))
        wide, high = (int(side) for side in draw.integers(20, 110, 2))
        scene[y : y + high, x : x + wide] = draw.integers(50, 200)
    if car:
        x0, y0, x1, y1 = CAR
        scene[int(y0 * 360) : int(y1 * 360), int(x0 * 640) : int(x1 * 640)] = RED
    resized: NDArray[np.float64] = cv2.resize(scene, (width, height), interpolation=cv2.INTER_AREA).astype(np.float64)
    return resized


def detector(path: Path) -> None:
    """Write a model that gives one car in the middle, in the layout of the suppressed exports."""
    x0, y0, x1, y1 = BOX
    constants: dict[str, NDArray[np.generic]] = {
        "from": np.array([y0, x0], np.int64),
        "to": np.array([y1, x1], np.int64),
        "rows_columns": np.array([2, 3], np.int64),
        "red": np.array([0], np.int64),
        "green": np.array([1], np.int64),
        "blue": np.array([2], np.int64),
        "channel": np.array([1], np.int64),
        "row": np.array([1, 1, 1], np.int64),
        "box": np.array([[BOX]], np.float32),
        "kind": np.zeros((1, 1, 1), np.float32),
        "none": np.array(0, np.float32),
    }
    nodes = [helper.make_node("Constant", [], [k], value=numpy_helper.from_array(v)) for k, v in constants.items()]
    nodes += [
        helper.make_node("Slice", ["images", "from", "to", "rows_columns"], ["middle"]),
        helper.make_node("Slice", ["middle", "red", "green", "channel"], ["reds"]),
        helper.make_node("Slice", ["middle", "green", "blue", "channel"], ["greens"]),
        helper.make_node("Sub", ["reds", "greens"], ["redder"]),
        helper.make_node("ReduceMean", ["redder"], ["sure"], axes=[1, 2, 3], keepdims=0),
        helper.make_node("Max", ["sure", "none"], ["score"]),
        helper.make_node("Reshape", ["score", "row"], ["scores"]),
        helper.make_node("Concat", ["box", "scores", "kind"], ["output"], axis=2),
    ]
    graph = helper.make_graph(
        nodes,
        "red",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, (1, 3, SIDE, SIDE))],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, (1, 1, 6))],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR)
    helper.set_model_props(model, {"names": "{0: 'car'}"})
    save(model, path)
