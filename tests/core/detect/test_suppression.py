"""One thing is one box: suppression within a family, and only there."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.core.detect.suppression import Floats, families, suppress

NAMES = {0: "person", 1: "car", 2: "bus", 3: "truck", 4: "garbage"}


def boxes_at(*corners: tuple[float, float, float, float]) -> Floats:
    """Boxes as an array."""
    return np.array(corners, np.float32).reshape(-1, 4)


def test_vehicles_are_one_family() -> None:
    """Car, bus and truck share a family; everything else is its own."""
    family = families(NAMES)
    assert family[1] == family[2] == family[3]
    assert len(set(family.tolist())) == 3


def test_a_van_that_is_truck_and_car_at_once_stays_one() -> None:
    """Of two names for one vehicle the surer is kept."""
    boxes = boxes_at((0, 0, 10, 10), (1, 0, 10, 10))
    chosen = suppress(boxes, np.array([0.66, 0.75], np.float32), families(NAMES)[[1, 3]], overlap=0.5)
    assert chosen.tolist() == [1]


def test_a_person_before_a_car_is_not_suppressed_by_it() -> None:
    """Families do not suppress each other however much they overlap."""
    boxes = boxes_at((0, 0, 10, 10), (0, 0, 10, 10))
    chosen = suppress(boxes, np.array([0.9, 0.8], np.float32), families(NAMES)[[1, 0]], overlap=0.5)
    assert chosen.tolist() == [0, 1]


def test_nothing_gives_nothing() -> None:
    """No boxes, none kept."""
    assert suppress(boxes_at(), np.zeros(0, np.float32), np.zeros(0, np.intp), overlap=0.5).tolist() == []


@st.composite
def crowds(draw: st.DrawFn) -> tuple[Floats, Floats]:
    """Boxes on a small grid, so that many overlap, with scores."""
    corner = st.tuples(*(st.integers(0, 8),) * 2, *(st.integers(1, 6),) * 2)
    places = draw(st.lists(corner, min_size=1, max_size=20))
    boxes = boxes_at(*((x, y, x + w, y + h) for x, y, w, h in places))
    scores = draw(st.lists(st.integers(1, 100), min_size=len(places), max_size=len(places), unique=True))
    return boxes, (np.array(scores) / 100).astype(np.float32)


def iou(a: Floats, b: Floats) -> float:
    """Overlap of two boxes, written out."""
    wide = max(0.0, float(min(a[2], b[2]) - max(a[0], b[0])))
    high = max(0.0, float(min(a[3], b[3]) - max(a[1], b[1])))
    area = float((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]))
    return wide * high / (area - wide * high)


@given(crowds())
def test_what_is_kept_is_apart_and_what_is_not_lies_on_something_surer(crowd: tuple[Floats, Floats]) -> None:
    """No two kept boxes overlap, and every dropped one overlaps a kept one with a higher score."""
    boxes, scores = crowd
    chosen = suppress(boxes, scores, np.zeros(len(boxes), np.intp), overlap=0.5).tolist()
    assert [scores[k] for k in chosen] == sorted((scores[k] for k in chosen), reverse=True)
    for i in chosen:
        assert all(i == j or iou(boxes[i], boxes[j]) <= 0.5 + 1e-6 for j in chosen)
    for i in set(range(len(boxes))) - set(chosen):
        assert any(scores[j] > scores[i] and iou(boxes[i], boxes[j]) > 0.5 - 1e-6 for j in chosen)
