"""The overlay says of each case how far it has come, and how far it is to what is next."""

from __future__ import annotations

from dataclasses import replace

import pytest

from edge_agent.core.commands import Cancel
from edge_agent.core.events import Command
from edge_agent.core.explain.overlay import CaseOverlay, overlay
from edge_agent.core.explain.timeline import BarStage
from edge_agent.core.site.policy import Review
from tests.core_run import fails, tell
from tests.site import SHORT, STALL, permit, site, zone
from tests.street import BUS, at, behind, looks, stands

SITE = site(zone(rule=SHORT))
CAR = stands("car", 0, 200)


def shown(until: float) -> CaseOverlay:
    """What is shown of a car after so many seconds."""
    (standing,) = overlay(tell(looks(CAR, until=until), SITE).world, SITE)
    return standing


@pytest.mark.parametrize(
    ("until", "text", "share", "stage"),
    [
        (15, "stands 15/20 s", 0.75, BarStage.WAITING),
        (35, "warned 1 15/30 s", 0.5, BarStage.ASKED),
        (65, "warned 2 15/30 s", 0.5, BarStage.ASKED),
        (90, "work order", 1.0, BarStage.ORDERED),
    ],
)
def test_each_rung_counts_towards_the_next(until: float, text: str, share: float, stage: BarStage) -> None:
    """On the dwell clock; nothing is next after a work order."""
    standing = shown(until)
    assert (standing.text, standing.share, standing.stage, standing.seen) == (text, share, stage, True)
    assert standing.zone == "z"


def test_what_waits_for_an_answer_says_so() -> None:
    """For a second look, or for a speaker that fails."""
    unanswered = tell(looks(CAR, until=23), SITE, second_look=None).world
    (standing,) = overlay(unanswered, SITE)
    assert (standing.text, standing.stage) == ("confirming 3/10 s", BarStage.WAITING)
    (standing,) = overlay(tell(looks(CAR, until=23), SITE, speaker=fails).world, SITE)
    assert (standing.text, standing.stage) == ("asking 1 3/10 s", BarStage.ASKED)


def test_what_waits_for_a_person_says_so() -> None:
    """Before its warning; the limit of the review is what is next."""
    first = site(zone(rule=replace(SHORT, review=Review.BEFORE_WARNING)))
    (standing,) = overlay(tell(looks(CAR, until=30), first).world, first)
    assert (standing.text, standing.stage) == ("review 10/600 s", BarStage.WAITING)


def test_what_is_allowed_or_left_alone_is_shown_as_such() -> None:
    """A permit, or the centre."""
    allowed = site(zone(STALL, rule=SHORT, permits=(permit(500),)))
    (standing,) = overlay(tell(looks(stands("stall", 0, 60), until=40), allowed).world, allowed)
    assert (standing.text, standing.stage, standing.share) == ("suppressed", BarStage.ALLOWED, 1.0)
    opened = tell(looks(CAR, until=25), SITE)
    order = Command(at=at(25), id="cmd", what=Cancel(incident=opened.incidents[0]))
    (standing,) = overlay(tell((order,), SITE, world=opened.world).world, SITE)
    assert (standing.text, standing.stage) == ("cancelled", BarStage.ALLOWED)


def test_what_a_look_did_not_show_is_marked() -> None:
    """Its clock stands where it stood."""
    bus = stands("bus", 12, 15, place=BUS)
    hidden = site(zone(rule=SHORT))
    standings = overlay(tell(looks(behind(CAR, bus), until=14), hidden).world, hidden)
    assert [(standing.text, standing.seen) for standing in standings] == [("stands 11/20 s", False)]


def test_a_zone_that_is_gone_shows_nothing() -> None:
    """Nobody counts there."""
    assert overlay(tell(looks(CAR, until=15), SITE).world, site(zone(rule=SHORT, ident="other"))) == ()
