"""A substitute is accepted by what it finds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from edge_agent.core.detect.suppression import agreement
from edge_agent.core.events import Detection
from edge_agent.core.geometry import Box

LABELS = st.sampled_from(("person", "car", "truck", "garbage"))
CELLS = st.integers(0, 9)


def thing(label: str, x: float, y: float = 0.0, side: float = 0.08) -> Detection:
    """A square thing."""
    return Detection(label=label, score=0.5, box=Box(x, y, x + side, y + side))


PICTURES = st.lists(
    st.lists(st.builds(lambda k, x, y: thing(k, x / 10, y / 10), LABELS, CELLS, CELLS), max_size=6).map(tuple),
    max_size=5,
)


@given(PICTURES)
def test_a_model_agrees_with_itself(pictures: list[tuple[Detection, ...]]) -> None:
    """Wholly, where it sees anything."""
    expected = 1.0 if any(pictures) else None
    assert agreement(pictures, pictures) == expected


@given(PICTURES, PICTURES)
def test_agreement_is_a_share(a: list[tuple[Detection, ...]], b: list[tuple[Detection, ...]]) -> None:
    """From 0 to 1 whatever is compared."""
    length = min(len(a), len(b))
    share = agreement(a[:length], b[:length])
    assert share is None or 0 <= share <= 1


def test_a_head_that_returns_nothing_agrees_in_nothing() -> None:
    """A fully quantised head is silent and fast: that is the fault this guards against."""
    assert agreement([(thing("car", 0.1),)], [()]) == 0


def test_inventing_boxes_is_no_agreement_either() -> None:
    """One box in common of three."""
    assert agreement([(thing("car", 0.1),)], [(thing("car", 0.1), thing("car", 0.5), thing("car", 0.7))]) == 1 / 3


def test_a_van_may_be_called_car_or_truck_but_not_garbage() -> None:
    """Vehicles are one family here too."""
    van = [(thing("truck", 0.1),)]
    assert agreement(van, [(thing("car", 0.11),)]) == 1
    assert agreement(van, [(thing("garbage", 0.1),)]) == 0


def test_a_box_elsewhere_is_another() -> None:
    """Less than half in common is not the same place."""
    assert agreement([(thing("car", 0.1),)], [(thing("car", 0.15),)]) == 0
