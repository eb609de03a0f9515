"""Which days are tuned on and which are kept back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.core.score.scoring import DAY
from edge_agent.core.score.selection import Holdout, Split

HOUR = timedelta(hours=1)


def test_of_one_day_the_second_half_is_kept_back() -> None:
    """A day and a bit is one day."""
    split = Split(spans=(26 * HOUR,))
    assert not split.by_days
    assert [split.side(0, at * HOUR) for at in (0, 12, 13, 26)] == [
        Holdout.TUNE,
        Holdout.TUNE,
        Holdout.CHECK,
        Holdout.CHECK,
    ]
    assert split.observed(Holdout.TUNE) == split.observed(Holdout.CHECK) == 13 * HOUR


def test_of_several_days_every_other_is_kept_back() -> None:
    """Days of one recording and of the next are counted through; what is left of a last day belongs to it."""
    split = Split(spans=(2 * DAY + HOUR, DAY / 2, DAY))
    assert split.by_days
    sides = [split.side(0, timedelta(0)), split.side(0, DAY), split.side(0, 2 * DAY + HOUR / 2)]
    assert sides == [Holdout.TUNE, Holdout.CHECK, Holdout.CHECK]
    assert [split.side(1, HOUR), split.side(2, HOUR)] == [Holdout.TUNE, Holdout.CHECK]
    assert split.observed(Holdout.TUNE) == DAY + DAY / 2
    assert split.observed(Holdout.CHECK) == 2 * DAY + HOUR


@given(spans=st.lists(st.integers(1, 100).map(lambda hours: hours * HOUR), min_size=1, max_size=5))
def test_all_that_was_looked_at_is_on_one_side_or_the_other(spans: list[timedelta]) -> None:
    """Nothing is lost and nothing counted twice."""
    split = Split(spans=tuple(spans))
    assert split.observed(Holdout.TUNE) + split.observed(Holdout.CHECK) == sum(spans, timedelta(0))


@pytest.mark.parametrize("side", list(Holdout))
def test_two_clips_are_one_for_each(side: Holdout) -> None:
    """However short they are."""
    assert Split(spans=(HOUR, HOUR)).observed(side) == HOUR
