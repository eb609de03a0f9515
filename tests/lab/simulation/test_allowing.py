"""What may stand when follows from the author's calendar, and from who came first; never from the agent's."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from lab.simulation.actors import Stand
from lab.simulation.allowing import Allowance, Calendar, Days, LocalDay, Times, places_held, without
from lab.simulation.street import Breaks
from lab.simulation.violations import violations
from tests.lab.simulation.streets import PARKS, street
from tests.lab.simulation.test_street_file import STREET, read, refused
from tests.site import PARKING, STALL
from tests.street import KERB, START, span

OCTOBER: Final = Calendar(
    holidays=frozenset(date(2026, 10, day) for day in range(1, 8)), worked=frozenset({date(2026, 10, 10)})
)
WHOLE: Final = (Times(days=Days.ALL, since=span(0), until=span(86400)),)


def test_a_worked_saturday_is_a_day_of_work_and_a_holiday_none() -> None:
    """A Sunday is free without being a holiday."""
    kinds = {
        date(2026, 9, 30): {Days.ALL, Days.WORKED},
        date(2026, 10, 1): {Days.ALL, Days.FREE, Days.HOLIDAYS},
        date(2026, 10, 10): {Days.ALL, Days.WORKED},
        date(2026, 10, 11): {Days.ALL, Days.FREE},
    }
    assert {day: {each for each in Days if OCTOBER.has(day, each)} for day in kinds} == kinds


def test_times_run_over_midnight_and_belong_to_the_day_on_which_they_begin() -> None:
    """On the eve of a holiday too; a day that begins at six sees the night before no more."""
    nights = (Times(days=Days.WORKED, since=timedelta(hours=22), until=timedelta(hours=2)),)
    eve = LocalDay(date=date(2026, 9, 30), hour=0, calendar=OCTOBER)
    assert eve.spans(nights, 86400) == ((0, 7200), (79200, 86400))
    assert replace(eve, date=date(2026, 10, 1)).spans(nights, 86400) == ((0, 7200),)
    assert replace(eve, hour=6).spans(nights, 86400) == ((57600, 72000),)


def test_a_place_is_kept_until_it_is_left_and_goes_to_who_waits_longest() -> None:
    """As the picture in ``allowing`` says."""
    first, second, third, late = (0.0, 30.0), (10.0, 90.0), (20.0, 60.0), (25.0, 28.0)
    held = places_held((first, second, third, late), ((5.0, 50.0),), 2)
    assert held == (((5.0, 30.0),), ((10.0, 50.0),), ((30.0, 50.0),), ())
    assert list(without(second, held[1])) == [(50.0, 90.0)]
    assert places_held((first, second), ((5.0, 50.0),), None) == (((5.0, 30.0),), ((10.0, 50.0),))


def test_what_has_no_place_is_a_violation_and_what_is_left_another() -> None:
    """Until a place is free nobody can tell at once; who gave up a place left something behind."""
    breaks = Breaks(zone="z", kind=PARKING, forbidden=WHOLE, allowed="bay")
    hour = Times(days=Days.ALL, since=span(0), until=span(600))
    made = replace(
        street(PARKS),
        lasts=span(2000),
        first_date=date(2026, 11, 2),
        hour=0.0,
        allowances=(Allowance(name="bay", times=(hour,), places=1, left=STALL),),
    )
    stands = (
        Stand(breaks=breaks, box=KERB, since=10, until=100),
        Stand(breaks=breaks, box=KERB.moved(0.2, 0), since=20, until=900),
    )
    found = [each.incident for each in violations(stands, made, START)]
    assert [(each.since, each.until, each.kind, each.optional) for each in found] == [
        (span(20), span(100), PARKING, False),
        (span(100), span(160), PARKING, True),
        (span(600), span(900), STALL, False),
    ]


def test_an_author_writes_days_and_times(tmp_path: Path) -> None:
    """What is wrong with them is said; an allowance must be there, and its zone must forbid what is left."""
    rules = 'breaks: {zone: kerb, kind: illegal_parking, forbidden: "worked 07:00-19:00, free 22:00-02:00", allowed: a}'
    more = (
        "calendar: {holidays: [2026-10-01..2026-10-03]}\nallowances: [{name: a, times: all 09:00-11:30, places: 2}]\n"
    )
    was = "breaks: {zone: kerb, kind: illegal_parking}"
    written = read(tmp_path, STREET.replace(was, rules) + more).street
    breaks = getattr(written.behaviours[0], "breaks")  # noqa: B009 - only some behaviours have it
    assert [each.days for each in breaks.forbidden] == [Days.WORKED, Days.FREE]
    assert (len(written.calendar.holidays), written.allowances[0].places) == (3, 2)
    assert "one of: none, for there are no allowances" in refused(tmp_path, was, rules)
    assert "expected times such as" in refused(tmp_path, was, rules.replace("free 22", "sometimes 22"))
    assert "expected a list of days" in refused(tmp_path, "version: 1\n", "version: 1\ncalendar: {worked: [someday]}\n")
