"""Strikes at other boxes: what the centre has counted there moves an open incident to another step."""

from __future__ import annotations

from dataclasses import replace

from edge_agent.config.wire.events import decode_world, encode_world
from edge_agent.core.commands import CommandOutcome, StrikesElsewhere
from edge_agent.core.effects import OpenWorkOrder, PublishIncident, Receipt, RecordStrike, Speak
from edge_agent.core.events import Command
from edge_agent.core.feed.incidents import Happening
from edge_agent.core.feed.strikes import StrikesBy
from edge_agent.core.site.policy import Review, Unreviewed, Words
from edge_agent.core.site.site import Site
from tests.core.incident.test_strike_ledger import FRUIT, HERE, forgiven, goods, opened, order_times, street, visits
from tests.core_run import CoreRun, mute, tell
from tests.site import PARKING, SHORT, STALL, TRADING, site, zone
from tests.street import Things, at, looks


def elsewhere(result: CoreRun, count: int, second: float, where: Site = HERE) -> tuple[CoreRun, CommandOutcome, str]:
    """What came of the centre's count of other boxes, told of the last incident."""
    what = StrikesElsewhere(incident=result.incidents[-1] if result.incidents else "inc-0", elsewhere=count)
    after = tell([Command(at=at(second), id=f"s{second:g}", by="centre", what=what)], where, world=result.world)
    last = after.of(Receipt)[-1]
    return CoreRun(world=after.world, effects=result.effects + after.effects), last.outcome, last.reason


def gone_on(result: CoreRun, first: int, until: int, where: Site = HERE, *, things: Things | None = None) -> CoreRun:
    """The same street from then on, all effects together."""
    shown = goods(0, 200) if things is None else things
    more = tell(looks(shown, first=first, until=until), where, world=result.world)
    return CoreRun(world=more.world, effects=result.effects + more.effects)


def told(result: CoreRun, happening: Happening) -> list[tuple[int, str, int] | None]:
    """What each event of a type says: how many-th strike, at which step, how many of it elsewhere."""
    return [
        None if e.event.strike is None else (e.event.strike.n, e.event.strike.step, e.event.strike.elsewhere)
        for e in result.of(PublishIncident)
        if e.event.type is happening
    ]


def test_strikes_at_other_boxes_count_here_from_the_next_step_on() -> None:
    """Opened as the first time and warned once as such; with two elsewhere it is the third, and the order is next."""
    begun = tell(looks(goods(0, 200), until=30), HERE)
    counted, outcome, _ = elsewhere(begun, 2, 31)
    assert outcome is CommandOutcome.ACCEPTED
    result = gone_on(counted, 32, 300)
    assert told(result, Happening.OPENED) == [(1, "green", 0)]
    assert told(result, Happening.ESCALATED) == [(3, "red", 2)]
    assert [s.text["en"] for s in result.of(Speak)] == ["warning 1 at z, 1 left, first"]
    assert order_times(result) == [50]
    assert [e.order.why for e in result.of(OpenWorkOrder)] == ["1 of 1 warnings delivered"]


def test_what_is_said_next_is_by_the_step_that_was_settled_anew() -> None:
    """One elsewhere makes it the second: the second warning is that of the rule, and an order follows."""
    counted, _, _ = elsewhere(tell(looks(goods(0, 200), until=30), HERE), 1, 31)
    result = gone_on(counted, 32, 300)
    assert [s.text["en"] for s in result.of(Speak)] == ["warning 1 at z, 1 left, first", "again"]
    assert order_times(result) == [80]


def test_the_entry_of_the_incident_is_counted_anew_and_the_others_are_not() -> None:
    """And the next incident counts what was heard here, nothing twice."""
    counted, _, _ = elsewhere(gone_on(visits(1), 1000, 1030, things=goods(1000, 1200)), 4, 1031)
    assert [(e.n, e.step, e.elsewhere) for e in counted.world.strikes] == [(1, "green", 0), (6, "red", 4)]
    assert counted.of(RecordStrike)[-1].strike == counted.world.strikes[-1]
    third = gone_on(gone_on(counted, 1032, 1999, things=goods(1000, 1200)), 2000, 2030, things=goods(2000, 2200))
    assert opened(third)[-1] == (3, "red")


def test_a_count_is_absolute_and_goes_down_where_one_was_forgiven_elsewhere() -> None:
    """Told twice it is done already; at none, all is as it would be without."""
    begun = tell(looks(goods(0, 200), until=30), HERE)
    twice, _, _ = elsewhere(begun, 2, 31)
    again, outcome, _ = elsewhere(twice, 2, 32)
    assert outcome is CommandOutcome.ALREADY_DONE
    assert again.world.cases == twice.world.cases
    none, outcome, _ = elsewhere(again, 0, 33)
    assert outcome is CommandOutcome.ACCEPTED
    assert none.world.cases == begun.world.cases
    assert none.world.strikes == begun.world.strikes
    assert order_times(gone_on(none, 34, 400)) == []


def test_nobody_has_heard_of_it_yet_and_its_entry_tells_both_counts() -> None:
    """The count comes before the first warning was played."""
    mute_so_far = tell(looks(goods(0, 200), until=20), HERE, speaker=mute)
    counted, _, _ = elsewhere(mute_so_far, 1, 21)
    assert counted.of(RecordStrike) == ()
    heard = gone_on(counted, 22, 300)
    assert [(e.n, e.step, e.elsewhere) for e in heard.world.strikes] == [(2, "yellow", 1)]
    after, _, _ = forgiven(counted, counted.incidents[-1], 21.5)
    assert [(e.n, e.elsewhere, e.void) for e in after.world.strikes] == [(2, 1, "a funeral")]


def test_a_work_order_that_is_open_stays() -> None:
    """What was counted is noted; nobody is called back, and none is opened twice."""
    yellow = gone_on(visits(1), 1000, 1090, things=goods(1000, 1200))
    assert len(yellow.of(OpenWorkOrder)) == 1
    counted, outcome, _ = elsewhere(yellow, 0, 1091)
    assert outcome is CommandOutcome.ALREADY_DONE
    counted, outcome, _ = elsewhere(yellow, 3, 1091)
    assert outcome is CommandOutcome.ACCEPTED
    assert counted.world.orders == yellow.world.orders
    assert counted.world.strikes[-1].n == 5
    over = gone_on(counted, 1092, 1400, things=goods(1000, 1200))
    assert len(over.of(OpenWorkOrder)) == 1
    assert told(over, Happening.RESOLVED)[-1] == (5, "red", 3)


def test_what_cannot_be_counted_is_refused() -> None:
    """An incident that nobody knows, one that is over, one whose party nobody knows, and one of a rule that is gone."""
    begun = tell(looks(goods(0, 60), until=30), HERE)
    assert elsewhere(tell((), HERE), 1, 31)[1:] == (CommandOutcome.REFUSED, "incident inc-0 is not open")
    over = gone_on(begun, 31, 300, things=goods(0, 60))
    (incident,) = set(over.incidents)
    assert elsewhere(over, 1, 301)[1:] == (CommandOutcome.REFUSED, f"incident {incident} is not open")
    plain = street(StrikesBy.PLATE, kind=PARKING)
    car = tell(looks(goods(0, 60, "car"), until=30), plain)
    uncounted = f"no strikes are counted for incident {car.incidents[-1]}"
    assert elsewhere(car, 1, 31, plain)[1:] == (CommandOutcome.REFUSED, uncounted)
    without = site(zone(TRADING, rule=SHORT, shops=(FRUIT,)))
    assert elsewhere(begun, 1, 31, without)[1:] == (
        CommandOutcome.REFUSED,
        f"no strikes are counted for incident {begun.incidents[-1]}",
    )
    gone = site(zone(STALL, ident="other"))
    assert elsewhere(begun, 1, 31, gone)[1:] == (
        CommandOutcome.REFUSED,
        f"incident {begun.incidents[-1]} is not open",
    )


def test_a_person_who_was_asked_before_an_order_that_may_not_follow_is_not_waited_for() -> None:
    """Referred as the second time, then forgiven elsewhere: who is only taught gets no order, whatever is said."""
    asks = street(review=Review.BEFORE_ORDER, unreviewed=Unreviewed.PROCEED)
    one, _, _ = elsewhere(tell(looks(goods(0, 4000), until=30), asks), 1, 31, asks)
    referred = gone_on(one, 32, 90, asks, things=goods(0, 4000))
    assert told(referred, Happening.REFERRED) == [(2, "yellow", 1)]
    none, outcome, _ = elsewhere(referred, 0, 91, asks)
    assert outcome is CommandOutcome.ACCEPTED
    assert order_times(gone_on(none, 92, 1500, asks, things=goods(0, 4000))) == []
    assert order_times(gone_on(referred, 92, 1500, asks, things=goods(0, 4000))) != []


def test_the_count_survives_the_store_and_an_old_world_has_none() -> None:
    """A world that was written down and read again counts the same; one of before the count reads as none."""
    counted, _, _ = elsewhere(tell(looks(goods(0, 200), until=30), HERE), 2, 31)
    assert decode_world(encode_world(counted.world)) == counted.world
    begun = tell(looks(goods(0, 200), until=30), HERE).world
    assert decode_world(encode_world(begun).replace(',"elsewhere":0', "")) == begun


def test_a_warning_beyond_those_of_the_new_step_says_that_none_is_left() -> None:
    """The second was asked for, and could not be played, when the step became one of a single warning."""
    words = Words(warnings={"en": ("{left} left", "{left} left")}, order={"en": "go"})
    where = replace(HERE, zones=(replace(HERE.zones[0], words={TRADING: words}),))
    begun = tell(looks(goods(0, 400), until=40), where)
    asked = tell(looks(goods(0, 400), first=41, until=52), where, world=begun.world, speaker=mute)
    counted, _, _ = elsewhere(CoreRun(world=asked.world, effects=begun.effects + asked.effects), 2, 53, where)
    again = tell(looks(goods(0, 400), first=54, until=300), where, world=counted.world, speaker=mute)
    assert {(s.n, s.text["en"]) for s in again.of(Speak)} == {(2, "0 left, no 3")}
