"""Finding and looking: lines of text, plates in one row and in two."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge_agent.adapters.plates.finding import PlateFinder, TextLines
from edge_agent.adapters.plates.looks import plate_look, plate_looks
from edge_agent.adapters.plates.quadrangles import Quadrangle
from edge_agent.adapters.plates.reading import LineReader
from edge_agent.app.detect.plates import LINES, READER
from edge_agent.config.site.shipped import shipped
from edge_agent.core.errors import BadInputError
from edge_agent.core.plate.voting import PlateLook
from tests.adapters.plates.drawn import ARMY, vehicle
from tests.tiny_models import save_constant

if TYPE_CHECKING:
    from edge_agent.ports import Image


def quadrangle(left: float, top: float, wide: float, high: float) -> Quadrangle:
    """An upright one."""
    right, bottom = left + wide, top + high
    return Quadrangle(np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32), 0.9)


@dataclass(frozen=True)
class Scripted:
    """Finds places and reads what is written there, by the script: place to text."""

    lines: tuple[tuple[Quadrangle, str], ...]

    def find(self, image: Image) -> tuple[Quadrangle, ...]:  # noqa: ARG002 - whatever it shows
        """The places."""
        return tuple(place for place, _ in self.lines)


class Reader(LineReader):
    """Reads the texts of a script, one after the other."""

    def __init__(self, *texts: str) -> None:
        self.texts = list(texts)

    def read(self, flat: Image) -> PlateLook:
        """The next."""
        assert flat.shape[0] == 32
        text = self.texts.pop(0)
        return PlateLook(text=text, probabilities=(0.9,) * len(text))


def looked(*lines: tuple[Quadrangle, str]) -> str | None:
    """What is read where these lines are."""
    problems = plate_look(vehicle(), Scripted(lines), Reader(*(text for _, text in lines)))
    return None if problems is None else problems.text


def test_the_shipped_models_read_a_drawn_plate() -> None:
    """Every picture that shows it gives a look; one without any gives none."""
    finder, reader = TextLines(shipped(LINES)), LineReader(shipped(READER))
    pictures = [vehicle(), np.full((300, 400, 3), 90, np.uint8)]
    assert [look.text for look in plate_looks(pictures, finder, reader)] == [ARMY]
    place = finder.find(vehicle())[0]
    assert place.centre == pytest.approx((194, 223), abs=4)
    assert place.width == pytest.approx(113, abs=12)


def test_only_what_reads_like_a_plate_is_one() -> None:
    """A brand on the bonnet is text too."""
    assert looked((quadrangle(10, 10, 120, 30), "VLV0"), (quadrangle(100, 200, 120, 30), "苏D12345")) == "苏D12345"
    assert looked((quadrangle(10, 10, 120, 30), "VLV0")) is None
    assert looked() is None


def test_two_rows_are_one_plate() -> None:
    """Two signs above five, the upper row narrower."""
    upper, lower = quadrangle(130, 200, 50, 24), quadrangle(110, 230, 90, 34)
    assert looked((upper, "苏D"), (lower, "12345")) == "苏D12345"
    assert looked((lower, "12345"), (upper, "苏D")) == "苏D12345"


@pytest.mark.parametrize(
    "upper",
    [
        quadrangle(130, 270, 50, 24),  # below
        quadrangle(130, 100, 50, 24),  # far above
        quadrangle(260, 200, 50, 24),  # beside
        quadrangle(90, 200, 120, 24),  # wider
    ],
)
def test_lines_that_do_not_stand_above_each_other_are_no_plate(upper: Quadrangle) -> None:
    """A number on the door, and something else."""
    assert looked((upper, "苏D"), (quadrangle(110, 230, 90, 34), "12345")) is None


def test_what_is_no_line_is_not_read() -> None:
    """A thing as high as it is wide."""
    assert plate_look(vehicle(), Scripted(((quadrangle(0, 0, 30, 30), "苏D12345"),)), Reader()) is None


def test_a_detector_of_another_kind_is_refused(tmp_path: Path) -> None:
    """It must give boxes, scores and corners."""
    other = save_constant(tmp_path / "other.onnx", np.zeros((1, 4), np.float32))
    with pytest.raises(BadInputError, match=r"'other\.onnx': gives output, expected loc, conf, landms"):
        PlateFinder(other)


def test_a_given_detector_finds_plates_by_its_anchors(tmp_path: Path) -> None:
    """One anchor of stride 8 is sure, its neighbour is of the same plate; the corners are offsets in tenths of it."""
    model = save_anchors(tmp_path / "det.onnx", {100: 0.95, 102: 0.9, 500: 0.8, 700: 0.1})
    places = PlateFinder(model).find(np.zeros((480, 480, 3), np.uint8))
    assert [round(each.score, 2) for each in places] == [0.95, 0.8]
    x, y = (100 // 2 + 0.5) * 8, 4.0
    assert places[0].centre == pytest.approx((x, y))
    assert (places[0].width, places[0].height) == pytest.approx((24, 12))


def save_anchors(path: Path, sure: dict[int, float]) -> Path:
    """A model of the RetinaFace family for 480×480 that is so sure of these anchors, all of a plate's shape."""
    import onnx  # noqa: PLC0415 - of this one model
    from onnx import TensorProto, helper, numpy_helper  # noqa: PLC0415

    count = 2 * (60 * 60 + 30 * 30 + 15 * 15)
    scores = np.zeros((1, count, 2), np.float32)
    for anchor, score in sure.items():
        scores[0, anchor, 1] = score
    marks = np.tile(np.array([-5, -2.5, 5, -2.5, 5, 2.5, -5, 2.5], np.float32), (1, count, 1))
    values = {"loc": np.zeros((1, count, 4), np.float32), "conf": scores, "landms": marks}
    nodes = [
        helper.make_node("Constant", [], [name], value=numpy_helper.from_array(value)) for name, value in values.items()
    ]
    taken = helper.make_tensor_value_info("image", TensorProto.FLOAT, (1, 3, "h", "w"))
    given = [helper.make_tensor_value_info(name, TensorProto.FLOAT, value.shape) for name, value in values.items()]
    graph = helper.make_graph(nodes, "anchors", [taken], given)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=10), str(path))
    return path
