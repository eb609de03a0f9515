"""A model file in, detections out, whatever its layout; and what is no model is refused."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.typing import NDArray

from edge_agent.adapters.detect.onnx import OnnxDetector
from edge_agent.core.detect.yolo import Size as Pixels
from edge_agent.core.detect.yolo import rows_of
from edge_agent.core.errors import BadInputError, OutsideError

if TYPE_CHECKING:
    from edge_agent.ports import Image
from tests.tiny_models import save_constant, save_first_channel

NAMES = {"names": "{0: 'person', 1: 'car', 2: 'truck'}"}
CELLS = rows_of(Pixels(64, 64), (8, 16, 32))
PLACE = (0.25, 0.25, 0.75, 0.5)  # of the picture, where every answer below says that there is a car


def picture(height: int = 64, width: int = 64, colour: tuple[int, int, int] = (0, 0, 0)) -> Image:
    """An even picture, BGR."""
    return np.full((height, width, 3), colour, np.uint8)


def answer(layout: str) -> NDArray[np.float32]:
    """The same car at the same place in each layout."""
    centre = [32.0, 24.0, 32.0, 16.0]
    match layout:
        case "yolox":
            rows = np.zeros((1, CELLS, 8), np.float32)
            rows[0, 8 * 3 + 4] = [0, 0, np.log(32 / 8), np.log(16 / 8), 0.9, 0, 1, 0]
            return rows
        case "v5":
            rows = np.zeros((1, CELLS * 3, 8), np.float32)
            rows[0, 5] = [*centre, 0.9, 0, 1, 0]
            return rows
        case "v8":
            rows = np.zeros((1, CELLS, 7), np.float32)
            rows[0, 5] = [*centre, 0, 0.9, 0]
            return rows.transpose(0, 2, 1)
        case _:
            rows = np.zeros((1, 300, 6), np.float32)
            rows[0, 0] = [16, 16, 48, 32, 0.9, 1]
            return rows


@pytest.mark.parametrize("layout", ["yolox", "v5", "v8", "end2end"])
def test_every_layout_tells_the_same(tmp_path: Path, layout: str) -> None:
    """One car, one place, four ways of writing it."""
    detector = OnnxDetector(save_constant(tmp_path / "m.onnx", answer(layout), metadata=NAMES))
    (car,) = detector.detect(picture())
    assert car.label == "car"
    assert car.score == pytest.approx(0.9)
    assert (car.box.x0, car.box.y0, car.box.x1, car.box.y1) == pytest.approx(PLACE, abs=1e-4)
    assert detector.labels == {"person", "car", "truck"}


def test_the_model_is_known_by_its_hash(tmp_path: Path) -> None:
    """The id is the sha256 of the very bytes that run."""
    path = save_constant(tmp_path / "m.onnx", answer("v8"), metadata=NAMES)
    assert OnnxDetector(path).model_id == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_score_below_the_floor_is_left_out(tmp_path: Path) -> None:
    """For all labels, or for one."""
    path = save_constant(tmp_path / "m.onnx", answer("v8"), metadata=NAMES)
    assert OnnxDetector(path, min_score=0.95).detect(picture()) == ()
    assert OnnxDetector(path, min_scores={"car": 0.95}).detect(picture()) == ()
    assert len(OnnxDetector(path, min_score=0.95, min_scores={"car": 0.5}).detect(picture())) == 1


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ({"channels": "rgb", "scale": str(1 / 255)}, 200 / 255),
        ({"channels": "bgr", "scale": str(1 / 255)}, 50 / 255),
        ({}, 200 / 255),
    ],
)
def test_the_tensor_has_the_colours_the_model_wants(tmp_path: Path, names: dict[str, str], expected: float) -> None:
    """This model's score is the mean of its first channel; end2end models are fed RGB 0–1 unless they say otherwise."""
    path = save_first_channel(tmp_path / "m.onnx", size=(64, 64), metadata={"names": "{0: 'light'}"} | names)
    (seen,) = OnnxDetector(path, min_score=0.01).detect(picture(colour=(50, 100, 200)))
    assert seen.score == pytest.approx(expected, abs=1e-3)


def test_the_margin_is_grey(tmp_path: Path) -> None:
    """A black picture of half the input's height leaves the other half at 114."""
    path = save_first_channel(tmp_path / "m.onnx", size=(64, 64), metadata={"names": "{0: 'light'}"})
    (seen,) = OnnxDetector(path, min_score=0.01).detect(picture(32, 64))
    assert seen.score == pytest.approx(114 / 255 / 2, abs=1e-3)
    assert (seen.box.y0, seen.box.y1) == (0, 1)


@pytest.mark.parametrize(("letterbox", "left"), [("centre", 16), ("corner", 0)])
def test_a_tall_picture_has_its_margin_where_the_model_wants_it(tmp_path: Path, letterbox: str, left: int) -> None:
    """On both sides, or on the right."""
    seen: list[NDArray[np.float32]] = []

    def engine(tensor: NDArray[np.float32]) -> NDArray[np.float32]:
        seen.append(tensor[0, 0, 40].copy())
        return np.zeros((1, 1, 6), np.float32)

    names = NAMES | {"letterbox": letterbox, "scale": "1"}
    path = save_constant(tmp_path / "m.onnx", answer("end2end"), metadata=names)
    OnnxDetector(path, engine=engine).detect(picture(64, 32, (7, 7, 7)))
    assert seen[0].tolist() == [114] * left + [7] * 32 + [114] * (32 - left)


def test_a_model_of_any_size_gets_the_shape_of_the_picture(tmp_path: Path) -> None:
    """Its input is as large as asked for, in the picture's own proportions."""
    sizes: list[tuple[int, ...]] = []

    def engine(tensor: NDArray[np.float32]) -> NDArray[np.float32]:
        sizes.append(tensor.shape)
        return np.zeros((1, 1, 6), np.float32)

    names = NAMES | {"pixels": str(128 * 128)}
    path = save_constant(tmp_path / "m.onnx", answer("end2end"), size=("height", "width"), metadata=names)
    for detector in (OnnxDetector(path, engine=engine), OnnxDetector(path, engine=engine, pixels=64 * 64)):
        detector.detect(picture(200, 200))
        detector.detect(picture(100, 400))
    assert sizes == [(1, 3, 128, 128), (1, 3, 64, 256), (1, 3, 64, 64), (1, 3, 32, 128)]


@pytest.mark.parametrize("names", [{}, {"scale": "1", "channels": "bgr", "letterbox": "corner"}])
def test_a_picture_is_laid_in_as_if_it_were_the_first(tmp_path: Path, names: dict[str, str]) -> None:
    """Whatever was looked at before, of whatever size: nothing of it is left in the tensor."""
    tensors: list[NDArray[np.float32]] = []

    def engine(tensor: NDArray[np.float32]) -> NDArray[np.float32]:
        tensors.append(tensor.copy())
        return np.zeros((1, 1, 6), np.float32)

    path = save_constant(tmp_path / "m.onnx", answer("end2end"), metadata=NAMES | names)
    drawn = np.random.default_rng(7)
    sizes = [(64, 64), (64, 64), (48, 64), (48, 64), (480, 640), (90, 64), (480, 640), (120, 160), (7, 300)]
    pictures = [drawn.integers(0, 256, (*size, 3), np.uint8) for size in sizes]
    pictures.append(pictures[4][100:340, 160:480])  # a crop, whose rows do not follow one another
    one = OnnxDetector(path, engine=engine)
    for each in pictures:
        one.detect(each)
    used, tensors[:] = list(tensors), []
    for each in pictures:
        OnnxDetector(path, engine=engine).detect(each)
    for several, alone in zip(used, tensors, strict=True):
        np.testing.assert_array_equal(several, alone)
    assert len({tensor.tobytes() for tensor in tensors}) == len(pictures)


def test_a_thing_has_an_appearance_and_a_speck_has_none(tmp_path: Path) -> None:
    """The signature is of the full-resolution crop."""
    path = save_constant(tmp_path / "m.onnx", answer("v8"), metadata=NAMES)
    (large,) = OnnxDetector(path).detect(picture(640, 640))
    (speck,) = OnnxDetector(path).detect(picture(8, 8))
    assert large.appearance is not None
    assert speck.appearance is None


def test_the_looks_of_who_passes_are_not_kept(tmp_path: Path) -> None:
    """Only things of the labels asked for get a signature; the detections are the same."""
    path = save_constant(tmp_path / "m.onnx", answer("v8"), metadata=NAMES)
    (known,) = OnnxDetector(path).detect(picture(640, 640))
    (nobody,) = OnnxDetector(path, signed=frozenset({"another"})).detect(picture(640, 640))
    assert nobody.appearance is None
    assert nobody == replace(known, appearance=None)
    assert OnnxDetector(path, signed=frozenset({known.label})).detect(picture(640, 640)) == (known,)


def test_an_absent_provider_is_named(tmp_path: Path) -> None:
    """And those that are there."""
    path = save_constant(tmp_path / "m.onnx", answer("v8"), metadata=NAMES)
    with pytest.raises(BadInputError, match=r"provider 'NoSuch': not in this build .* CPUExecutionProvider"):
        OnnxDetector(path, providers=("NoSuch",))


def test_what_is_no_model_is_refused(tmp_path: Path) -> None:
    """A missing file and a text are each one sentence."""
    (tmp_path / "text.onnx").write_text("not a model")
    with pytest.raises(BadInputError, match=r"missing.onnx.*expected an ONNX file"):
        OnnxDetector(tmp_path / "missing.onnx")
    with pytest.raises(BadInputError, match=r"'text.onnx': not a readable ONNX model"):
        OnnxDetector(tmp_path / "text.onnx")


def test_a_model_of_another_kind_is_refused(tmp_path: Path) -> None:
    """A classifier's output fits no layout."""
    path = save_constant(tmp_path / "m.onnx", np.zeros((1, 1000), np.float32), metadata=NAMES)
    with pytest.raises(BadInputError, match="output is 1×1000, expected"):
        OnnxDetector(path)


def test_an_inference_that_fails_is_an_outside_error(tmp_path: Path) -> None:
    """A file that promises any size and means one is found out when it runs."""
    path = save_first_channel(tmp_path / "m.onnx", size=(64, 64), metadata={"names": "{0: 'light'}"})
    detector = OnnxDetector(path)
    detector.facts = OnnxDetector(
        save_constant(tmp_path / "free.onnx", answer("end2end"), size=("h", "w"), metadata=NAMES)
    ).facts
    with pytest.raises(OutsideError, match="inference failed"):
        detector.detect(picture(64, 640))
