"""Law 16: where a person must confirm first, nothing is said or ordered before; the limit holds, also over restarts."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from edge_agent.config.wire.events import decode_world, encode_world
from edge_agent.core.commands import Confirm, Reject, RejectReason
from edge_agent.core.effects import OpenWorkOrder, PublishIncident, Speak
from edge_agent.core.events import Command, StreamBack, StreamLost
from edge_agent.core.feed.incidents import Happening, IncidentEvent, ReviewStatus
from edge_agent.core.site.policy import Review, Rule, Unreviewed
from edge_agent.core.site.site import Site
from tests.core_run import CoreRun, tell
from tests.laws.streets import BEFORE, FIRST, Shell, Street, shells, streets, walk
from tests.site import STALL, site, zone
from tests.street import at, looks, nothing, second_of, stands

GOES_ON: Final = Unreviewed.PROCEED
OPENED: Final = 20.0  # of what stands from 0
ORDERED: Final = 50.0  # after one warning, without a review
OVER: Final = 400


def street_of(rule: Rule) -> Site:
    """One rule for cars and for stalls."""
    return site(zone(rule=rule), zone(STALL, rule=rule, ident="p"))


reviewing = st.builds(
    lambda rule, unreviewed: street_of(replace(rule, unreviewed=unreviewed)),
    st.sampled_from((FIRST, BEFORE, replace(BEFORE, warnings=2))),
    st.sampled_from(Unreviewed),
)


@settings(max_examples=400)
@given(street=streets, where=reviewing, shell=shells)
def test_nothing_goes_before_a_persons_word(street: Street, where: Site, shell: Shell) -> None:
    """No voice before the first confirmation, or no order; only one who is dispatched goes without.

    Where the zone goes on without a word, the limit that was told is over by then.
    """
    rule = where.zones[0].rules["illegal_parking"]
    by_incident: dict[str, list[IncidentEvent]] = {}
    for effect in walk(street, where, shell=shell).run.effects:
        match effect:
            case PublishIncident(event=event):
                by_incident.setdefault(event.incident, []).append(event)
            case Speak(incident=incident) if rule.review is Review.BEFORE_WARNING:
                assert_let_on(by_incident[incident], rule, effect.at)
            case OpenWorkOrder(order=order):
                assert_let_on(by_incident[order.incident], rule, order.at)
            case _:
                pass


def assert_let_on(events: list[IncidentEvent], rule: Rule, at_: datetime) -> None:
    """A person has confirmed it or sent somebody; or nobody did in time, and the zone goes on then."""
    last = events[-1]
    if last.review is ReviewStatus.CONFIRMED or any(event.reason == "dispatched" for event in events):
        return
    referred = [event for event in events if event.type is Happening.REFERRED]
    assert rule.unreviewed is GOES_ON
    assert len(referred) == 1
    assert referred[0].review_until is not None
    assert at_ >= referred[0].review_until


@settings(max_examples=60)
@given(
    rule=st.sampled_from((FIRST, BEFORE)),
    unreviewed=st.sampled_from(Unreviewed),
    cut=st.integers(1, 170),
    down=st.integers(0, 29),
)
def test_the_limit_holds_over_a_restart(rule: Rule, unreviewed: Unreviewed, cut: int, down: int) -> None:
    """Cut at any second and begun again from what was stored: each thing happens when it would have, or at once."""
    where = street_of(replace(rule, unreviewed=unreviewed))
    things = stands("car", 0, OVER)
    whole = tell(looks(things, until=OVER), where)
    first = tell(looks(things, until=cut), where)
    again = tell(looks(things, first=cut + down, until=OVER), where, world=decode_world(encode_world(first.world)))
    assert [*first.happened, *again.happened] == whole.happened
    for before, after in zip(whole.seconds, [*first.seconds, *again.seconds], strict=True):
        assert before <= after <= before + down


@settings(max_examples=40)
@given(rule=st.sampled_from((FIRST, BEFORE)), unseen=st.integers(31, 110))
def test_time_that_nobody_sees_is_no_time_of_the_limit(rule: Rule, unseen: int) -> None:
    """A camera that is lost for longer than is bridged gives the person as much more time."""
    where = street_of(replace(rule, unreviewed=GOES_ON))
    things, lost = stands("car", 0, OVER), 65
    whole = tell(looks(things, until=OVER), where)
    broken = tell(
        (
            *looks(things, until=lost),
            StreamLost(at(lost), "stalled"),
            StreamBack(at(lost + unseen)),
            *looks(things, first=lost + unseen, until=OVER),
        ),
        where,
    )
    late = {Happening.RESOLVED}
    for before, after in zip(whole.events, broken.events, strict=True):
        assert before.type is after.type
        if second_of(before.at) > lost and before.type not in late:
            assert second_of(after.at) >= second_of(before.at) + unseen


@settings(max_examples=40)
@given(second=st.integers(21, 59), verdict=st.sampled_from(("confirm", "reject")))
def test_a_word_before_the_limit_decides(second: int, verdict: str) -> None:
    """Confirmed, warning 1 is asked for at the next look; rejected, nothing is said however long it stands."""
    result = reviewed(FIRST, second, verdict)
    if verdict == "reject":
        assert result.story == [("opened", OPENED), ("referred", OPENED), ("cancelled", second)]
        assert result.requests == []
    else:
        asked_s = second + 1
        assert result.story[2:4] == [("confirmed", second), ("warned", asked_s)]
        assert result.requests == [(1, asked_s), (2, asked_s + 30)]
        assert result.ordered == [asked_s + 60]


@settings(max_examples=40)
@given(second=st.integers(21, 89))
def test_a_word_may_come_before_it_is_asked_for(second: int) -> None:
    """What was confirmed early is ordered when it is due, as without a review; later, at the next look."""
    result = reviewed(BEFORE, second, "confirm")
    early = second < ORDERED
    assert result.ordered == [ORDERED if early else second + 1]
    assert ("referred" in result.happened) == (not early)


def test_what_is_confirmed_out_of_sight_waits_to_be_seen() -> None:
    """Nobody speaks to an empty kerb."""
    where = street_of(FIRST)
    seen = tell(looks(stands("car", 0, OVER), until=30), where)
    gone = tell(looks(nothing, first=31, until=35), where, world=seen.world)
    word = tell((said(seen.incidents[0], 35, "confirm"),), where, world=gone.world)
    assert (word.happened, word.requests) == (["confirmed"], [])
    back = tell(looks(stands("car", 0, OVER), first=36, until=40), where, world=word.world)
    assert back.requests == [(1, 36)]


def reviewed(rule: Rule, second: int, verdict: str) -> CoreRun:
    """A car that stands all the time, of which a person says so at that second."""
    where, things = street_of(rule), stands("car", 0, OVER)
    before = tell(looks(things, until=second), where)
    word = said(before.incidents[0], second, verdict)
    after = tell((word, *looks(things, first=second + 1, until=OVER)), where, world=before.world)
    return replace(after, effects=before.effects + after.effects)


def said(incident: str, second: int, verdict: str) -> Command:
    """What the centre sends."""
    what = Confirm(incident=incident) if verdict == "confirm" else Reject(incident=incident, reason=RejectReason.OTHER)
    return Command(at=at(second), id=f"cmd-{second}", by="Li", what=what)
