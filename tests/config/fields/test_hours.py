"""Hours: OpenStreetMap's syntax, told in the site's time zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.config.fields.hours import BadHoursError, OsmHours

SHANGHAI = "Asia/Shanghai"
INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
TEXTS = st.sampled_from(
    ["Mo-Su 07:00-22:00", "22:00-06:00", "Mo-Fr 08:00-12:00,13:00-18:00; Sa off", "Jan-Feb", "24/7"]
)


def at(hour: int, minute: int = 0) -> datetime:
    """An instant of Monday 2 November 2026, by a clock in Shanghai."""
    return datetime(2026, 11, 1, 16, tzinfo=UTC) + timedelta(hours=hour, minutes=minute)


def test_hours_are_those_of_the_site() -> None:
    """07:00 is seven in the morning where the camera hangs, not in London."""
    hours = OsmHours("Mo-Su 07:00-22:00", SHANGHAI)
    assert [hours.covers(at(6, 59)), hours.covers(at(7)), hours.covers(at(21, 59)), hours.covers(at(22))] == [
        False,
        True,
        True,
        False,
    ]


def test_the_next_change_is_told_in_utc() -> None:
    """The core knows no other zone."""
    change = OsmHours("Mo-Su 07:00-22:00", SHANGHAI).next_change(at(8))
    assert change == at(22)
    assert change.tzinfo is UTC


def test_hours_that_never_change_say_so() -> None:
    """None is the answer, not the year 9999."""
    assert OsmHours("24/7", SHANGHAI).next_change(at(8)) is None


@given(TEXTS, INSTANTS)
def test_a_change_changes_and_is_the_first_to_do_so(text: str, instant: datetime) -> None:
    """Before ``next_change`` the answer stays, at it the answer is the other one."""
    hours = OsmHours(text, SHANGHAI)
    change = hours.next_change(instant)
    if change is None:
        assert hours.covers(instant + timedelta(days=3650)) == hours.covers(instant)
        return
    assert change > instant
    assert hours.covers(change) != hours.covers(instant)
    assert hours.covers(change - timedelta(microseconds=1)) == hours.covers(instant)
    assert hours.covers(instant + (change - instant) / 2) == hours.covers(instant)


def test_equal_texts_are_equal_hours() -> None:
    """A site that is read twice is the same site."""
    assert len({OsmHours("24/7", SHANGHAI), OsmHours("24/7", SHANGHAI), OsmHours("24/7", "UTC")}) == 2


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Mo-Su,PH 07:00-22:00", "found PH, and no day table is known here, expected hours read with a site"),
        ("sunrise-sunset", "found hours by the sun, expected a site with its position: [longitude, latitude]"),
        (
            "24/7 unknown",
            "found hours marked unknown, expected weekdays, dates and times only, such as Mo-Su 07:00-22:00",
        ),
        (
            'Mo 07:00-22:00 "by request"',
            "found a comment, expected weekdays, dates and times only, such as Mo-Su 07:00-22:00",
        ),
    ],
)
def test_hours_that_would_be_a_guess_are_refused(text: str, sentence: str) -> None:
    """Without a table of days and a position nobody knows."""
    with pytest.raises(BadHoursError) as caught:
        OsmHours(text, SHANGHAI)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(("text", "character"), [("Mo-Su 7-22", 7), ("", 1), ("10:00", 6), ("daily", 1)])
def test_hours_that_make_no_sense_say_where(text: str, character: int) -> None:
    """A wrong text is shown with the character at which it goes wrong."""
    with pytest.raises(BadHoursError) as caught:
        OsmHours(text, SHANGHAI)
    assert caught.value.found == f"{text!r}, which stops making sense at character {character}"
