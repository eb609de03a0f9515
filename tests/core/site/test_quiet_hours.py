"""Quiet hours and exam days: who is quiet when, and what the ladder makes of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from edge_agent.core.incident.world import World
from edge_agent.core.site.policy import Rule, quiet_at
from edge_agent.core.site.quiet_hours import ExamDays, Quiet
from edge_agent.core.site.site import Site
from tests.core_run import CoreRun, fails, tell
from tests.site import SHORT, Between, site, zone
from tests.street import at, looks, stands

NIGHT = Between(100, 200)
EXAM = ExamDays(valid_from=at(0), valid_to=at(300), hours=Between(50, 150), quiet=Quiet.WAIT, zones=frozenset({"z"}))


@pytest.mark.parametrize("quiet", Quiet)
def test_quiet_hours_are_those_of_the_rule(quiet: Quiet) -> None:
    """At other hours, and for a rule that says nothing, it is never quiet."""
    rule = Rule(quiet=quiet, quiet_hours=NIGHT)
    quiet_each = [quiet_at(rule, (), "z", at(second)) for second in (99, 100, 199, 200)]
    assert quiet_each == [None, quiet, quiet, None]
    assert quiet_at(replace(rule, quiet=None), (), "z", at(150)) is None
    assert quiet_at(replace(rule, quiet_hours=None), (), "z", at(0)) is quiet


def test_exam_days_come_first() -> None:
    """In their zones, on their days, within their hours; of several the first."""
    rule = Rule(quiet=Quiet.SOFTER, quiet_hours=NIGHT)
    after = replace(EXAM, quiet=Quiet.LIGHT, zones=frozenset(), hours=Between(0, 1000))
    quiet = [quiet_at(rule, (EXAM, after), "z", at(second)) for second in (-1, 0, 50, 149, 150, 299, 300)]
    assert quiet == [None, Quiet.LIGHT, Quiet.WAIT, Quiet.WAIT, Quiet.LIGHT, Quiet.LIGHT, None]
    assert quiet_at(rule, (EXAM,), "elsewhere", at(120)) is Quiet.SOFTER


def street(quiet: Quiet | None, *, first: float = 0, last: float = 1000) -> Site:
    """The short ladder (20, 30, 30 s), quiet between two seconds."""
    return site(zone(rule=replace(SHORT, quiet=quiet, quiet_hours=Between(first, last))))


def climbed(where: Site, *, world: World | None = None) -> CoreRun:
    """A car that stands for 200 seconds."""
    return tell(looks(stands("car", 0, 200), until=260), where, world=world)


@pytest.mark.parametrize("quiet", [None, Quiet.LIGHT, Quiet.SOFTER])
def test_how_it_is_said_is_no_matter_of_the_ladder(quiet: Quiet | None) -> None:
    """By a lamp or softly: it is asked for as on any day."""
    assert climbed(street(quiet)).story == climbed(street(None)).story


def test_nobody_is_asked_and_a_person_is_sent() -> None:
    """The work order comes with the opening, and says why; not one warning is asked for."""
    result = climbed(street(Quiet.ORDER))
    assert result.happened == ["opened", "escalated", "resolved"]
    assert result.seconds[0] == result.seconds[1] == 20
    assert (result.events[1].reason, result.events[1].delivered, result.requests) == ("quiet_hours", 0, [])
    assert result.ordered == [20]
    assert result.events[1].text["en"].endswith("quiet hours; work order opened")


def test_what_falls_due_in_the_quiet_is_ordered_instead() -> None:
    """Warning 1 was played before; the second, due at 50, is none any more."""
    result = climbed(street(Quiet.ORDER, first=40))
    assert result.story[:3] == [("opened", 20), ("warned", 20), ("escalated", 50)]
    assert (result.events[2].reason, result.events[2].delivered) == ("quiet_hours", 1)


def test_a_warning_that_failed_is_not_tried_again_in_the_quiet() -> None:
    """Asked at 20 and again at 30, in vain; what is due at 40 is the order."""
    where = street(Quiet.ORDER, first=35)
    result = tell(looks(stands("car", 0, 100), until=100), where, speaker=fails)
    assert result.requests == [(1, 20), (1, 30)]
    assert result.ordered == [40]


def test_waiting_holds_the_ladder_and_not_the_dwell() -> None:
    """What was due in the quiet is done at the first look after it."""
    result = climbed(street(Quiet.WAIT, last=90))
    assert result.story[:2] == [("opened", 90), ("warned", 90)]
    assert result.events[0].dwell_s == 90


def test_an_exam_holds_every_zone_it_is_about() -> None:
    """Here the only one; the car is warned when the hour is over."""
    exams = (replace(EXAM, hours=Between(0, 150)),)
    assert climbed(replace(street(None), exams=exams)).story[0] == ("opened", 150)
