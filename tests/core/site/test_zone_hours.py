"""Shifts: whether a zone's hours run, and since when."""

from __future__ import annotations

from edge_agent.core.site.zone_hours import Shift, turned
from tests.site import Between, zone
from tests.street import at

MORNING = zone(hours=Between(10, 20))


def test_a_shift_is_dated_to_its_very_beginning() -> None:
    """Not to the look that noticed; also when two changes lie between two looks."""
    before = turned((), (MORNING,), at(3))
    assert before == (Shift(zone="z", running=False, since=at(3), until=at(10)),)
    assert turned(before, (MORNING,), at(13)) == (Shift(zone="z", running=True, since=at(10), until=at(20)),)
    assert turned(before, (MORNING,), at(25)) == (Shift(zone="z", running=False, since=at(20), until=None),)


def test_a_calendar_is_asked_only_when_it_may_have_changed() -> None:
    """Between two changes the very same shift is kept."""
    (shift,) = turned((), (MORNING,), at(12))
    assert turned((shift,), (MORNING,), at(19)) == (shift,)
    assert turned((shift,), (MORNING,), at(19))[0] is shift


def test_zones_that_are_gone_are_forgotten() -> None:
    """And new ones are dated from now."""
    shifts = turned(turned((), (MORNING,), at(12)), (zone(ident="new"),), at(14))
    assert [(shift.zone, shift.since) for shift in shifts] == [("new", at(14))]
