"""Letterbox there and back, and every layout's boxes out of its numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.core.detect.yolo import (
    Floats,
    Layout,
    ModelSpec,
    Size,
    decode,
    detect_in,
    input_size,
    letterbox,
    rows_of,
)

NAMES = {0: "person", 1: "car", 2: "truck"}
SIZES = st.builds(Size, st.integers(32, 2200), st.integers(32, 4000))


def spec(layout: Layout, strides: tuple[int, ...] = (8, 16, 32)) -> ModelSpec:
    """A model of three labels."""
    return ModelSpec(names=NAMES, layout=layout, strides=strides)


def floors(value: float) -> Floats:
    """One floor for all labels."""
    return np.full(len(NAMES), value, np.float32)


@given(SIZES, st.booleans())
def test_a_box_comes_back_from_the_letterbox_where_it_was(source: Size, centred: bool) -> None:  # noqa: FBT001
    """Picture to input to picture is the identity, for every shape."""
    box = letterbox(source, Size(384, 640), centred=centred)
    wanted = np.array([[0.25, 0.125, 0.75, 0.5]], np.float32)
    inner = np.array([box.inner.width, box.inner.height] * 2)
    there = wanted * inner + np.array([box.left, box.top] * 2)
    assert np.allclose(box.undo(there.astype(np.float32)), wanted, atol=1e-5)


@given(SIZES)
def test_the_picture_fits_and_touches_two_sides(source: Size) -> None:
    """Nothing is cut off, and the input is not made smaller than need be."""
    outer = Size(384, 640)
    box = letterbox(source, outer, centred=True)
    assert box.inner.height <= outer.height
    assert box.inner.width <= outer.width
    assert box.inner.height == outer.height or box.inner.width == outer.width


def test_the_margin_is_below_or_around() -> None:
    """YOLOX puts the picture in the corner, the ultralytics family in the middle."""
    corner = letterbox(Size(100, 200), Size(64, 64), centred=False)
    middle = letterbox(Size(100, 200), Size(64, 64), centred=True)
    assert (corner.left, corner.top) == (0, 0)
    assert (middle.left, middle.top) == (0, 16)


@pytest.mark.parametrize(
    ("source", "expected"),
    [(Size(1080, 1920), Size(384, 640)), (Size(640, 640), Size(480, 480)), (Size(1920, 1080), Size(640, 384))],
)
def test_the_input_takes_the_shape_of_the_picture(source: Size, expected: Size) -> None:
    """Wide, square or upright: the same cost, and the picture as large as that allows."""
    assert input_size(source, pixels=640 * 384, stride=32) == expected


@given(SIZES)
def test_the_input_is_whole_strides_and_no_larger_than_allowed(source: Size) -> None:
    """Whatever the picture's shape."""
    size = input_size(source, pixels=640 * 384, stride=32)
    assert size.height % 32 == size.width % 32 == 0
    assert size.height * size.width <= 640 * 384


def test_yolox_rows_are_cells_and_logarithms() -> None:
    """`xy = (o + cell) · stride`, `wh = exp(o) · stride`, score = objectness × class."""
    size = Size(64, 96)
    raw = np.zeros((rows_of(size, (8, 16, 32)), 8), np.float32)
    row = 8 * 12 + 1 * 6 + 2  # level of stride 16, second line, third column
    raw[row] = [0.5, 0.25, np.log(2), np.log(3), 0.8, 0.1, 0.9, 0.2]
    decoded = decode(raw, spec(Layout.YOLOX), size, floor=0.5)
    assert decoded.classes.tolist() == [1]
    assert decoded.scores.tolist() == pytest.approx([0.72])
    x, y = (0.5 + 2) * 16, (0.25 + 1) * 16
    assert decoded.boxes[0].tolist() == pytest.approx([x - 16, y - 24, x + 16, y + 24])


def test_a_second_tower_begins_its_cells_anew() -> None:
    """Rows after the first tower's are the same places again."""
    size = Size(32, 32)
    strides = (8, 16, 32)
    raw = np.zeros((2 * rows_of(size, strides), 8), np.float32)
    raw[[3, rows_of(size, strides) + 3], 4:6] = 1
    decoded = decode(raw, spec(Layout.YOLOX, strides * 2), size, floor=0.5)
    assert len(decoded.scores) == 2
    assert decoded.boxes[0].tolist() == decoded.boxes[1].tolist()


def test_v5_rows_are_decoded_and_weighted_by_objectness() -> None:
    """Centre and size in pixels; the class counts only where something is."""
    raw = np.array([[20, 30, 10, 20, 0.9, 0.0, 1.0, 0.1], [20, 30, 10, 20, 0.4, 1.0, 1.0, 1.0]], np.float32)
    decoded = decode(raw, spec(Layout.V5), Size(64, 64), floor=0.5)
    assert decoded.scores.tolist() == pytest.approx([0.9])
    assert decoded.boxes.tolist() == [[15, 20, 25, 40]]


def test_v8_columns_are_decoded() -> None:
    """The transposed layout without objectness."""
    raw = np.array([[20, 30, 10, 20, 0.1, 0.2, 0.7], [5, 5, 4, 4, 0.1, 0.1, 0.1]], np.float32).T
    decoded = decode(raw, spec(Layout.V8), Size(64, 64), floor=0.5)
    assert decoded.classes.tolist() == [2]
    assert decoded.boxes.tolist() == [[15, 20, 25, 40]]


def test_end_to_end_rows_are_read_as_they_are() -> None:
    """Corners, score and class; the rows below the floor are filling."""
    raw = np.array([[1, 2, 3, 4, 0.6, 2], [0, 0, 0, 0, 0.0, 0]], np.float32)
    decoded = decode(raw, spec(Layout.END2END), Size(64, 64), floor=0.5)
    assert decoded.boxes.tolist() == [[1, 2, 3, 4]]
    assert decoded.classes.tolist() == [2]


def test_queries_are_read_in_fractions_of_the_input() -> None:
    """Both kinds of RT-DETR: a score for each label, or the best one's with its number."""
    box = [0.5, 0.25, 0.25, 0.5]
    each = decode(np.array([[*box, 0.1, 0.2, 0.9]], np.float32), spec(Layout.RTDETR), Size(64, 128), floor=0.5)
    best = decode(np.array([[*box, 0.9, 2]], np.float32), spec(Layout.RTDETR_END), Size(64, 128), floor=0.5)
    for detection in (each, best):
        assert detection.boxes.tolist() == [[48, 0, 80, 32]]
        assert (detection.classes.tolist(), detection.scores.tolist()) == ([2], [pytest.approx(0.9)])


@pytest.mark.parametrize("layout", Layout)
def test_nothing_above_the_floor_is_nothing(layout: Layout) -> None:
    """Every layout can be silent."""
    shapes = {Layout.YOLOX: (rows_of(Size(64, 64), (8, 16, 32)), 8), Layout.V5: (9, 8)}
    shapes |= {Layout.V8: (7, 9), Layout.END2END: (5, 6), Layout.RTDETR: (5, 7), Layout.RTDETR_END: (5, 6)}
    box = letterbox(Size(64, 64), Size(64, 64), centred=True)
    detections = detect_in(np.zeros(shapes[layout], np.float32), spec(layout), box, floors=floors(0.3), overlap=0.5)
    assert len(detections.scores) == 0


def test_a_van_seen_twice_is_one_vehicle() -> None:
    """Truck and car at one place: the surer stays."""
    raw = np.array([[10, 10, 30, 30, 0.66, 1], [10, 10, 30, 31, 0.75, 2]], np.float32)
    box = letterbox(Size(64, 64), Size(64, 64), centred=True)
    detections = detect_in(raw, spec(Layout.END2END), box, floors=floors(0.3), overlap=0.5)
    assert detections.classes.tolist() == [2]


def test_each_label_has_its_own_floor() -> None:
    """A label that cries wolf can be given a higher one."""
    raw = np.array([[0, 0, 30, 30, 0.5, 0], [32, 32, 60, 60, 0.5, 1]], np.float32)
    box = letterbox(Size(64, 64), Size(64, 64), centred=True)
    strict = np.array([0.6, 0.3, 0.3], np.float32)
    detections = detect_in(raw, spec(Layout.END2END), box, floors=strict, overlap=0.5)
    assert detections.classes.tolist() == [1]


def test_a_box_in_the_margin_is_none() -> None:
    """What lies in the grey is not in the picture."""
    raw = np.array([[0, 50, 30, 60, 0.9, 0]], np.float32)
    box = letterbox(Size(32, 64), Size(64, 64), centred=False)
    assert len(detect_in(raw, spec(Layout.END2END), box, floors=floors(0.3), overlap=0.5).scores) == 0
