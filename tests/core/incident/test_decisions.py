"""What a person is assumed to say of what waits for a review."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from edge_agent.core.commands import Confirm, Dispatch, Reject, RejectReason
from edge_agent.core.events import Command
from edge_agent.core.feed.incidents import Happening
from edge_agent.core.incident.decisions import Decision, Decisions, Verdict, is_judgement
from edge_agent.core.site.policy import Review
from tests.core_run import tell
from tests.site import SHORT, site, zone
from tests.street import at, looks, stands

REFERRED = tell(looks(stands("car", 0, 60), until=40), site(zone(rule=replace(SHORT, review=Review.BEFORE_WARNING))))


def test_what_is_referred_is_judged_after_its_time() -> None:
    """By its own decision, else by the one for all others; each at its instant, under an id of its own."""
    (event,) = (each for each in REFERRED.events if each.type is Happening.REFERRED)
    later = Decision(verdict=Verdict.REJECT, after=timedelta(seconds=20), reason=RejectReason.DUPLICATE)
    decisions = Decisions(incidents={event.incident: later}, otherwise=Decision(verdict=Verdict.CONFIRM))
    (rejected,) = decisions.of(REFERRED.effects)
    assert rejected.what == Reject(incident=event.incident, reason=RejectReason.DUPLICATE)
    assert (rejected.at, rejected.by) == (event.at + timedelta(seconds=20), "replay")
    (confirmed,) = replace(decisions, incidents={}).of(REFERRED.effects)
    assert confirmed.what == Confirm(incident=event.incident)
    assert confirmed.at == event.at
    assert confirmed.id != rejected.id


def test_where_nobody_decides_nothing_is_said() -> None:
    """And of what was not referred neither."""
    assert Decisions().of(REFERRED.effects) == ()
    plain = tell(looks(stands("car", 0, 60), until=40), site(zone(rule=SHORT)))
    assert Decisions(otherwise=Decision(verdict=Verdict.CONFIRM)).of(plain.effects) == ()


def test_a_judgement_is_to_confirm_or_to_reject() -> None:
    """No other command, and nothing that a camera saw."""
    words = (Confirm(incident="i"), Reject(incident="i", reason=RejectReason.OTHER), Dispatch(incident="i", to="Li"))
    given = [Command(at=at(0), id="c", by="Li", what=what) for what in words]
    assert [is_judgement(each) for each in given] == [True, True, False]
    assert not is_judgement(looks(stands("car", 0, 1), until=1)[0])
