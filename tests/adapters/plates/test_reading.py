"""Reading: columns to signs, the ground's colour, quadrangles made flat."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from edge_agent.adapters.plates.quadrangles import Quadrangle, flattened, in_order
from edge_agent.adapters.plates.reading import SIGNS, LineReader, ground_of, signs_of
from edge_agent.adapters.plates.sessions import Floats, PlateNetwork
from edge_agent.core.errors import BadInputError, OutsideError
from edge_agent.core.plate.formats import PlateColour
from tests.tiny_models import save_constant


def columns(*spelled: tuple[str, float]) -> Floats:
    """Columns in which these signs stand, each so probable; `-` is none."""
    rows = np.zeros((len(spelled), len(SIGNS) + 1), np.float32)
    for row, (sign, sure) in zip(rows, spelled, strict=True):
        row[0 if sign == "-" else SIGNS.index(sign) + 1] = sure
    return rows


def test_repeated_columns_are_one_sign_as_sure_as_the_surest() -> None:
    """And a gap between two makes two of them."""
    text, sure = signs_of(columns(("苏", 0.5), ("苏", 0.9), ("-", 1.0), ("6", 0.8), ("-", 0.7), ("6", 0.6), ("D", 1.0)))
    assert text == "苏66D"
    assert sure == pytest.approx((0.9, 0.8, 0.6, 1.0))


def test_columns_without_a_sign_spell_nothing() -> None:
    """Whatever their probability."""
    assert signs_of(columns(("-", 0.4), ("-", 1.0))) == ("", ())


@pytest.mark.parametrize(
    ("bgr", "colour"),
    [
        ((150, 60, 20), PlateColour.BLUE),
        ((20, 170, 220), PlateColour.YELLOW),
        ((110, 190, 90), PlateColour.GREEN),
        ((235, 235, 235), PlateColour.WHITE),
        ((25, 25, 25), PlateColour.BLACK),
        ((40, 40, 220), None),
    ],
)
def test_the_ground_is_what_most_of_a_plate_is(bgr: tuple[int, int, int], colour: PlateColour | None) -> None:
    """Signs cover less than half of it; red is no plate's."""
    flat = np.full((32, 126, 3), bgr, np.uint8)
    flat[8:24, 10:60] = 255 - flat[8:24, 10:60] // 2 if colour is PlateColour.BLACK else flat[8:24, 10:60]
    assert ground_of(flat) is colour


def test_corners_are_put_in_order_from_the_top_left() -> None:
    """Whichever came first."""
    corners = np.array([[90, 12], [8, 40], [10, 10], [92, 44]], np.float32)
    assert in_order(corners).tolist() == [[10, 10], [90, 12], [92, 44], [8, 40]]


def test_what_lies_in_a_quadrangle_is_made_flat() -> None:
    """A white square in a turned frame comes out white from edge to edge."""
    image = np.zeros((60, 120, 3), np.uint8)
    image[20:40, 30:90] = 255
    flat = flattened(image, np.array([[31, 21], [88, 21], [88, 38], [31, 38]], np.float32), (126, 32))
    assert flat.shape == (32, 126, 3)
    assert flat.min() == 255
    place = Quadrangle(np.array([[0, 0], [40, 0], [40, 10], [0, 10]], np.float32), 0.9)
    assert (place.width, place.height, place.centre) == (40, 10, (20, 5))


def test_a_file_that_is_no_reader_is_refused(tmp_path: Path) -> None:
    """One that knows too few signs, one that is no model, one that is not there."""
    few = save_constant(tmp_path / "few.onnx", np.zeros((1, 40, 30), np.float32), size=(32, 320))
    with pytest.raises(BadInputError, match=r"'few\.onnx': knows 30 signs, expected 73 or more"):
        LineReader(few)
    (tmp_path / "text.onnx").write_text("no model")
    with pytest.raises(BadInputError, match=r"'text\.onnx': not a readable ONNX model"):
        PlateNetwork(tmp_path / "text.onnx")
    with pytest.raises(BadInputError, match="no such file, expected an ONNX file"):
        PlateNetwork(tmp_path / "none.onnx")


def test_a_model_that_cannot_take_a_picture_says_so(tmp_path: Path) -> None:
    """In one sentence, without the runtime's own words."""
    network = PlateNetwork(save_constant(tmp_path / "m.onnx", np.zeros((1, 1), np.float32), size=(8, 8)))
    with pytest.raises(OutsideError, match=r"'m\.onnx': cannot be run on a picture"):
        network.run(np.zeros((1, 3, 9, 9), np.float32))
