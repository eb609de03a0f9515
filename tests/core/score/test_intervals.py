"""How far few cases can be believed, against the figures of the textbooks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.core.score.intervals import Range, Share, count_range


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (1, 10, 0.0179, 0.4042), (81, 263, 0.2553, 0.3662)],
)
def test_the_range_of_a_share_is_wilsons(part: int, whole: int, low: float, high: float) -> None:
    """81 of 263 is the worked example of Newcombe (Statistics in Medicine 17, 1998), table I, method 3."""
    interval = Share(part, whole).range
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=1e-4)


def test_of_no_cases_nothing_is_known() -> None:
    """No figure, and any figure possible."""
    assert Share(0, 0).value is None
    assert Share(0, 0).range == Range(0.0, 1.0)


@pytest.mark.parametrize(
    ("count", "low", "high"), [(0, 0.0, 3.689), (1, 0.0253, 5.572), (5, 1.623, 11.668), (100, 81.364, 121.627)]
)
def test_the_range_of_a_count_is_garwoods(count: int, low: float, high: float) -> None:
    """The exact interval for a Poisson mean, from the printed tables."""
    interval = count_range(count)
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=1e-3)


@given(whole=st.integers(1, 500), data=st.data())
def test_a_share_lies_in_its_range_which_narrows(whole: int, data: st.DataObject) -> None:
    """Ten times the cases of the same share say more."""
    part = data.draw(st.integers(0, whole))
    share, more = Share(part, whole), Share(10 * part, 10 * whole)
    value = share.value
    assert value is not None
    assert 0 <= share.range.low <= value <= share.range.high <= 1
    assert more.range.high - more.range.low < share.range.high - share.range.low
