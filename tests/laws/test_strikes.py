"""Laws of strikes and of places: what random streets may never do to them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from hypothesis import example, given, settings
from hypothesis import strategies as st

from edge_agent.config.wire.events import decode_world, encode_world
from edge_agent.core.commands import CommandOutcome, Forgive, StrikesElsewhere
from edge_agent.core.effects import OpenWorkOrder, PublishIncident, Receipt, RecordStrike, Speak
from edge_agent.core.events import Command, FrameSeen
from edge_agent.core.feed.incidents import Happening
from edge_agent.core.feed.strikes import Strike, StrikesBy
from edge_agent.core.incident.ladder import is_open
from edge_agent.core.incident.world import World
from edge_agent.core.site.hours_and_permits import Claim
from edge_agent.core.site.site import Site
from edge_agent.core.site.strikes import Step, Strikes
from edge_agent.core.step import step
from edge_agent.core.track.presence import Sighting
from tests.laws.streets import SHOPS, Shell, Street, Stretch, shells, streets, walk
from tests.site import SHORT, STALL, TRADING, Between, permit, site, zone
from tests.street import detection, span

if TYPE_CHECKING:
    from edge_agent.core.effects import Effect

WINDOW: Final = span(300)
STEPS: Final = (
    Step(name="green", title={"en": "green"}, orders=False),
    Step(name="yellow", title={"en": "yellow"}),
    Step(name="red", title={"en": "red"}, warnings=1),
)


def counting() -> Site:
    """Stalls counted by place, goods by shop."""
    hasty = replace(SHORT, dwell=span(2), interval=span(5), final_grace=span(5), leave_grace=span(3))
    stalls = replace(hasty, strikes=Strikes(by=StrikesBy.PLACE, window=WINDOW))
    goods = replace(hasty, strikes=Strikes(by=StrikesBy.SHOP, window=WINDOW, steps=("yellow", "red")))
    where = site(zone(STALL, rule=stalls), zone(TRADING, rule=goods, ident="t", shops=SHOPS))
    return replace(where, policy=replace(where.policy, steps=STEPS))


COUNTING: Final = counting()
MARKET: Final = site(
    zone(
        STALL,
        rule=replace(SHORT, dwell=span(2), leave_grace=span(3)),
        permits=(permit(400, capacity=2), replace(permit(0, id="p2", capacity=1), hours=Between(30, 90))),
    )
)
VISITS: Final[Street] = tuple(
    Stretch(gap_s=1, count=count, things=things)
    for count, things in ((12, (detection("stall"),)), (60, ())) * 4
    if count
)
ROW: Final = tuple(detection("stall", detection().box.moved(across, 0)) for across in (-0.35, -0.2, 0.0, 0.2))
CROWD: Final[Street] = (
    Stretch(gap_s=1, count=20, things=ROW),
    Stretch(gap_s=1, count=20, things=ROW[1:]),
    Stretch(gap_s=1, count=70, things=ROW),
)


def incidents(effects: tuple[Effect, ...]) -> list[PublishIncident]:
    """What was told of incidents."""
    return [each for each in effects if isinstance(each, PublishIncident)]


@settings(max_examples=400)
@given(street=streets, outside=shells)
@example(street=VISITS, outside="obliging")
def test_every_step_follows_from_what_was_heard_before(street: Street, outside: Shell) -> None:
    """Counted anew from the messages alone: heard, in the window, and neither rejected nor cancelled."""
    result = walk(street, COUNTING, shell=outside).run
    heard: dict[str, Strike] = {}
    heard_of: set[str] = set()  # incidents of which somebody heard
    for effect in result.effects:
        if isinstance(effect, RecordStrike):
            assert effect.strike.incident in heard_of
            assert (effect.strike.incident in heard) is bool(effect.strike.void)
            heard[effect.strike.incident] = effect.strike
        if not isinstance(effect, PublishIncident):
            continue
        event = effect.event
        assert event.strike is not None
        if event.type in {Happening.WARNED, Happening.ESCALATED}:
            heard_of.add(event.incident)
        if event.type is Happening.OPENED:
            before = [
                each
                for each in heard.values()
                if (each.kind, each.party) == (event.kind, event.strike.party)
                and not each.void
                and each.at > event.at - WINDOW
            ]
            assert event.strike.n == len(before) + 1
            named = ("green", "yellow", "red") if event.kind == STALL else ("yellow", "red")
            assert event.strike.step == named[min(event.strike.n, len(named)) - 1]
            assert event.strike.party == ("z" if event.kind == STALL else event.shop)


@settings(max_examples=400)
@given(street=streets, outside=shells)
@example(street=VISITS, outside="obliging")
def test_who_is_taught_gets_no_order_and_who_is_red_one_warning(street: Street, outside: Shell) -> None:
    """However long it stands, whatever the speakers say; only the centre may send somebody all the same."""
    result = walk(street, COUNTING, shell=outside).run
    steps = {each.event.incident: each.event.strike for each in incidents(result.effects)}
    sent = {each.event.incident for each in incidents(result.effects) if each.event.verb == "dispatch"}
    for effect in result.effects:
        match effect:
            case OpenWorkOrder(order=order) if order.incident not in sent:
                standing = steps[order.incident]
                assert standing is not None
                assert standing.step != "green"
            case Speak(incident=incident, n=n):
                standing = steps[incident]
                assert standing is not None
                assert n <= (1 if standing.step == "red" else 2)
            case _:
                pass


@settings(max_examples=50)
@given(street=streets, outside=shells, pick=st.integers(0, 9))
@example(street=VISITS, outside="obliging", pick=0)
def test_what_is_forgiven_counts_no_more(street: Street, outside: Shell, pick: int) -> None:
    """Of the party's strikes one less, and no other of anybody; a second time changes nothing."""
    world = walk(street, COUNTING, shell=outside).run.world
    counting_now = [each for each in world.strikes if not each.void]
    if not counting_now or world.at is None:
        return
    chosen = counting_now[pick % len(counting_now)]
    command = Command(at=world.at, id="f", by="Li", what=Forgive(incident=chosen.incident, reason="a funeral"))
    after, _ = step(world, command, COUNTING)
    assert sorted(each.incident for each in after.strikes if not each.void) == sorted(
        each.incident for each in counting_now if each is not chosen
    )
    assert replace(after, strikes=()) == replace(world, strikes=())
    again, effects = step(after, command, COUNTING)
    assert again == after
    assert not [each for each in effects if isinstance(each, RecordStrike)]


@settings(max_examples=50)
@given(street=streets, outside=shells, counts=st.tuples(st.integers(0, 4), st.integers(0, 4)), share=st.floats(0, 1))
@example(street=VISITS, outside="obliging", counts=(2, 1), share=0.03)
@example(street=VISITS, outside="obliging", counts=(0, 3), share=0.3)
def test_strikes_at_other_boxes_are_added_and_taken_away_again(
    street: Street, outside: Shell, counts: tuple[int, int], share: float
) -> None:
    """Of one incident alone: by what is told last, whatever was told before, and with none as if nobody had told."""
    events = walk(street, COUNTING, shell=outside).events
    world = World(camera="c1")
    for event in events[: round(share * len(events))]:
        world, _ = step(world, event, COUNTING)
    case = next((c for c in world.cases if c.record is not None and is_open(c.state)), None)
    if case is None or world.at is None:
        return
    record = case.opened_record()
    before = record.strike
    assert before is not None
    named = ("green", "yellow", "red") if case.kind == STALL else ("yellow", "red")
    told = world
    for number, count in enumerate((*counts, counts[1], 0)):
        what = StrikesElsewhere(incident=record.incident, elsewhere=count)
        was, (told, effects) = told, step(told, Command(at=world.at, id=f"s{number}", by="centre", what=what), COUNTING)
        strike = next(c for c in told.cases if c.id == case.id).opened_record().strike
        assert strike is not None
        assert (strike.n, strike.elsewhere) == (before.n + count, count)
        assert strike.step == named[min(strike.n, len(named)) - 1]
        entries = [(each.n, each.step, each.elsewhere) for each in told.strikes if each.incident == record.incident]
        assert entries in ([], [(strike.n, strike.step, count)])
        others = [each for each in told.strikes if each.incident != record.incident]
        assert others == [each for each in world.strikes if each.incident != record.incident]
        outcomes = [each.outcome for each in effects if isinstance(each, Receipt)]
        assert outcomes == [CommandOutcome.ALREADY_DONE if told == was else CommandOutcome.ACCEPTED]
    assert told == world


@settings(max_examples=50)
@given(street=streets, outside=shells, where=st.sampled_from((COUNTING, MARKET)))
@example(street=VISITS, outside="obliging", where=COUNTING)
@example(street=CROWD, outside="obliging", where=MARKET)
def test_the_ledger_and_the_places_are_the_same_after_a_restart(street: Street, outside: Shell, where: Site) -> None:
    """Each event is folded into a world that was stored and read again: the effects are those of an unbroken run."""
    walked = walk(street, where, shell=outside)
    world = World(camera="c1")
    effects: list[Effect] = []
    for event in walked.events:
        world, more = step(decode_world(encode_world(world)), event, where)
        effects += more
    assert world == walked.run.world
    assert tuple(effects) == walked.run.effects


@settings(max_examples=80)
@given(street=streets, outside=shells)
@example(street=CROWD, outside="obliging")
def test_no_more_stand_under_a_permit_than_it_has_places(street: Street, outside: Shell) -> None:
    """At no look; and nobody stands without leave while a place is free for him."""
    world = World(camera="c1")
    papers = MARKET.zones[0].permits
    for event in walk(street, MARKET, shell=outside).events:
        before, (world, _) = world, step(world, event, MARKET)
        held = {
            each.id: [case for case in world.cases if case.leave is not None and case.leave.permit == each.id]
            for each in papers
        }
        for each in papers:
            assert each.capacity is not None
            assert len(held[each.id]) <= each.capacity
        if not isinstance(event, FrameSeen) or len(world.cases) < len(before.cases):
            continue  # a place that falls free is given out at this look or the next
        granted = world.standing.permits(MARKET.zones[0])
        for case in world.cases:
            if case.sighting is Sighting.PRESENT and case.leave is None and case.presence.last_seen == event.at:
                claim = Claim(kind=case.kind, place=case.place)
                open_to_him = [each for each in granted if each.concerns(claim) and each.runs(event.at)]
                for each in open_to_him:
                    assert each.capacity is not None
                    assert len(held.get(each.id, ())) == each.capacity
