"""Handling limits: hours, working hours and working days on the calendar of a site."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.config.fields.hours import WORKING_HOURS, OsmHours
from edge_agent.core.site.handling_limits import DAY, HOUR, Limit, LimitUnit, due
from edge_agent.core.site.hours_and_permits import Always

WEEK = OsmHours(WORKING_HOURS, "UTC")
LUNCH = OsmHours("Mo-Fr 09:00-12:00,14:00-18:00", "UTC")


def november(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of November 2026; the 2nd is a Monday, the 6th a Friday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("opened", "value", "unit", "expected"),
    [
        (november(6, 17), 2, LimitUnit.HOUR, november(6, 19)),
        (november(6, 17), 1, LimitUnit.WORKING_HOUR, november(6, 18)),
        (november(6, 17), 2, LimitUnit.WORKING_HOUR, november(9, 10)),
        (november(7, 12), 4, LimitUnit.WORKING_HOUR, november(9, 13)),
        (november(2, 9), 20, LimitUnit.WORKING_HOUR, november(4, 11)),
        (november(6, 17), 1, LimitUnit.WORKING_DAY, november(9, 18)),
        (november(7, 12), 1, LimitUnit.WORKING_DAY, november(9, 18)),
        (november(2, 7), 1, LimitUnit.WORKING_DAY, november(2, 18)),
        (november(2, 10), 5, LimitUnit.WORKING_DAY, november(9, 18)),
    ],
)
def test_a_limit_runs_on_the_calendar(opened: datetime, value: int, unit: LimitUnit, expected: datetime) -> None:
    """A weekend is no working time; the day on which an order is opened within the hours does not count."""
    assert due(opened, Limit(value=value, unit=unit), WEEK) == expected


def test_a_break_at_noon_ends_no_day() -> None:
    """Hours that begin again soon have only paused."""
    assert due(november(2, 10), Limit(value=1, unit=LimitUnit.WORKING_DAY), LUNCH) == november(3, 18)
    assert due(november(2, 11), Limit(value=2, unit=LimitUnit.WORKING_HOUR), LUNCH) == november(2, 15)


def test_hours_that_never_end_are_plain_hours() -> None:
    """And their days are plain days."""
    opened = november(7, 12)
    assert due(opened, Limit(value=3, unit=LimitUnit.WORKING_HOUR), Always()) == opened + 3 * HOUR
    assert due(opened, Limit(value=3, unit=LimitUnit.WORKING_DAY), Always()) == opened + 3 * DAY


@given(hours=st.integers(0, 24 * 30), value=st.integers(1, 60))
def test_more_is_later(hours: int, value: int) -> None:
    """A longer limit is over later, and none is over before as many plain hours."""
    opened = november(1, 0) + timedelta(hours=hours)
    for unit in LimitUnit:
        first, second = (due(opened, Limit(value=each, unit=unit), WEEK) for each in (value, value + 1))
        assert opened < first < second
    assert due(opened, Limit(value=value, unit=LimitUnit.WORKING_HOUR), WEEK) >= opened + value * HOUR


@pytest.mark.parametrize("value", [0, -1, 1001])
def test_a_limit_that_makes_no_sense_is_refused(value: int) -> None:
    """Over at once, or never."""
    with pytest.raises(ValueError, match="expected 1 to 1000"):
        Limit(value=value, unit=LimitUnit.HOUR)
